package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// fuzzed is the interface over one small ledger, for many hostile requests.
func fuzzed(f *testing.F) http.Handler {
	f.Helper()
	s := &negotiate.Service{Ledger: filepath.Join(f.TempDir(), "l.db"), Now: clock, Throwaway: true}
	f.Cleanup(func() { _ = s.Close() })
	priya := negotiate.Local("priya", negotiate.ViaCLI)
	if _, err := s.Apply(f.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Name: "parley.yaml", Data: []byte(fileText(f, "shop.yaml"))}}); err != nil {
		f.Fatal(err)
	}
	h, err := Handler(s, Options{Identify: func(r *http.Request) (context.Context, negotiate.Actor, error) {
		return r.Context(), negotiate.Actor{ID: "priya", Known: ledger.ThisMachine, Via: ledger.ViaAPI}, nil
	}})
	if err != nil {
		f.Fatal(err)
	}
	return h
}

// listener is a reader of live updates, who leaves at the first of them.
type listener struct {
	*httptest.ResponseRecorder
	leave func()
}

func (l *listener) Flush() {
	l.leave()
	l.ResponseRecorder.Flush()
}

func (l *listener) SetWriteDeadline(time.Time) error { return nil }

// sane holds an answer against what every answer keeps: no panic, no 500, and a
// problem where there is an error.
func sane(t *testing.T, h http.Handler, r *http.Request) {
	t.Helper()
	ctx, leave := context.WithCancel(r.Context())
	defer leave()
	rec := &listener{httptest.NewRecorder(), leave}
	h.ServeHTTP(rec, r.WithContext(ctx))
	if rec.Code == http.StatusInternalServerError {
		t.Fatalf("%s %s: %s", r.Method, r.URL, rec.Body)
	}
	if rec.Code >= 400 {
		var p Problem
		if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || p.Status != rec.Code || rec.Header().Get("Content-Type") != problemType {
			t.Fatalf("%s %s: %d %s %q", r.Method, r.URL, rec.Code, rec.Header().Get("Content-Type"), rec.Body)
		}
	}
	for name, values := range rec.Header() {
		for _, v := range values {
			if strings.ContainsAny(name+v, "\r\n") {
				t.Fatalf("%s %s: the header %q is %q", r.Method, r.URL, name, v)
			}
		}
	}
}

// FuzzRouter asks hostile paths with hostile headers.
func FuzzRouter(f *testing.F) {
	h := fuzzed(f)
	for _, path := range []string{"/products", "/products/shop/decisions/SHOP-D1", "/products/..%2f..%2fetc", "//evil.example/", "/log?cursor=MA&limit=1", "/products/shop/briefs/leak,replay", "/%00", "/products/%ff"} {
		f.Add("GET", path, "If-None-Match", `W/"x", *`)
		f.Add("POST", path, "Idempotency-Key", "a\x00b")
	}
	f.Add("PUT", "/products/shop/file", "If-Match", `"`)
	for _, accept := range []string{"text/event-stream", "text/event-stream;q=0, \x00"} {
		f.Add("GET", "/events?after=00000000000000000000000000", "Accept", accept)
		f.Add("GET", "/events?product=%00&after=7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "Accept", accept)
	}
	f.Add("GET", "/events", "Last-Event-ID", "00000000000000000000000000")
	f.Fuzz(func(t *testing.T, method, path, name, value string) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://parley.example"+base+path, nil)
		if err != nil || strings.HasPrefix(r.URL.Path, base+"/products/shop/plan") || strings.HasPrefix(r.URL.Path, base+"/products/shop/frontier") {
			return // no request, or one that takes long
		}
		r.Header[http.CanonicalHeaderKey(name)] = []string{value}
		r.Body = http.NoBody
		sane(t, h, r)
	})
}

// FuzzBodies sends hostile bodies to what reads the most of them.
func FuzzBodies(f *testing.F) {
	h := fuzzed(f)
	paths := []string{"/products/shop/decisions", "/products/shop/notes", "/products/shop/incidents", "/rules", "/members", "/products/shop/evidence", "/files/import", "/record/check-proof", "/products/shop/gate"}
	for i := range paths {
		f.Add(i, []byte(`{"about":"leak","kind":"comment","text":"x"}`))
		f.Add(i, []byte(`{"threats":["leak"],"kind":"accept","because":"x","until":"2027-02-30"}`))
		f.Add(i, []byte(`{"files":[{"name":"a.xml","text":"<testsuites/>"}]}`))
		f.Add(i, []byte(`{"policy":{"text":"rules: [{id: a, when: \"1/0 == 1\"}]"},"trials":1000}`))
		f.Add(i, []byte(`{"proof":"{}"}`))
	}
	f.Fuzz(func(t *testing.T, which int, text []byte) {
		if which < 0 || len(text) > 4096 {
			return
		}
		r, err := http.NewRequestWithContext(t.Context(), "POST", "http://parley.example"+base+paths[which%len(paths)], bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("If-Match", `"0000"`)
		sane(t, h, r)
	})
}

// FuzzPlainJSON: what passes is read alike by every reader: into fields and into
// a map, with the same names.
func FuzzPlainJSON(f *testing.F) {
	for _, s := range []string{`{"a":1,"b":[{"c":null}]}`, `{"a":1,"a":2}`, `[[[[]]]]`, `"x"`, `{"A":1}`, `{"a":{}}{}`, `1`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if plainJSON(text) != nil {
			return
		}
		var v any
		if err := json.Unmarshal(text, &v); err != nil && len(bytes.TrimSpace(text)) > 0 && !strings.Contains(err.Error(), "out of range") && !strings.Contains(err.Error(), "cannot unmarshal number") {
			t.Fatalf("%q passes and is no JSON: %v", text, err)
		}
	})
}
