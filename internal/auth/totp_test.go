package auth

import (
	"encoding/base32"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestCodesAreThoseOfTheStandard: RFC 6238 appendix B, of which the last six
// digits, and RFC 4226 appendix D.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
		1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := codeAt(secret, stepOf(time.Unix(at, 0))); got != want[2:] {
			t.Errorf("at %d: %s, want %s", at, got, want[2:])
		}
	}
	for step, want := range strings.Fields("755224 287082 359152 969429 338314 254676 287922 162583 399871 520489") {
		if got := codeAt(secret, int64(step)); got != want {
			t.Errorf("step %d: %s, want %s", step, got, want)
		}
	}
}

// TestCodeURI: whatever the address, an authenticator reads back what was meant.
func TestCodeURI(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		email := rapid.StringMatching("[!-~]{1,20}@[a-z]{1,9}").Draw(t, "email")
		secret := rapid.SliceOfN(rapid.Byte(), codeSecret, codeSecret).Draw(t, "secret")
		uri, typed := codeURI(email, secret)
		u, err := url.Parse(uri)
		if err != nil {
			t.Fatal(err)
		}
		if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Parley:"+email || u.Fragment != "" {
			t.Errorf("%s is read as %+v", uri, u)
		}
		q := u.Query()
		if q.Get("secret") != typed || q.Get("issuer") != "Parley" || q.Get("digits") != "6" || q.Get("period") != "30" || q.Get("algorithm") != "SHA1" || len(q) != 5 {
			t.Errorf("%s has %v", uri, q)
		}
		b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(typed)
		if err != nil || string(b) != string(secret) {
			t.Errorf("%s is another secret (%v)", typed, err)
		}
	})
}

// enrol gives a person a second factor: its secret, and the recovery codes.
func (w *world) enrol(person string) (secret []byte, recovery []string) {
	w.t.Helper()
	_, typed, err := w.Enrol(w.t.Context(), person)
	must(w.t, err)
	secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(typed)
	must(w.t, err)
	recovery, err = w.Confirm(w.t.Context(), person, codeAt(secret, stepOf(w.clock())))
	must(w.t, err)
	w.wait(codeStep)
	return secret, recovery
}

func (w *world) code(secret []byte) string { return codeAt(secret, stepOf(w.clock())) }

// TestS2CodeIsUsedOnce: also not by another process, nor one before it.
func TestS2CodeIsUsedOnce(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	secret, _ := w.enrol(admin)
	code, before := w.code(secret), codeAt(secret, stepOf(w.clock())-1)
	if _, err := w.signIn(admin, words, code); err != nil {
		t.Fatal(err)
	}
	elsewhere := w.again(Options{})
	for _, s := range []*Service{w.Service, elsewhere} {
		for _, c := range []string{code, before} {
			if _, err := s.SignIn(t.Context(), Attempt{Email: admin, Password: words, Code: c, From: home}); !errors.Is(err, ErrWrong) {
				t.Errorf("code used before: %v", err)
			}
		}
	}
	w.wait(codeStep)
	if _, err := w.signIn(admin, words, code); !errors.Is(err, ErrWrong) {
		t.Errorf("code used before, in the next step: %v", err)
	}
	w.wait(limitCode.every)
	if _, err := w.signIn(admin, words, w.code(secret)); err != nil {
		t.Errorf("the next code: %v", err)
	}
}

// TestS2CodeOfConfirmation is not good for signing in.
func TestS2CodeOfConfirmation(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	_, typed, err := w.Enrol(t.Context(), admin)
	must(t, err)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(typed)
	must(t, err)
	if s, err := w.signIn(admin, words, ""); err != nil || s == nil {
		t.Errorf("a factor that was not confirmed is asked for: %v", err)
	}
	var field *FieldError
	if _, err := w.Confirm(t.Context(), admin, "000000"); !errors.As(err, &field) || field.Field != "code" {
		t.Errorf("a wrong code confirms: %v", err)
	}
	code := w.code(secret)
	_, err = w.Confirm(t.Context(), admin, code[:3]+" "+code[3:])
	must(t, err)
	if _, err := w.signIn(admin, words, code); !errors.Is(err, ErrWrong) {
		t.Errorf("the code that confirmed: %v", err)
	}
	if _, err := w.Confirm(t.Context(), admin, code); !errors.Is(err, ErrEnrolled) {
		t.Errorf("confirmed twice: %v", err)
	}
	if _, _, err := w.Enrol(t.Context(), admin); !errors.Is(err, ErrEnrolled) {
		t.Errorf("a second one in its place: %v", err)
	}
	if _, err := w.Confirm(t.Context(), "nobody@example.org", code); !errors.Is(err, ErrNobody) {
		t.Errorf("of nobody: %v", err)
	}
}

