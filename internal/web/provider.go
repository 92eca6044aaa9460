package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
)

// Provider is where people may sign in instead; the Provider of package
// auth/oidc is one.
type Provider interface {
	// Start gives the address to lead the browser to, and a secret that belongs
	// into a cookie of this browser.
	Start(ctx context.Context, returnTo string) (redirect, transient string, err error)
	// StartAfresh has the provider ask the person anew.
	StartAfresh(ctx context.Context, returnTo string) (redirect, transient string, err error)
	// Finish takes the answer that the browser comes back with.
	Finish(ctx context.Context, query url.Values, transient string) (id auth.Identity, returnTo string, err error)
}

const (
	providerPath = "/sign-in/provider"

	// ProviderBack is the path that a provider leads back to.
	ProviderBack = "/sign-in/provider/back"

	// providerFor is how long there is time to sign in there.
	providerFor = 10 * time.Minute

	afterProvider = "-provider" // in the name of its cookie
)

// providerCookie keeps the secret of a sign-in that is under way elsewhere.
func (s *server) providerCookie(w http.ResponseWriter, r *http.Request, value string) {
	c := s.newCookie(r, afterProvider, value)
	if value != "" {
		c.MaxAge = int(providerFor / time.Second)
	}
	http.SetCookie(w, c)
}

// toProvider leads to the provider.
func (s *server) toProvider(w http.ResponseWriter, r *http.Request) error {
	start := s.opt.Provider.Start
	if r.URL.Query().Has("afresh") {
		start = s.opt.Provider.StartAfresh
	}
	redirect, transient, err := start(r.Context(), s.returnPath(r.URL.Query().Get("to")))
	if err != nil {
		return s.notProvided(w, r, err)
	}
	s.providerCookie(w, r, transient)
	http.Redirect(w, r, redirect, http.StatusSeeOther)
	return nil
}

// fromProvider takes the answer of the provider. It is a GET that begins a
// session, as the protocol has it; that the answer belongs to what this browser
// asked is known by the cookie and the provider's state.
func (s *server) fromProvider(w http.ResponseWriter, r *http.Request) error {
	secret := s.cookie(r, afterProvider)
	if secret == "" {
		return s.signInAgain(w, r, signInForm("/"), errTooLate)
	}
	s.providerCookie(w, r, "")
	id, to, err := s.opt.Provider.Finish(r.Context(), r.URL.Query(), secret)
	if err != nil {
		return s.notProvided(w, r, err)
	}
	to = s.returnPath(to)
	id.From = peer(r)
	x, err := s.opt.Accounts.SignInWith(r.Context(), id)
	if code, ok := errors.AsType[*auth.CodeNeededError](err); ok {
		return s.askCode(w, r, to, halfway{Pending: code.Pending})
	}
	if err != nil {
		return s.signInAgain(w, r, signInForm(to), err)
	}
	return s.enter(w, r, x, to)
}

// notProvided shows the page to sign in with why the provider did not help:
// there may be another way in.
func (s *server) notProvided(w http.ResponseWriter, r *http.Request, err error) error {
	if parley.KindOfError(err) == parley.Internal {
		return err
	}
	s.log.Warn("sign-in at the provider", "error", err)
	return s.signInWrong(w, r, signInForm("/"), err)
}
