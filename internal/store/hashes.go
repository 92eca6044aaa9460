package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/parleysec/parley/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// querier is what a transaction and a pool of connections have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// hashes are the stored hashes of the Merkle log as an append sees them: those
// in the database, and the new ones that are not written yet.
type hashes struct {
	db   *DB
	tx   querier // nil where all that is needed is known
	next int64   // index of the next stored hash
	rows [][]any // the new ones
	have map[int64]tlog.Hash
}

func (h *hashes) append(ctx context.Context, seq int64, leaf []byte) error {
	more, err := tlog.StoredHashesForRecordHash(seq, ledger.LeafHash(leaf), h.reader(ctx))
	if err != nil {
		return fmt.Errorf("hash of event %d: %w", seq, err)
	}
	for _, x := range more {
		h.keep(h.next, x)
		h.rows = append(h.rows, []any{h.next, append([]byte(nil), x[:]...)})
		h.next++
	}
	return nil
}

func (h *hashes) keep(i int64, x tlog.Hash) {
	if h.have == nil {
		h.have = map[int64]tlog.Hash{}
	}
	h.have[i] = x
}

// reader gives stored hashes by their indexes.
func (h *hashes) reader(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return h.read(ctx, indexes) })
}

func (h *hashes) read(ctx context.Context, indexes []int64) ([]tlog.Hash, error) {
	var missing []any
	for _, i := range indexes {
		if _, ok := h.have[i]; !ok {
			missing = append(missing, i)
		}
	}
	if err := h.load(ctx, missing); err != nil {
		return nil, err
	}
	out := make([]tlog.Hash, len(indexes))
	for k, i := range indexes {
		x, ok := h.have[i]
		if !ok {
			return nil, fmt.Errorf("stored hash %d is missing", i)
		}
		out[k] = x
	}
	return out, nil
}

func (h *hashes) load(ctx context.Context, indexes []any) error {
	if len(indexes) == 0 || h.tx == nil {
		return nil
	}
	q := "SELECT idx, hash FROM hashes WHERE idx IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(indexes)), ", ") + ")"
	rows, err := h.tx.QueryContext(ctx, h.db.on.query(q), indexes...)
	if err != nil {
		return fmt.Errorf("read hashes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var i int64
		var b []byte
		if err := rows.Scan(&i, &b); err != nil {
			return fmt.Errorf("read hashes: %w", err)
		}
		if len(b) != tlog.HashSize {
			return fmt.Errorf("stored hash %d has %d bytes, want %d", i, len(b), tlog.HashSize)
		}
		h.keep(i, tlog.Hash(b))
	}
	return rows.Err()
}
