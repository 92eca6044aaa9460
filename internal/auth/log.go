package auth

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
)

// Access is an entry of the log of sign-ins, failures, tokens and links.
type Access struct {
	ID     int64 // larger than that of earlier entries
	At     time.Time
	What   string // such as signed-in, sign-in.failed, token.made
	Person string // whom it is about; "" where the address typed has no account
	By     string // who did it, where that is somebody else
	From   string // address of the connection; "" where that is not known
	About  string // such as the name of a token
}

// WithAddress says in a context from which address the connection comes, for
// the log. It must be that of the connection, or what a trusted proxy says.
func WithAddress(ctx context.Context, from netip.Addr) context.Context {
	return store.WithAddress(ctx, from)
}

// addressOf is the address in a context, the zero one where none was said.
func addressOf(ctx context.Context) netip.Addr { return store.AddressOf(ctx) }

func addressText(from netip.Addr) string { return store.AddressText(from) }

// note adds an entry to the access log, and tells the program's log and, by mail,
// whom it is about.
func (s *Service) note(ctx context.Context, tx *store.AccountsTx, a Access) error {
	if err := s.log(ctx, tx, a); err != nil {
		return err
	}
	return s.tell(ctx, tx, a)
}

// log is note of what needs no letter of its own, since that of the act which
// brought it says it.
func (s *Service) log(ctx context.Context, tx *store.AccountsTx, a Access) error {
	if a.From == "" {
		a.From = addressText(addressOf(ctx))
	}
	if a.By == a.Person {
		a.By = ""
	}
	s.opt.Log.LogAttrs(ctx, s.level(a.What), "access", attrs(a)...)
	return tx.LogAccess(ctx, store.Access{At: a.At, What: a.What, Person: a.Person, By: a.By, Address: a.From, About: a.About})
}

// maxAccess bounds the entries of one answer.
const maxAccess = 1000

// AccessLog gives up to n (1 … 1000) entries before the entry of an id, the
// newest first; before 0 is from the newest on. Entries are kept for 400 days.
func (s *Service) AccessLog(ctx context.Context, before int64, n int) ([]Access, error) {
	var out []Access
	err := s.read(ctx, func(tx *store.AccountsTx) error {
		list, err := tx.AccessLog(ctx, before, min(max(n, 1), maxAccess))
		for _, x := range list {
			out = append(out, Access{ID: x.ID, At: x.At, What: x.What, Person: x.Person, By: x.By, From: x.Address, About: x.About})
		}
		return err
	})
	return out, err
}

// change runs a writing transaction; a busy database is asked again.
func (s *Service) change(ctx context.Context, do func(*store.AccountsTx) error) error {
	return unavailable(again(func() error { return s.db.Accounts(ctx, do) }))
}

func (s *Service) read(ctx context.Context, do func(*store.AccountsTx) error) error {
	return unavailable(s.db.ReadAccounts(ctx, do))
}

// unavailable gives what the database said its kind: who asks is told to come back, and
// not that the program made a mistake.
func unavailable(err error) error {
	if _, ours := errors.AsType[*parley.Error](err); err == nil || ours {
		return err
	}
	return &parley.Error{Op: "ask for accounts", Kind: parley.Unavailable, Err: err}
}

// again does something until no other writer is in the way.
func again(do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if try == tries || !store.Retryable(err) {
			return err
		}
	}
}

// tries is how often a transaction is begun when others are in the way; each
// waits for its turn.
const tries = 3
