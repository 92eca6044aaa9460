package auth

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestInvitation(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	secret, err := w.Invite(t.Context(), admin, Invitation{Email: " Tom@Example.org", Name: "Tom", Opens: "/p/shop/t/leak?from=mail"})
	must(t, err)
	for range 3 { // looking uses nothing up
		in, err := w.Invited(t.Context(), secret)
		must(t, err)
		if in.Email != tom || in.Name != "Tom" || in.Opens != "/p/shop/t/leak?from=mail" || in.By != admin || in.Expires != w.at.Add(inviteFor) {
			t.Errorf("%+v", in)
		}
	}
	if list, err := w.Invitations(t.Context()); err != nil || len(list) != 1 || list[0].Email != tom {
		t.Errorf("invitations %v %v", list, err)
	}
	var field *FieldError
	if _, err := w.Accept(t.Context(), secret, NewAccount{Email: "eve@example.org", Password: words}); !errors.As(err, &field) || field.Field != "email" {
		t.Errorf("for another address: %v", err)
	}
	if _, err := w.Accept(t.Context(), secret, NewAccount{Password: "short"}); !errors.As(err, &field) || field.Field != "password" {
		t.Errorf("a short password: %v", err)
	}
	s, err := w.Accept(t.Context(), secret, NewAccount{Password: words}) // mistakes used nothing up
	must(t, err)
	if s.Person.ID != tom || s.Person.Name != "Tom" || w.known(s.Secret, "") != tom {
		t.Errorf("session %+v", s)
	}
	if _, err := w.Invite(t.Context(), admin, Invitation{Email: tom}); !errors.Is(err, ErrTaken) {
		t.Errorf("invited again: %v", err)
	}
	second, err := w.Invite(t.Context(), admin, Invitation{Email: "mia@example.org"})
	must(t, err)
	list, err := w.Invitations(t.Context())
	must(t, err)
	_, err = w.Withdraw(t.Context(), admin, list[0].ID)
	must(t, err)
	if _, err := w.Withdraw(t.Context(), admin, list[0].ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("withdrawn twice: %v", err)
	}
	if _, err := w.Accept(t.Context(), second, NewAccount{Name: "Mia", Password: words}); !errors.Is(err, ErrLink) {
		t.Errorf("after it was withdrawn: %v", err)
	}
}

// TestS3InvitedAnew: of several invitations of an address the newest alone is good,
// and it holds what was given with those before. What it gave is named when it is
// withdrawn, unless somebody has the account by then.
func TestS3InvitedAnew(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	reader, decider := Role{Role: "reader"}, Role{Role: "decider", Product: "shop"}
	send := func(gave ...Role) string {
		secret, err := w.Invite(t.Context(), admin, Invitation{Email: "mia@example.org", Gave: gave})
		must(t, err)
		return secret
	}
	first := send(reader)
	_, err := w.Invite(t.Context(), admin, Invitation{Email: "eve@example.org", Gave: []Role{{Role: "manager"}}})
	must(t, err)
	send(decider, reader)
	last := send()
	if _, err := w.Invited(t.Context(), first); !errors.Is(err, ErrLink) {
		t.Errorf("the first is still good: %v", err)
	}
	list, err := w.Invitations(t.Context())
	must(t, err)
	at := slices.IndexFunc(list, func(in Invitation) bool { return in.Email == "mia@example.org" })
	if len(list) != 2 || at < 0 {
		t.Fatalf("invitations %+v", list)
	}
	was, err := w.Withdraw(t.Context(), admin, list[at].ID)
	must(t, err)
	if was.Email != "mia@example.org" || len(was.Gave) != 2 || !slices.Contains(was.Gave, reader) || !slices.Contains(was.Gave, decider) {
		t.Errorf("withdrawn: %+v", was)
	}
	if _, err := w.Invited(t.Context(), last); !errors.Is(err, ErrLink) {
		t.Errorf("the withdrawn one is still good: %v", err)
	}
	if _, err := w.Invitable(t.Context(), Invitation{Email: " Mia@Example.org"}, true); !errors.Is(err, ErrNoMail) {
		t.Errorf("by mail: %v", err)
	}
	if in, err := w.Invitable(t.Context(), Invitation{Email: " Mia@Example.org"}, false); err != nil || in.Email != "mia@example.org" {
		t.Errorf("invitable: %+v %v", in, err)
	}
	if _, err := w.Invitable(t.Context(), Invitation{Email: admin}, false); !errors.Is(err, ErrTaken) {
		t.Errorf("with an account: %v", err)
	}
}

// TestInvitedBeforeTheSetUp: who made the first account needs no invitation, and one
// that stands takes nothing from them when it is withdrawn.
func TestInvitedBeforeTheSetUp(t *testing.T) {
	w := newWorld(t)
	_, err := w.Invite(t.Context(), "ada", Invitation{Email: admin, Gave: []Role{{Role: "manager"}}})
	must(t, err)
	w.setUp()
	list, err := w.Invitations(t.Context())
	must(t, err)
	for _, in := range list {
		was, err := w.Withdraw(t.Context(), "ada", in.ID)
		must(t, err)
		if len(was.Gave) > 0 {
			t.Errorf("to be taken from somebody with an account: %+v", was)
		}
	}
}

