package web

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

// Who sends a request of a fuzz target.
const (
	byNobody = iota
	byPriya
	byGuest
	senders
)

// fuzzed is a site with accounts and an open workshop, for many hostile requests.
type fuzzed struct {
	handler http.Handler
	routes  []route
	guest   string // the secret of a guest's cookie
	room    string // id of the workshop
}

// byWhom is the header that says who sends a request.
const byWhom = "Test-By"

func newFuzzed(f *testing.F) *fuzzed {
	f.Helper()
	path := filepath.Join(f.TempDir(), "l.db")
	s := &negotiate.Service{Ledger: path, Now: clock, Throwaway: true}
	f.Cleanup(func() { _ = s.Close() })
	must := func(err error) {
		f.Helper()
		if err != nil {
			f.Fatal(err)
		}
	}
	_, err := s.Apply(f.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Name: "parley.yaml", Data: []byte(shopFile())}})
	must(err)
	room, err := s.OpenWorkshop(f.Context(), priya, negotiate.OpenWorkshopRequest{Product: "shop", Title: "Autumn", Threats: []string{"leak"}})
	must(err)
	link, err := s.LinkWorkshop(f.Context(), priya, negotiate.LinkWorkshopRequest{WorkshopRequest: negotiate.WorkshopRequest{Workshop: room.ID}})
	must(err)
	_, secret, _ := strings.Cut(link.Path, "#")
	guest, err := s.JoinWorkshop(f.Context(), negotiate.NewGuest(), negotiate.JoinWorkshopRequest{Secret: secret, Name: "Sam"})
	must(err)
	accounts, err := auth.Open(f.Context(), path, auth.Options{Now: clock, Cost: auth.Cost{KiB: 8, Passes: 1}})
	must(err)
	f.Cleanup(func() { _ = accounts.Close() })
	o := Options{
		Accounts: accounts, Provider: &fakeProvider{}, Actor: priya, Log: slog.New(slog.DiscardHandler),
		Grown: func() <-chan struct{} { c := make(chan struct{}); close(c); return c },
		Identify: func(r *http.Request) (context.Context, negotiate.Actor, error) {
			if r.Header.Get(byWhom) == "priya" {
				return r.Context(), priya, nil
			}
			return nil, negotiate.Actor{}, ErrNobody
		},
	}
	h, err := Handler(s, o)
	must(err)
	return &fuzzed{h, o.routes(), guest.Secret, room.ID}
}

// by says who sends a request.
func (z *fuzzed) by(who uint8, r *http.Request) {
	switch who % senders {
	case byPriya:
		r.Header.Set(byWhom, "priya")
	case byGuest:
		r.AddCookie(&http.Cookie{Name: CookieName(false) + afterGuest, Value: z.guest})
	}
}

// listener is a reader of live updates, who leaves once told how things are.
type listener struct {
	*httptest.ResponseRecorder
	leave  func()
	pieces int
}

func (l *listener) Flush() {
	if l.pieces++; l.pieces == 2 {
		l.leave()
	}
	l.ResponseRecorder.Flush()
}

func (l *listener) SetWriteDeadline(time.Time) error { return nil }

// sane holds an answer against what every answer keeps: it is no mistake of ours,
// has the headers of every page, leads nowhere else, and lines of live updates are such.
func (z *fuzzed) sane(t *testing.T, r *http.Request) {
	t.Helper()
	ctx, leave := context.WithCancel(r.Context())
	defer leave()
	w := &listener{ResponseRecorder: httptest.NewRecorder(), leave: leave}
	z.handler.ServeHTTP(w, r.WithContext(ctx))
	if w.Code >= http.StatusInternalServerError {
		t.Fatalf("%s %s: %d %s", r.Method, r.URL, w.Code, text(w.Body.String()))
	}
	if w.Header().Get("Content-Security-Policy") != contentSecurityPolicy || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("%s %s: the headers are %v", r.Method, r.URL, w.Header())
	}
	for name, values := range w.Header() {
		for _, v := range values {
			if strings.ContainsAny(name+v, "\r\n\x00") {
				t.Fatalf("%s %s: the header %q is %q", r.Method, r.URL, name, v)
			}
		}
	}
	if to := w.Header().Get("Location"); to != "" && !stays(to) && !strings.HasPrefix(to, "https://id.example/authorize?") {
		t.Fatalf("%s %s leads to %q", r.Method, r.URL, to)
	}
	if w.Header().Get("Content-Type") == sse.ContentType {
		for line := range strings.Lines(w.Body.String()) {
			data, isData := strings.CutPrefix(line, "data: ")
			if !isData && line != "\n" && line != ":\n" && !strings.HasPrefix(line, "retry: ") || isData && !json.Valid([]byte(data)) {
				t.Fatalf("%s %s: the line %q", r.Method, r.URL, line)
			}
		}
	}
}

