package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Turn is one turn of something that may be done in a burst and then once an
// interval. The rule is the generic cell rate algorithm: of each slot the table
// holds the time at which it is as good as new.
type Turn struct {
	Slot  string        // what is counted; no name and no address of anybody
	Every time.Duration // a turn comes back after so long, more than 0
	Burst int64         // turns of a slot that rested, 1 or more
}

// clocksDiffer is by how much the clocks of servers on one ledger may differ. A slot
// that is fuller than full by no more was filled by a server whose clock is ahead, and
// stays as it is, or servers that ask in turn would empty it; beyond that the clock
// was put back.
const clocksDiffer = 5 * time.Minute

// full is what the table holds at most of a turn's slot at a time.
func (t Turn) full(now time.Time) int64 { return now.UnixNano() + t.Burst*int64(t.Every) }

// TakeTurns takes one turn of each, in order, until there is none; those that come in
// more than one list stand in the same order in each. It gives the number that were
// taken, and where that is not all of them how long to wait for the next. Of several
// who take the last turn at the same moment one gets it. A *[BusyError] or
// *[ConflictError] means that none was taken and trying again can succeed.
func (db *DB) TakeTurns(ctx context.Context, now time.Time, list ...Turn) (taken int, wait time.Duration, err error) {
	err = db.write(ctx, func(tx *sql.Tx) error {
		taken, wait = 0, 0
		for _, t := range list {
			ok, err := db.takeTurn(ctx, tx, t, now)
			if err != nil {
				return err
			}
			if !ok {
				wait, err = db.settleTurn(ctx, tx, t, now)
				return err
			}
			taken++
		}
		return nil
	})
	return taken, wait, written(err, -1)
}

// takeTurn takes a turn where there is one.
func (db *DB) takeTurn(ctx context.Context, tx *sql.Tx, t Turn, now time.Time) (bool, error) {
	n, err := db.execTurn(ctx, tx, `INSERT INTO turns (slot, good) VALUES (?, ?)
		ON CONFLICT (slot) DO UPDATE SET good = CASE WHEN turns.good < ? THEN ? ELSE turns.good END + ?
		WHERE turns.good <= ?`,
		t.Slot, now.UnixNano()+int64(t.Every), now.UnixNano(), now.UnixNano(), int64(t.Every), t.full(now)-int64(t.Every))
	return n == 1, err
}

// settleTurn is how long to wait for a turn of a slot that has none. After the clock
// was put back that is one interval.
func (db *DB) settleTurn(ctx context.Context, tx *sql.Tx, t Turn, now time.Time) (time.Duration, error) {
	good, err := db.turnGood(ctx, tx, t)
	if err != nil {
		return 0, err
	}
	full := t.full(now)
	if good > full+int64(clocksDiffer) {
		good = full
		if _, err := db.execTurn(ctx, tx, "UPDATE turns SET good = ? WHERE slot = ?", good, t.Slot); err != nil {
			return 0, err
		}
	}
	return time.Duration(good + int64(t.Every) - full), nil
}

// FreeTurn reports whether there is a turn, and takes none.
func (db *DB) FreeTurn(ctx context.Context, now time.Time, t Turn) (bool, error) {
	var good int64
	err := db.read(ctx, func(tx *sql.Tx) (err error) {
		good, err = db.turnGood(ctx, tx, t)
		return err
	})
	if err != nil || good <= t.full(now)-int64(t.Every) {
		return err == nil, err
	}
	if good > t.full(now)+int64(clocksDiffer) {
		err = db.write(ctx, func(tx *sql.Tx) error {
			_, err := db.settleTurn(ctx, tx, t, now)
			return err
		})
	}
	return false, written(err, -1)
}

// GiveTurnsBack gives back turns that were taken, in the order in which they were.
func (db *DB) GiveTurnsBack(ctx context.Context, list ...Turn) error {
	return written(db.write(ctx, func(tx *sql.Tx) error {
		for _, t := range list {
			if _, err := db.execTurn(ctx, tx, "UPDATE turns SET good = good - ? WHERE slot = ?", int64(t.Every), t.Slot); err != nil {
				return err
			}
		}
		return nil
	}), -1)
}

// turnGood is when a slot is as good as new; 0 where nothing is known of it.
func (db *DB) turnGood(ctx context.Context, tx *sql.Tx, t Turn) (good int64, err error) {
	err = tx.QueryRowContext(ctx, db.on.query("SELECT good FROM turns WHERE slot = ?"), t.Slot).Scan(&good)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read turns: %w", err)
	}
	return good, nil
}

func (db *DB) execTurn(ctx context.Context, tx *sql.Tx, q string, args ...any) (int64, error) {
	r, err := tx.ExecContext(ctx, db.on.query(q), args...)
	if err != nil {
		return 0, fmt.Errorf("write turns: %w", err)
	}
	return r.RowsAffected()
}

// tidyTurns takes away what says nothing any more, also by the clock of a server that
// is behind. A row that somebody holds at this moment is left: who takes several turns
// never waits for one who waits for them.
func (a *AccountsTx) tidyTurns(ctx context.Context, now time.Time) error {
	q := "SELECT slot FROM turns WHERE good <= ?"
	if a.db.on == onPostgres {
		q += " FOR UPDATE SKIP LOCKED"
	}
	_, err := a.exec(ctx, "DELETE FROM turns WHERE slot IN ("+q+")", now.Add(-clocksDiffer).UnixNano())
	return err
}
