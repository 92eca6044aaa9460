package web

import (
	"context"
	"net/http"
	"path"
	"sync"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/tracing"
	"github.com/parleysec/parley/ledger"
)

// visit is one request of somebody: who asks, and what they may do once that was
// asked.
type visit struct {
	actor  negotiate.Actor
	ask    sync.Once
	access *negotiate.AccessResult
	guest  *negotiate.GuestResult // nil for everybody but a guest of a workshop
	sends  bool                   // whether they send something, and do not only look
	err    error
}

// visitKey is under what a request's context holds its visit.
type visitKey struct{}

// withActor is a context of somebody's request.
func withActor(ctx context.Context, a negotiate.Actor) context.Context {
	return context.WithValue(ctx, visitKey{}, &visit{actor: a})
}

// actorOf is who asks. Nobody is the zero actor, which may do nothing.
func actorOf(ctx context.Context) negotiate.Actor {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.actor
	}
	return negotiate.Actor{}
}

// withGuest is a context of a guest's request.
func withGuest(ctx context.Context, g *negotiate.GuestResult) context.Context {
	return context.WithValue(ctx, visitKey{}, &visit{actor: g.Actor, guest: g})
}

// guestOf is the guest who asks, nil for everybody else.
func guestOf(ctx context.Context) *negotiate.GuestResult {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.guest
	}
	return nil
}

// looks reports whether a page is asked for by its address, so that it can be again.
func looks(ctx context.Context) bool {
	v, ok := ctx.Value(visitKey{}).(*visit)
	return ok && !v.sends
}

// named reports whether it is known who asks.
func named(ctx context.Context) bool { return actorOf(ctx) != negotiate.Actor{} }

// signedIn reports whether a person signed in, and does not only sit at the machine.
func signedIn(ctx context.Context) bool { return actorOf(ctx).Known == ledger.SignedIn }

// identified is the request with who sends it, and from where. Without a way to
// tell who, it is the one actor of the options. Nobody is no error: the request
// has no actor then.
func (s *server) identified(r *http.Request) (*http.Request, error) {
	if s.opt.Identify == nil {
		return r.WithContext(withActor(r.Context(), s.opt.Actor)), nil
	}
	r = r.WithContext(auth.WithDevice(auth.WithAddress(r.Context(), peer(r)), s.cookie(r, afterDevice)))
	ctx, actor, err := s.opt.Identify(r)
	if ctx == nil {
		ctx = r.Context()
	}
	switch {
	case err == nil:
		ctx = withActor(ctx, actor)
	case parley.KindOfError(err) != parley.Forbidden:
		return r, err
	}
	return r.WithContext(ctx), nil
}

// answer is what a route does with a request: only routes that are open answer
// somebody who is not known.
func (s *server) answer(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tracing.Route(r.Context(), rt.method, rt.pattern)
		w = packed(rt, w, r)
		var err error
		if rt.unattended {
			r = r.WithContext(auth.Unattended(r.Context()))
		}
		switch {
		case rt.guest:
			r, err = s.asGuest(r)
		case !rt.same:
			r, err = s.identified(r)
		}
		if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
			v.sends = !safeMethod(r.Method)
		}
		if err == nil && named(r.Context()) {
			r = s.told(w, r)
		}
		switch {
		case err != nil:
		case !named(r.Context()) && !rt.open:
			err = s.turnAway(rt, w, r)
		case rt.tries() && s.trialSecret(r) != "":
			err = s.tried(rt, w, r)
		case rt.fresh != "" && signedIn(r.Context()):
			err = s.freshly(rt, w, r)
		default:
			err = rt.handle(s, w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}
}

// turnAway leads somebody who is not signed in to the page for it, and back to
// where they wanted to go. What they sent is not kept: they are told so, and led
// to the page it was sent from. Who is no guest is told that on the pages of guests.
func (s *server) turnAway(rt route, w http.ResponseWriter, r *http.Request) error {
	switch {
	case rt.guest:
		return s.noGuest(w, r)
	case s.opt.Accounts == nil:
		s.refuse(w, r, http.StatusUnauthorized, "web.error.nobody")
	case safeMethod(r.Method):
		http.Redirect(w, r, signInURL(s.returnPath(r.URL.RequestURI())), http.StatusSeeOther)
	default:
		return s.show(w, http.StatusUnauthorized, "error", &ErrorView{
			Frame: Frame{Title: catalogue.T("web.error.nobody.title")}, Heading: catalogue.T("web.error.nobody.title"), Lines: []string{catalogue.T("web.error.nobody.says")},
			Back: catalogue.T("web.signin.title"), BackURL: signInURL(s.returnPath(path.Dir(r.URL.EscapedPath()))),
		})
	}
	return nil
}
