package negotiate

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/ledger"
)

// ImportRequest brings other tools' files.
type ImportRequest struct {
	Format   string // "" to tell it from the content
	Files    []exchange.Input
	Currency string
	Document string // which of several models in one file
}

// ImportResult is a negotiation file and what became of the source.
type ImportResult struct {
	Schema string           `json:"schema"`
	File   string           `json:"file"` // the negotiation file
	Report *exchange.Report `json:"report"`
}

// Import turns other tools' files into a negotiation file.
func (s *Service) Import(ctx context.Context, actor Actor, req ImportRequest) (*ImportResult, error) {
	if err := s.admit(ctx, actor, "Import"); err != nil {
		return nil, err
	}
	opt := exchange.Options{Currency: req.Currency, Document: req.Document}
	if actor.Known == ledger.ThisMachine && actor.Via == ViaCLI { // a name in a request is no path on this machine
		opt.Beside = exchange.Siblings
	}
	m, report, err := exchange.Import(req.Format, req.Files, opt)
	if err != nil {
		out := &parley.Error{Op: "import", Kind: parley.Invalid, Err: err}
		if e, ok := errors.AsType[*exchange.Error](err); ok && e.Want != "" {
			bare := *e
			bare.Want = ""
			out.Err, out.Hint = &bare, "expected: "+e.Want
		}
		return nil, out
	}
	header := ""
	if len(m.Threats) == 0 { // the file alone must say why there is nothing in it
		header = catalogue.T("import.empty") + "\n" + strings.Join(report.Next, "\n")
	}
	text, err := writtenBelow(header, m)
	if err != nil {
		return nil, err
	}
	return &ImportResult{Schema: "parley.import/1", File: text, Report: report}, nil
}

// ExportRequest asks for a product or file in some format.
type ExportRequest struct {
	Source
	Format string // parley
}

// Export writes a product back as a negotiation file, ids and quantities as typed.
func (s *Service) Export(ctx context.Context, actor Actor, req ExportRequest) (string, error) {
	if err := s.admit(ctx, actor, "Export"); err != nil {
		return "", err
	}
	if req.Format != "parley" {
		return "", parley.Errorf(parley.Invalid, "export", "there is no format %q", req.Format).WithHint("use --to parley")
	}
	if req.Data != nil {
		if err := s.admitFile(ctx, actor, "Export", req.Data); err != nil {
			return "", err
		}
		doc, err := file.Read(req.Name, req.Data)
		if err != nil {
			return "", invalidFile(req.Name, err)
		}
		return written(doc.Model)
	}
	a, p, err := s.recordedOf(ctx, actor, "Export", req.Product)
	if err != nil {
		return "", err
	}
	m, err := a.seen.File(p.ID)
	if err != nil {
		return "", ledgerError("export "+p.ID, err)
	}
	return written(m)
}

func written(m *parley.Model) (string, error) { return writtenBelow("", m) }

// writtenBelow is a negotiation file below lines of comment.
func writtenBelow(header string, m *parley.Model) (string, error) {
	var b bytes.Buffer
	if err := (file.WriteOptions{Header: header}).Write(&b, m); err != nil {
		return "", &parley.Error{Op: "write the negotiation file", Kind: parley.Internal, Err: err}
	}
	return b.String(), nil
}
