package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/parleysec/parley/ledger"
)

// TestNobodyIsAnsweredASealedEstimate asks every route that only reads as somebody
// else with the highest role while a threat is being estimated.
func TestNobodyIsAnsweredASealedEstimate(t *testing.T) {
	s := newSite(t, "shop.yaml")
	mia, room := s.member("mia@example.org", ledger.Manager, ""), "/products/shop/workshops/SHOP-WS1"
	s.must(http.StatusCreated, "POST", "/products/shop/workshops", map[string]any{"title": "Autumn", "threats": []string{"leak"}})
	s.must(http.StatusCreated, "POST", room+"/steps", map[string]any{"step": "ask"})
	own := s.must(http.StatusCreated, "POST", room+"/estimates", map[string]any{"topic": 1, "likelihood": "37.125% within 2 years"})
	if !strings.Contains(string(own.text), "37.125") {
		t.Errorf("one's own answer is not shown: %s", own.text)
	}
	s.who = mia
	answered := 0
	for _, r := range s.api.routes {
		a := s.ask("GET", filled(r.Path), nil)
		if a.StatusCode == http.StatusOK {
			answered++
		}
		if strings.Contains(string(a.text), "37.125") {
			t.Errorf("%s shows what is sealed to somebody else: %s", r.Path, a.text)
		}
	}
	if answered < 25 {
		t.Errorf("only %d routes answered", answered)
	}
}
