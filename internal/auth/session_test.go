package auth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/ledger"
)

// TestS1EverythingEnds: after each of these no session and no token of the
// person is good any more, and those of others are.
func TestS1EverythingEnds(t *testing.T) {
	for name, c := range map[string]struct {
		do     func(t *testing.T, w *world, s *Session) error
		tokens bool // whether tokens stay
	}{
		"password change": {do: func(t *testing.T, w *world, s *Session) error {
			_, err := w.ChangePassword(t.Context(), tom, s.Person.Session, words, other)
			return err
		}},
		"password reset": {do: func(t *testing.T, w *world, _ *Session) error {
			secret, err := w.ResetLink(t.Context(), admin, tom)
			must(t, err)
			return w.reset(t.Context(), secret, other)
		}},
		"role change": {do: func(t *testing.T, w *world, _ *Session) error { return w.EndSessions(t.Context(), tom) }},
		"disabling":   {do: func(t *testing.T, w *world, _ *Session) error { return w.Disable(t.Context(), admin, tom) }},
		"disabled and enabled": {do: func(t *testing.T, w *world, _ *Session) error {
			must(t, w.Disable(t.Context(), admin, tom))
			return w.Enable(t.Context(), admin, tom)
		}},
		"second factor cleared": {do: func(t *testing.T, w *world, _ *Session) error { return w.ClearSecondFactor(t.Context(), admin, tom) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			ada := w.setUp()
			first := w.join(tom)
			second, err := w.signIn(tom, words, "")
			must(t, err)
			token, _, err := w.NewToken(t.Context(), tom, TokenSpec{Name: "pipeline", Scope: ScopeWrite})
			must(t, err)
			adas, _, err := w.NewToken(t.Context(), admin, TokenSpec{Name: "pipeline", Scope: ScopeWrite})
			must(t, err)
			for _, x := range [][2]string{{first.Secret, ""}, {second.Secret, ""}, {"", token}} {
				if got := w.known(x[0], x[1]); got != tom {
					t.Fatalf("before: known as %q", got)
				}
			}
			must(t, c.do(t, w, second))
			for _, x := range [][2]string{{first.Secret, ""}, {second.Secret, ""}, {"", token}} {
				if got := w.known(x[0], x[1]); got != "" {
					t.Errorf("after: known as %q", got)
				}
			}
			if w.known(ada.Secret, "") != admin || w.known("", adas) != admin {
				t.Error("somebody else was signed out")
			}
		})
	}
}

func TestS1LogOut(t *testing.T) {
	w := newWorld(t)
	first := w.setUp()
	second, err := w.signIn(admin, words, "")
	must(t, err)
	must(t, w.SignOut(t.Context(), first.Secret))
	must(t, w.SignOut(t.Context(), first.Secret))
	must(t, w.SignOut(t.Context(), "nonsense"))
	if w.known(first.Secret, "") != "" {
		t.Error("a cookie is good after signing out")
	}
	if w.known(second.Secret, "") != admin {
		t.Error("signing out of one browser signed out of another")
	}
	if err := w.EndSession(t.Context(), tom, second.Person.Session); !errors.Is(err, ErrNotFound) {
		t.Errorf("somebody else's session: %v", err)
	}
	must(t, w.EndSession(t.Context(), admin, second.Person.Session))
	if w.known(second.Secret, "") != "" {
		t.Error("a session is good after its end")
	}
}

// TestS1Limits: a session ends when it is not used for the idle time, and after
// the absolute time however much it is used.
func TestS1Limits(t *testing.T) {
	w := newWorld(t)
	s := w.setUp()
	w.wait(DefaultIdle - time.Millisecond)
	if w.known(s.Secret, "") != admin {
		t.Fatal("ended before the idle time")
	}
	w.wait(DefaultIdle - time.Millisecond)
	if w.known(s.Secret, "") != admin {
		t.Fatal("being used does not prolong it")
	}
	w.wait(DefaultIdle)
	if w.known(s.Secret, "") != "" {
		t.Error("good after the idle time")
	}
	s, err := w.signIn(admin, words, "")
	must(t, err)
	start := w.clock()
	for w.clock().Sub(start) < DefaultAbsolute-time.Hour {
		w.wait(time.Hour)
		if w.known(s.Secret, "") != admin {
			t.Fatalf("ended after %v", w.clock().Sub(start))
		}
	}
	w.wait(time.Hour)
	if w.known(s.Secret, "") != "" {
		t.Error("good after the absolute time")
	}
	if list, err := w.Sessions(t.Context(), admin); err != nil || len(list) != 0 {
		t.Errorf("sessions %v %v", list, err)
	}
}

