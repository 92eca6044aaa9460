package oidc

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/auth/oidc/oidctest"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

const callback = "https://parley.example.org/signin/oidc"

var nine = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// world is a provider, and Parley as its client.
type world struct {
	*Provider
	idp *oidctest.Provider
	at  time.Time
}

func newWorld(t *testing.T, change func(*oidctest.Provider, *Config)) *world {
	t.Helper()
	w := &world{at: nine}
	clock := func() time.Time { return w.at }
	w.idp = oidctest.New(t, callback, clock)
	c := Config{Issuer: w.idp.URL, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, RedirectURL: callback, Now: clock}
	if change != nil {
		change(w.idp, &c)
	}
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	w.Provider = p
	return w
}

// signIn goes the whole way; change changes what the browser brings back.
func (w *world) signIn(t *testing.T, change func(query url.Values, transient *string)) (auth.Identity, string, error) {
	t.Helper()
	redirect, transient, err := w.Start(t.Context(), "/p/shop?x=1")
	if err != nil {
		return auth.Identity{}, "", err
	}
	query := w.idp.Browse(t, redirect)
	if change != nil {
		change(query, &transient)
	}
	return w.Finish(t.Context(), query, transient)
}

func TestSignIn(t *testing.T) {
	w := newWorld(t, func(p *oidctest.Provider, c *Config) {
		p.Claims["groups"] = []string{"security-team", "everybody", "leads"}
		c.Roles = map[string][]string{"security-team": {"security", "contributor"}, "leads": {"security", "decider"}, "boss": {"administrator"}}
		c.Scopes = []string{"groups"}
	})
	redirect, transient, err := w.Start(t.Context(), "/p/shop?x=1")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(redirect)
	if err != nil {
		t.Fatal(err)
	}
	if q := u.Query(); q.Get("scope") != "openid email profile groups" || q.Get("redirect_uri") != callback || q.Get("code_challenge_method") != "S256" {
		t.Errorf("asked with %v", q)
	}
	id, returnTo, err := w.Finish(t.Context(), w.idp.Browse(t, redirect), transient)
	if err != nil {
		t.Fatal(err)
	}
	want := auth.Identity{Issuer: w.idp.URL, Subject: "u-7", Email: "Tom@example.org", EmailVerified: true, Name: "Tom Baker", Roles: []string{"contributor", "decider", "security"}}
	if !reflect.DeepEqual(id, want) || returnTo != "/p/shop?x=1" {
		t.Errorf("%+v, to %s", id, returnTo)
	}
	if n := w.idp.Asked("/.well-known/openid-configuration"); n != 1 {
		t.Errorf("the provider was asked %d times about itself", n)
	}
}

