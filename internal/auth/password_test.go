package auth

import (
	"errors"
	"sort"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
	"pgregory.net/rapid"
)

func TestPasswordRules(t *testing.T) {
	for _, good := range []string{words, other, "Xk9 mQ2 vT7 p", "längere Wörter gehen", "пароль из слов", strings.Repeat("abcdefg hijk ", 19) + "123456789", "dragons lie over Wales", "tom buys nine lanterns"} {
		if err := checkPassword(good, tom, "Tom Baker"); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "short", "elevenchars", strings.Repeat("xyz ab cde f", 30), "\xff\xfe not any text at all",
		"password1234", "Password1234!", "P@ssw0rd1234", "PASSWORDPASSWORD", "passwordpassword", "qwertyuiop123", "1q2w3e4r5t6y", "123456789012", "correcthorsebatterystaple",
		"Correct Horse Battery Staple", "iloveyou1234", "administrator", "Welcome2026!", "!!!Liverpool!!", "dragon123456", "aaaaaaaaaaaa", "ababababababab", "abcdefghijkl", "zyxwvutsrqpo", "xk9xk9xk9xk9",
		"tom@example.org", "Tom@Example.org1", "tombaker1234", "TomBaker2026!", "Tom Baker 1", "example2026!",
	} {
		var field *FieldError
		if err := checkPassword(bad, tom, "Tom Baker"); !errors.As(err, &field) || field.Field != "password" {
			t.Errorf("%q: %v", bad, err)
		} else if len(bad) >= MinPassword && len(bad) < 40 && strings.Contains(err.Error(), bad) {
			t.Errorf("the error says the password: %v", err)
		}
	}
}

// TestListIsSorted: the search in it needs that.
func TestListIsSorted(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(commonText, "\n"), "\n")
	if len(lines) < 800 || !sort.StringsAreSorted(lines) {
		t.Fatalf("%d lines", len(lines))
	}
	for _, l := range lines {
		if len(l) != commonDigits {
			t.Errorf("line %q", l)
		}
	}
	for _, at := range []int{0, len(lines) / 2, len(lines) - 1} {
		if i := sort.SearchStrings(lines, lines[at]); i != at {
			t.Errorf("line %d stands twice", at)
		}
	}
}

// TestHash compares with argon2 itself.
func TestHash(t *testing.T) {
	w := newWorld(t)
	hashed, err := w.hash(t.Context(), words)
	must(t, err)
	c, salt, key, err := parseHash(hashed)
	must(t, err)
	if c != cheap || len(salt) != saltBytes || string(key) != string(argon2.IDKey([]byte(words), salt, 1, 8, 1, 32)) {
		t.Errorf("%s", hashed)
	}
	again, err := w.hash(t.Context(), words)
	must(t, err)
	if again == hashed {
		t.Error("two hashes have one salt")
	}
	for _, bad := range []string{
		"", words, strings.Replace(hashed, "argon2id", "argon2i", 1), strings.Replace(hashed, "v=19", "v=16", 1), strings.Replace(hashed, "m=8", "m=99999999", 1),
		strings.Replace(hashed, "t=1", "t=0", 1), strings.Replace(hashed, "p=1", "p=2", 1), hashed + "$", hashed[:len(hashed)-1], "$argon2id$v=19$m=8,t=1,p=1$$",
	} {
		if _, _, _, err := parseHash(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func TestMatches(t *testing.T) {
	w := newWorld(t)
	rapid.Check(t, func(r *rapid.T) {
		p := rapid.String().Draw(r, "password")
		q := rapid.OneOf(rapid.Just(p), rapid.String()).Draw(r, "typed")
		hashed, err := w.hash(t.Context(), p)
		must(t, err)
		ok, old, err := w.matches(t.Context(), hashed, q)
		must(t, err)
		if want := string(normal(p)) == string(normal(q)) && len([]rune(q)) <= MaxPassword; ok != want || old {
			r.Errorf("%q for %q: %v", q, p, ok)
		}
		if ok, _, err := w.matches(t.Context(), "", q); err != nil || ok {
			r.Errorf("%q is the password of nobody (%v)", q, err)
		}
	})
	if ok, _, err := w.matches(t.Context(), "", "another password"); err != nil || ok {
		t.Error("what is compared for nobody matches")
	}
	if ok, _, err := w.matches(t.Context(), "", "no password is ever this one"); err != nil || ok {
		t.Error("what is compared for nobody matches")
	}
}

// TestMoreWork: a password is hashed anew with the work of today at the next
// sign-in.
func TestMoreWork(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.Service = w.again(Options{Cost: Cost{KiB: 16, Passes: 2}})
	for range 2 {
		_, err := w.signIn(admin, words, "")
		must(t, err)
		a, err := w.account(t.Context(), admin)
		must(t, err)
		if !strings.HasPrefix(a.Password, "$argon2id$v=19$m=16,t=2,p=1$") {
			t.Errorf("kept as %s", a.Password)
		}
	}
}

func TestDefaultCost(t *testing.T) {
	if DefaultCost != (Cost{KiB: 19 * 1024, Passes: 2}) {
		t.Errorf("%+v is not what OWASP names", DefaultCost)
	}
	if _, err := Open(t.Context(), "none.db", Options{Cost: Cost{KiB: 1, Passes: 1}}); err == nil || !strings.Contains(err.Error(), "outside") {
		t.Errorf("too little work: %v", err)
	}
}

func TestChangePassword(t *testing.T) {
	w := newWorld(t)
	s := w.setUp()
	var field *FieldError
	if _, err := w.ChangePassword(t.Context(), admin, s.Person.Session, other, other); !errors.Is(err, ErrWrong) {
		t.Errorf("a wrong former password: %v", err)
	}
	for _, p := range []string{words, "short", "password1234"} {
		if _, err := w.ChangePassword(t.Context(), admin, s.Person.Session, words, p); !errors.As(err, &field) {
			t.Errorf("%q: %v", p, err)
		}
	}
	for _, session := range []string{"", "another"} {
		if _, err := w.ChangePassword(t.Context(), admin, session, words, other); !errors.Is(err, ErrNobody) {
			t.Errorf("session %q: %v", session, err)
		}
	}
	if w.known(s.Secret, "") != admin {
		t.Error("a change that failed ended the session")
	}
	now, err := w.ChangePassword(t.Context(), admin, s.Person.Session, words, other)
	must(t, err)
	if w.known(s.Secret, "") != "" || w.known(now.Secret, "") != admin {
		t.Error("the session was not replaced")
	}
	if _, err := w.signIn(admin, words, ""); !errors.Is(err, ErrWrong) {
		t.Errorf("the former password: %v", err)
	}
	if _, err := w.signIn(admin, other, ""); err != nil {
		t.Errorf("the new password: %v", err)
	}
}
