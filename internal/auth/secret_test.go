package auth

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
)

// FuzzSecrets: of a secret and of a token there is one spelling, and everything
// else is none.
func FuzzSecrets(f *testing.F) {
	s := &Service{opt: Options{}.withDefaults()}
	secret, _, err := s.secret()
	if err != nil {
		f.Fatal(err)
	}
	token, _, err := s.token()
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range []string{"", secret, token, secret + "=", strings.ToUpper(token), token[:len(token)-1], "parley_", "Bearer " + token, secret[:42] + "/", token[:20] + "1" + token[21:]} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, x string) {
		if _, ok := secretHash(x); ok {
			b, err := base64.RawURLEncoding.DecodeString(x)
			if err != nil || base64.RawURLEncoding.EncodeToString(b) != x {
				t.Errorf("%q is read as a secret", x)
			}
		}
		if _, ok := tokenHash(x); ok {
			rest := strings.TrimPrefix(x, TokenPrefix)
			b, err := tokenText.DecodeString(rest[:52])
			if err != nil || TokenPrefix+tokenText.EncodeToString(b)+tokenSum(b) != x {
				t.Errorf("%q is read as a token", x)
			}
		}
	})
}

func TestTokenText(t *testing.T) {
	s := &Service{opt: Options{}.withDefaults()}
	plain, hash, err := s.token()
	must(t, err)
	if got, ok := tokenHash(plain); !ok || got != hash || len(plain) != 66 {
		t.Errorf("%s", plain)
	}
	for i := len(TokenPrefix); i < len(plain); i++ { // each mistyped letter is noticed
		other := byte('a')
		if plain[i] == other {
			other = 'b'
		}
		if _, ok := tokenHash(plain[:i] + string(other) + plain[i+1:]); ok {
			t.Errorf("letter %d may be another", i)
		}
	}
	if digest("token", []byte("x")) == digest("secret", []byte("x")) {
		t.Error("a token could pass as a cookie")
	}
}

func TestTokenSpec(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	long := make([]string, maxProducts+1)
	for i := range long {
		long[i] = "p"
	}
	for name, c := range map[string]struct {
		spec  TokenSpec
		field string
	}{
		"no name":       {TokenSpec{Scope: ScopeRead}, "name"},
		"hidden name":   {TokenSpec{Name: "a\u202eb", Scope: ScopeRead}, "name"},
		"no scope":      {TokenSpec{Name: "x"}, "scope"},
		"unknown scope": {TokenSpec{Name: "x", Scope: "admin"}, "scope"},
		"empty product": {TokenSpec{Name: "x", Scope: ScopeRead, Products: []string{""}}, "products"},
		"line break":    {TokenSpec{Name: "x", Scope: ScopeRead, Products: []string{"a\nb"}}, "products"},
		"many products": {TokenSpec{Name: "x", Scope: ScopeRead, Products: long}, "products"},
		"past":          {TokenSpec{Name: "x", Scope: ScopeRead, Expires: w.at}, "expires"},
		"far":           {TokenSpec{Name: "x", Scope: ScopeRead, Expires: w.at.Add(maxTokenFor + time.Second)}, "expires"},
	} {
		var field *FieldError
		if plain, _, err := w.NewToken(t.Context(), admin, c.spec); !errors.As(err, &field) || field.Field != c.field || plain != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range maxTokens {
		if _, _, err := w.NewToken(t.Context(), admin, TokenSpec{Name: "x", Scope: ScopeRead}); err != nil {
			t.Fatalf("token %d: %v", i, err)
		}
	}
	if _, _, err := w.NewToken(t.Context(), admin, TokenSpec{Name: "x", Scope: ScopeRead}); err == nil {
		t.Error("tokens without end")
	}
}

func TestEmail(t *testing.T) {
	for typed, want := range map[string]string{
		"Tom@Example.org": "tom@example.org", " a@b ": "a@b", "o'neil+x@mail.example.co.uk": "o'neil+x@mail.example.co.uk", "a.b_c-d@x-y.example": "a.b_c-d@x-y.example",
	} {
		if got, err := Email(typed); err != nil || got != want {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
	for _, bad := range []string{
		"", "tom", "@example.org", "tom@", "a@b@c", ".a@example.org", "a.@example.org", "a..b@example.org", "a b@example.org", "tom@exa mple.org", "tom@example..org", "tom@-x.org", "tom@x-.org", "tom@example.org.", "t\x00m@example.org", "tom@example.org\r\nBcc: eve@example.org",
		"tоm@example.org", "tom@exämple.org", "\u212aate@example.org", "<tom@example.org>", "Tom <tom@example.org>", `"a"@example.org`, "a,b@example.org", "tom@[127.0.0.1]", strings.Repeat("a", 65) + "@example.org", "a@" + strings.Repeat("b.", 130) + "c", "tom\u202e@example.org", "tom\x7f@example.org",
	} {
		var field *FieldError
		if got, err := Email(bad); !errors.As(err, &field) || field.Field != "email" {
			t.Errorf("%q: %q %v", bad, got, err)
		}
	}
}

func TestNames(t *testing.T) {
	for _, good := range []string{"Tom", " Zoë O’Neil-Müller ", "陳大文", strings.Repeat("x", 100)} {
		if _, err := cleanName("name", good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "  ", "a\nb", "a\u202eb", "a\u200bb", "\x1b[31m", "a\xff", strings.Repeat("x", 101)} {
		if _, err := cleanName("name", bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestErrors(t *testing.T) {
	for retry, want := range map[time.Duration]string{
		time.Second: "too many attempts: try again in a minute", time.Minute: "too many attempts: try again in a minute", 61 * time.Second: "too many attempts: try again in 2 minutes",
	} {
		if got := (&TooManyError{Retry: retry}).Error(); got != want {
			t.Errorf("%v: %s", retry, got)
		}
	}
	for _, c := range []struct {
		err  error
		kind parley.ErrorKind
	}{
		{&TooManyError{Retry: 1}, parley.Refused},
		{&CodeNeededError{Pending: "x"}, parley.Forbidden},
		{ErrWrong, parley.Forbidden},
		{ErrLink, parley.NotFound},
		{wrongField("name", "it is missing"), parley.Invalid},
	} {
		if got := parley.KindOfError(c.err); got != c.kind {
			t.Errorf("%v: %s, want %s", c.err, got, c.kind)
		}
	}
	if text := (&CodeNeededError{Pending: "a secret"}).Error(); strings.Contains(text, "a secret") {
		t.Error(text)
	}
}
