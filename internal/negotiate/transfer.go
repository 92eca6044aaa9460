package negotiate

import (
	"context"
	"io"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// TransferResult says what of the record was copied.
type TransferResult struct {
	Schema string `json:"schema"`
	From   string `json:"from,omitempty"` // where it was read
	To     string `json:"to,omitempty"`   // where it is now
	Events int64  `json:"events"`
	Root   string `json:"root"` // of the Merkle log, the same on both sides
}

func transferred(from, to string, h ledger.Head) *TransferResult {
	return &TransferResult{Schema: "parley.transfer/1", From: from, To: to, Events: h.Size, Root: h.Root.String()}
}

// TransferRequest names the other side of a copy of the record.
type TransferRequest struct {
	Name string    // path of the file, for messages; the backup itself
	Out  io.Writer // where an export is written
	In   io.Reader // where an import is read
}

// Backup copies the ledger to a SQLite file that must not be there yet.
func (s *Service) Backup(ctx context.Context, actor Actor, req TransferRequest) (*TransferResult, error) {
	if err := allow(ctx, actor, "Backup"); err != nil {
		return nil, err
	}
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := db.Backup(ctx, req.Name); err != nil {
		return nil, ledgerError("backup to "+req.Name, err)
	}
	copied, err := store.Open(ctx, req.Name, store.Options{Now: s.now})
	if err != nil {
		return nil, ledgerError("read the backup", err)
	}
	defer copied.Close()
	head, err := copied.Head(ctx)
	if err != nil {
		return nil, ledgerError("read the backup", err)
	}
	return transferred(db.Address(), req.Name, head), nil
}

// Restore makes the ledger of a backup where there is none.
func (s *Service) Restore(ctx context.Context, actor Actor, req TransferRequest) (*TransferResult, error) {
	if err := allow(ctx, actor, "Restore"); err != nil {
		return nil, err
	}
	head, err := store.Restore(ctx, req.Name, s.Ledger, store.Options{Now: s.now})
	if err != nil {
		return nil, ledgerError("restore "+req.Name, err)
	}
	return transferred(req.Name, store.Shown(s.Ledger), head), nil
}

// ExportLedger writes the whole record as lines of JSON.
func (s *Service) ExportLedger(ctx context.Context, actor Actor, req TransferRequest) (*TransferResult, error) {
	if err := allow(ctx, actor, "ExportLedger"); err != nil {
		return nil, err
	}
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	head, err := db.Export(ctx, req.Out)
	if err != nil {
		return nil, ledgerError("export the ledger", err)
	}
	return transferred(db.Address(), req.Name, head), nil
}

// ImportLedger makes the ledger of an export where there is none.
func (s *Service) ImportLedger(ctx context.Context, actor Actor, req TransferRequest) (*TransferResult, error) {
	if err := allow(ctx, actor, "ImportLedger"); err != nil {
		return nil, err
	}
	head, err := store.Import(ctx, s.Ledger, req.In, store.Options{Now: s.now})
	if err != nil {
		return nil, ledgerError("import "+req.Name, err)
	}
	return transferred(req.Name, store.Shown(s.Ledger), head), nil
}
