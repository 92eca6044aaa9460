package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/parleysec/parley/ledger"
)

// State is the ledger as it stands now. It may be read by many goroutines and
// must not be changed.
func (db *DB) State(ctx context.Context) (*ledger.State, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	asked := time.Now()
	if db.state != nil {
		next, err := db.next(ctx)
		if err != nil {
			return nil, err
		}
		if next <= db.state.Size {
			db.current = asked
			return db.state, nil
		}
	}
	if err := db.read(ctx, func(tx *sql.Tx) error { return db.catchUp(ctx, tx) }); err != nil {
		if damaged := db.damage(err); damaged != nil {
			return nil, damaged
		}
		return nil, fmt.Errorf("read ledger %s: %w", db.Address(), err)
	}
	db.current = asked
	db.keep(ctx, db.state)
	return db.state, nil
}

// always is longer than any program runs.
const always = time.Duration(math.MaxInt64)

// lately is the state as it was read no longer ago than that, nil where it was
// not.
func (db *DB) lately(ago time.Duration) *ledger.State {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.state == nil || time.Since(db.current) > ago {
		return nil
	}
	return db.state
}

// next is the place after the last event.
func (db *DB) next(ctx context.Context) (int64, error) {
	var n int64
	if err := db.reader.QueryRowContext(ctx, "SELECT COALESCE(MAX(seq) + 1, 0) FROM events").Scan(&n); err != nil {
		return 0, fmt.Errorf("read the last event: %w", err)
	}
	return n, nil
}

// catchUp folds the events that were not read yet onto what was, or onto the
// snapshot where nothing was. Names that were erased meanwhile stand in what
// was read before, which then is read anew.
func (db *DB) catchUp(ctx context.Context, tx *sql.Tx) error {
	names, err := db.readNames(ctx, tx)
	if err != nil {
		return err
	}
	s := db.state
	if s != nil {
		erased, err := db.erasedSince(ctx, tx, s.Size)
		if err != nil {
			return err
		}
		if erased {
			s = nil
		}
	}
	if s != nil {
		s = s.Clone()
	} else if s = db.fromSnapshot(ctx, tx, names); s == nil {
		s = ledger.NewState()
	}
	err = db.load(ctx, tx, s.Size, math.MaxInt64, func(sealed ledger.Event) error {
		e, err := open(sealed, names)
		if err != nil {
			return err
		}
		if err := s.Apply(e); err != nil {
			return &BrokenError{Err: err}
		}
		return nil
	})
	if err != nil {
		return err
	}
	db.state, db.refs = s, byName(names)
	return nil
}

// erasedSince reports whether a name was erased by an event from a place on.
func (db *DB) erasedSince(ctx context.Context, tx *sql.Tx, from int64) (bool, error) {
	var n int64
	q := "SELECT count(*) FROM events WHERE seq >= ? AND type = 'person.erased'"
	if err := tx.QueryRowContext(ctx, db.on.query(q), from).Scan(&n); err != nil {
		return false, fmt.Errorf("look for erased names: %w", err)
	}
	return n > 0, nil
}

// learn keeps the state after an append of this program, so that it is not
// read again. After a name was erased nothing is kept, since it would hold it.
func (db *DB) learn(ctx context.Context, before *ledger.State, b *batch) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.state != before {
		return // somebody read further meanwhile
	}
	if slices.ContainsFunc(b.events, func(e ledger.Event) bool { return e.Type == "person.erased" }) {
		db.state, db.refs = nil, nil
		return
	}
	db.state, db.current = b.state, time.Now()
	maps.Copy(db.refs, b.people.fresh)
	db.keep(context.WithoutCancel(ctx), b.state)
}

// StateAt is the ledger as it stood after its first size events.
func (db *DB) StateAt(ctx context.Context, size int64) (*ledger.State, error) {
	s := ledger.NewState()
	if err := db.LoadBefore(ctx, 0, size, s.Apply); err != nil {
		return nil, err
	}
	if s.Size < size {
		return nil, fmt.Errorf("the ledger has %d events, not %d", s.Size, size)
	}
	return s, nil
}

// attempts bounds how often Update decides again before it gives up.
const attempts = 200

// fresh is how long a state that was read is taken for the newest when something
// is to be decided on it. Recording notices where it was not, and the deciding was
// in vain; asking each time would double the time of an append elsewhere.
const fresh = 250 * time.Millisecond

// Update reads the state, lets a function decide what to record, and records
// it; where somebody else wrote meanwhile it reads and decides again. The
// function gets the time the events will have. It must not change the state,
// and may be called several times; a refusal counts only if the state it was
// made on is the newest. Update gives the events recorded and the state after
// them; no drafts record nothing.
func (db *DB) Update(ctx context.Context, decide func(s *ledger.State, at time.Time) ([]ledger.Draft, error)) ([]ledger.Event, *ledger.State, error) {
	s, newest := db.lately(fresh), false
	for i := 0; ; i++ {
		var err error
		if s == nil {
			if s, err = db.State(ctx); err != nil {
				return nil, nil, err
			}
			newest = true
		}
		at := db.now(s)
		drafts, err := decide(s, at)
		if err != nil || len(drafts) == 0 {
			if again := db.newerThan(ctx, s, newest); again != nil {
				s, newest = again, true
				continue
			}
			return nil, s, err
		}
		events, after, err := db.appendWith(ctx, s.Size, at, drafts, nil)
		if err == nil {
			return events, after, nil
		}
		if !Retryable(err) || i == attempts {
			return nil, nil, err
		}
		if err := pause(ctx); err != nil {
			return nil, nil, err
		}
		s, newest = nil, false
	}
}

// newerThan is the state where it went on since another one, nil where that one
// is the newest, is known to be, or nothing can be read.
func (db *DB) newerThan(ctx context.Context, s *ledger.State, known bool) *ledger.State {
	if known {
		return nil
	}
	now, err := db.State(ctx)
	if err != nil || now.Size == s.Size {
		return nil
	}
	return now
}

// pause waits a few milliseconds at random, so that writers who met do not
// meet again.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(1+rand.IntN(20)) * time.Millisecond):
		return nil
	}
}

// SizeBefore is how many events the ledger had just before a moment, by the
// store's own times.
func (db *DB) SizeBefore(ctx context.Context, moment time.Time) (int64, error) {
	var size int64
	q := "SELECT COALESCE(MAX(seq) + 1, 0) FROM events WHERE at < ?" // the texts sort as the times do
	if err := db.reader.QueryRowContext(ctx, db.on.query(q), moment.UTC().Format(ledger.TimeFormat)).Scan(&size); err != nil {
		return 0, fmt.Errorf("look for events before %s: %w", moment, err)
	}
	return size, nil
}

// StateBefore is the ledger as it stood just before a moment, by the store's
// time of its events; a ledger founded later has no events yet.
func (db *DB) StateBefore(ctx context.Context, moment time.Time) (*ledger.State, error) {
	size, err := db.SizeBefore(ctx, moment)
	if err != nil {
		return nil, err
	}
	now, err := db.State(ctx)
	if err != nil || now.Size == size {
		return now, err
	}
	return db.StateAt(ctx, size)
}
