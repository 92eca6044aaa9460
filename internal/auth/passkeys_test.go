package auth

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth/passkey/passkeytest"
	"github.com/parleysec/parley/internal/store"
)

const public = "https://parley.example.org"

// keyed is a world with an address, an administrator and Tom.
func keyed(t *testing.T) (w *world, session *Session) {
	t.Helper()
	w = newWorld(t)
	w.Service = w.again(Options{Origin: public})
	w.setUp()
	return w, w.join(tom)
}

// add adds a passkey for somebody with a password.
func (w *world) add(x *Session, d *passkeytest.Device, name string) error {
	w.t.Helper()
	options, err := w.BeginPasskey(w.t.Context(), &x.Person, NewPasskey{Name: name, Password: words})
	must(w.t, err)
	answer, err := d.Create(options)
	must(w.t, err)
	return w.AddPasskey(w.t.Context(), x.Person.ID, answer)
}

// signed is what a device answers to a new challenge.
func (w *world) signed(d *passkeytest.Device) string {
	w.t.Helper()
	options, err := w.AskPasskey(w.t.Context(), home)
	must(w.t, err)
	answer, err := d.Sign(options)
	must(w.t, err)
	return answer
}

// TestPasskeyOffered: what a page asks for by itself is good as what somebody asks
// for, takes nothing of it, and is no failure of anybody.
func TestPasskeyOffered(t *testing.T) {
	w, tomIn := keyed(t)
	d := &passkeytest.Device{Origin: public}
	must(t, w.add(tomIn, d, "Laptop"))
	for range 40 { // right ones take no turn
		options, err := w.OfferPasskey(t.Context(), home)
		must(t, err)
		answer, err := d.Sign(options)
		must(t, err)
		x, err := w.SignInByPasskey(t.Context(), answer, home)
		must(t, err)
		if x.Person.ID != tom {
			t.Fatalf("signed in: %+v", x.Person)
		}
	}
	options, err := w.OfferPasskey(t.Context(), home)
	must(t, err)
	answer, err := d.Sign(options)
	must(t, err)
	w.at = w.at.Add(challengeFor)
	if _, err := w.SignInByPasskey(t.Context(), answer, home); !errors.Is(err, ErrPasskeyLate) {
		t.Errorf("an offer that is over: %v", err)
	}
	before := w.logs("")
	var many *TooManyError
	n := 0
	for ; n < 40 && err == nil; n++ {
		_, err = w.OfferPasskey(t.Context(), home)
	}
	if n != 31 || !errors.As(err, &many) || many.Retry <= 0 {
		t.Errorf("%d offers: %v", n, err)
	}
	if after := w.logs(""); after != before {
		t.Errorf("the access log says %s", after)
	}
	if _, err := w.byPasskey(d); err != nil {
		t.Errorf("who asks, once nothing is offered: %v", err)
	}
	s := w.again(Options{})
	if _, err := s.OfferPasskey(t.Context(), home); err == nil {
		t.Error("offered by a server without an address")
	}
}

func (w *world) byPasskey(d *passkeytest.Device) (*Session, error) {
	w.t.Helper()
	return w.SignInByPasskey(w.t.Context(), w.signed(d), home)
}

// logs are the entries of the access log about somebody, the newest first.
func (w *world) logs(person string) string {
	w.t.Helper()
	list, err := w.AccessLog(w.t.Context(), 0, 100)
	must(w.t, err)
	var out []string
	for _, x := range list {
		if x.Person == person {
			out = append(out, x.What+" "+x.About)
		}
	}
	return strings.Join(out, "; ")
}

