package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const token = "parley_secret"

// answering is a client of a server that answers as told, and what it was asked.
func answering(t *testing.T, answer http.HandlerFunc) (*Client, func() []*http.Request) {
	t.Helper()
	var mu sync.Mutex
	var seen []*http.Request
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.Clone(context.Background()))
		mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	c, err := New(Options{Server: s.URL, Token: token, Wait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, func() []*http.Request {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
}

func refuse(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// A token goes to nobody who could be somebody else: over https, or to this
// machine, at the address that was named.
func TestN1WhereATokenGoes(t *testing.T) {
	for address, fine := range map[string]bool{
		"https://parley.example.org":                true,
		"https://parley.example.org:8443/":          true,
		"http://127.0.0.1:8080":                     true,
		"http://[::1]:8080":                         true,
		"http://localhost:8080":                     true,
		"http://127.0.0.1:8080/enter?key=ABC":       true,
		"http://parley.example.org":                 false,
		"http://10.0.0.1":                           false,
		"http://127.0.0.1.example.org":              false,
		"http://localhost.example.org":              false,
		"https://me:secret@parley.example.org":      false,
		"https://parley.example.org/api/v1":         false,
		"https://parley.example.org?token=x":        false,
		"https://parley.example.org/#x":             false,
		"http://parley.example.org/enter?key=ABC":   false,
		"ftp://parley.example.org":                  false,
		"parley.example.org":                        false,
		"https://":                                  false,
		"http://127.0.0.1:port/enter?key=TOPSECRET": false,
		"":                         false,
		"https:parley.example.org": false,
		"https://parley.example.org/enter?key=A&other=%zz": true, // the key alone counts
	} {
		_, err := New(Options{Server: address, Token: token})
		if fine != (err == nil) {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "SECRET") || parley.KindOfError(err) != parley.Invalid) {
			t.Errorf("%s is refused with %v", address, err)
		}
	}
	if _, err := New(Options{Server: "https://parley.example.org"}); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("without a token: %v", err)
	}
	if _, err := New(Options{Server: "https://parley.example.org", Token: "a\nHost: b"}); err == nil || strings.Contains(err.Error(), "Host: b") {
		t.Errorf("a token of several lines: %v", err)
	}
}

// A redirect is not followed: neither token nor file goes where nobody sent it.
func TestN1NoRedirect(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer other.Close()
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		c, seen := answering(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL+"/api/v1/me", status) })
		_, err := c.Access(t.Context(), negotiate.Actor{})
		if parley.KindOfError(err) != parley.Unavailable || !strings.Contains(err.Error(), "sends elsewhere") || len(seen()) != 1 {
			t.Errorf("%d: %v after %d requests", status, err, len(seen()))
		}
	}
}

// An answer without end is given up.
func TestF3AnswersAreBounded(t *testing.T) {
	chunk := []byte(strings.Repeat(" ", 1<<20))
	c, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	if _, err := c.Access(t.Context(), negotiate.Actor{}); err == nil || !strings.Contains(err.Error(), "larger than 64 MB") {
		t.Errorf("an answer without end: %v", err)
	}
}

// Where no answer comes a request is sent again, a change with the same key, so
// that it is done once; a file that is put is not, nor what is answered with a
// secret, which the server does not keep.
func TestAgain(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*Client) error
		want int
	}{
		{"a question", func(c *Client) error { _, err := c.Access(t.Context(), negotiate.Actor{}); return err }, tries},
		{"a change", func(c *Client) error { _, err := c.Sweep(t.Context(), negotiate.Actor{}); return err }, tries},
		{"a new webhook", func(c *Client) error {
			_, err := c.SetWebhook(t.Context(), negotiate.Actor{}, negotiate.WebhookRequest{URL: "https://example.org"})
			return err
		}, 1},
		{"another secret", func(c *Client) error {
			_, err := c.SetWebhook(t.Context(), negotiate.Actor{}, negotiate.WebhookRequest{ID: "wh-1", Rotate: true})
			return err
		}, 1},
		{"events again", func(c *Client) error {
			_, err := c.SetWebhook(t.Context(), negotiate.Actor{}, negotiate.WebhookRequest{ID: "wh-1", Replay: true})
			return err
		}, tries},
		{"what is put", func(c *Client) error {
			_, err := c.send(t.Context(), request{method: http.MethodPut, path: "/x", yaml: []byte("x")}, nil)
			return err
		}, 1},
	} {
		for _, how := range []string{"busy", "cut"} {
			client, seen := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				if how == "busy" {
					refuse(w, http.StatusServiceUnavailable, `{"status":503,"kind":"unavailable","detail":"wait"}`)
					return
				}
				panic(http.ErrAbortHandler)
			})
			err := c.do(client)
			if parley.KindOfError(err) != parley.Unavailable || len(seen()) != c.want || strings.Contains(err.Error(), token) {
				t.Errorf("%s, %s: %v after %d requests, want %d", c.name, how, err, len(seen()), c.want)
			}
			for _, r := range seen() {
				if key := r.Header.Get("Idempotency-Key"); key != seen()[0].Header.Get("Idempotency-Key") || (key == "") != (r.Method != http.MethodPost) {
					t.Errorf("%s, %s: the key is %q", c.name, how, key)
				}
				if r.Header.Get("Authorization") != "Bearer "+token {
					t.Errorf("%s, %s: it does not say who asks", c.name, how)
				}
			}
		}
	}
	c, seen := answering(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusTooManyRequests, `{"status":429}`) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Access(ctx, negotiate.Actor{}); err == nil || len(seen()) > 1 {
		t.Errorf("whoever gave up goes on asking: %v after %d", err, len(seen()))
	}
}