// TestS2OnEveryPath: with a second factor nothing but a token signs in by less
// than both.
func TestS2OnEveryPath(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.join(tom)
	secret, _ := w.enrol(tom)
	t.Run("password", func(t *testing.T) {
		if _, err := w.signIn(tom, words, ""); !errors.Is(err, ErrCodeNeeded) {
			t.Error(err)
		}
		if _, err := w.signIn(tom, words, "123 456"); !errors.Is(err, ErrWrong) {
			t.Error(err)
		}
		if _, err := w.signIn(tom, other, w.code(secret)); !errors.Is(err, ErrWrong) {
			t.Error(err)
		}
		if _, err := w.signIn(tom, other, ""); !errors.Is(err, ErrWrong) {
			t.Errorf("a wrong password asks for a code: %v", err)
		}
	})
	t.Run("reset", func(t *testing.T) {
		link, err := w.ResetLink(t.Context(), admin, tom)
		must(t, err)
		must(t, w.reset(t.Context(), link, other)) // gives no session
		if _, err := w.signIn(tom, other, ""); !errors.Is(err, ErrCodeNeeded) {
			t.Errorf("after a reset: %v", err)
		}
	})
	t.Run("provider", func(t *testing.T) {
		_, err := w.SignInWith(t.Context(), Identity{Issuer: "https://id.example.org", Subject: "7", Email: tom, EmailVerified: true, Roles: []string{"decider", "reader"}, From: home})
		var needed *CodeNeededError
		if !errors.As(err, &needed) || !errors.Is(err, ErrCodeNeeded) {
			t.Fatal(err)
		}
		if w.known(needed.Pending, "") != "" {
			t.Error("what is pending is a session")
		}
		if _, err := w.SignInPending(t.Context(), needed.Pending, "111111", home); !errors.Is(err, ErrWrong) {
			t.Errorf("a wrong code: %v", err)
		}
		if _, err := w.SignInPending(t.Context(), needed.Pending, "", home); !errors.Is(err, ErrCodeNeeded) {
			t.Errorf("no code: %v", err)
		}
		w.wait(codeStep)
		s, err := w.SignInPending(t.Context(), needed.Pending, w.code(secret), home)
		must(t, err)
		if w.known(s.Secret, "") != tom || !slices.Equal(s.Roles, []string{"decider", "reader"}) {
			t.Errorf("session %+v", s)
		}
		w.wait(codeStep)
		if _, err := w.SignInPending(t.Context(), needed.Pending, w.code(secret), home); !errors.Is(err, ErrLink) {
			t.Errorf("used twice: %v", err)
		}
		_, err = w.SignInWith(t.Context(), Identity{Issuer: "https://id.example.org", Subject: "7", Email: tom, EmailVerified: true, From: home})
		if !errors.As(err, &needed) {
			t.Fatal(err)
		}
		w.wait(pendingFor)
		if _, err := w.SignInPending(t.Context(), needed.Pending, w.code(secret), home); !errors.Is(err, ErrLink) {
			t.Errorf("after its time: %v", err)
		}
	})
}

func TestS2RecoveryCodes(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.join(tom)
	secret, codes := w.enrol(tom)
	_, others := w.enrol(admin)
	if len(codes) != recoveryCodes {
		t.Fatalf("%d codes", len(codes))
	}
	if _, err := w.signIn(tom, words, others[0]); !errors.Is(err, ErrWrong) {
		t.Errorf("somebody else's code: %v", err)
	}
	for i, typed := range []string{codes[0], strings.ToUpper(codes[1]), strings.ReplaceAll(codes[2], "-", " ")} {
		if _, err := w.signIn(tom, words, typed); err != nil {
			t.Fatalf("code %d: %v", i, err)
		}
		if _, err := w.signIn(tom, words, typed); !errors.Is(err, ErrWrong) {
			t.Errorf("code %d used twice: %v", i, err)
		}
	}
	w.wait(time.Hour)
	must(t, w.DropSecondFactor(t.Context(), tom, words, w.code(secret)))
	if _, err := w.signIn(tom, words, ""); err != nil {
		t.Errorf("without the factor: %v", err)
	}
	if _, err := w.signIn(admin, words, others[0]); err != nil {
		t.Errorf("somebody else's codes went, too: %v", err)
	}
	w.enrol(tom)
	if _, err := w.signIn(tom, words, codes[5]); !errors.Is(err, ErrWrong) {
		t.Errorf("a code of the factor that was dropped: %v", err)
	}
}

// TestS2DroppingNeedsBoth: password and code, and each wrong one counts.
func TestS2DroppingNeedsBoth(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	if err := w.DropSecondFactor(t.Context(), admin, words, "123456"); !errors.Is(err, ErrNotEnrolled) {
		t.Errorf("where there is none: %v", err)
	}
	secret, _ := w.enrol(admin)
	for _, x := range [][2]string{{other, w.code(secret)}, {words, ""}, {words, "123456"}, {"", w.code(secret)}} {
		if err := w.DropSecondFactor(t.Context(), admin, x[0], x[1]); !errors.Is(err, ErrWrong) {
			t.Errorf("%q: %v", x, err)
		}
	}
	var many *TooManyError
	for range 20 {
		if err := w.DropSecondFactor(t.Context(), admin, words, "123456"); errors.As(err, &many) {
			break
		}
	}
	if many == nil {
		t.Error("codes can be guessed for ever")
	}
	if _, err := w.signIn(admin, words, ""); !errors.Is(err, ErrCodeNeeded) {
		t.Errorf("the factor is gone: %v", err)
	}
}
