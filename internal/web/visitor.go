package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// visitorKey is under what a request's context holds who asks.
type visitorKey struct{}

// withActor is a context of somebody's request.
func withActor(ctx context.Context, a negotiate.Actor) context.Context {
	return context.WithValue(ctx, visitorKey{}, a)
}

// actorOf is who asks. Nobody is the zero actor, which may do nothing.
func actorOf(ctx context.Context) negotiate.Actor {
	a, _ := ctx.Value(visitorKey{}).(negotiate.Actor)
	return a
}

// named reports whether it is known who asks.
func named(ctx context.Context) bool { return actorOf(ctx) != negotiate.Actor{} }

// signedIn reports whether a person signed in, and does not only sit at the machine.
func signedIn(ctx context.Context) bool { return actorOf(ctx).Known == ledger.SignedIn }

// identified is the request with who sends it. Without a way to tell, it is the
// one actor of the options.
func (s *server) identified(r *http.Request) (*http.Request, error) {
	if s.opt.Identify == nil {
		return r.WithContext(withActor(r.Context(), s.opt.Actor)), nil
	}
	ctx, actor, err := s.opt.Identify(r)
	if err != nil {
		return r, err
	}
	if ctx == nil {
		ctx = r.Context()
	}
	return r.WithContext(withActor(ctx, actor)), nil
}

// answer is what a route does with a request: only routes that are open answer
// somebody who is not known.
func (s *server) answer(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		known, err := s.identified(r)
		switch {
		case err == nil:
		case errors.Is(err, ErrNobody) && rt.open:
		case errors.Is(err, ErrNobody):
			s.turnAway(w, r)
			return
		default:
			s.fail(w, r, err)
			return
		}
		if err := rt.handle(s, w, known); err != nil {
			s.fail(w, known, err)
		}
	}
}

// turnAway answers somebody who is not known; what they sent is not kept.
func (s *server) turnAway(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, http.StatusUnauthorized, "web.error.nobody")
}
