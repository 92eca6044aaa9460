package auth

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley/internal/store"
)

func TestAccounts(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.join(tom)
	w.enrol(tom)
	if _, err := w.signIn(tom, words, ""); !errors.Is(err, ErrCodeNeeded) {
		t.Fatal(err)
	}
	for _, scope := range []string{ScopeRead, ScopeWrite} {
		_, _, err := w.NewToken(t.Context(), tom, TokenSpec{Name: "x", Scope: scope, Expires: w.clock().Add(time.Hour)})
		must(t, err)
	}
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	_, err := w.SignInWith(t.Context(), Identity{Issuer: "https://id.example.org", Subject: "1", Email: "mia@example.org", EmailVerified: true, Name: "M\x00", Roles: []string{"reader"}})
	must(t, err)
	want := []Account{
		{Email: admin, Name: "Ada", Created: start, Password: true, Sessions: 1},
		{Email: "mia@example.org", Name: "mia@example.org", Created: start.Add(codeStep), Sessions: 1},
		{Email: tom, Name: "Somebody", Created: start, Password: true, SecondFactor: true, Sessions: 1, Tokens: 2},
	}
	got, err := w.Accounts(t.Context())
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	w.wait(DefaultIdle)
	must(t, w.Disable(t.Context(), admin, tom))
	for email, want := range map[string]bool{admin: true, "mia@example.org": true, tom: false, "nobody@example.org": false} {
		if may, err := w.MaySignIn(t.Context(), email); may != want || err != nil {
			t.Errorf("%s may sign in: %v %v", email, may, err)
		}
	}
	since := w.clock()
	w.wait(time.Minute)
	must(t, w.Disable(t.Context(), admin, " Tom@example.org"))
	for i := range want {
		want[i].Sessions, want[i].Tokens = 0, 0
	}
	want[2].Disabled = since
	got, err = w.Accounts(t.Context())
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestAdministering: an account is not there, is one's own, or no address.
func TestAdministering(t *testing.T) {
	w := newWorld(t)
	s := w.setUp()
	for name, do := range map[string]func(email string) error{
		"disable": func(email string) error { return w.Disable(t.Context(), admin, email) },
		"end all": func(email string) error { return w.EndAll(t.Context(), admin, email) },
		"enable":  func(email string) error { return w.Enable(t.Context(), admin, email) },
		"clear":   func(email string) error { return w.ClearSecondFactor(t.Context(), admin, email) },
	} {
		if err := do("nobody@example.org"); !errors.Is(err, ErrNoAccount) {
			t.Errorf("%s nobody: %v", name, err)
		}
		if err := do(admin); !errors.Is(err, ErrOwn) {
			t.Errorf("%s oneself: %v", name, err)
		}
		var field *FieldError
		if err := do("x"); !errors.As(err, &field) {
			t.Errorf("%s no address: %v", name, err)
		}
	}
	if _, err := w.ResetLink(t.Context(), admin, "nobody@example.org"); !errors.Is(err, ErrNoAccount) {
		t.Errorf("a reset of nobody: %v", err)
	}
	if w.known(s.Secret, "") != admin {
		t.Error("signed out")
	}
	must(t, w.EndSessions(t.Context(), "nobody@example.org"))
}

// TestChangedWhileSigningIn: what changed after the password was looked at
// counts.
func TestChangedWhileSigningIn(t *testing.T) {
	for name, change := range map[string]func(w *world) error{
		"disabled": func(w *world) error { return w.Disable(t.Context(), admin, tom) },
		"reset": func(w *world) error {
			secret, err := w.ResetLink(t.Context(), admin, tom)
			must(t, err)
			return w.reset(t.Context(), secret, other)
		},
		"enrolled": func(w *world) error { w.enrol(tom); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.setUp()
			w.join(tom)
			a, _, err := w.checked(t.Context(), tom, words)
			must(t, err)
			must(t, change(w))
			if s, err := w.admit(t.Context(), a, admission{how: "password", from: home}, w.clock()); !errors.Is(err, ErrWrong) {
				t.Errorf("signed in: %+v %v", s, err)
			}
		})
	}
}

// TestUsedIsNotedOrNot: a database that cannot be written to does not keep out
// who is signed in.
func TestUsedIsNotedOrNot(t *testing.T) {
	w := newWorld(t)
	s := w.setUp()
	w.wait(time.Hour)
	must(t, w.db.Accounts(t.Context(), func(*store.AccountsTx) error { // which holds the one writer
		if w.known(s.Secret, "") != admin {
			t.Error("kept out")
		}
		return nil
	}))
	list, err := w.Sessions(t.Context(), admin)
	must(t, err)
	if len(list) != 1 || !list[0].Seen.Equal(w.clock().Add(-time.Hour)) {
		t.Errorf("sessions %+v", list)
	}
	if w.known(s.Secret, "") != admin {
		t.Error("kept out")
	}
	if list, err = w.Sessions(t.Context(), admin); err != nil || !list[0].Seen.Equal(w.clock()) {
		t.Errorf("sessions %+v %v", list, err)
	}
}
