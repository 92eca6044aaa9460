package auth

import (
	"net/mail"
	"net/url"
	"strings"
	"testing"
)

// FuzzEmail: what is read as an address is one for mail, too, and reads as itself.
func FuzzEmail(f *testing.F) {
	for _, x := range []string{"Tom@Example.org", "tom@example.org\r\nBcc: x", "a@b@c", "\u212aate@example.org", "tom@[127.0.0.1]", "o'neil+x@mail.example.co.uk", "a..b@example.org"} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		e, err := Email(typed)
		if err != nil {
			return
		}
		if again, err := Email(e); err != nil || again != e || strings.ContainsFunc(e, unsafe) {
			t.Errorf("%q is read as %q, and that as %q (%v)", typed, e, again, err)
		}
		if a, err := mail.ParseAddress(e); err != nil || a.Address != e || a.Name != "" {
			t.Errorf("%q is taken, and no mail gets there: %v", e, err)
		}
	})
}

// FuzzLocalPath: a path to be led to leads to this server, as browsers read it.
func FuzzLocalPath(f *testing.F) {
	for _, x := range []string{"/", "/plan?x=//y", "//evil.example", `/\evil.example`, "/%2f%2fevil.example", "/./", "/a/../b", "/x\r\ny", "/%5cx", "/#//x", "/\u2028"} {
		f.Add(x)
	}
	here := url.URL{Scheme: "https", Host: "parley.example", Path: "/sign-in"}
	f.Fuzz(func(t *testing.T, path string) {
		if !LocalPath(path) {
			return
		}
		u, err := here.Parse(path)
		if err != nil || u.Host != here.Host || u.Scheme != here.Scheme || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
			t.Errorf("%q leads to %v (%v)", path, u, err)
		}
	})
}

// FuzzHash: a kept password that can be read costs no more than one may, and has a
// salt and a key of full length.
func FuzzHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=1$AAAA$AAAA")
	f.Add("$$$$$")
	f.Fuzz(func(t *testing.T, kept string) {
		if c, salt, key, err := parseHash(kept); err == nil && (c.check() != nil || len(salt) < 8 || len(key) != keyBytes) {
			t.Errorf("%q is read as %+v, %x, %x", kept, c, salt, key)
		}
	})
}