// A refusal comes back as the error it was.
func TestRefusals(t *testing.T) {
	said := func(status int, body string) error {
		c, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, status, body) })
		_, err := c.Risk(t.Context(), negotiate.Actor{}, negotiate.RiskRequest{Source: negotiate.Source{Name: "a.yaml", Data: []byte("one\r\ntwo\nthree")}})
		return err
	}
	for _, k := range kinds {
		err := said(422, `{"status":422,"kind":"`+string(k)+`","detail":"why: not","hint":"do"}`)
		e, ok := errors.AsType[*parley.Error](err)
		if !ok || e.Kind != k || err.Error() != "why: not" || e.Hint != "do" {
			t.Errorf("%s came back as %v", k, err)
		}
	}
	err := said(422, `{"status":422,"kind":"invalid","errors":[{"location":"C:\\a.yaml:2:3","field":"x","message":"bad","hint":"good"},{"location":"a.yaml:99999999:1","message":"far"}]}`)
	bad, ok := errors.AsType[*file.InvalidError](err)
	if !ok || len(bad.Findings) != 2 || bad.Findings[0] != (file.Finding{File: `C:\a.yaml`, Line: 2, Column: 3, Field: "x", Message: "bad", Hint: "good", Text: "two"}) || bad.Findings[1].Text != "" {
		t.Errorf("findings came back as %#v", err)
	}
	err = said(409, `{"status":409,"kind":"refused","errors":[{"location":"body.until","reason":"no end","message":"no end","hint_command":"use --until"}]}`)
	if r, ok := errors.AsType[ledger.Refusals](err); !ok || !r.Has(ledger.NoEnd) || r[0].Hint != "use --until" || parley.KindOfError(err) != parley.Refused {
		t.Errorf("refusals came back as %#v", err)
	}
	if err = said(422, `{"status":422,"errors":[{"location":"body.trials","message":"too many"}]}`); err.Error() != "body.trials: too many" {
		t.Errorf("a field came back as %v", err)
	}
	for _, body := range []string{``, `null`, `{`, `[]`, `{"status":"x"}`} {
		if err := said(422, body); parley.KindOfError(err) != parley.Unavailable {
			t.Errorf("%q came back as %v", body, err)
		}
	}
}

// What is no server of ours is named so, whatever it answers.
func TestStrange(t *testing.T) {
	for _, c := range []struct {
		status int
		kind   string
		body   string
	}{{200, "text/html", "<html>"}, {404, "text/html", "<html>"}, {500, "", ""}, {200, "application/json", "["}} {
		client, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		if _, err := client.Access(t.Context(), negotiate.Actor{}); parley.KindOfError(err) != parley.Unavailable {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
	}
	c, err := New(Options{Server: "http://127.0.0.1:1/enter?key=TOPSECRET", Wait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Access(t.Context(), negotiate.Actor{}); parley.KindOfError(err) != parley.Unavailable || strings.Contains(err.Error(), "TOPSECRET") {
		t.Errorf("nobody there: %v", err)
	}
}

// TestAProxyTakesNothingSoLarge: who is refused by what stands in front of the server
// is told what would help.
func TestAProxyTakesNothingSoLarge(t *testing.T) {
	c, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<html>nginx", http.StatusRequestEntityTooLarge)
	})
	_, err := c.Status(t.Context(), negotiate.Actor{}, negotiate.StatusRequest{})
	if e, ok := errors.AsType[*parley.Error](err); !ok || !strings.Contains(e.Hint, "128 MB") {
		t.Errorf("%+v", err)
	}
}

// The link of a machine lets in with its cookie, which goes to that server alone;
// a link that is no longer good says so.
func TestKey(t *testing.T) {
	c, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		switch cookie, err := r.Cookie("parley-here-1"); {
		case r.URL.Path == "/enter" && r.URL.Query().Get("key") == "K":
			http.SetCookie(w, &http.Cookie{Name: "parley-here-1", Value: "v"})
			http.Redirect(w, r, "/", http.StatusSeeOther)
		case r.URL.Path == "/enter":
			w.WriteHeader(http.StatusForbidden)
		case err != nil || cookie.Value != "v" || r.Header.Get("Authorization") != "":
			refuse(w, http.StatusUnauthorized, `{"status":401,"kind":"forbidden","detail":"nobody"}`)
		default:
			_ = json.NewEncoder(w).Encode(negotiate.AccessResult{Schema: "parley.access/1"})
		}
	})
	with := func(key string) error {
		mine, err := New(Options{Server: c.Server() + "/enter?key=" + key, Token: token, Wait: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(mine.Server(), "key") {
			t.Errorf("the address %s holds the key", mine.Server())
		}
		_, err = mine.Access(t.Context(), negotiate.Actor{})
		return err
	}
	if err := with("K"); err != nil {
		t.Error(err)
	}
	if err := with("OLD"); parley.KindOfError(err) != parley.Forbidden || strings.Contains(err.Error(), "OLD") {
		t.Errorf("an old key: %v", err)
	}
}

// FuzzProblem: whatever a server says, it comes back as an error of a kind that
// there is.
func FuzzProblem(f *testing.F) {
	f.Add([]byte(`{"status":409,"kind":"refused","errors":[{"reason":"no end","message":"x"}]}`))
	f.Add([]byte(`{"status":422,"errors":[{"location":"a:1:2"},{"location":"::"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		err := quoted(problem(text), []byte("a\nb"))
		if e, ok := errors.AsType[*parley.Error](err); !ok || e.Kind == "" || err.Error() == "" && len(text) == 0 {
			t.Errorf("%q came back as %#v", text, err)
		}
	})
}