// TestPasskey: a passkey takes the place of password and code, in every process.
func TestPasskey(t *testing.T) {
	w, x := keyed(t)
	laptop, phone := &passkeytest.Device{Origin: public, Counts: true}, &passkeytest.Device{Origin: public, Shared: true}
	must(t, w.add(x, laptop, " Laptop "))
	w.enrol(tom) // asked for after a password
	w.wait(time.Minute)
	options, err := w.BeginPasskey(t.Context(), &x.Person, NewPasskey{Name: "Phone", Password: words})
	if !errors.Is(err, ErrWrong) || options != "" {
		t.Errorf("begun without a code: %v", err)
	}
	for _, s := range []*Service{w.Service, w.again(Options{Origin: public})} {
		got, err := s.SignInByPasskey(t.Context(), w.signed(laptop), home)
		must(t, err)
		if got.Person.ID != tom || w.known(got.Secret, "") != tom {
			t.Errorf("signed in as %+v", got.Person)
		}
	}
	list, err := w.Sessions(t.Context(), tom)
	must(t, err)
	if list[0].How != "passkey" || list[0].From != home.String() {
		t.Errorf("the session is %+v", list[0])
	}
	must(t, w.DropSecondFactor(t.Context(), tom, words, w.code(w.secretOf(tom))))
	must(t, w.add(x, phone, "Phone"))
	if _, err := w.byPasskey(phone); err != nil {
		t.Error(err)
	}
	keys, err := w.Passkeys(t.Context(), tom)
	must(t, err)
	if len(keys) != 2 || keys[0].Name != "Phone" || !keys[0].Synced || keys[1].Name != "Laptop" || keys[1].Synced || !keys[1].Used.Equal(w.clock()) || keys[1].Copied {
		t.Errorf("kept: %+v", keys)
	}
	accounts, err := w.Accounts(t.Context())
	must(t, err)
	if accounts[1].Email != tom || accounts[1].Passkeys != 2 {
		t.Errorf("accounts: %+v", accounts)
	}
	if got := w.logs(tom); !strings.HasPrefix(got, "signed-in passkey; passkey.added Phone; second-factor.dropped") || !strings.Contains(got, "passkey.added Laptop") {
		t.Errorf("logged: %s", got)
	}
}

// secretOf is the secret of a person's one-time codes.
func (w *world) secretOf(person string) (secret []byte) {
	w.t.Helper()
	must(w.t, w.db.ReadAccounts(w.t.Context(), func(tx *store.AccountsTx) error {
		a, err := tx.Find(w.t.Context(), person)
		if err == nil {
			secret = a.Secret
		}
		return err
	}))
	return secret
}

