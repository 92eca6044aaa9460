package api

import (
	"net/http"
	"strings"
	"testing"
)

// TestWhoLookedIsTold: a change that needs no tag honours one: what moved since is
// told, and nothing is done.
func TestWhoLookedIsTold(t *testing.T) {
	s := newSite(t, "shop.yaml")
	role := func(person, role string) Membership {
		return Membership{Person: person, Role: role, Because: "she joins"}
	}
	looked := s.look("/members")
	s.must(http.StatusOK, "POST", "/members", role("ada@example.org", "reader"), looked)
	a := s.ask("POST", "/members", role("bea@example.org", "reader"), looked)
	p := into[Problem](t, a)
	if a.StatusCode != http.StatusPreconditionFailed || a.Header.Get("Content-Type") != problemType || a.Header.Get("ETag") != s.look("/members")[1] || len(p.Changes) == 0 || !strings.Contains(string(a.text), "ada@example.org") {
		t.Errorf("%d %v %s", a.StatusCode, a.Header, a.text)
	}
	if now := s.get("/members"); strings.Contains(string(now.text), "bea@example.org") {
		t.Error("it was done all the same")
	}
	s.must(http.StatusOK, "POST", "/members", role("bea@example.org", "reader"))

	stages := s.look("/products/shop/stages")
	s.must(http.StatusCreated, "POST", "/products/shop/stages", Advance{To: "testing", Because: "it works"}, stages)
	if a := s.must(http.StatusPreconditionFailed, "POST", "/products/shop/stages", Advance{To: "deployment", Because: "it works"}, stages); a.Header.Get("ETag") == stages[1] {
		t.Error("what moved has the tag of before")
	}
	s.must(http.StatusPreconditionRequired, "POST", "/members", role("cy@example.org", "reader"), head{"If-Match", "*"})
}

func TestFilling(t *testing.T) {
	value := map[string]string{"product": "a b/c", "x": ""}
	for path, want := range map[string]string{"/members": "/members", "/products/{product}/stages": "/products/a%20b%2Fc/stages", "/{x}": "/"} {
		if got := filling(path, func(name string) string { return value[name] }); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
}
