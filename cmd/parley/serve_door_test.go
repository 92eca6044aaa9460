package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/internal/web"
	"github.com/parleysec/parley/ledger"
)

// doorOf is a door before a new ledger, with a person, their session and token.
func doorOf(t *testing.T) (d *door, session, token string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "l.db")
	s := &negotiate.Service{Ledger: path}
	if _, err := s.Create(t.Context(), negotiate.Local("priya", negotiate.ViaCLI)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	accounts, err := auth.Open(t.Context(), path, auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { accounts.Close() })
	secret, err := accounts.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x, err := accounts.SetUp(t.Context(), secret, auth.NewAccount{Email: "helen@example.org", Name: "Helen", Password: "a long sentence about ducks"})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err = accounts.NewToken(t.Context(), "helen@example.org", auth.TokenSpec{Name: "nightly", Scope: "read", Products: []string{"shop"}, Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return &door{accounts: accounts, key: serving.NewKey("1"), here: "priya", cookie: web.CookieName(false)}, x.Secret, token
}

// Who asks, by what they send: a token goes first and opens no page, whatever
// else is there; nothing that is not valid falls back on something weaker.
func TestS2WhoAsks(t *testing.T) {
	d, session, token := doorOf(t)
	entered := httptest.NewRecorder()
	r := httptest.NewRequest("GET", d.key.Link(""), nil)
	r.RemoteAddr = "127.0.0.1:5"
	d.key.ServeHTTP(entered, r)
	key := entered.Result().Cookies()[0]
	const helen, priya, nobody = "helen@example.org", "priya", ""
	for _, c := range []struct {
		name      string
		send      func(*http.Request)
		page, api string
	}{
		{"nothing", func(*http.Request) {}, nobody, nobody},
		{"the key of this machine", func(r *http.Request) { r.AddCookie(key) }, priya, priya},
		{"the key from elsewhere", func(r *http.Request) { r.AddCookie(key); r.RemoteAddr = "192.0.2.1:5" }, nobody, nobody},
		{"a session", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "parley", Value: session}) }, helen, helen},
		{"a session under another name", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "__Host-parley", Value: session}) }, nobody, nobody},
		{"a token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }, nobody, helen},
		{"a token in small letters", func(r *http.Request) { r.Header.Set("Authorization", "bearer "+token) }, nobody, helen},
		{"a wrong token beside a session", func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: "parley", Value: session})
			r.Header.Set("Authorization", "Bearer parley_wrong")
		}, helen, nobody},
		{"a wrong token beside the key", func(r *http.Request) { r.AddCookie(key); r.Header.Set("Authorization", "Bearer x") }, priya, nobody},
		{"two tokens", func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + token, "Bearer " + token} }, nobody, nobody},
		{"basic", func(r *http.Request) {
			r.AddCookie(key)
			r.SetBasicAuth("helen@example.org", "a long sentence about ducks")
		}, priya, nobody},
		{"the session as a token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+session) }, nobody, nobody},
		{"the token as a session", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "parley", Value: token}) }, nobody, nobody},
	} {
		for way, ask := range map[string]func(*http.Request) (context.Context, negotiate.Actor, error){"page": d.page, "api": d.api} {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = "127.0.0.1:5"
			c.send(r)
			want := map[string]string{"page": c.page, "api": c.api}[way]
			_, actor, err := ask(r)
			if actor.ID != want || (err == nil) != (want != nobody) {
				t.Errorf("%s with %s: %+v %v, want %q", way, c.name, actor, err, want)
			}
			if known := actor.Known; want == priya && known != ledger.ThisMachine || want == helen && known == ledger.ThisMachine {
				t.Errorf("%s with %s: known by %s", way, c.name, known)
			}
		}
	}
}

// The limits of a token come with it, and a session ends by itself for all ways in.
func TestA11LimitsComeWithTheToken(t *testing.T) {
	d, session, token := doorOf(t)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	ctx, actor, err := d.api(r)
	if err != nil || actor.Known != ledger.ByToken || actor.Via != ledger.ViaAPI {
		t.Fatal(actor, err)
	}
	if ctx == r.Context() {
		t.Error("no limits in the context")
	}
	if err := d.accounts.EndSessions(t.Context(), "helen@example.org"); err != nil {
		t.Fatal(err)
	}
	r = httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: "parley", Value: session})
	if _, actor, err := d.page(r); err == nil {
		t.Errorf("an ended session opens a page for %s", actor.ID)
	}
	if err := d.accounts.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.api(r); err == nil || errors.Is(err, auth.ErrNobody) && parley.KindOfError(err) == parley.Forbidden {
		t.Errorf("accounts that cannot be read: %v, want an error that is not about who asks", err)
	}
}