// TestS4Secrets: state, nonce and verifier are drawn anew each time, 256 bits.
func TestS4Secrets(t *testing.T) {
	w := newWorld(t, nil)
	seen := map[string]bool{}
	for range 20 {
		redirect, transient, err := w.Start(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		a, err := read(transient, nine)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{a.State, a.Nonce, a.Verifier} {
			if b, err := base64.RawURLEncoding.DecodeString(s); err != nil || len(b) != 32 || seen[s] {
				t.Errorf("%q: %v", s, err)
			}
			seen[s] = true
		}
		if strings.Contains(redirect, a.Verifier) {
			t.Error("the verifier is sent by the browser")
		}
	}
}

// TestS4Answers: what comes back by the browser must be the answer to what this
// browser asked, from the provider that was asked, whole and in time.
func TestS4Answers(t *testing.T) {
	other := func(t *testing.T, w *world) string {
		_, transient, err := w.Start(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		return transient
	}
	for name, change := range map[string]func(t *testing.T, w *world, q url.Values, transient *string){
		"no state":         func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Del("state") },
		"other state":      func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Set("state", strings.Repeat("A", 43)) },
		"state twice":      func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Add("state", "x") },
		"no iss":           func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Del("iss") },
		"empty iss":        func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Set("iss", "") },
		"other iss":        func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Set("iss", "https://evil.example") },
		"iss with a slash": func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Set("iss", q.Get("iss")+"/") },
		"iss twice":        func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Add("iss", q.Get("iss")) },
		"no code":          func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Del("code") },
		"other code":       func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Set("code", "x") },
		"an error as well": func(_ *testing.T, _ *world, q url.Values, _ *string) { q.Set("error", "access_denied") },
		"no cookie":        func(_ *testing.T, _ *world, _ url.Values, tr *string) { *tr = "" },
		"nonsense":         func(_ *testing.T, _ *world, _ url.Values, tr *string) { *tr = "!" },
		"empty cookie": func(_ *testing.T, _ *world, _ url.Values, tr *string) {
			*tr = base64.RawURLEncoding.EncodeToString([]byte("{}"))
		},
		"another browser":   func(t *testing.T, w *world, _ url.Values, tr *string) { *tr = other(t, w) },
		"another verifier":  func(t *testing.T, w *world, _ url.Values, tr *string) { *tr = mixed(t, *tr, other(t, w), "v") },
		"another nonce":     func(t *testing.T, w *world, _ url.Values, tr *string) { *tr = mixed(t, *tr, other(t, w), "n") },
		"too late":          func(_ *testing.T, w *world, _ url.Values, _ *string) { w.at = w.at.Add(attemptFor) },
		"a very long thing": func(_ *testing.T, _ *world, _ url.Values, tr *string) { *tr += strings.Repeat("A", 9000) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			id, _, err := w.signIn(t, func(q url.Values, tr *string) { change(t, w, q, tr) })
			if !errors.Is(err, ErrRefused) || id.Subject != "" {
				t.Errorf("%+v %v", id, err)
			}
		})
	}
}

// mixed is a transient with one value of another.
func mixed(t *testing.T, a, b, field string) string {
	t.Helper()
	var x, y map[string]any
	for text, into := range map[string]*map[string]any{a: &x, b: &y} {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || json.Unmarshal(raw, into) != nil {
			t.Fatal(err)
		}
	}
	x[field] = y[field]
	out, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(out)
}

// TestS4CodeIsUsedOnce: the same answer a second time is refused.
func TestS4CodeIsUsedOnce(t *testing.T) {
	w := newWorld(t, nil)
	redirect, transient, err := w.Start(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	query := w.idp.Browse(t, redirect)
	if _, _, err := w.Finish(t.Context(), query, transient); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Finish(t.Context(), query, transient); !errors.Is(err, ErrRefused) {
		t.Errorf("a second time: %v", err)
	}
}

// TestS4IDToken: signature, algorithm, issuer, audience, time, nonce and the
// person are checked, whatever the token endpoint answers.
func TestS4IDToken(t *testing.T) {
	for name, change := range map[string]func(p *oidctest.Provider){
		"other issuer":   func(p *oidctest.Provider) { p.Claims["iss"] = "https://evil.example" },
		"other audience": func(p *oidctest.Provider) { p.Claims["aud"] = "another" },
		"two audiences":  func(p *oidctest.Provider) { p.Claims["aud"] = []string{oidctest.ClientID, "another"} },
		"other party":    func(p *oidctest.Provider) { p.Claims["azp"] = "another" },
		"expired":        func(p *oidctest.Provider) { p.Claims["exp"] = nine.Unix() - 1 },
		"no end":         func(p *oidctest.Provider) { p.Claims["exp"] = nil },
		"other nonce":    func(p *oidctest.Provider) { p.Claims["nonce"] = strings.Repeat("A", 43) },
		"no nonce":       func(p *oidctest.Provider) { p.Claims["nonce"] = nil },
		"wrong hash":     func(p *oidctest.Provider) { p.Claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" },
		"not signed":     func(p *oidctest.Provider) { p.Sign = unsigned },
		"other key": func(p *oidctest.Provider) {
			p.Sign = func(c map[string]any) string {
				return oidctest.Signed(jose.SigningKey{Algorithm: jose.RS256, Key: oidctest.Keys()[1]}, c)
			}
		},
		"public as HMAC": func(p *oidctest.Provider) { p.Sign = publicAsHMAC },
		"secret as HMAC": func(p *oidctest.Provider) {
			p.Sign = func(c map[string]any) string {
				return oidctest.Signed(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(oidctest.ClientSecret + strings.Repeat("x", 32))}, c)
			}
		},
		"packed":          func(p *oidctest.Provider) { p.Sign = packed },
		"no token at all": func(p *oidctest.Provider) { p.Sign = func(map[string]any) string { return "" } },
		"cut": func(p *oidctest.Provider) {
			p.Sign = func(c map[string]any) string { s := p.RS256(c); return s[:len(s)-8] }
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *oidctest.Provider, _ *Config) { change(p) })
			if id, _, err := w.signIn(t, nil); !errors.Is(err, ErrRefused) || id.Subject != "" {
				t.Errorf("%+v %v", id, err)
			}
		})
	}
	t.Run("two audiences and the party", func(t *testing.T) {
		w := newWorld(t, func(p *oidctest.Provider, _ *Config) {
			p.Claims["aud"], p.Claims["azp"] = []string{oidctest.ClientID, "another"}, oidctest.ClientID
		})
		if _, _, err := w.signIn(t, nil); err != nil {
			t.Error(err)
		}
	})
}

