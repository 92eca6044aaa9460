package store

import (
	"context"
	"maps"

	"github.com/parleysec/parley/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// end is the end of the Merkle log: its size and root, and the stored hashes that
// the next events are hashed with, which are those the root is made of.
type end struct {
	ledger.Head
	have map[int64]tlog.Hash
}

// bytes is the root as the database has it: nothing where there are no events.
func (e *end) bytes() []byte {
	if e.Size == 0 {
		return []byte{}
	}
	return e.Root[:]
}

// grow are hashes that go on from here without asking the database.
func (e *end) grow() hashes {
	return hashes{next: tlog.StoredHashCount(e.Size), have: maps.Clone(e.have)}
}

// endOf is the end of the ledger when it has size events: as the last append of
// this program left it, or read from the database. What is remembered is used
// only where the ledger still has that very root, which the claim checks.
func (db *DB) endOf(ctx context.Context, size int64) (*end, error) {
	if db.end == nil || db.end.Size != size {
		h := hashes{db: db, tx: db.reader}
		var err error
		if db.end, err = h.end(ctx, size); err != nil {
			return nil, err
		}
	}
	return db.end, nil
}

// end is the end of the log after size events, whose hashes are there.
func (h *hashes) end(ctx context.Context, size int64) (*end, error) {
	e := &end{have: map[int64]tlog.Hash{}}
	if size == 0 {
		return e, nil
	}
	var err error
	e.Head, err = ledger.HeadOf(size, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		list, err := h.read(ctx, indexes)
		for k, x := range list {
			e.have[indexes[k]] = x
		}
		return list, err
	}))
	return e, err
}
