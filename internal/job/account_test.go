package job

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/outgoing/mailtest"
)

const words = "otter violin basalt seven"

// accounts are those beside the ledger of a desk, whose letters go by a mail server
// over TLS.
func (d *desk) accounts() (*auth.Service, *mailtest.Office) {
	d.t.Helper()
	clock := func() time.Time { d.mu.Lock(); defer d.mu.Unlock(); return d.now }
	s, err := auth.Open(d.t.Context(), d.path, auth.Options{Now: clock, Cost: auth.Cost{KiB: 8, Passes: 1}, Mails: true})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = s.Close() })
	p := mailtest.Open(d.t, true)
	m := outgoing.Mailer{
		Server: p.Addr, User: mailtest.User, Password: mailtest.Password, From: "Parley <parley@example.org>",
		Guard: outgoing.Anywhere(), Now: clock, TLS: &tls.Config{RootCAs: p.Roots, MinVersion: tls.VersionTLS12},
	}
	d.out.Mail.Send, d.out.Mail.Reaches = m.Send, s.MaySignIn
	d.out.Mail.Draw = func(ctx context.Context, id string) (*Link, error) {
		x, err := s.Draw(ctx, id)
		return (*Link)(x), err
	}
	return s, p
}

// sent is the one letter that was handed over: whom it is for, and its text.
func sent(t *testing.T, p *mailtest.Office) (id, to, subject, text string) {
	t.Helper()
	all := p.Take()
	if len(all) != 1 {
		t.Fatalf("%d letters: %q", len(all), all)
	}
	m, err := mail.ReadMessage(strings.NewReader(all[0]))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header.Get("Message-Id"), m.Header.Get("To"), m.Header.Get("Subject"), string(b)
}

// linkIn is the secret of the link in a letter.
func linkIn(t *testing.T, text, path string) string {
	t.Helper()
	m := regexp.MustCompile(`https://parley\.example\.org` + path + `#(\S{40,})`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no link:\n%s", text)
	}
	return m[1]
}

// holds reports whether the files of the database hold a text.
func (d *desk) holds(text string) bool {
	d.t.Helper()
	for _, path := range []string{d.path, d.path + "-wal"} {
		b, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			d.t.Fatal(err)
		}
		if strings.Contains(string(b), text) {
			return true
		}
	}
	return false
}

