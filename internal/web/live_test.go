package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/testenv"
)

// clock stands still, so that pages read the same on every run.
func clock() time.Time { return time.Date(2027, 1, 12, 9, 30, 0, 0, time.UTC) }

var priya = negotiate.Local("priya@larkspur.example", negotiate.ViaPage)

// liveSite serves a real ledger with a negotiation file applied to it.
func liveSite(t *testing.T, files ...string) (*httptest.Server, *negotiate.Service) {
	t.Helper()
	s := &negotiate.Service{Ledger: filepath.Join(t.TempDir(), "ledger.db"), Now: clock}
	t.Cleanup(func() { _ = s.Close() })
	for _, name := range files {
		data := []byte(name)
		if !strings.Contains(name, "\n") {
			var err error
			if data, err = os.ReadFile(filepath.Join(testenv.Root(t), "examples", name)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Apply(t.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Name: "parley.yaml", Data: data}}); err != nil {
			t.Fatal(err)
		}
	}
	h, err := Handler(s, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(h)
	t.Cleanup(ts.Close)
	return ts, s
}

func get(t *testing.T, ts *httptest.Server, path string, status int) string {
	t.Helper()
	res, body := ask(t, ts, "GET", path, nil, nil)
	if res.StatusCode != status {
		t.Fatalf("%s: %d, want %d\n%s", path, res.StatusCode, status, text(body))
	}
	if m := regexp.MustCompile(`\{(web|brief|plain|plan)\.[a-z_.-]+\}`).FindString(body); m != "" {
		t.Errorf("%s: no text for %s", path, m)
	}
	return body
}

// text is what a person reads of a page.
func text(body string) string {
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body = main
	}
	body = regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]*>`).ReplaceAllString(body, " ")
	return strings.Join(strings.Fields(body), " ")
}

func TestLivePages(t *testing.T) {
	ts, _ := liveSite(t, "rounds.yaml")
	for _, path := range []string{"/", "/t/copy", "/plan", "/plan?money=20k&effort=150d", "/tasks", "/record"} {
		start := time.Now()
		body := get(t, ts, path, http.StatusOK)
		t.Logf("%s in %v:\n%s\n", path, time.Since(start), text(body))
	}
	_ = url.Values{}
}
