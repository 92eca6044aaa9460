package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/ledger"
)

// clock stands still, so that answers read the same on every run.
func clock() time.Time { return time.Date(2027, 1, 12, 9, 30, 0, 0, time.UTC) }

// site is the interface over a ledger of its own.
type site struct {
	t        *testing.T
	service  *negotiate.Service
	server   *httptest.Server
	api      *api
	accounts *auth.Service
	contract *contract
	who      string // sent with each request; "" for nobody
}

// people asks by a header of the test who somebody is: whoever has an @ in the
// name has signed in, others are at this machine. A token is asked of the
// accounts, and so is a session of a header of its own.
func people(accounts *auth.Service) func(r *http.Request) (context.Context, negotiate.Actor, error) {
	return func(r *http.Request) (context.Context, negotiate.Actor, error) {
		if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
			p, err := accounts.Identify(r.Context(), "", token)
			if err != nil {
				return nil, negotiate.Actor{}, err
			}
			ctx := negotiate.Limit(r.Context(), negotiate.TokenLimit{Scope: negotiate.Scope(p.Scope), Products: p.Products})
			return ctx, negotiate.Actor{ID: p.ID, Known: p.Known, Via: ledger.ViaAPI}, nil
		}
		if session := r.Header.Get("Test-Session"); session != "" {
			p, err := accounts.Identify(r.Context(), session, "")
			if err != nil {
				return nil, negotiate.Actor{}, err
			}
			return auth.WithPerson(r.Context(), p), negotiate.Actor{ID: p.ID, Known: p.Known, Via: ledger.ViaAPI}, nil
		}
		id := r.Header.Get("Test-Person")
		switch {
		case id == "":
			return nil, negotiate.Actor{}, auth.ErrNobody
		case strings.Contains(id, "@"):
			return auth.WithPerson(r.Context(), &auth.Person{ID: id, Fresh: true}), negotiate.Actor{ID: id, Known: ledger.SignedIn, Via: ledger.ViaAPI}, nil
		}
		return r.Context(), negotiate.Actor{ID: id, Known: ledger.ThisMachine, Via: ledger.ViaAPI}, nil
	}
}

func newSite(t *testing.T, files ...string) *site {
	t.Helper()
	s := &negotiate.Service{Ledger: filepath.Join(t.TempDir(), "l.db"), Now: clock, Throwaway: true}
	t.Cleanup(func() { _ = s.Close() })
	for _, name := range files {
		req := negotiate.ApplyRequest{Source: negotiate.Source{Name: "parley.yaml", Data: []byte(fileText(t, name))}}
		if _, err := s.Apply(t.Context(), negotiate.Local("priya", negotiate.ViaCLI), req); err != nil {
			t.Fatal(err)
		}
	}
	return serve(t, s)
}

func serve(t *testing.T, s *negotiate.Service) *site {
	t.Helper()
	return serveBy(t, s, clock)
}

// serveBy is serve with accounts that go by another clock.
func serveBy(t *testing.T, s *negotiate.Service, now func() time.Time) *site {
	t.Helper()
	if _, err := s.Create(t.Context(), negotiate.Local("priya", negotiate.ViaCLI)); err != nil {
		t.Fatal(err)
	}
	accounts, err := auth.Open(t.Context(), s.Ledger, auth.Options{Mails: true, Now: now, Throwaway: true, Cost: auth.Cost{KiB: 8, Passes: 1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accounts.Close() })
	o := Options{Identify: people(accounts), Accounts: accounts, Answers: accounts, Grown: func() <-chan struct{} { return sse.After(20 * time.Millisecond) }}
	a, err := newAPI(s, o)
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(a.handler())
	t.Cleanup(ts.Close)
	return &site{t: t, service: s, server: ts, api: a, accounts: accounts, who: "priya", contract: newContract(t, a)}
}

// fileText is an example by its name, or a text with lines as it is.
func fileText(t testing.TB, name string) string {
	t.Helper()
	if strings.Contains(name, "\n") {
		return name
	}
	data, err := os.ReadFile(filepath.Join(testenv.Root(t), "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// answer is what came back.
type answer struct {
	*http.Response
	text []byte
}

// head is a header of a request: its name and value.
type head [2]string

// ask sends a request; body is sent as JSON unless it is text.
func (s *site) ask(method, path string, body any, heads ...head) answer {
	s.t.Helper()
	var in io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		in, kind = strings.NewReader(b), yamlType
	case jsonText:
		in = bytes.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		in = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+base+path, in)
	if err != nil {
		s.t.Fatal(err)
	}
	if in != nil {
		r.Header.Set("Content-Type", kind)
	}
	if s.who != "" {
		r.Header.Set("Test-Person", s.who)
	}
	for _, h := range heads {
		r.Header.Set(h[0], h[1])
	}
	res, err := s.server.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := answer{res, text}
	s.contract.check(s.t, method, path, a)
	return a
}

// must is ask where the answer must have a status.
func (s *site) must(status int, method, path string, body any, heads ...head) answer {
	s.t.Helper()
	a := s.ask(method, path, body, heads...)
	if a.StatusCode != status {
		s.t.Fatalf("%s %s: %d, want %d\n%s", method, path, a.StatusCode, status, a.text)
	}
	return a
}

func (s *site) get(path string) answer {
	s.t.Helper()
	return s.must(http.StatusOK, "GET", path, nil)
}

// look is what stands at a path, as the header of a change.
func (s *site) look(path string) head {
	s.t.Helper()
	return head{"If-Match", s.get(path).Header.Get("ETag")}
}

// into reads an answer.
func into[T any](t *testing.T, a answer) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(a.text, &v); err != nil {
		t.Fatalf("%v\n%s", err, a.text)
	}
	return v
}

// jsonText is a body that is JSON already, or means to be.
type jsonText []byte

func invitation(email string) auth.Invitation { return auth.Invitation{Email: email, Name: "Ada"} }

var newAccount = auth.NewAccount{Name: "Ada", Password: "a long enough sentence"}
