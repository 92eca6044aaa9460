package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
)

// TestD9RetryIsAnsweredOnce: a retry under the same key gets the same answer and
// records nothing; another request under it is refused.
func TestD9RetryIsAnsweredOnce(t *testing.T) {
	s := newSite(t, "shop.yaml")
	key := head{idempotencyHeader, "one"}
	say := func(status int, text string) answer {
		t.Helper()
		return s.must(status, "POST", "/products/shop/notes", Saying{About: "leak", Kind: "comment", Text: text}, key)
	}
	first, again := say(http.StatusCreated, "who pays?"), say(http.StatusCreated, "who pays?")
	if string(first.text) != string(again.text) || again.Header.Get("Idempotency-Replayed") != "true" || first.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("first %s\nagain %s", first.text, again.text)
	}
	say(http.StatusUnprocessableEntity, "who else?")
	if n := len(into[Log](t, s.get("/log?type=note.added")).Items); n != 1 {
		t.Errorf("recorded %d times", n)
	}
}

// TestA11AnswersAreNotForOtherTokens: what was answered to somebody is not given
// again to a token of theirs that may less, nor to another token.
func TestA11AnswersAreNotForOtherTokens(t *testing.T) {
	s := newSite(t, "shop.yaml")
	secret, err := s.accounts.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const ada = "ada@example.org"
	if _, err := s.accounts.SetUp(t.Context(), secret, auth.NewAccount{Email: ada, Name: "Ada", Password: "a long enough sentence"}); err != nil {
		t.Fatal(err)
	}
	s.must(http.StatusOK, "POST", "/members", Membership{Person: ada, Role: "contributor", Because: "works here"})
	token := func(products ...string) string {
		plain, _, err := s.accounts.NewToken(t.Context(), ada, auth.TokenSpec{Name: "ci", Scope: auth.ScopeWrite, Products: products})
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + plain
	}
	whole, other := token(), token("another")
	note := Saying{About: "leak", Kind: "comment", Text: "who pays?"}
	for _, first := range []string{"", whole} {
		key := head{idempotencyHeader, "key" + first[:min(len(first), 9)]}
		s.who = ada
		s.must(http.StatusCreated, "POST", "/products/shop/notes", note, key, head{"Authorization", first})
		s.must(http.StatusNotFound, "POST", "/products/shop/notes", note, key, head{"Authorization", other})
		again := s.must(http.StatusCreated, "POST", "/products/shop/notes", note, key, head{"Authorization", first})
		if again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("a retry by %.9q is answered anew", first)
		}
	}
}

// TestNobodyKnowsWhoAsks: where it cannot be found out who asks nobody is sent
// away as unknown, and no error of the machine is told to anybody.
func TestNobodyKnowsWhoAsks(t *testing.T) {
	for _, why := range []error{errors.New("dial 10.0.0.7: refused"), &parley.Error{Kind: parley.Unavailable, Err: errors.New("dial 10.0.0.7: refused")}} {
		a, err := newAPI(&negotiate.Service{}, Options{Identify: func(*http.Request) (context.Context, negotiate.Actor, error) { return nil, negotiate.Actor{}, why }})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		a.handler().ServeHTTP(w, httptest.NewRequest("GET", base+"/products", nil))
		if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "10.0.0.7") {
			t.Errorf("%v: %d %s", why, w.Code, w.Body)
		}
	}
}

// TestErrorsOfTheMachineAreNotTold: what a disk or a database says may name
// places on the server.
func TestErrorsOfTheMachineAreNotTold(t *testing.T) {
	for _, kind := range []parley.ErrorKind{parley.Unavailable, parley.Internal} {
		p := problemOf(&parley.Error{Op: "read the ledger", Kind: kind, Err: errors.New("open /srv/secret.db: no space")})
		if strings.Contains(p.Detail+p.Hint, "secret.db") || p.Detail == "" || p.Status < 500 {
			t.Errorf("%s: %+v", kind, p)
		}
	}
	full := fmt.Errorf("commit: %w: /srv/secret.db", parley.ErrFull)
	a := &api{log: slog.New(slog.DiscardHandler)}
	for name, p := range map[string]*Problem{"a change": problemOf(&parley.Error{Kind: parley.Unavailable, Err: full}), "an answer to keep": a.unkept(full), "a report": a.unspooled(&os.PathError{Op: "write", Path: "/srv/secret.db", Err: syscall.ENOSPC})} {
		if p.Status != http.StatusInsufficientStorage || !strings.Contains(p.Detail, "disk of the server is full") || strings.Contains(p.Detail, "secret.db") {
			t.Errorf("%s on a full disk: %+v", name, p)
		}
	}
	if p := problemOf(&parley.Error{Kind: parley.Refused, Err: errors.New("it was settled before")}); !strings.Contains(p.Detail, "settled") {
		t.Errorf("what is refused: %+v", p)
	}
}
