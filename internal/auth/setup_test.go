package auth

import (
	"errors"
	"testing"
	"time"

	"github.com/parleysec/parley/ledger"
)

func TestSetUpAndSignIn(t *testing.T) {
	w := newWorld(t)
	if needed, err := w.SetUpNeeded(t.Context()); err != nil || !needed {
		t.Fatalf("SetUpNeeded %v %v", needed, err)
	}
	s := w.setUp()
	if s.Person.ID != admin || s.Person.Known != ledger.SignedIn || s.Person.Session == "" || s.Expires != w.at.Add(DefaultAbsolute) {
		t.Errorf("session %+v", s)
	}
	if got := w.known(s.Secret, ""); got != admin {
		t.Errorf("the cookie is of %q", got)
	}
	if needed, err := w.SetUpNeeded(t.Context()); err != nil || needed {
		t.Errorf("SetUpNeeded %v %v", needed, err)
	}
	again, err := w.signIn(" Ada@Example.org ", words, "")
	must(t, err)
	if again.Secret == s.Secret || again.Person.Session == s.Person.Session {
		t.Error("two sessions are one")
	}
	if got := w.known(again.Secret, ""); got != admin {
		t.Errorf("the cookie is of %q", got)
	}
	if _, err := w.signIn(admin, other, ""); !errors.Is(err, ErrWrong) {
		t.Errorf("a wrong password: %v", err)
	}
}

// TestS3SetUpLink: good once, for a day, and only while there is no account.
func TestS3SetUpLink(t *testing.T) {
	w := newWorld(t)
	first, err := w.SetUpLink(t.Context())
	must(t, err)
	second, err := w.SetUpLink(t.Context())
	must(t, err)
	ada := NewAccount{Email: admin, Name: "Ada", Password: words}
	for _, secret := range []string{"", "x", first + "A", first[:42] + "\n"} {
		if _, err := w.SetUp(t.Context(), secret, ada); !errors.Is(err, ErrLink) {
			t.Errorf("secret %q: %v", secret, err)
		}
	}
	w.wait(24 * time.Hour)
	if _, err := w.SetUp(t.Context(), first, ada); !errors.Is(err, ErrLink) {
		t.Errorf("after a day: %v", err)
	}
	third, err := w.SetUpLink(t.Context())
	must(t, err)
	_, err = w.SetUp(t.Context(), third, ada)
	must(t, err)
	for _, secret := range []string{second, third} {
		if _, err := w.SetUp(t.Context(), secret, NewAccount{Email: tom, Name: "Tom", Password: words}); !errors.Is(err, ErrLink) && !errors.Is(err, ErrSetUp) {
			t.Errorf("after the set-up: %v", err)
		}
	}
	if _, err := w.SetUpLink(t.Context()); !errors.Is(err, ErrSetUp) {
		t.Errorf("another link after the set-up: %v", err)
	}
}