// TestN3InvitationsByMail: whoever is invited gets the link, and nobody else sees
// it; it stands nowhere in the database, and a letter that failed holds one that
// is good for nothing.
func TestN3InvitationsByMail(t *testing.T) {
	d := newDesk(t)
	s, p := d.accounts()
	in := auth.Invitation{Email: "helen@example.org", Name: "Helen", Opens: "/t/leak"}
	if err := s.InviteByMail(t.Context(), "root@example.org", in); err != nil {
		t.Fatal(err)
	}
	p.Refuse(errors.New("come again"))
	d.run()
	id, _, _, text := sent(t, p)
	first := linkIn(t, text, "/invite")
	if list, err := s.Invitations(t.Context()); err != nil || len(list) != 1 || list[0].Letter != auth.LetterFailing {
		t.Errorf("it failed, and stands as %+v, %v", list, err)
	}
	p.Refuse(nil)
	d.later(time.Hour)
	d.run()
	id2, to, subject, text := sent(t, p)
	second := linkIn(t, text, "/invite")
	if to != "<helen@example.org>" || !strings.Contains(subject, "root@example.org invites you") || !strings.Contains(text, "2026-11-21 09:00 UTC") || strings.Contains(text, "{") {
		t.Errorf("to %s: %s\n%s", to, subject, text)
	}
	if first == second || id == id2 {
		t.Error("a letter that failed is sent as it was")
	}
	if d.holds(first) || d.holds(second) {
		t.Error("N3: the secret stands in the database")
	}
	if list, err := s.Invitations(t.Context()); err != nil || len(list) != 1 || list[0].Letter != "delivered" {
		t.Errorf("it was sent, and stands as %+v, %v", list, err)
	}
	if _, err := s.Accept(t.Context(), first, auth.NewAccount{Password: words}); !errors.Is(err, auth.ErrLink) {
		t.Errorf("the link of the letter that failed: %v", err)
	}
	if _, err := s.Accept(t.Context(), second, auth.NewAccount{Password: words}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept(t.Context(), second, auth.NewAccount{Password: words}); !errors.Is(err, auth.ErrLink) {
		t.Errorf("used twice: %v", err)
	}
	d.later(time.Hour)
	d.run()
	if all := p.Take(); len(all) > 0 {
		t.Errorf("sent again: %q", all)
	}
}

// TestLettersThatAreOver: what was withdrawn, or is over by the time it could be
// sent, is not sent.
func TestLettersThatAreOver(t *testing.T) {
	d := newDesk(t)
	s, p := d.accounts()
	if err := s.InviteByMail(t.Context(), "root@example.org", auth.Invitation{Email: "helen@example.org"}); err != nil {
		t.Fatal(err)
	}
	list, err := s.Invitations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Withdraw(t.Context(), "root@example.org", list[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := s.InviteByMail(t.Context(), "root@example.org", auth.Invitation{Email: "ben@example.org"}); err != nil {
		t.Fatal(err)
	}
	d.later(73 * time.Hour)
	d.run()
	if all := p.Take(); len(all) > 0 {
		t.Errorf("sent: %q", all)
	}
}

// TestInvitedAnewByMail: of two invitations of an address that wait to be sent, the
// newer one alone is.
func TestInvitedAnewByMail(t *testing.T) {
	d := newDesk(t)
	s, p := d.accounts()
	for range 2 {
		if err := s.InviteByMail(t.Context(), "root@example.org", auth.Invitation{Email: "helen@example.org", Name: "Helen"}); err != nil {
			t.Fatal(err)
		}
	}
	d.run()
	all := p.Take()
	if len(all) != 1 {
		t.Fatalf("%d letters are sent: %q", len(all), all)
	}
	if list, err := s.Invitations(t.Context()); err != nil || len(list) != 1 || list[0].Letter != auth.LetterDelivered {
		t.Errorf("invitations %+v %v", list, err)
	}
}

// TestPeopleAreToldOfTheirAccount: a way into an account that is made or taken is
// told to its person, without a secret, and to nobody who may not sign in.
func TestPeopleAreToldOfTheirAccount(t *testing.T) {
	d := newDesk(t)
	s, p := d.accounts()
	secret, err := s.Invite(t.Context(), "root@example.org", auth.Invitation{Email: "helen@example.org", Name: "Helen"})
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.Accept(t.Context(), secret, auth.NewAccount{Password: words})
	if err != nil {
		t.Fatal(err)
	}
	d.run()
	if all := p.Take(); len(all) > 0 {
		t.Errorf("told of the first day: %q", all)
	}
	told := func(want string, secrets ...string) {
		t.Helper()
		d.run()
		_, to, subject, text := sent(t, p)
		if to != "<helen@example.org>" || !strings.Contains(subject, want) || !strings.Contains(text, "https://parley.example.org/account") || !strings.Contains(text, "2026-11-18") || strings.Contains(text, "{") {
			t.Errorf("to %s: %s\n%s", to, subject, text)
		}
		for _, x := range secrets {
			if strings.Contains(text, x) {
				t.Errorf("N3: the letter holds a secret:\n%s", text)
			}
		}
		d.later(time.Second)
	}
	if _, err := s.ChangePassword(t.Context(), "helen@example.org", in.Person.Session, words, words+" eight"); err != nil {
		t.Fatal(err)
	}
	told("Your password was changed", words)
	token, _, err := s.NewToken(t.Context(), "helen@example.org", auth.TokenSpec{Name: "nightly", Scope: auth.ScopeRead})
	if err != nil {
		t.Fatal(err)
	}
	told("A token was made in your name", token)
	link, err := s.ResetLink(t.Context(), "root@example.org", "helen@example.org")
	if err != nil {
		t.Fatal(err)
	}
	told("A link to set a new password", link)
	if _, err := s.Reset(t.Context(), link, words+" nine"); err != nil {
		t.Fatal(err)
	}
	told("Your password was set anew", words)
	if err := s.ResetByMail(t.Context(), "root@example.org", "helen@example.org"); err != nil {
		t.Fatal(err)
	}
	d.run()
	if all := p.Take(); len(all) != 2 { // the link, and that it was made
		t.Errorf("%d letters: %q", len(all), all)
	}
	if err := s.ResetByMail(t.Context(), "root@example.org", "helen@example.org"); err != nil {
		t.Fatal(err)
	}
	if err := s.Disable(t.Context(), "root@example.org", "helen@example.org"); err != nil {
		t.Fatal(err)
	}
	d.run()
	if all := p.Take(); len(all) > 0 {
		t.Errorf("somebody who is disabled is told: %q", all)
	}
}

// TestLetterOfANewPassword: an administrator sees what became of the letter with a
// link for a new password, until it is used or a day is over.
func TestLetterOfANewPassword(t *testing.T) {
	d := newDesk(t)
	s, p := d.accounts()
	const helen = "helen@example.org"
	secret, err := s.Invite(t.Context(), "root@example.org", auth.Invitation{Email: helen, Name: "Helen"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept(t.Context(), secret, auth.NewAccount{Password: words}); err != nil {
		t.Fatal(err)
	}
	stands := func(want string) {
		t.Helper()
		list, err := s.Accounts(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		got := ""
		if l := list[0].NewPassword; l != nil {
			got = l.State
		}
		if got != want {
			t.Errorf("it stands as %q, want %q", got, want)
		}
	}
	mailed := func() {
		t.Helper()
		if err := s.ResetByMail(t.Context(), "root@example.org", helen); err != nil {
			t.Fatal(err)
		}
	}
	stands("")
	mailed()
	stands(auth.LetterWaiting)
	p.Refuse(errors.New("come again"))
	d.run()
	stands(auth.LetterFailing)
	d.later(2 * time.Hour)
	d.run()
	stands(auth.LetterGivenUp)
	p.Refuse(nil)
	d.later(time.Minute)
	mailed() // and the one before tells nothing any more
	stands(auth.LetterWaiting)
	p.Take()
	d.run()
	stands(auth.LetterDelivered)
	link := ""
	for _, letter := range p.Take() {
		if m := resetLink.FindStringSubmatch(strings.ReplaceAll(letter, "=\r\n", "")); m != nil {
			link = m[1]
		}
	}
	if _, err := s.Reset(t.Context(), link, words+" nine"); err != nil {
		t.Fatal(err)
	}
	stands("")
	mailed()
	d.later(25 * time.Hour)
	stands("")
}

var resetLink = regexp.MustCompile(`/reset#([A-Za-z0-9_-]{40,})`)

// TestEveryChangeHasItsText: what people are told of is in the catalogue.
func TestEveryChangeHasItsText(t *testing.T) {
	for _, what := range auth.Told() {
		if !hasChange(what) {
			t.Errorf("no text for %s", what)
		}
	}
}
