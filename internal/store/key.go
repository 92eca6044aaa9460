package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/parleysec/parley/ledger"
)

// RotateKey makes a new key for the ledger's checkpoints, to which the old one signs
// over by an event. The secret half of the old key is gone afterwards: what it signed
// is still checked with its other half, which stays on record.
func (db *DB) RotateKey(ctx context.Context, actor ledger.Actor, because string) (ledger.Keys, error) {
	for {
		s, err := db.State(ctx)
		if err != nil {
			return nil, err
		}
		err = db.rotate(ctx, s, actor, because)
		if err == nil {
			s, err = db.State(ctx)
			if err != nil {
				return nil, err
			}
			return s.Keys, nil
		}
		if !Retryable(err) {
			return nil, err
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
}

func (db *DB) rotate(ctx context.Context, s *ledger.State, actor ledger.Actor, because string) error {
	id, old, err := db.identity(ctx, db.reader)
	if err != nil {
		return err
	}
	signer, verifier, err := ledger.NewKey(db.opt.Entropy, id)
	if err != nil {
		return fmt.Errorf("make the ledger's new key: %w", err)
	}
	draft, err := ledger.Rotating(id, s.Size, old, verifier, because)
	if err != nil {
		return err
	}
	_, _, err = db.appendWith(ctx, s.Size, time.Time{}, ledger.Stamp([]ledger.Draft{draft}, actor, ""), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, db.on.query("UPDATE meta SET value = ? WHERE name = 'key'"), signer)
		return err
	})
	return err
}