// TestS4PasskeyChallengeIsUsedOnce: a challenge is good once, for five minutes, for
// what it was made for and for whom, whichever process made it, and also after an
// answer that was wrong.
func TestS4PasskeyChallengeIsUsedOnce(t *testing.T) {
	w, x := keyed(t)
	d := &passkeytest.Device{Origin: public}
	must(t, w.add(x, d, "Laptop"))
	answer := w.signed(d)
	if _, err := w.SignInByPasskey(t.Context(), answer, home); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Service{w.Service, w.again(Options{Origin: public})} {
		if _, err := s.SignInByPasskey(t.Context(), answer, home); !errors.Is(err, ErrPasskeyLate) {
			t.Errorf("sent twice: %v", err)
		}
	}
	answer = w.signed(d)
	w.wait(challengeFor)
	if _, err := w.SignInByPasskey(t.Context(), answer, home); !errors.Is(err, ErrPasskeyLate) {
		t.Errorf("too late: %v", err)
	}
	options, err := w.AskPasskey(t.Context(), home)
	must(t, err)
	blind := d.Copy()
	blind.Blind = true
	wrong, err := blind.Sign(options)
	must(t, err)
	right, err := d.Sign(options)
	must(t, err)
	if _, err := w.SignInByPasskey(t.Context(), wrong, home); !errors.Is(err, ErrPasskey) {
		t.Errorf("without looking: %v", err)
	}
	if _, err := w.SignInByPasskey(t.Context(), right, home); !errors.Is(err, ErrPasskeyLate) {
		t.Errorf("after a wrong answer: %v", err)
	}

	begin := func() string {
		t.Helper()
		options, err := w.BeginPasskey(t.Context(), &x.Person, NewPasskey{Name: "Phone", Password: words})
		must(t, err)
		return options
	}
	phone := &passkeytest.Device{Origin: public}
	made, err := phone.Create(begin())
	must(t, err)
	if err := w.AddPasskey(t.Context(), admin, made); !errors.Is(err, ErrPasskeyLate) {
		t.Errorf("by somebody else: %v", err)
	}
	must(t, w.AddPasskey(t.Context(), tom, made))
	if err := w.AddPasskey(t.Context(), tom, made); !errors.Is(err, ErrPasskeyLate) {
		t.Errorf("added twice: %v", err)
	}
	tablet := &passkeytest.Device{Origin: public}
	options = begin()
	old, err := tablet.Create(options)
	must(t, err)
	w.wait(challengeFor)
	if err := w.AddPasskey(t.Context(), tom, old); !errors.Is(err, ErrPasskeyLate) {
		t.Errorf("added too late: %v", err)
	}
	made, err = (&passkeytest.Device{Origin: public}).Create(begin())
	must(t, err)
	begin() // ends the one before
	if err := w.AddPasskey(t.Context(), tom, made); !errors.Is(err, ErrPasskeyLate) {
		t.Errorf("begun anew: %v", err)
	}
	made, err = (&passkeytest.Device{Origin: public}).Create(begin())
	must(t, err)
	must(t, w.EndSessions(t.Context(), tom))
	if err := w.AddPasskey(t.Context(), tom, made); !errors.Is(err, ErrPasskeyLate) {
		t.Errorf("after all sessions ended: %v", err)
	}
}

// TestS4PasskeyOfAnotherPage: what was signed or made for another page, by nobody, or
// by a device that does not look is not taken, and that is on record.
func TestS4PasskeyOfAnotherPage(t *testing.T) {
	w, x := keyed(t)
	good := &passkeytest.Device{Origin: public}
	must(t, w.add(x, good, "Laptop"))
	for name, wrong := range map[string]func(*passkeytest.Device){
		"origin": func(d *passkeytest.Device) { d.Origin = "https://evil.example" },
		"name":   func(d *passkeytest.Device) { d.RP = "evil.example" },
		"blind":  func(d *passkeytest.Device) { d.Blind = true },
		"key":    func(d *passkeytest.Device) { d.Stranger = true },
	} {
		d := good.Copy()
		wrong(d)
		if _, err := w.byPasskey(d); !errors.Is(err, ErrPasskey) {
			t.Errorf("%s: %v", name, err)
		}
		if got := w.logs(tom); !strings.HasPrefix(got, "sign-in.failed passkey") {
			t.Errorf("%s: logged %s", name, got)
		}
		fresh := &passkeytest.Device{Origin: public}
		wrong(fresh)
		if err := w.add(x, fresh, "Phone"); name != "key" && !errors.Is(err, ErrPasskeyMade) {
			t.Errorf("%s: made: %v", name, err)
		}
	}
	for _, junk := range []string{"", "{}", "null", "[1]", strings.Repeat("x", 1<<16)} {
		if _, err := w.SignInByPasskey(t.Context(), junk, netip.MustParseAddr("192.0.2.99")); !errors.Is(err, ErrPasskey) {
			t.Errorf("%.9q signs in: %v", junk, err)
		}
		if err := w.AddPasskey(t.Context(), tom, junk); !errors.Is(err, ErrPasskeyMade) {
			t.Errorf("%.9q is a passkey: %v", junk, err)
		}
	}
}

