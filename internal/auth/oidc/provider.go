package oidc

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"golang.org/x/oauth2"
)

// Provider is one OpenID Connect provider. It may be used by many goroutines at
// once.
type Provider struct {
	config Config

	mu     sync.Mutex
	found  *found        // nil until the provider answered
	asking chan struct{} // closed once it has answered, or not; nil while nobody asks
	failed error         // why it did not answer the last time it was asked

	turns chan struct{} // who has an answer exchanged just now
}

// found is what a provider says about itself.
type found struct {
	*oidc.Provider
	flow     oauth2.Config
	namesIss bool // it says who it is in every answer
}

// New is a provider by its configuration. It is asked about itself when first
// it is needed, so that a server starts while the provider is down.
func New(c Config) (*Provider, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return &Provider{config: c.withDefaults(), turns: make(chan struct{}, maxExchanges)}, nil
}

// Limits on exchanging codes, so that a provider that hangs holds some of the places
// for requests, and not all.
const (
	maxExchanges = 16              // at once
	maxTurn      = 5 * time.Second // to wait for one to end
)

// turn waits for a turn to ask the provider about a person.
func (p *Provider) turn(ctx context.Context) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, maxTurn)
	defer cancel()
	select {
	case p.turns <- struct{}{}:
		return func() { <-p.turns }, nil
	case <-ctx.Done():
		return nil, unavailable(errors.New("too many people wait for it"))
	}
}

// ErrUnavailable says that the provider does not answer as it should.
var ErrUnavailable error = parley.Errorf(parley.Unavailable, "", "the provider of your sign-in does not answer as it should: try again, or sign in with a password")

// ErrRefused says that an answer is not the one to what was asked, that it came
// too late, or that the person did not want to.
var ErrRefused error = parley.Errorf(parley.Forbidden, "", "signing in with your provider did not work: start again")

// failure is one of these with what is for who runs the server alone: a log
// shows it, a page does not.
type failure struct {
	error
	detail string
}

// Unwrap is the error for people.
func (f *failure) Unwrap() error { return f.error }

// LogValue is the whole of it.
func (f *failure) LogValue() slog.Value {
	return slog.StringValue(f.Error() + " (" + f.detail + ")")
}

func refused(format string, args ...any) error {
	return &failure{ErrRefused, fmt.Sprintf(format, args...)}
}

func unavailable(err error) error { return &failure{ErrUnavailable, err.Error()} }

// attemptFor is how long somebody has to sign in at the provider.
const attemptFor = 10 * time.Minute

// attempt is what a browser holds while somebody is at the provider.
type attempt struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	ReturnTo string `json:"r,omitempty"`
	Until    int64  `json:"u"` // seconds since 1970
}

// Start begins to sign somebody in. It gives the address of the provider to
// lead the browser to, and a secret for [Provider.Finish] that belongs into a
// cookie of this browser (HttpOnly, Secure, SameSite=Lax, ten minutes) and
// nowhere else. ReturnTo is the local path to go to at last, "" for none.
func (p *Provider) Start(ctx context.Context, returnTo string) (redirect, transient string, err error) {
	return p.start(ctx, returnTo)
}

// StartAfresh is [Provider.Start] where the provider is to ask the person anew who
// they are, and to say when it did (OpenID Connect Core section 3.1.2.1: prompt and
// max_age). Whether it did says the identity of [Provider.Finish].
func (p *Provider) StartAfresh(ctx context.Context, returnTo string) (redirect, transient string, err error) {
	return p.start(ctx, returnTo, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
}

func (p *Provider) start(ctx context.Context, returnTo string, more ...oauth2.AuthCodeOption) (redirect, transient string, err error) {
	if returnTo != "" && !auth.LocalPath(returnTo) {
		returnTo = ""
	}
	f, err := p.find(ctx)
	if err != nil {
		return "", "", err
	}
	a := attempt{ReturnTo: returnTo, Until: p.config.Now().Add(attemptFor).Unix()}
	for _, x := range []*string{&a.State, &a.Nonce, &a.Verifier} {
		b := make([]byte, 32) // 256 bits; a verifier has 43 letters, the least that RFC 7636 takes
		if _, err := io.ReadFull(p.config.Entropy, b); err != nil {
			return "", "", fmt.Errorf("draw a secret: %w", err)
		}
		*x = base64.RawURLEncoding.EncodeToString(b)
	}
	text, err := json.Marshal(a)
	if err != nil {
		return "", "", err
	}
	redirect = f.flow.AuthCodeURL(a.State, append(more, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier))...)
	return redirect, base64.RawURLEncoding.EncodeToString(text), nil
}

// read takes apart what the browser held.
func read(transient string, now time.Time) (attempt, error) {
	var a attempt
	if len(transient) > 8192 {
		return a, refused("what the browser holds is too long")
	}
	b, err := base64.RawURLEncoding.DecodeString(transient)
	if err != nil || json.Unmarshal(b, &a) != nil || len(a.State) != 43 || len(a.Nonce) != 43 || len(a.Verifier) != 43 {
		return a, refused("the browser holds no attempt: cookies are off, or it was begun in another one")
	}
	if now.Unix() >= a.Until {
		return a, refused("it took longer than ten minutes")
	}
	if a.ReturnTo != "" && !auth.LocalPath(a.ReturnTo) {
		a.ReturnTo = ""
	}
	return a, nil
}

// Finish takes the answer that the provider sent the browser back with (the
// query of the address) and the secret of [Provider.Start], and says who the
// person is and where to go. The errors are [ErrRefused] and [ErrUnavailable].
func (p *Provider) Finish(ctx context.Context, query url.Values, transient string) (id auth.Identity, returnTo string, err error) {
	a, err := read(transient, p.config.Now())
	if err != nil {
		return id, "", err
	}
	f, err := p.find(ctx)
	if err != nil {
		return id, "", err
	}
	if err := p.answers(f, query, a); err != nil {
		return id, "", err
	}
	leave, err := p.turn(ctx)
	if err != nil {
		return id, "", err
	}
	defer leave()
	ctx = oidc.ClientContext(ctx, p.config.Client)
	token, err := f.flow.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok && r.Response != nil && r.Response.StatusCode < 500 {
			return id, "", refused("the provider does not take its own code: %s", code(r.ErrorCode))
		}
		return id, "", unavailable(errors.New("the code could not be exchanged"))
	}
	id, err = p.identity(ctx, f, token, a.Nonce)
	return id, a.ReturnTo, err
}

// answers checks that an answer is one to what was asked: RFC 6749 section
// 10.12, and RFC 9207 section 2.4.
func (p *Provider) answers(f *found, query url.Values, a attempt) error {
	for _, name := range []string{"state", "iss", "code", "error"} {
		if len(query[name]) > 1 {
			return refused("%s is given twice", name)
		}
	}
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(a.State)) != 1 {
		return refused("the answer is not one to what this browser asked")
	}
	if iss, given := query.Get("iss"), query.Has("iss"); given && iss != p.config.Issuer || !given && f.namesIss {
		return refused("the answer is not from the provider that was asked")
	}
	if query.Has("error") {
		return refused("the provider says %s", code(query.Get("error")))
	}
	if query.Get("code") == "" {
		return refused("the answer holds no code")
	}
	return nil
}

// code is an error code of RFC 6749 as far as it may be shown.
func code(s string) string {
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '_' {
			return "no"
		}
	}
	if s == "" || len(s) > 50 {
		return "no"
	}
	return s
}