// TestS3Links: an invitation and a reset are good once and for a limited time,
// not in the place of each other, and end with what makes them pointless.
func TestS3Links(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.join(tom)
	mia := NewAccount{Name: "Mia", Password: words}
	invite := func() string {
		secret, err := w.Invite(t.Context(), admin, Invitation{Email: "mia@example.org"})
		must(t, err)
		return secret
	}
	reset := func() string {
		secret, err := w.ResetLink(t.Context(), admin, tom)
		must(t, err)
		return secret
	}
	accept := func(secret string) error { _, err := w.Accept(t.Context(), secret, mia); return err }
	redo := func(secret string) error { return w.reset(t.Context(), secret, other) }
	gone := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, ErrLink) {
			t.Errorf("%s: %v", what, err)
		}
	}
	i, r := invite(), reset()
	gone("a reset as an invitation", accept(r))
	gone("an invitation as a reset", redo(i))
	_, err := w.SetUp(t.Context(), i, NewAccount{Email: "eve@example.org", Name: "Eve", Password: words})
	gone("an invitation as the set-up", err)
	if w.known(i, "") != "" || w.known(r, "") != "" || w.known("", i) != "" {
		t.Error("a link signs in")
	}
	w.wait(resetFor)
	gone("a reset after an hour", redo(r))
	w.wait(inviteFor - resetFor)
	gone("an invitation after 72 hours", accept(i))
	if in, err := w.Invited(t.Context(), i); err == nil {
		t.Errorf("it is still shown: %v", in)
	}

	first, second := reset(), reset()
	gone("a reset after another was made", redo(first))
	must(t, redo(second))
	gone("a reset used twice", redo(second))

	third := reset()
	s, err := w.signIn(tom, other, "")
	must(t, err)
	_, err = w.ChangePassword(t.Context(), tom, s.Person.Session, other, words)
	must(t, err)
	gone("a reset after the password was changed", redo(third))
	fourth := reset()
	must(t, w.Disable(t.Context(), admin, tom))
	gone("a reset of a disabled account", redo(fourth))
	if _, err := w.ResetLink(t.Context(), admin, tom); !errors.Is(err, ErrNoAccount) {
		t.Errorf("a reset for a disabled account: %v", err)
	}

	one, two := invite(), invite()
	gone("an invitation after another was made", accept(one))
	must(t, accept(two))
	gone("an invitation used twice", accept(two))
}

// TestS3OnceAtOnce: of many who use a link at the same moment, one succeeds.
func TestS3OnceAtOnce(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.join(tom)
	invite, err := w.Invite(t.Context(), admin, Invitation{Email: "mia@example.org"})
	must(t, err)
	reset, err := w.ResetLink(t.Context(), admin, tom)
	must(t, err)
	var accepted, redone atomic.Int64
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, err := w.Accept(t.Context(), invite, NewAccount{Name: "Mia", Password: words}); err == nil {
				accepted.Add(1)
			} else if !errors.Is(err, ErrLink) {
				t.Error(err)
			}
			if err := w.reset(t.Context(), reset, other); err == nil {
				redone.Add(1)
			} else if !errors.Is(err, ErrLink) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if accepted.Load() != 1 || redone.Load() != 1 {
		t.Errorf("accepted %d times, reset %d times", accepted.Load(), redone.Load())
	}
}

