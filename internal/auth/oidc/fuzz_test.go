package oidc

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// said answers requests to a provider with texts, by the end of the path.
type said map[string][]byte

func (s said) RoundTrip(r *http.Request) (*http.Response, error) {
	text, ok := s[r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]]
	if !ok {
		text = []byte("{}")
	}
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(text)),
	}, nil
}

// FuzzProvider: whatever a provider says of itself, of its keys and of a person,
// nobody is signed in without its signature, and browsers are led to https alone.
func FuzzProvider(f *testing.F) {
	const issuer = "https://id.example"
	const described = `{"issuer":"https://id.example","authorization_endpoint":"https://id.example/authorize","token_endpoint":"https://id.example/token","jwks_uri":"https://id.example/keys","userinfo_endpoint":"https://id.example/userinfo","id_token_signing_alg_values_supported":["RS256"]}`
	f.Add([]byte(described), []byte(`{"access_token":"x","token_type":"Bearer","id_token":"eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJwYXJsZXkifQ."}`), []byte(`{"keys":[{"kty":"oct","k":"AAAA","alg":"HS256"}]}`))
	f.Add([]byte(strings.Replace(described, "https://id.example/authorize", "http://evil.example/", 1)), []byte(`{}`), []byte(`{"keys":[{"kty":"RSA","n":"","e":"AQAB"}]}`))
	f.Add([]byte(strings.Replace(described, "RS256", "HS256", 1)), []byte(`{"id_token":1e999}`), []byte(`{"keys":null}`))
	f.Add([]byte(strings.Replace(described, `"issuer"`, `"code_challenge_methods_supported":["plain"],"issuer"`, 1)), []byte(`[]`), []byte(`x`))
	f.Fuzz(func(t *testing.T, about, token, keys []byte) {
		p, err := New(Config{
			Issuer: issuer, ClientID: "parley", ClientSecret: "sesame", RedirectURL: callback, Roles: map[string][]string{"leads": {"decider"}}, Now: func() time.Time { return nine },
			Client: &http.Client{Transport: said{"openid-configuration": about, "token": token, "keys": keys}},
		})
		if err != nil {
			t.Fatal(err)
		}
		redirect, transient, err := p.Start(t.Context(), "/plan")
		if err != nil {
			if !errors.Is(err, ErrUnavailable) {
				t.Fatalf("%q: %v", about, err)
			}
			return
		}
		u, err := url.Parse(redirect)
		if err != nil || u.Scheme != "https" && !loopback(u.Hostname()) || len(u.Query().Get("state")) != 43 {
			t.Fatalf("%q leads to %q", about, redirect)
		}
		back := url.Values{"code": {"x"}, "state": {u.Query().Get("state")}, "iss": {issuer}}
		if id, _, err := p.Finish(t.Context(), back, transient); err == nil || !errors.Is(err, ErrRefused) && !errors.Is(err, ErrUnavailable) {
			t.Errorf("%q, %q, %q: %+v %v", about, token, keys, id, err)
		}
	})
}

// FuzzClaims: whatever a claim of groups is, it gives no role but those set down.
func FuzzClaims(f *testing.F) {
	p := &Provider{config: Config{Roles: map[string][]string{"leads": {"decider", "reader"}}}}
	for _, x := range []string{`["leads","x"]`, `"leads"`, `{"leads":1}`, `[["leads"]]`, `null`, `[null]`, `1e999`} {
		f.Add([]byte(x))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var c claims
		_ = json.Unmarshal([]byte(`{"auth_time":`+string(text)+`,"email_verified":`+string(text)+`}`), &c)
		if bool(c.Verified) && !bytes.Contains(text, []byte("true")) || c.AuthTime < 0 {
			t.Errorf("%q is read as %+v", text, c)
		}
		for _, role := range p.roles(text) {
			if !slices.Contains([]string{"decider", "reader"}, role) {
				t.Errorf("%q gives %q", text, role)
			}
		}
	})
}