// packed is a token that is encrypted with a key that everybody knows, and that grows to
// 16 MB when it is unpacked (CVE-2024-28180).
func packed(claims map[string]any) string {
	claims["padding"] = strings.Repeat(" ", 16<<20)
	body, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	e, err := jose.NewEncrypter(jose.A128GCM, jose.Recipient{Algorithm: jose.RSA_OAEP, Key: &oidctest.Keys()[1].PublicKey}, &jose.EncrypterOptions{Compression: jose.DEFLATE})
	if err != nil {
		panic(err)
	}
	object, err := e.Encrypt(body)
	if err != nil {
		panic(err)
	}
	text, err := object.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}

func unsigned(claims map[string]any) string {
	body, _ := json.Marshal(claims)
	b64 := base64.RawURLEncoding.EncodeToString
	return b64([]byte(`{"alg":"none"}`)) + "." + b64(body) + "."
}

// publicAsHMAC signs with the published key as if it were a shared secret.
func publicAsHMAC(claims map[string]any) string {
	der, _ := x509.MarshalPKIXPublicKey(oidctest.Keys()[0].Public())
	return oidctest.Signed(jose.SigningKey{Algorithm: jose.HS256, Key: der}, claims)
}

// TestS4NewKeys: keys are asked for when one is met that nobody knows yet, once for a
// sign-in; one that the provider does not publish is refused.
func TestS4NewKeys(t *testing.T) {
	w := newWorld(t, nil)
	keys := func(want int) {
		t.Helper()
		if n := w.idp.Asked("/keys"); n != want {
			t.Errorf("the keys were asked for %d times, want %d", n, want)
		}
	}
	for range 2 {
		if _, _, err := w.signIn(t, nil); err != nil {
			t.Fatal(err)
		}
		keys(1)
	}
	w.idp.NewKey()
	for range 2 {
		if _, _, err := w.signIn(t, nil); err != nil {
			t.Errorf("after the provider changed its key: %v", err)
		}
		keys(2)
	}
	w.idp.Sign = func(c map[string]any) string { // the key that was, under a name of no key
		return oidctest.Signed(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: oidctest.Keys()[0], KeyID: "nobody"}}, c)
	}
	for n := range 3 {
		if _, _, err := w.signIn(t, nil); !errors.Is(err, ErrRefused) {
			t.Errorf("a key that is published no more: %v", err)
		}
		keys(3 + n)
	}
}