// TestS4ResetEndsPasskeys: what somebody else may have added is no way back in after
// a new password by a link, and its names are told.
func TestS4ResetEndsPasskeys(t *testing.T) {
	w, x := keyed(t)
	laptop := &passkeytest.Device{Origin: public, Counts: true}
	must(t, w.add(x, laptop, "Laptop"))
	_, _, err := w.NewToken(t.Context(), tom, TokenSpec{Name: "nightly", Scope: ScopeRead})
	must(t, err)
	link, err := w.ResetLink(t.Context(), admin, tom)
	must(t, err)
	ended, err := w.Reset(t.Context(), link, other)
	must(t, err)
	if len(ended.Passkeys) != 1 || ended.Passkeys[0] != "Laptop" || len(ended.Tokens) != 1 || ended.Tokens[0] != "nightly" || ended.Device == "" {
		t.Errorf("ended %+v", ended)
	}
	if _, err := w.byPasskey(laptop); !errors.Is(err, ErrPasskey) {
		t.Errorf("the passkey lets in still: %v", err)
	}
	if list, err := w.Passkeys(t.Context(), tom); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
}

// TestOneLetterForAReset: what a new password by a link ended is told by its own
// letter alone, and each passkey stands in the log.
func TestOneLetterForAReset(t *testing.T) {
	w, x := keyed(t)
	for _, name := range []string{"Laptop", "Phone"} {
		must(t, w.add(x, &passkeytest.Device{Origin: public}, name))
	}
	w.Service = w.again(Options{Origin: public, Mails: true})
	link, err := w.ResetLink(t.Context(), admin, tom)
	must(t, err)
	_, err = w.Reset(t.Context(), link, other)
	must(t, err)
	must(t, w.db.ReadAccounts(t.Context(), func(tx *store.AccountsTx) error {
		for what, want := range map[string]bool{"password.reset": true, "passkey.removed": false} {
			d, err := tx.Letter(t.Context(), store.LetterAccount+what, tom)
			if err != nil || (d != nil) != want {
				t.Errorf("the letter %s: %v, %v", what, d, err)
			}
		}
		return nil
	}))
	if got := w.logs(tom); !strings.Contains(got, "passkey.removed Laptop") || !strings.Contains(got, "passkey.removed Phone") {
		t.Errorf("the log says %s", got)
	}
}

// TestPasskeyOfNobody: a key that was removed, never known, or of a disabled account gets
// one answer.
func TestPasskeyOfNobody(t *testing.T) {
	w, x := keyed(t)
	d := &passkeytest.Device{Origin: public}
	must(t, w.add(x, d, "Laptop"))
	keys, err := w.Passkeys(t.Context(), tom)
	must(t, err)
	must(t, w.Disable(t.Context(), admin, tom))
	if _, err := w.byPasskey(d); !errors.Is(err, ErrPasskey) {
		t.Errorf("disabled: %v", err)
	}
	must(t, w.Enable(t.Context(), admin, tom))
	back, err := w.byPasskey(d)
	must(t, err)
	if _, err := w.RemovePasskey(t.Context(), admin, "x", keys[0].ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed by somebody else: %v", err)
	}
	if _, err := w.RemovePasskey(t.Context(), tom, "x", keys[0].ID); !errors.Is(err, ErrNobody) {
		t.Errorf("removed by a session of nobody: %v", err)
	}
	token, _, err := w.NewToken(t.Context(), tom, TokenSpec{Name: "nightly", Scope: ScopeRead})
	must(t, err)
	now, err := w.RemovePasskey(t.Context(), tom, back.Person.Session, keys[0].ID)
	must(t, err)
	if w.known(back.Secret, "") != "" || w.known("", token) != "" || w.known(now.Secret, "") != tom {
		t.Error("removing a passkey does not end what was signed in, or signs out who did it") // S1
	}
	if list, err := w.Sessions(t.Context(), tom); err != nil || len(list) != 1 || list[0].How != "passkey" {
		t.Errorf("sessions %+v (%v)", list, err)
	}
	if _, err := w.byPasskey(d); !errors.Is(err, ErrPasskey) {
		t.Errorf("removed: %v", err)
	}
	if got := w.logs(tom); !strings.Contains(got, "passkey.removed Laptop") {
		t.Errorf("logged: %s", got)
	}
	must(t, w.add(now, d, "Laptop again"))
	must(t, w.ClearSecondFactor(t.Context(), admin, tom))
	if keys, err := w.Passkeys(t.Context(), tom); err != nil || len(keys) != 0 {
		t.Errorf("after an administrator cleared them: %+v (%v)", keys, err)
	}
}

