package auth

import (
	"context"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// Answer is what somebody was answered, or is to be.
type Answer = store.Answer

// answering is how long a request is its server's without a word from it: one
// that is killed lets another answer after that.
const answering = 6 * time.Second

// FindAnswer gives what is known of a request, nil for nothing.
func (s *Service) FindAnswer(ctx context.Context, asked string) (*Answer, error) {
	return s.db.FindAnswer(ctx, asked, s.now())
}

// TakeAnswer makes the caller the one who answers a request: mine is true, and
// work on it belongs into a context of [Promising]. Otherwise the answer says what
// is known of it. Of the answer that is wanted what was asked, by whom and what the
// request was must be set.
func (s *Service) TakeAnswer(ctx context.Context, want Answer) (a *Answer, mine bool, err error) {
	holder, err := s.id()
	if err != nil {
		return nil, false, err
	}
	for try := 1; ; try++ {
		now := s.now()
		x := Answer{Asked: want.Asked, Owner: want.Owner, Request: want.Request, Holder: holder, Began: now, Until: now.Add(answering)}
		found, mine, err := s.db.TakeAnswer(ctx, x)
		if mine {
			return &x, true, err
		}
		// Nothing is found where the one who had it dropped it this moment.
		if retry := store.Retryable(err) || err == nil && found == nil; try == tries || !retry {
			return found, false, err
		}
	}
}

// KeepAnswering says every few seconds that the caller is still at work, until the
// context ends. What goes wrong does no harm: the answer may then go to another
// server, which lets this one write nothing more.
func (s *Service) KeepAnswering(ctx context.Context, a Answer) {
	tick := time.NewTicker(answering / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.Until = s.now().Add(answering)
			_ = s.db.RenewAnswer(ctx, a)
		}
	}
}

// SettleAnswer keeps the answer for a day; with a status of 0 there is none to
// keep, and the request is free again unless something was written for it.
func (s *Service) SettleAnswer(ctx context.Context, a Answer) error {
	return again(func() error { return s.db.SettleAnswer(ctx, a) })
}

// UnderWay reports whether somebody is at work on an answer.
func (s *Service) UnderWay(a *Answer) bool {
	return a.Status == 0 && s.now().Before(a.Until)
}

// Promising is a context for the work on a request: see [store.Promising].
func Promising(ctx context.Context, a Answer) context.Context { return store.Promising(ctx, a) }

// SharedKey is 256 bits for a use, the same for every process on the ledger.
func (s *Service) SharedKey(ctx context.Context, use string) ([]byte, error) {
	fresh, err := s.random(secretBytes)
	if err != nil {
		return nil, err
	}
	return s.db.SharedKey(ctx, use, fresh)
}
