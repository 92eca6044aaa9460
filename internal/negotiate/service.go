package negotiate

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// Service is every use-case, over one ledger. The zero value works on files
// alone. It is safe for concurrent use once its fields are set.
type Service struct {
	Ledger   string           // address of the ledger: a SQLite path or a postgres:// URL
	Now      func() time.Time // the clock; nil for the machine's
	Progress Tell             // told about long work nobody else is told of; nil for nobody

	// Throwaway is for a ledger that nobody keeps: a crash of the machine may lose it.
	Throwaway bool

	// Once says that the service answers one question: no simulated years are
	// kept for a next one.
	Once bool

	// RolesChanged is told whose roles changed, after it is on record, so that their
	// sessions can be ended; nil for nobody.
	RolesChanged func(ctx context.Context, person string) error

	// Migrated is told that opening the ledger brought its schema up to date; nil for
	// nobody.
	Migrated func(Migrated)

	// Guard says what may be dialled to test a webhook.
	Guard outgoing.Guard

	mu sync.Mutex
	db *store.DB

	plans    recent[*model.Plan] // nil: no plan meets its limits
	years    recent[*risk.Years]
	compiled recent[*risk.Portfolio]

	restated sync.Map // figures of decisions of other versions of the arithmetic, by event: [figuresOf]
}

func (s *Service) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// today is the civil date in the zone of the clock.
func (s *Service) today() string { return s.now().Format(time.DateOnly) }

// Close closes the ledger when it was opened.
func (s *Service) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	err := s.db.Close()
	s.db = nil
	return err
}

// open is the ledger, which must exist.
func (s *Service) open(ctx context.Context) (*store.DB, error) {
	return s.opened(func() (*store.DB, error) {
		return store.Open(ctx, s.Ledger, store.Options{Now: s.now, Throwaway: s.Throwaway})
	})
}

// create is the ledger, made when there is none.
func (s *Service) create(ctx context.Context, founder Actor) (*store.DB, error) {
	return s.opened(func() (*store.DB, error) {
		return store.Create(ctx, s.Ledger, founder, store.Options{Now: s.now, Throwaway: s.Throwaway})
	})
}

func (s *Service) opened(open func() (*store.DB, error)) (*store.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db != nil {
		return s.db, nil
	}
	db, err := open()
	if err != nil {
		return nil, ledgerError("open the ledger", err)
	}
	s.db = db
	if m := db.Migrated(); m != nil && s.Migrated != nil {
		s.Migrated(*m)
	}
	return db, nil
}

// deed is something that is about to be recorded.
type deed struct {
	actor   Actor
	useCase string
	op      string // in words
	by      string // the claimed decider, "" for none
}

// record is the one way in which a use-case writes to the record: the table of
// permissions must say that it writes, and that the actor may call it as the
// record stands at that very moment. The draft is made anew when somebody else
// wrote in between.
func (s *Service) record(ctx context.Context, d deed, draft func(*access, time.Time) ([]ledger.Draft, error)) ([]ledger.Event, *ledger.State, error) {
	if err := allow(ctx, d.actor, d.useCase); err != nil {
		return nil, nil, err
	}
	if !permissions[d.useCase].writes {
		return nil, nil, parley.Errorf(parley.Internal, d.op, "%s is listed as a use-case that only reads", d.useCase)
	}
	db, err := s.open(ctx)
	if err != nil {
		return nil, nil, absent(d.actor, err)
	}
	events, state, err := db.Update(ctx, func(state *ledger.State, at time.Time) ([]ledger.Draft, error) {
		a, err := accessTo(ctx, d.actor, d.useCase, state)
		if err != nil {
			return nil, err
		}
		if err := claimed(d.actor, d.by); err != nil {
			return nil, err
		}
		drafts, err := draft(a, at)
		if err != nil {
			return nil, err
		}
		if err := shortEnough(drafts); err != nil {
			return nil, err
		}
		return drafts, a.guard(drafts)
	})
	if err != nil {
		return nil, nil, ledgerError(d.op, err)
	}
	return events, state, nil
}

// recorded is the ledger, and what an actor may see of it, for a use-case that
// reads the record.
func (s *Service) recorded(ctx context.Context, actor Actor, useCase string) (*store.DB, *access, error) {
	if err := allow(ctx, actor, useCase); err != nil {
		return nil, nil, err
	}
	db, err := s.open(ctx)
	if err != nil {
		return nil, nil, absent(actor, err)
	}
	state, err := db.State(ctx)
	if err != nil {
		return nil, nil, ledgerError("read the ledger", err)
	}
	a, err := accessTo(ctx, actor, useCase, state)
	return db, a, err
}

// recordedOf is what an actor may see of the ledger, and a product in it, for a
// use-case that reads the record of one product.
func (s *Service) recordedOf(ctx context.Context, actor Actor, useCase, product string) (*access, *ledger.Product, error) {
	_, a, err := s.recorded(ctx, actor, useCase)
	if err != nil {
		return nil, nil, err
	}
	p, err := a.product(product)
	return a, p, err
}

// ledgerError gives an error of ledger or store its kind.
func ledgerError(op string, err error) error {
	if _, ok := errors.AsType[*parley.Error](err); ok {
		return err
	}
	if is[*ledger.ScaleError](err) {
		return (&parley.Error{Op: op, Kind: parley.Conflict, Err: err}).WithHint(catalogue.T("record.hint.scale"))
	}
	kind := parley.Unavailable
	switch {
	case is[*store.AbsentError](err), is[*ledger.UnknownError](err):
		kind = parley.NotFound
	case is[ledger.Refusals](err), is[*ledger.MoveError](err):
		kind = parley.Refused
	case is[*store.ConflictError](err), is[*store.PresentError](err):
		kind = parley.Conflict
	case is[*ledger.ModelError](err), is[*store.ImportError](err), is[*store.ForeignError](err), is[*store.AddressError](err), is[*ledger.TextError](err):
		kind = parley.Invalid
	}
	out := &parley.Error{Op: op, Kind: kind, Err: err}
	if unknown, ok := errors.AsType[*ledger.UnknownError](err); ok {
		out.Hint = unknown.Hint
	}
	return out
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// Migrated is that the schema of a ledger was brought up to date.
type Migrated = store.Migrated

// Opened is a ledger that is there now.
type Opened struct {
	Ledger string // its address, without a password
	Made   bool   // whether it was made just now
}

// Create makes the ledger when there is none.
func (s *Service) Create(ctx context.Context, actor Actor) (Opened, error) {
	if err := allow(ctx, actor, "Create"); err != nil {
		return Opened{}, err
	}
	return s.found(ctx, actor)
}

// found makes the ledger when there is none.
func (s *Service) found(ctx context.Context, founder Actor) (Opened, error) {
	db, err := s.open(ctx)
	made := is[*store.AbsentError](err)
	if made {
		db, err = s.create(ctx, founder)
	}
	if err != nil {
		return Opened{}, err
	}
	return Opened{Ledger: db.Address(), Made: made}, nil
}