// TestS4Description: a provider that cannot do what is needed is not used, and
// one that is down is asked again.
func TestS4Description(t *testing.T) {
	for name, change := range map[string]func(p *oidctest.Provider){
		"PKCE plain only":  func(p *oidctest.Provider) { p.Describe["code_challenge_methods_supported"] = []string{"plain"} },
		"another issuer":   func(p *oidctest.Provider) { p.Describe["issuer"] = "https://evil.example" },
		"token over http":  func(p *oidctest.Provider) { p.Describe["token_endpoint"] = "http://id.example.org/token" },
		"keys over http":   func(p *oidctest.Provider) { p.Describe["jwks_uri"] = "http://id.example.org/keys" },
		"no keys":          func(p *oidctest.Provider) { p.Describe["jwks_uri"] = "" },
		"no authorization": func(p *oidctest.Provider) { p.Describe["authorization_endpoint"] = "" },
		"script":           func(p *oidctest.Provider) { p.Describe["authorization_endpoint"] = "javascript:alert(1)" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(p *oidctest.Provider, _ *Config) { change(p) })
			if to, _, err := w.Start(t.Context(), ""); !errors.Is(err, ErrUnavailable) {
				t.Errorf("led to %s (%v)", to, err)
			}
			w.idp.Describe = map[string]any{}
			if _, _, err := w.Start(t.Context(), ""); err != nil {
				t.Errorf("once it is mended: %v", err)
			}
		})
	}
	t.Run("no iss promised", func(t *testing.T) {
		w := newWorld(t, func(p *oidctest.Provider, _ *Config) {
			p.Describe["authorization_response_iss_parameter_supported"] = false
		})
		if _, _, err := w.signIn(t, func(q url.Values, _ *string) { q.Del("iss") }); err != nil {
			t.Error(err)
		}
		if _, _, err := w.signIn(t, func(q url.Values, _ *string) { q.Set("iss", "https://evil.example") }); !errors.Is(err, ErrRefused) {
			t.Errorf("a wrong one: %v", err)
		}
	})
}

// TestS4Denied: the reason is a code of the standard, never text of the address.
func TestS4Denied(t *testing.T) {
	for deny, want := range map[string]string{"access_denied": "says access_denied", "<script>": "says no", strings.Repeat("a", 60): "says no"} {
		w := newWorld(t, func(p *oidctest.Provider, _ *Config) { p.Deny = deny })
		if _, _, err := w.signIn(t, nil); !errors.Is(err, ErrRefused) || !strings.Contains(logged(err), want) || strings.Contains(logged(err), "<") || err.Error() != ErrRefused.Error() {
			t.Errorf("%q: %v", deny, err)
		}
	}
}

func TestUserInfo(t *testing.T) {
	roles := func(c *Config) { c.Roles = map[string][]string{"leads": {"decider"}} }
	w := newWorld(t, func(p *oidctest.Provider, c *Config) {
		roles(c)
		p.Claims["email"], p.Claims["email_verified"] = nil, nil
		p.Info = map[string]any{"sub": "u-7", "email": "tom@example.org", "email_verified": "true", "groups": "leads"}
	})
	id, _, err := w.signIn(t, nil)
	if err != nil || id.Email != "tom@example.org" || !id.EmailVerified || !reflect.DeepEqual(id.Roles, []string{"decider"}) {
		t.Errorf("%+v %v", id, err)
	}
	w = newWorld(t, func(p *oidctest.Provider, c *Config) {
		roles(c)
		p.Info = map[string]any{"sub": "u-8", "groups": "leads"}
	})
	if id, _, err := w.signIn(t, nil); !errors.Is(err, ErrRefused) {
		t.Errorf("of another person: %+v %v", id, err)
	}
	w = newWorld(t, func(p *oidctest.Provider, c *Config) { // vouching for one address is not vouching for another
		roles(c)
		p.Claims["email_verified"] = nil
		p.Info = map[string]any{"sub": "u-7", "email": "other@example.org", "email_verified": true}
	})
	if id, _, err := w.signIn(t, nil); err != nil || id.EmailVerified || id.Email != "Tom@example.org" || id.Roles != nil {
		t.Errorf("%+v %v", id, err)
	}
}

