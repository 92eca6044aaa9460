package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
	if db.state == nil {
		db.state, db.names = ledger.NewState(), map[string]string{}
	}
	sealed, err := db.since(ctx, db.state.Size)
	if err != nil || len(sealed) == 0 {
		return db.state, err
	}
	names, err := db.readNames(ctx, db.reader)
	if err != nil {
		return nil, err
	}
	s := db.state.Clone()
	if s.Size > 0 && slices.ContainsFunc(sealed, erases) { // names that were read before stand in it
		s = ledger.NewState()
		if sealed, err = db.since(ctx, 0); err != nil {
			return nil, err
		}
	}
	if err := fold(s, sealed, names); err != nil {
		return nil, fmt.Errorf("read ledger %s: %w", db.Address(), err)
	}
	db.state, db.names = s, names
	return s, nil
}

// since gives the sealed events from a place on.
func (db *DB) since(ctx context.Context, from int64) ([]ledger.Event, error) {
	var out []ledger.Event
	err := db.load(ctx, db.reader, from, func(e ledger.Event) error {
		out = append(out, e)
		return nil
	})
	return out, err
}

func erases(e ledger.Event) bool { return e.Type == "person.erased" }

func fold(s *ledger.State, sealed []ledger.Event, names map[string]string) error {
	for _, x := range sealed {
		e, err := open(x, names)
		if err != nil {
			return err
		}
		if err := s.Apply(e); err != nil {
			return err
		}
	}
	return nil
}

// learn keeps the state after an append of this program, so that it is not
// read again.
func (db *DB) learn(before, after *ledger.State, names map[string]string) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.state != before {
		return // somebody read further meanwhile
	}
	db.state = after
	for ref, name := range names {
		db.names[ref] = name
	}
}

// StateAt is the ledger as it stood after its first size events.
func (db *DB) StateAt(ctx context.Context, size int64) (*ledger.State, error) {
	s := ledger.NewState()
	err := db.Load(ctx, 0, func(e ledger.Event) error {
		if e.Seq >= size {
			return errEnough
		}
		return s.Apply(e)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	if s.Size < size {
		return nil, fmt.Errorf("the ledger has %d events, not %d", s.Size, size)
	}
	return s, nil
}

var errEnough = errors.New("enough was read")

// attempts bounds how often Update decides again before it gives up.
const attempts = 200

// Update reads the state, lets a function decide what to record, and records
// it; where somebody else wrote meanwhile it reads and decides again. The
// function gets the time the events will have. It must not change the state,
// and may be called several times. Update gives the events recorded and the
// state after them; no drafts record nothing.
func (db *DB) Update(ctx context.Context, decide func(s *ledger.State, at time.Time) ([]ledger.Draft, error)) ([]ledger.Event, *ledger.State, error) {
	for i := 0; ; i++ {
		s, err := db.State(ctx)
		if err != nil {
			return nil, nil, err
		}
		at := db.now(s)
		drafts, err := decide(s, at)
		if err != nil {
			return nil, s, err
		}
		if len(drafts) == 0 {
			return nil, s, nil
		}
		events, err := db.appendWith(ctx, s.Size, at, drafts, nil)
		if err == nil {
			after, err := db.State(ctx)
			return events, after, err
		}
		if !Retryable(err) || i == attempts {
			return nil, nil, err
		}
		if err := pause(ctx); err != nil {
			return nil, nil, err
		}
	}
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

var _ querier = (*sql.DB)(nil)
