package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/parleysec/parley/internal/auth/oidc/oidctest"
)

// provided starts a server whose people come by a provider, and sets it up.
func provided(t *testing.T) (*server, *oidctest.Provider, string) {
	t.Helper()
	idp := oidctest.New(t, "", time.Now)
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte(oidctest.ClientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, dir, "--oidc-issuer", idp.URL, "--oidc-client-id", oidctest.ClientID, "--oidc-client-secret-file", secret, "--oidc-roles", "leads=manager,crowd=reader", "--allow-networks", "127.0.0.1")
	home := "http://" + s.origin
	idp.Callback = home + "/sign-in/provider/back"
	_, link, _ := strings.Cut(s.SetUp, "#")
	browser(t, home).send("/setup", url.Values{"secret": {link}, "name": {"Ada"}, "email": {"ada@example.org"}, "password": {"otter violin basalt seven"}})
	return s, idp, home
}

// reaches reports whether a browser is signed in.
func (s *surfer) reaches() bool { return s.led(s.home+"/account") == "" }

// TestS4ProviderThatLies: whatever a provider, or who stands between, sends the
// browser back with, nobody is signed in by it and no account is made.
func TestS4ProviderThatLies(t *testing.T) {
	s, idp, home := provided(t)
	honest := func() {
		idp.Claims, idp.Sign = map[string]any{"groups": []string{"leads"}}, nil
	}
	key := func(alg jose.SignatureAlgorithm, key any) func(map[string]any) string {
		return func(c map[string]any) string {
			return oidctest.Signed(jose.SigningKey{Algorithm: alg, Key: key}, c)
		}
	}
	none := func(map[string]any) string {
		return "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LTcifQ."
	}
	for name, lie := range map[string]func(q url.Values){
		"iss of the answer":    func(q url.Values) { q.Set("iss", "https://evil.example") },
		"state":                func(q url.Values) { q.Set("state", strings.Repeat("A", 43)) },
		"code":                 func(q url.Values) { q.Set("code", "x") },
		"iss of the token":     func(url.Values) { idp.Claims["iss"] = "https://evil.example" },
		"aud":                  func(url.Values) { idp.Claims["aud"] = "another" },
		"nonce":                func(url.Values) { idp.Claims["nonce"] = strings.Repeat("A", 43) },
		"expired":              func(url.Values) { idp.Claims["exp"] = time.Now().Add(-time.Minute).Unix() },
		"alg none":             func(url.Values) { idp.Sign = none },
		"alg HS256":            func(url.Values) { idp.Sign = key(jose.HS256, []byte(oidctest.ClientSecret+strings.Repeat("x", 32))) },
		"another key":          func(url.Values) { idp.Sign = key(jose.RS256, oidctest.Keys()[1]) },
		"address not verified": func(url.Values) { idp.Claims["email_verified"] = false },
		"address of another, not verified": func(url.Values) {
			idp.Claims["email"], idp.Claims["email_verified"] = "ada@example.org", "no"
		},
		"in no group": func(url.Values) { idp.Claims["groups"] = []string{"strangers"} },
	} {
		t.Run(name, func(t *testing.T) {
			honest()
			b := browser(t, home)
			back, err := url.Parse(b.led(b.led(home + "/sign-in/provider?to=/plan")))
			if err != nil {
				t.Fatal(err)
			}
			q := back.Query()
			lie(q)
			back.RawQuery = q.Encode()
			resp, page := b.do(http.NewRequest(http.MethodGet, back.String(), nil))
			if resp.StatusCode < 400 || resp.StatusCode >= 500 || resp.Header.Get("Location") != "" || b.reaches() {
				t.Errorf("%s, led to %q", resp.Status, resp.Header.Get("Location"))
			}
			if !strings.Contains(page, `id="sign-in"`) || strings.Contains(page, "evil.example") || strings.Contains(page, oidctest.ClientSecret) {
				t.Errorf("the page says:\n%s", page)
			}
		})
	}
	honest()
	for _, to := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, "/%5Cevil.example", "https:evil.example", "/a\r\nLocation: https://evil.example"} { // S7
		b := browser(t, home)
		got := b.led(b.led(b.led(home + "/sign-in/provider?to=" + url.QueryEscape(to))))
		if u, err := url.Parse(got); err != nil || u.Host != "" || strings.HasPrefix(got, `/\`) || !strings.HasPrefix(got, "/") || !b.reaches() {
			t.Errorf("%q leads to %q", to, got)
		}
	}
	s.stop()
	for _, says := range []string{oidctest.ClientSecret, "code="} {
		if strings.Contains(s.log.String(), says) {
			t.Errorf("the log holds %q", says)
		}
	}
}

// TestGroupsThatChange: roles follow the groups at the next sign-in, and end what else
// is open in the person's name; somebody else with the same address at the provider
// gets into nobody's account.
func TestGroupsThatChange(t *testing.T) {
	s, idp, home := provided(t)
	defer s.stop()
	in := func(groups ...string) *surfer {
		idp.Claims["groups"] = groups
		b := browser(t, home)
		b.led(b.led(b.led(home + "/sign-in/provider")))
		return b
	}
	first := in("leads")
	if !strings.Contains(first.page("/people"), "tom@example.org") {
		t.Fatal("a manager does not see who holds which role")
	}
	same := in("leads")
	if !first.reaches() || !same.reaches() {
		t.Error("the same groups ended a session")
	}
	less := in("crowd")
	if first.reaches() || same.reaches() || !less.reaches() {
		t.Error("a browser of a manager that was is signed in")
	}
	if strings.Contains(less.page("/people"), "ada@example.org") {
		t.Error("a reader sees who holds which role")
	}
	more := in("crowd", "leads")
	if less.reaches() || !strings.Contains(more.page("/people"), "ada@example.org") {
		t.Error("a reader who became a manager does not see who holds which role, or a session stayed")
	}
	none := in()
	if more.reaches() || !none.reaches() || strings.Contains(none.page("/people"), "ada@example.org") {
		t.Error("who has left every group keeps something")
	}
	idp.Claims["sub"] = "u-8"
	if in("leads").reaches() {
		t.Error("another person with the same address came in")
	}
	idp.Claims["email"] = "ada@example.org"
	idp.Claims["email_verified"] = "false"
	if in("leads").reaches() {
		t.Error("somebody came in by an address that the provider does not vouch for")
	}
}
