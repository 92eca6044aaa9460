package store

import (
	"context"
	"database/sql"

	"github.com/parleysec/parley/ledger"
)

// Fits reports whether the events, as they are stored now, hash to the head: it
// finds an event that was changed, left out or added past the program, much
// faster than [DB.Verify], which also says which, and looks at everything else.
// The time it takes grows with the number of events.
func (db *DB) Fits(ctx context.Context) (bool, error) {
	fits := false
	err := db.read(ctx, func(tx *sql.Tx) error {
		head, err := db.head(ctx, tx)
		if err != nil {
			return err
		}
		var hashes ledger.Hashes
		var n int64
		err = eachLeaf(ctx, tx, func(leaf []byte) error {
			n++
			return hashes.Append(n-1, leaf)
		}, "SELECT leaf FROM events ORDER BY seq")
		if err != nil {
			return err
		}
		now, err := ledger.HeadOf(n, hashes)
		fits = now == head
		return err
	})
	return fits, err
}