// TestS3NoSecretIsKept: neither the database, with what SQLite leaves in its
// files, nor the program's log, nor the access log, nor an error holds a secret
// that was given out.
func TestS3NoSecretIsKept(t *testing.T) {
	w := newWorld(t)
	var log bytes.Buffer
	w.Service = w.again(Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	var secrets, said []string
	hold := func(secret string, err error) string {
		t.Helper()
		must(t, err)
		secrets = append(secrets, secret)
		return secret
	}
	fails := func(err error) {
		t.Helper()
		if err == nil {
			t.Fatal("it should have failed")
		}
		said = append(said, err.Error())
	}
	setUp := hold(w.SetUpLink(t.Context()))
	s, err := w.SetUp(t.Context(), setUp, NewAccount{Email: admin, Name: "Ada", Password: words})
	hold(s.Secret, err)
	invite := hold(w.Invite(t.Context(), admin, Invitation{Email: tom, Name: "Tom"}))
	s, err = w.Accept(t.Context(), invite, NewAccount{Password: words})
	hold(s.Secret, err)
	unused := hold(w.Invite(t.Context(), admin, Invitation{Email: "mia@example.org"}))
	reset := hold(w.ResetLink(t.Context(), admin, tom))
	plain, _, err := w.NewToken(t.Context(), admin, TokenSpec{Name: "x", Scope: ScopeRead})
	hold(plain, err)
	_, recovery := w.enrol(admin)
	for _, code := range recovery {
		secrets = append(secrets, code, strings.ReplaceAll(code, "-", ""))
	}
	secrets = append(secrets, words, other, "a typed password of nobody")
	must(t, w.reset(t.Context(), reset, other))
	fails(w.reset(t.Context(), reset, words))
	_, err = w.Accept(t.Context(), invite, NewAccount{Password: words})
	fails(err)
	_, err = w.Accept(t.Context(), unused, NewAccount{Name: "M", Password: words + strings.Repeat("x", 300)})
	fails(err)
	for _, a := range []Attempt{
		{Email: "a typed password of nobody", Password: words},
		{Email: tom, Password: words},
		{Email: admin, Password: words, Code: recovery[0] + "x"},
		{Email: "x@example.org", Password: words},
	} {
		a.From = home
		_, err = w.SignIn(t.Context(), a)
		fails(err)
	}
	list, err := w.AccessLog(t.Context(), 0, maxAccess)
	must(t, err)
	for _, x := range list {
		said = append(said, x.What+" "+x.Person+" "+x.By+" "+x.About)
	}
	said = append(said, log.String())
	files, err := filepath.Glob(w.url + "*")
	must(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		said = append(said, string(b))
	}
	for _, secret := range secrets {
		for _, text := range said {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%q stands in …%.60q", secret, text[i:])
			}
		}
	}
	if !strings.Contains(log.String(), "what=signed-in") || !strings.Contains(log.String(), "level=WARN") {
		t.Errorf("the program's log says nothing:\n%s", log.String())
	}
}

func TestAccessLogSaysWhoWhatWhenWhereFrom(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.wait(time.Minute)
	_, err := w.signIn(admin, words, "")
	must(t, err)
	if _, err := w.signIn(admin, other, ""); err == nil {
		t.Fatal("a wrong password")
	}
	if _, err := w.signIn("hunter2 is my password", other, ""); err == nil {
		t.Fatal("nobody")
	}
	ctx := WithAddress(context.WithoutCancel(t.Context()), home)
	_, err = w.Invite(ctx, admin, Invitation{Email: tom})
	must(t, err)
	list, err := w.AccessLog(t.Context(), 0, 4)
	must(t, err)
	want := []Access{
		{What: "invitation.made", Person: tom, By: admin, From: "192.0.2.7", At: w.at},
		{What: "sign-in.failed", From: "192.0.2.7", About: "password", At: w.at},
		{What: "sign-in.failed", Person: admin, From: "192.0.2.7", About: "password", At: w.at},
		{What: "signed-in", Person: admin, From: "192.0.2.7", About: "password", At: w.at},
	}
	for i, x := range list {
		if i > 0 && x.ID >= list[i-1].ID {
			t.Error("not the newest first")
		}
		x.ID = 0
		if x != want[i] {
			t.Errorf("entry %d: %+v, want %+v", i, x, want[i])
		}
	}
	rest, err := w.AccessLog(t.Context(), list[3].ID, 100)
	must(t, err)
	if len(rest) != 2 || rest[0].What != "signed-in" || rest[1].What != "account.made" {
		t.Errorf("before those: %+v", rest)
	}
}

// TestS7OpenRedirect: what an invitation opens is on this server, whatever a
// browser makes of the text.
func TestS7OpenRedirect(t *testing.T) {
	for _, good := range []string{"/", "/p/shop", "/p/shop/t/leak?a=b&c=%2Fd", "/decide#top", "/p/caf%C3%A9", "/search?q=https://example.org//x", "/p/a:b"} {
		if !LocalPath(good) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{
		"", "p/shop", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example", "https:evil.example", "https://evil.example",
		"HTTPS://evil.example", "javascript:alert(1)", "data:text/html,x", "/%2fevil.example", "/%2Fevil.example", "/%5cevil.example", "/%5C%5Cevil.example", "%2f%2fevil.example",
		"/\tevil.example", "/\t/evil.example", "/\n/evil.example", "/\r\nLocation: https://evil.example", "/%0d%0aSet-Cookie:a=b", "/%09/evil.example", "/x\x00", "/ /evil.example", " /x", " //evil.example",
		"/.//evil.example", "/..//evil.example", "/../x", "/./x", "/x/../../y", "/x//evil.example", "/%2e%2e/x", "/x\u2028", "/x\u202e", "/\u00a0\u200b/evil", "/%zz", "?x", "#x", "@evil.example", ":80", "/%E2%80%AE", "/" + strings.Repeat("a", 3000),
	} {
		if LocalPath(bad) {
			t.Errorf("%q is taken for a path of this server", bad)
		}
	}
	w := newWorld(t)
	w.setUp()
	var field *FieldError
	if _, err := w.Invite(t.Context(), admin, Invitation{Email: tom, Opens: "//evil.example"}); !errors.As(err, &field) || field.Field != "opens" {
		t.Errorf("an invitation that opens elsewhere: %v", err)
	}
}
