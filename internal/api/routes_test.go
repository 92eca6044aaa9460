package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
)

// filled is a path with something in each placeholder.
func filled(path string) string {
	return strings.NewReplacer(
		"{product}", "shop", "{decision}", "SHOP-D1", "{date}", "2027-01-12", "{threats}", "leak", "{proposal}", "SHOP-P1", "{task}", "SHOP-M1", "{rule}", "R1", "{workshop}", "SHOP-WS1", "{id}", "none", "{email}", "eve@example.org",
	).Replace(path)
}

// TestA1EveryRouteHasAUseCase walks the routes: each asks a use-case of
// negotiate's table, but for who one is, and none that is read writes.
func TestA1EveryRouteHasAUseCase(t *testing.T) {
	s := newSite(t)
	if len(s.api.routes) < 60 {
		t.Fatalf("only %d routes", len(s.api.routes))
	}
	for _, r := range s.api.routes {
		writes, known := negotiate.Writes(r.UseCase)
		if !known {
			t.Errorf("%s %s asks for %q, which is no use-case", r.Method, r.Path, r.UseCase)
		}
		if r.Method == http.MethodGet && writes {
			t.Errorf("A8, S6: GET %s asks for %s, which writes", r.Path, r.UseCase)
		}
	}
}

// TestA1EveryRouteNeedsSomebody asks every route as nobody: each answers 401 with
// what would be right, and so does a path that is none.
func TestA1EveryRouteNeedsSomebody(t *testing.T) {
	s := newSite(t, "shop.yaml")
	s.who = ""
	ask := func(method, path string) {
		a := s.ask(method, path, nil)
		p := into[Problem](t, a)
		if a.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer") || a.Header.Get("Content-Type") != problemType || p.Detail == "" {
			t.Errorf("%s %s as nobody: %d %s", method, path, a.StatusCode, a.text)
		}
	}
	for _, r := range s.api.routes {
		ask(r.Method, filled(r.Path))
	}
	ask("GET", "/nothing")
	ask("POST", "/openapi.json")
	if a := s.ask("GET", "/openapi.json", nil); a.StatusCode != http.StatusOK {
		t.Errorf("the document is for everybody: %d", a.StatusCode)
	}
}

// TestS6OnlyFromHere: no page of another site writes, whoever is signed in, and
// no answer is given to its scripts.
func TestS6OnlyFromHere(t *testing.T) {
	s := newSite(t, "shop.yaml")
	before := s.get("/status").text
	for _, r := range s.api.routes {
		if r.Method == http.MethodGet && r.Path != "/products" {
			continue // they write nothing, and one stands for all
		}
		for _, h := range [][]head{{{"Sec-Fetch-Site", "cross-site"}}, {{"Origin", "https://evil.example"}}, {{"Sec-Fetch-Site", "same-site"}, {"Origin", "http://evil." + s.server.Listener.Addr().String()}}} {
			a := s.ask(r.Method, filled(r.Path), nil, h...)
			if r.Method != http.MethodGet && a.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s from another site: %d", r.Method, r.Path, a.StatusCode)
			}
			for name := range a.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s %s tells other sites: %s", r.Method, r.Path, name)
				}
			}
		}
	}
	if after := s.get("/status").text; string(after) != string(before) {
		t.Error("something was recorded")
	}
}

// TestA8ReadingWritesNothing asks every route that is read, twice: the ledger
// stays as it is.
func TestA8ReadingWritesNothing(t *testing.T) {
	s := newSite(t, "shop.yaml")
	size := func() int64 { return into[Log](t, s.get("/log")).Size }
	before := size()
	for _, r := range s.api.routes {
		if r.Method == http.MethodGet && r.Path != "/events" {
			s.ask("GET", filled(r.Path), nil)
			s.ask("HEAD", filled(r.Path), nil)
		}
	}
	if n := size(); n != before {
		t.Errorf("%d events, before %d", n, before)
	}
}

// Every answer says that it is for one person and for no other site.
func TestHeaders(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for _, path := range []string{"/products", "/nothing", "/products/shop/risk?trials=x"} {
		a := s.ask("GET", path, nil)
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "private", "Referrer-Policy": "no-referrer"} {
			if !strings.HasPrefix(a.Header.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, a.Header.Get(name))
			}
		}
	}
}
