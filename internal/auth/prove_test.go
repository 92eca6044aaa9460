package auth

import (
	"context"
	"errors"
	"testing"
	"time"
)

// fresh reports whether the person of a cookie proved lately who they are.
func (w *world) fresh(cookie string) bool {
	w.t.Helper()
	p, err := w.Identify(w.t.Context(), cookie, "")
	must(w.t, err)
	return p.Fresh && Fresh(WithPerson(w.t.Context(), p)) == nil
}

// TestS1ProvingAnew: who signed in is believed for ten minutes what makes a new way
// in; then the password is asked for again, with the code where there is one, and
// it counts for that session alone.
func TestS1ProvingAnew(t *testing.T) {
	w := newWorld(t)
	s := w.setUp()
	second, err := w.signIn(admin, words, "")
	must(t, err)
	if !w.fresh(s.Secret) || !w.fresh(second.Secret) {
		t.Error("who has just signed in is asked again")
	}
	w.wait(ProvedFor)
	if w.fresh(s.Secret) {
		t.Error("believed for longer than ten minutes")
	}
	if err := w.Prove(t.Context(), admin, s.Person.Session, other, ""); !errors.Is(err, ErrWrong) || w.fresh(s.Secret) {
		t.Errorf("by a wrong password: %v", err)
	}
	must(t, w.Prove(t.Context(), admin, s.Person.Session, words, ""))
	if !w.fresh(s.Secret) || w.fresh(second.Secret) {
		t.Error("it does not count for that session, or for another one")
	}
	secret, _ := w.enrol(admin)
	w.wait(ProvedFor)
	for _, code := range []string{"", "000000", "00000x"} {
		if err := w.Prove(t.Context(), admin, s.Person.Session, words, code); !errors.Is(err, ErrWrong) || w.fresh(s.Secret) {
			t.Errorf("with code %q: %v", code, err)
		}
	}
	code := w.code(secret)
	must(t, w.Prove(t.Context(), admin, s.Person.Session, words, code))
	if err := w.Prove(t.Context(), admin, second.Person.Session, words, code); !errors.Is(err, ErrWrong) {
		t.Errorf("the same code twice: %v", err)
	}
	w.join(tom)
	w.wait(ProvedFor)
	if err := w.Prove(t.Context(), tom, s.Person.Session, words, ""); err == nil || w.fresh(s.Secret) {
		t.Errorf("somebody else's session: %v", err)
	}
	token, _, err := w.NewToken(t.Context(), tom, TokenSpec{Name: "x", Scope: ScopeWrite})
	must(t, err)
	p, err := w.Identify(t.Context(), "", token)
	if err != nil || p.Fresh || !errors.Is(Fresh(WithPerson(context.Background(), p)), ErrProve) || !errors.Is(Fresh(context.Background()), ErrProve) {
		t.Errorf("a token, or nobody, proves who it is: %v", err)
	}
}

// TestS5ProvingIsLimited for whoever found a browser open.
func TestS5ProvingIsLimited(t *testing.T) {
	w := newWorld(t)
	s := w.setUp()
	var many *TooManyError
	n := 0
	for ; n < 100; n++ {
		if err := w.Prove(t.Context(), admin, s.Person.Session, other, ""); errors.As(err, &many) {
			break
		}
	}
	if n != 10 {
		t.Errorf("%d guesses at once", n)
	}
}

// TestS1AProviderProves only what it says itself: when it last asked the person.
func TestS1AProviderProves(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	id := Identity{Issuer: "https://id.example.org", Subject: "7", Email: admin, EmailVerified: true, From: home}
	for name, c := range map[string]struct {
		at   time.Time
		want bool
	}{
		"unsaid": {time.Time{}, false}, "now": {w.clock(), true}, "a while ago": {w.clock().Add(time.Second - ProvedFor), true},
		"long ago": {w.clock().Add(-ProvedFor), false}, "its clock is ahead": {w.clock().Add(time.Hour), true},
	} {
		id.Proved = c.at
		s, err := w.SignInWith(t.Context(), id)
		must(t, err)
		if got := w.fresh(s.Secret); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
