package auth

import (
	"context"
	"errors"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
)

// ProvedFor is how long it holds that somebody proved who they are: by a password,
// by a code of the second factor, or by a fresh sign-on at their provider. What
// makes a new way in (a token, a second factor) asks for it, so that who finds a
// browser open, or steals a session, gets no way in that lasts.
const ProvedFor = 10 * time.Minute

// ErrProve says that somebody is to prove anew who they are.
var ErrProve error = parley.Errorf(parley.Forbidden, "", "prove first that it is you: this needs your password, or a fresh sign-on at your provider, not more than ten minutes ago; do so at /account/prove")

type personKey struct{}

// WithPerson says in a context who was identified, for [Fresh].
func WithPerson(ctx context.Context, p *Person) context.Context {
	return context.WithValue(ctx, personKey{}, p)
}

// Fresh is [ErrProve] where nobody in the context proved lately who they are.
func Fresh(ctx context.Context) error {
	if p, ok := ctx.Value(personKey{}).(*Person); !ok || !p.Fresh {
		return ErrProve
	}
	return nil
}

// Prove notes that the person of a session proved by their password, and by a code
// where they have a second factor, who they are. The error of anything wrong is
// [ErrWrong], of too many attempts a *[TooManyError].
func (s *Service) Prove(ctx context.Context, person, session, password, code string) error {
	return s.proved(ctx, proof{person, password, code, "proof of who it is"}, func(tx *store.AccountsTx, _ *store.Account, now time.Time) error {
		if ok, err := tx.ProveSession(ctx, person, session, now); err != nil || !ok {
			return errors.Join(err, ErrNobody)
		}
		return s.note(ctx, tx, Access{At: now, What: "proved", Person: person})
	})
}