// TestTokensOfSomebodyElse: whoever sits at the machine of the ledger makes and ends
// tokens of somebody else; the log says who did.
func TestTokensOfSomebodyElse(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.join(tom)
	plain, token, err := w.TokenFor(t.Context(), "priya", strings.ToUpper(tom), TokenSpec{Name: "nightly", Scope: ScopeEvidence})
	must(t, err)
	if got := w.known("", plain); got != tom {
		t.Errorf("known as %q", got)
	}
	list, err := w.TokensOf(t.Context(), tom)
	must(t, err)
	if len(list) != 1 || list[0].ID != token.ID {
		t.Errorf("tokens %+v", list)
	}
	for _, email := range []string{"nobody@example.org", admin} {
		if err := w.RevokeTokenOf(t.Context(), "priya", email, token.ID); err == nil {
			t.Errorf("revoked as one of %s", email)
		}
	}
	must(t, w.RevokeTokenOf(t.Context(), "priya", tom, token.ID))
	if w.known("", plain) != "" {
		t.Error("good after it was revoked")
	}
	log, err := w.AccessLog(t.Context(), 0, 2)
	must(t, err)
	for _, x := range log {
		if x.Person != tom || x.By != "priya" || !strings.HasPrefix(x.What, "token.") {
			t.Errorf("log %+v", x)
		}
	}
	if _, _, err := w.TokenFor(t.Context(), "priya", "nobody@example.org", TokenSpec{Name: "x", Scope: ScopeRead}); !errors.Is(err, ErrNoAccount) {
		t.Errorf("of nobody: %v", err)
	}
}

// TestA11Tokens: a token says what it is limited to, ends when it expires or is
// revoked, and is nobody's once its person is disabled.
func TestA11Tokens(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.join(tom)
	plain, token, err := w.NewToken(t.Context(), tom, TokenSpec{Name: " nightly ", Scope: ScopeEvidence, Products: []string{"shop", "web"}, Expires: w.at.Add(time.Hour)})
	must(t, err)
	p, err := w.Identify(t.Context(), "", plain)
	must(t, err)
	if p.ID != tom || p.Known != ledger.ByToken || p.Scope != ScopeEvidence || len(p.Products) != 2 || p.Products[1] != "web" || p.Token != token.ID || p.Session != "" {
		t.Errorf("person %+v", p)
	}
	list, err := w.Tokens(t.Context(), tom)
	must(t, err)
	if len(list) != 1 || list[0].Used != w.at || list[0].Name != "nightly" {
		t.Errorf("tokens %+v", list)
	}
	w.wait(time.Hour)
	if w.known("", plain) != "" {
		t.Error("good after its end")
	}
	if list, err := w.Tokens(t.Context(), tom); err != nil || len(list) != 0 {
		t.Errorf("tokens %v %v", list, err)
	}

	plain, token, err = w.NewToken(t.Context(), tom, TokenSpec{Name: "x", Scope: ScopeRead})
	must(t, err)
	if err := w.RevokeToken(t.Context(), admin, token.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("somebody else's token: %v", err)
	}
	must(t, w.RevokeToken(t.Context(), tom, token.ID))
	if w.known("", plain) != "" {
		t.Error("good after it was revoked")
	}
	plain, _, err = w.NewToken(t.Context(), tom, TokenSpec{Name: "x", Scope: ScopeRead})
	must(t, err)
	must(t, w.Disable(t.Context(), admin, tom))
	if w.known("", plain) != "" {
		t.Error("good though its person is disabled")
	}
	if _, _, err := w.NewToken(t.Context(), tom, TokenSpec{Name: "x", Scope: ScopeRead}); !errors.Is(err, ErrNobody) {
		t.Errorf("a token of somebody disabled: %v", err)
	}
	if s, err := w.signIn(admin, words, ""); err != nil || w.known(s.Secret, plain) != "" {
		t.Errorf("a dead token is covered by a good cookie (%v)", err)
	}
}
