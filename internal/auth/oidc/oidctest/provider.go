// Package oidctest is an OpenID Connect provider on a loopback address, for tests.
package oidctest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Provider is an OpenID provider on a loopback address: discovery, authorization,
// token, keys and user info as OpenID Connect Core, RFC 6749, RFC 7636 and RFC
// 9207 say, with one person who always agrees. Tests make it lie. What it says
// is set between requests.
type Provider struct {
	*httptest.Server
	now func() time.Time

	Callback string // the one address to lead back to

	mu     sync.Mutex
	key    *rsa.PrivateKey
	kid    int
	codes  map[string]grant
	tokens map[string]bool
	asked  map[string]int // requests by path

	// What it says, and what it does otherwise than it should.
	Claims   map[string]any                     // of the id token, over the standard ones
	Info     map[string]any                     // user info; nil: not offered
	Describe map[string]any                     // of the description, over the standard ones
	Sign     func(claims map[string]any) string // nil: RS256 by the published key
	Deny     string                             // error code in the place of a code
}

type grant struct {
	challenge, redirect, nonce, client string
}

// The one client that the provider knows.
const (
	ClientID     = "parley"
	ClientSecret = "between us two"
)

// Keys are two keys; the first is the provider's own.
var Keys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var out [2]*rsa.PrivateKey
	for i := range out {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		out[i] = k
	}
	return out
})

// New starts a provider that knows one client, which is led back to one
// address. It ends with the test.
func New(t testing.TB, callback string, now func() time.Time) *Provider {
	t.Helper()
	p := &Provider{now: now, Callback: callback, key: Keys()[0], codes: map[string]grant{}, tokens: map[string]bool{}, asked: map[string]int{}, Claims: map[string]any{}, Describe: map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.description)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked[r.URL.Path]++
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (p *Provider) description(w http.ResponseWriter, _ *http.Request) {
	d := map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		"code_challenge_methods_supported": []string{"S256"}, "authorization_response_iss_parameter_supported": true,
	}
	if p.Info != nil {
		d["userinfo_endpoint"] = p.URL + "/userinfo"
	}
	maps.Copy(d, p.Describe)
	answer(w, d)
}

// authorize refuses what a careful provider refuses: an address to lead back to
// that is not the registered one, and an attempt without PKCE by S256.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != ClientID || q.Get("redirect_uri") != p.Callback {
		http.Error(w, "unknown client or address", http.StatusBadRequest)
		return
	}
	back := url.Values{"state": {q.Get("state")}, "iss": {p.URL}}
	switch {
	case p.Deny != "":
		back.Set("error", p.Deny)
		back.Set("error_description", "<script>alert(1)</script>")
	case q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || q.Get("nonce") == "" || q.Get("state") == "":
		back.Set("error", "invalid_request")
	default:
		code := rand.Text()
		p.codes[code] = grant{q.Get("code_challenge"), q.Get("redirect_uri"), q.Get("nonce"), q.Get("client_id")}
		back.Set("code", code)
	}
	http.Redirect(w, r, p.Callback+"?"+back.Encode(), http.StatusFound)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, pass, ok := r.BasicAuth()
	code := r.PostFormValue("code")
	g, known := p.codes[code]
	delete(p.codes, code)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || id != ClientID || pass != url.QueryEscape(ClientSecret) || !known || g.redirect != r.PostFormValue("redirect_uri") ||
		r.PostFormValue("grant_type") != "authorization_code" || base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{
		"iss": p.URL, "sub": "u-7", "aud": ClientID, "exp": p.now().Add(time.Minute).Unix(), "iat": p.now().Unix(), "nonce": g.nonce,
		"email": "Tom@example.org", "email_verified": true, "name": "Tom Baker",
	}
	for k, v := range p.Claims {
		if claims[k] = v; v == nil {
			delete(claims, k)
		}
	}
	sign := p.Sign
	if sign == nil {
		sign = p.RS256
	}
	access := rand.Text()
	p.tokens[access] = true
	answer(w, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": sign(claims)})
}

// RS256 signs claims as the provider does.
func (p *Provider) RS256(claims map[string]any) string {
	return Signed(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: p.key, KeyID: fmt.Sprint(p.kid)}}, claims)
}

// Signed signs claims by any key.
func Signed(key jose.SigningKey, claims map[string]any) string {
	s, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		panic(err)
	}
	text, err := jwt.Signed(s).Claims(claims).Serialize()
	if err != nil {
		panic(err)
	}
	return text
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: fmt.Sprint(p.kid), Algorithm: "RS256", Use: "sig"}}})
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	if h := r.Header.Get("Authorization"); len(h) < 8 || !p.tokens[h[len("Bearer "):]] {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	answer(w, p.Info)
}

// Browse is a browser that is led to the provider and back: the query of the
// address it comes back with.
func (p *Provider) Browse(t testing.TB, redirect string) url.Values {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(redirect)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	to, err := resp.Location()
	if err != nil {
		t.Fatalf("the provider refuses: %s", resp.Status)
	}
	if got := to.Scheme + "://" + to.Host + to.Path; got != p.Callback {
		t.Fatalf("led to %s", got)
	}
	return to.Query()
}

// Asked is how often a path was asked for.
func (p *Provider) Asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// NewKey makes the provider sign by its second key from now on.
func (p *Provider) NewKey() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.kid = Keys()[1], 2
}