// stays reports whether an address leads to this server, as browsers read it.
func stays(to string) bool {
	here := url.URL{Scheme: "https", Host: "parley.example", Path: "/sign-in"}
	u, err := here.Parse(to)
	return err == nil && u.Host == here.Host && u.Scheme == here.Scheme && strings.HasPrefix(to, "/") &&
		!strings.HasPrefix(u.Path, "//") && !strings.ContainsFunc(to, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
}

// FuzzRouter asks hostile addresses with hostile headers, live updates among them.
func FuzzRouter(f *testing.F) {
	z := newFuzzed(f)
	for _, path := range []string{
		"/", "/t/leak?figure=1", "/t/%00", "//evil.example", "/..%2f..%2fetc", "/record?after=MA&from=x", "/lived?by=%ff", "/layers?break=waf&break=x", "/stages?product=shop", "/why?figure=decisions/9",
		"/sum?of=a%0d%0ab", "/sign-in?to=//evil.example", "/sign-in/provider/back?code=x&state=y", "/join", "/join/room", "/static/..%2fx", "/record.csv?kind=x", "/tasks.md", "/organisation", "/workshop", "/%zz",
	} {
		f.Add(uint8(byPriya), "GET", path, "Accept-Encoding", "gzip;q=x, *;q=1e999")
		f.Add(uint8(byNobody), "POST", path, "Cookie", "parley=x; parley-trial=\"; parley-device=\x7f")
	}
	for _, path := range []string{"/workshop/" + z.room + "/events", "/join/room/events", "/workshop/%20/now", "/join/room/now"} {
		f.Add(uint8(byPriya), "GET", path, "Accept", sse.ContentType)
		f.Add(uint8(byGuest), "GET", path, "Accept", sse.ContentType+", \x00")
	}
	f.Add(uint8(byPriya), "GET", "/", "Host", "evil.example")
	f.Add(uint8(byPriya), "GET", "/", "Range", "bytes=0-1,1-2,-1")
	f.Add(uint8(byPriya), "POST", "/tasks/K1/done", "Origin", "null")
	f.Fuzz(func(t *testing.T, who uint8, method, path, name, value string) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, http.NoBody)
		if err != nil || r.URL.Host != "127.0.0.1" || strings.ContainsAny(path, " \t") {
			return // no line of a request reads so
		}
		if strings.EqualFold(name, "Host") {
			r.Host = value
		} else {
			r.Header[http.CanonicalHeaderKey(name)] = []string{value}
		}
		z.by(who, r)
		z.sane(t, r)
	})
}

// FuzzForms sends hostile bodies to every form there is.
func FuzzForms(f *testing.F) {
	z := newFuzzed(f)
	var paths []string
	for _, r := range z.routes {
		if r.method == http.MethodPost && r.pattern != "/plan/agree" { // which searches for long
			id := map[bool]string{true: z.room, false: "leak"}[strings.HasPrefix(r.pattern, workshopPath)]
			paths = append(paths, strings.ReplaceAll(r.pattern, "{id}", id))
		}
	}
	const form = "application/x-www-form-urlencoded"
	for i := range paths {
		f.Add(i, uint8(byPriya), form, []byte(`answer=live&because=x&until=2027-02-30&product=shop&seen=x`))
		f.Add(i, uint8(byGuest), form, []byte("lines=a\r\nb\x00&threat=leak&often=1e999&cost=%ff"))
		f.Add(i, uint8(byNobody), form, []byte(`email=a@b&password=`+strings.Repeat("x", 200)+`&to=//evil.example&secret=`+strings.Repeat("A", 43)))
		f.Add(i, uint8(byPriya), "multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../x\"\r\nContent-Type: text/html\r\n\r\n<a>\r\n--b--\r\n"))
		f.Add(i, uint8(byPriya), "multipart/form-data", []byte(`x`))
	}
	f.Fuzz(func(t *testing.T, which int, who uint8, kind string, body []byte) {
		if which < 0 {
			return
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1"+paths[which%len(paths)], bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		z.by(who, r)
		z.sane(t, r)
	})
}

// FuzzReturnPath: wherever somebody asks to be led, it is a page of this server.
func FuzzReturnPath(f *testing.F) {
	s, err := newServer(&sampleDesk{say: plainly}, Options{Actor: priya})
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range []string{"/", "/plan?money=20k", "/t/a%20b", "//evil.example", `/\evil.example`, "/%2f%2fevil.example", "/t//x", "https:evil.example", "/t/x\r\ny"} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, asked string) {
		if to := s.returnPath(asked); !stays(to) {
			t.Errorf("%q leads to %q", asked, to)
		}
	})
}

// FuzzSeal: what comes back sealed is what was sealed here, or nothing.
func FuzzSeal(f *testing.F) {
	s, err := newSeal(nil, clock)
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := s.close(halfway{Email: "a@b.example", Password: password})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:40])
	f.Add("e30")
	f.Fuzz(func(t *testing.T, sent string) {
		if h, ok := s.open(sent); ok && (h.Password != password || sent != sealed) {
			t.Errorf("%q opens as %+v", sent, h)
		}
	})
}