// TestS4PasskeyCopied: once a key counted backwards it is good for nothing, in whoever's
// hands, and its person is told.
func TestS4PasskeyCopied(t *testing.T) {
	w, x := keyed(t)
	d := &passkeytest.Device{Origin: public, Counts: true}
	must(t, w.add(x, d, "Laptop"))
	thief := d.Copy()
	for range 2 {
		if _, err := w.byPasskey(thief); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 { // behind, level, and ahead of the thief
		if _, err := w.byPasskey(d); !errors.Is(err, ErrPasskeyCopied) {
			t.Errorf("the copied key: %v", err)
		}
	}
	if _, err := w.byPasskey(thief); !errors.Is(err, ErrPasskeyCopied) {
		t.Errorf("the copy: %v", err)
	}
	keys, err := w.Passkeys(t.Context(), tom)
	must(t, err)
	if !keys[0].Copied || !strings.HasPrefix(w.logs(tom), "passkey.copied Laptop") {
		t.Errorf("%+v, logged %s", keys, w.logs(tom))
	}
}

// TestAddingAPasskeyNeedsProof: a session alone adds none.
func TestAddingAPasskeyNeedsProof(t *testing.T) {
	w, x := keyed(t)
	for _, in := range []NewPasskey{{Name: "Laptop"}, {Name: "Laptop", Password: other}} {
		if _, err := w.BeginPasskey(t.Context(), &x.Person, in); !errors.Is(err, ErrWrong) {
			t.Errorf("%+v: %v", in, err)
		}
	}
	var field *FieldError
	for _, name := range []string{"", " ", strings.Repeat("x", 101), "a\u202eb"} {
		if _, err := w.BeginPasskey(t.Context(), &x.Person, NewPasskey{Name: name, Password: words}); !errors.As(err, &field) || field.Field != "name" {
			t.Errorf("called %q: %v", name, err)
		}
	}
	var many *TooManyError
	for i := 0; ; i++ {
		_, err := w.BeginPasskey(t.Context(), &x.Person, NewPasskey{Name: "Laptop", Password: other})
		if errors.As(err, &many) {
			break
		}
		if i > 20 {
			t.Fatal("guessing a password here is not limited")
		}
	}
	w.wait(time.Hour)
	for i := range maxPasskeys {
		must(t, w.add(x, &passkeytest.Device{Origin: public}, "Device "+string(rune('a'+i))))
	}
	if _, err := w.BeginPasskey(t.Context(), &x.Person, NewPasskey{Name: "one more", Password: words}); !errors.As(err, &field) {
		t.Errorf("one more than %d: %v", maxPasskeys, err)
	}
}

// TestPasskeyWithoutPassword: who comes by a provider proves it by having come this
// moment; and the last way in stays.
func TestPasskeyWithoutPassword(t *testing.T) {
	const issuer = "https://id.example.org"
	w, _ := keyed(t)
	w.Service = w.again(Options{Origin: public, Issuer: issuer})
	eve := Identity{Issuer: issuer, Subject: "7", Email: "eve@example.org", EmailVerified: true, Name: "Eve", Roles: []string{"reader"}, Proved: w.clock()}
	x, err := w.SignInWith(t.Context(), eve)
	must(t, err)
	if x.Person.Password {
		t.Error("she has a password")
	}
	d := &passkeytest.Device{Origin: public}
	must(t, w.add(x, d, "Laptop"))
	w.wait(ProvedFor)
	later, err := w.Identify(t.Context(), x.Secret, "")
	must(t, err)
	if _, err := w.BeginPasskey(t.Context(), later, NewPasskey{Name: "Phone"}); !errors.Is(err, ErrNotFresh) {
		t.Errorf("some time later: %v", err)
	}
	keys, err := w.Passkeys(t.Context(), eve.Email)
	must(t, err)
	w.Service = w.again(Options{Origin: public}) // the provider is gone
	x, err = w.byPasskey(d)
	must(t, err)
	if _, err := w.RemovePasskey(t.Context(), eve.Email, x.Person.Session, keys[0].ID); !errors.Is(err, ErrLastWayIn) {
		t.Errorf("the last way in: %v", err)
	}
	if w.known(x.Secret, "") != eve.Email {
		t.Error("what was refused ended her session")
	}
	must(t, w.add(x, &passkeytest.Device{Origin: public}, "Phone"))
	x, err = w.RemovePasskey(t.Context(), eve.Email, x.Person.Session, keys[0].ID)
	must(t, err)
	keys, err = w.Passkeys(t.Context(), eve.Email)
	must(t, err)
	w.Service = w.again(Options{Origin: public, Issuer: issuer})
	if _, err := w.RemovePasskey(t.Context(), eve.Email, x.Person.Session, keys[0].ID); err != nil {
		t.Errorf("with a provider that knows her: %v", err)
	}
}

// TestS5Passkeys: challenges and answers are limited by network; right ones are free.
func TestS5Passkeys(t *testing.T) {
	w, x := keyed(t)
	d := &passkeytest.Device{Origin: public}
	must(t, w.add(x, d, "Laptop"))
	for i := range 100 {
		if _, err := w.byPasskey(d); err != nil {
			t.Fatalf("sign-in %d: %v", i, err)
		}
	}
	elsewhere := netip.MustParseAddr("198.51.100.7")
	var many *TooManyError
	n := 0
	for ; n < 100; n++ {
		if _, err := w.AskPasskey(t.Context(), elsewhere); errors.As(err, &many) {
			break
		}
	}
	if n != 30 {
		t.Errorf("%d challenges at once", n)
	}
	if _, err := w.SignInByPasskey(t.Context(), "{}", elsewhere); !errors.As(err, &many) {
		t.Errorf("an answer from there: %v", err)
	}
	if _, err := w.byPasskey(d); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	for range 20 { // a password that is guessed at does not keep a passkey out
		_, _ = w.SignIn(t.Context(), Attempt{Email: tom, Password: other, From: netip.MustParseAddr("203.0.113.7")})
	}
	if _, err := w.byPasskey(d); err != nil {
		t.Errorf("while a password is guessed at: %v", err)
	}
}

// TestPasskeysAt: a server that does not know its name has none, and says why.
func TestPasskeysAt(t *testing.T) {
	for origin, why := range map[string]string{"": "has not said", "http://192.0.2.1": "an IP address", "http://parley.example.org": "without https"} {
		s := newWorld(t).again(Options{Origin: origin})
		for _, err := range []error{s.PasskeysAt(origin), s.PasskeysAt(public), second(s.AskPasskey(t.Context(), home)), second(s.BeginPasskey(t.Context(), &Person{ID: tom}, NewPasskey{}))} {
			if err == nil || !strings.Contains(err.Error(), why) {
				t.Errorf("%q: %v", origin, err)
			}
		}
		if _, err := s.SignInByPasskey(t.Context(), "{}", home); !errors.Is(err, ErrPasskey) {
			t.Errorf("%q: signed in: %v", origin, err)
		}
	}
	w, _ := keyed(t)
	if err := w.PasskeysAt(public); err != nil {
		t.Error(err)
	}
	if err := w.PasskeysAt("http://127.0.0.1:8080"); err == nil || !strings.Contains(err.Error(), public) {
		t.Errorf("under another name: %v", err)
	}
}

func second(_ string, err error) error { return err }