// TestS4UnverifiedAddress: what a provider does not vouch for leads to nobody's
// account; what it vouches for leads to one, and stays with it.
func TestS4UnverifiedAddress(t *testing.T) {
	url := filepath.Join(t.TempDir(), "parley.db")
	db, err := store.Create(t.Context(), url, ledger.Actor{ID: "ada@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}, store.Options{Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, nil)
	accounts, err := auth.Open(t.Context(), url, auth.Options{Now: func() time.Time { return w.at }, Throwaway: true, Cost: auth.Cost{KiB: 8, Passes: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer accounts.Close()
	enter := func(subject, email string, verified any, roles ...string) (*auth.Session, error) {
		t.Helper()
		w.idp.Claims["sub"], w.idp.Claims["email"], w.idp.Claims["email_verified"] = subject, email, verified
		id, _, err := w.signIn(t, nil)
		if err != nil {
			t.Fatal(err)
		}
		id.Roles = roles
		return accounts.SignInWith(context.WithoutCancel(t.Context()), id)
	}
	if _, err := enter("u-1", "tom@example.org", true, "administrator"); !errors.Is(err, auth.ErrNotInvited) {
		t.Errorf("before the set-up: %v", err)
	}
	secret, err := accounts.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := accounts.SetUp(t.Context(), secret, auth.NewAccount{Email: "tom@example.org", Name: "Tom", Password: "seven lighthouses hum"}); err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{false, nil, "false", "yes", 1, []any{true}} {
		if _, err := enter("u-1", "tom@example.org", v, "reader"); !errors.Is(err, auth.ErrUnverified) {
			t.Errorf("verified %v: %v", v, err)
		}
	}
	if _, err := enter("u-1", "tоm@example.org", true, "reader"); !errors.Is(err, auth.ErrUnverified) {
		t.Errorf("an address that only looks like it: %v", err)
	}
	s, err := enter("u-7", "TOM@example.org", true)
	if err != nil || s.Person.ID != "tom@example.org" {
		t.Fatalf("%+v %v", s, err)
	}
	if s, err := enter("u-7", "somebody.else@example.org", false); err != nil || s.Person.ID != "tom@example.org" {
		t.Errorf("whose address changed at the provider: %+v %v", s, err)
	}
	if s, err := enter("u-8", "tom@example.org", true, "reader"); !errors.Is(err, auth.ErrNotInvited) {
		t.Errorf("to whom the provider gave the address later: %+v %v", s, err)
	}
	if _, err := enter("u-9", "mia@example.org", true); !errors.Is(err, auth.ErrNotInvited) {
		t.Errorf("without account and group: %v", err)
	}
	s, err = enter("u-9", "mia@example.org", true, "reader")
	if err != nil || s.Person.ID != "mia@example.org" || !reflect.DeepEqual(s.Roles, []string{"reader"}) {
		t.Errorf("with a group: %+v %v", s, err)
	}
	if err := accounts.Disable(t.Context(), "tom@example.org", "mia@example.org"); err != nil {
		t.Fatal(err)
	}
	if _, err := enter("u-9", "mia@example.org", true, "reader"); !errors.Is(err, auth.ErrNotInvited) {
		t.Errorf("disabled: %v", err)
	}
	if _, err := accounts.SignIn(t.Context(), auth.Attempt{Email: "mia@example.org"}); !errors.Is(err, auth.ErrWrong) {
		t.Errorf("an account without a password, by none: %v", err)
	}
}

// TestS7ReturnTo: whatever was asked for, one is led to a path of this server,
// also when somebody edited the cookie.
func TestS7ReturnTo(t *testing.T) {
	w := newWorld(t, nil)
	for _, bad := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "/%0d%0aX: y"} {
		redirect, transient, err := w.Start(t.Context(), bad)
		if err != nil {
			t.Fatal(err)
		}
		if _, to, err := w.Finish(t.Context(), w.idp.Browse(t, redirect), transient); err != nil || to != "" {
			t.Errorf("%q: led to %q (%v)", bad, to, err)
		}
		_, to, err := w.signIn(t, func(_ url.Values, tr *string) {
			var a map[string]any
			raw, _ := base64.RawURLEncoding.DecodeString(*tr)
			if err := json.Unmarshal(raw, &a); err != nil {
				t.Fatal(err)
			}
			a["r"] = bad
			raw, _ = json.Marshal(a)
			*tr = base64.RawURLEncoding.EncodeToString(raw)
		})
		if err != nil || to != "" {
			t.Errorf("%q in the cookie: led to %q (%v)", bad, to, err)
		}
	}
}

func TestConfig(t *testing.T) {
	good := Config{Issuer: "https://id.example.org/realm", ClientID: "x", RedirectURL: callback}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Config){
		"no issuer":       func(c *Config) { c.Issuer = "" },
		"http":            func(c *Config) { c.Issuer = "http://id.example.org" },
		"with a password": func(c *Config) { c.Issuer = "https://a:b@id.example.org" },
		"no host":         func(c *Config) { c.Issuer = "https:///x" },
		"no client":       func(c *Config) { c.ClientID = "" },
		"back by http":    func(c *Config) { c.RedirectURL = "http://parley.example.org/x" },
		"back with query": func(c *Config) { c.RedirectURL += "?a=b" },
		"back with part":  func(c *Config) { c.RedirectURL += "#a" },
		"back nowhere":    func(c *Config) { c.RedirectURL = "/signin/oidc" },
		"no role":         func(c *Config) { c.Roles = map[string][]string{"x": nil} },
	} {
		c := good
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestN1Answers: a provider is not followed elsewhere, and its answers are
// bounded.
func TestN1Answers(t *testing.T) {
	asked := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer inside.Close()
	for name, h := range map[string]http.HandlerFunc{
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inside.URL, http.StatusFound) },
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"issuer":"` + strings.Repeat("x", 2*maxAnswer)))
		},
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"error":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
	} {
		server := httptest.NewServer(h)
		p, err := New(Config{Issuer: server.URL, ClientID: oidctest.ClientID, RedirectURL: callback})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.Start(t.Context(), ""); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
		server.Close()
	}
	if asked {
		t.Error("a redirect was followed")
	}
}

// TestN5ProviderThatHangs: while a provider does not answer it is asked by one request
// at a time; who comes meanwhile waits for the same answer the first time, and is told
// at once from then on. Who goes away waits no longer, and takes nobody along.
func TestN5ProviderThatHangs(t *testing.T) {
	var asked atomic.Int32
	came, answer := make(chan struct{}, 100), make(chan struct{})
	idp := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		came <- struct{}{}
		<-answer
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer idp.Close()
	p, err := New(Config{Issuer: idp.URL, ClientID: oidctest.ClientID, RedirectURL: callback})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(ctx context.Context) chan error {
		done := make(chan error, 1)
		go func() {
			_, _, err := p.Start(ctx, "")
			done <- err
		}()
		return done
	}
	impatient, leave := context.WithCancel(t.Context())
	first := ask(impatient)
	<-came
	second := ask(t.Context())
	leave()
	if err := <-first; !errors.Is(err, ErrUnavailable) {
		t.Errorf("who went away: %v", err)
	}
	select {
	case err := <-second:
		t.Fatalf("the second did not wait: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	answer <- struct{}{}
	if err := <-second; !errors.Is(err, ErrUnavailable) {
		t.Errorf("the second: %v", err)
	}
	again := ask(t.Context())
	<-came
	for range 20 { // without an answer of the provider
		if err := <-ask(t.Context()); !errors.Is(err, ErrUnavailable) {
			t.Errorf("one more: %v", err)
		}
	}
	answer <- struct{}{}
	if err := <-again; !errors.Is(err, ErrUnavailable) {
		t.Errorf("asked again: %v", err)
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("it was asked %d times", n)
	}
}

// TestN5ExchangesThatHang: so many codes are exchanged at once and no more; the next
// one is told, and goes on when one ended.
func TestN5ExchangesThatHang(t *testing.T) {
	w := newWorld(t, nil)
	hang := make(chan struct{})
	w.idp.Sign = func(map[string]any) string { <-hang; return "" }
	answers := map[string]url.Values{}
	for range maxExchanges {
		redirect, transient, err := w.Start(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		answers[transient] = w.idp.Browse(t, redirect)
	}
	done := make(chan error, maxExchanges)
	for transient, query := range answers {
		go func() {
			_, _, err := w.Finish(context.Background(), query, transient)
			done <- err
		}()
	}
	for len(w.turns) < maxExchanges {
		time.Sleep(time.Millisecond)
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := w.turn(short); !errors.Is(err, ErrUnavailable) {
		t.Errorf("one more: %v", err)
	}
	close(hang)
	for range maxExchanges {
		if err := <-done; !errors.Is(err, ErrRefused) {
			t.Error(err)
		}
	}
	leave, err := w.turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	leave()
}

// FuzzTransient: whatever a browser holds, it is refused or is an attempt.
func FuzzTransient(f *testing.F) {
	f.Add("")
	f.Add("e30")
	f.Add(base64.RawURLEncoding.EncodeToString([]byte(`{"s":"x","u":99999999999}`)))
	good, _ := json.Marshal(attempt{State: strings.Repeat("a", 43), Nonce: strings.Repeat("b", 43), Verifier: strings.Repeat("c", 43), ReturnTo: "//evil", Until: nine.Unix() + 60})
	f.Add(base64.RawURLEncoding.EncodeToString(good))
	f.Fuzz(func(t *testing.T, transient string) {
		a, err := read(transient, nine)
		if err == nil && (len(a.State) != 43 || a.Until <= nine.Unix() || a.ReturnTo != "" && !auth.LocalPath(a.ReturnTo)) {
			t.Errorf("%+v", a)
		}
	})
}

// logged is an error as a log shows it.
func logged(err error) string {
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "error", err)
	return b.String()
}

// TestS4AskedAfresh: the provider is told to ask the person anew, and who it says it
// asked when is what counts; what the address or the browser says does not.
func TestS4AskedAfresh(t *testing.T) {
	w := newWorld(t, nil)
	plain, _, err := w.Start(t.Context(), "")
	if err != nil || strings.Contains(plain, "max_age") {
		t.Fatal(plain, err)
	}
	for _, c := range []struct {
		says any
		want time.Time
	}{{nil, time.Time{}}, {nine.Unix(), nine}, {float64(nine.Unix()) + 0.25, nine}, {nine.Add(-time.Hour).Unix(), nine.Add(-time.Hour)}, {"now", time.Time{}}, {-5, time.Time{}}, {1e300, time.Time{}}} {
		w.idp.Claims["auth_time"] = c.says
		redirect, transient, err := w.StartAfresh(t.Context(), "/account")
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(redirect)
		if err != nil || u.Query().Get("prompt") != "login" || u.Query().Get("max_age") != "0" || len(u.Query().Get("nonce")) != 43 {
			t.Fatalf("asked with %s, %v", redirect, err)
		}
		id, to, err := w.Finish(t.Context(), w.idp.Browse(t, redirect), transient)
		if err != nil || !id.Proved.Equal(c.want) || to != "/account" {
			t.Errorf("%v: proved at %v, want %v (%v)", c.says, id.Proved, c.want, err)
		}
	}
}
