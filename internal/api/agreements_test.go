package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
)

// planned is an agreement on the plan of the shop that a question answers.
func (s *site) planned(question string, b Agreeing) Agreeing {
	s.t.Helper()
	b.Chosen = into[negotiate.PlanResult](s.t, s.get("/products/shop/plan"+question)).Chosen
	return b
}

// TestAgreements: somebody agrees on the plan they looked at, once, and a plan
// that is another one by now is recorded by nobody.
func TestAgreements(t *testing.T) {
	s := newSite(t, "shop.yaml")
	const path = "/products/shop/agreements"
	if r := into[negotiate.AgreementsResult](t, s.get(path)); len(r.Agreements) != 0 || r.Product != "shop" {
		t.Errorf("before anybody agreed: %+v", r)
	}
	size := func() int64 { return into[Log](t, s.get("/log")).Size }
	const question = "?effort=40d&must=prepared&trials=1000"
	ask := s.planned(question, Agreeing{Within: Within{Effort: "40d", Must: "prepared"}, Trials: 1000, Because: "the best"})
	if !slices.Contains(ask.Chosen, "prepared") {
		t.Fatalf("the plan does %v", ask.Chosen)
	}

	before := size()
	for name, change := range map[string]func(*Agreeing){
		"less was seen":       func(b *Agreeing) { b.Chosen = b.Chosen[1:] },
		"more was seen":       func(b *Agreeing) { b.Chosen = append(slices.Clone(b.Chosen), "one-click") },
		"another order":       func(b *Agreeing) { b.Chosen = append([]string{"moon"}, b.Chosen[1:]...) },
		"nothing was seen":    func(b *Agreeing) { b.Chosen = []string{} },
		"for another budget":  func(b *Agreeing) { b.MustNot = "gift-cards" },
		"without any reason":  func(b *Agreeing) { b.Because = " " },
		"what cannot be done": func(b *Agreeing) { b.Effort = "1h" },
	} {
		b := ask
		change(&b)
		p := into[Problem](t, s.ask("POST", path, b))
		other := strings.Contains(p.Detail, "another one by now")
		seen := strings.HasSuffix(name, "seen") || name == "another order" || name == "for another budget"
		if seen != other || seen && p.Status != http.StatusConflict || p.Status < 400 {
			t.Errorf("%s: %+v", name, p)
		}
	}
	for name, text := range map[string]string{
		"no plan was looked at": `{"because":"x"}`, "no plan is named": `{"chosen":null,"because":"x"}`, "another day": `{"chosen":["prepared"],"because":"x","as_of":"2026-01-01"}`,
	} {
		if a := s.ask("POST", path, jsonText(text)); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.text)
		}
	}
	if n := size(); n != before {
		t.Errorf("%d events were recorded of what was refused", n-before)
	}

	key := head{"Idempotency-Key", "once"}
	r := into[negotiate.AgreeResult](t, s.must(http.StatusCreated, "POST", path, ask, key))
	after := size()
	if again := into[negotiate.AgreeResult](t, s.must(http.StatusCreated, "POST", path, ask, key)); again.Agreement.ID != r.Agreement.ID || size() != after {
		t.Errorf("sent again it is %+v, and %d events more", again.Agreement, size()-after)
	}
	var done []string
	for _, x := range r.Agreement.Chosen {
		done = append(done, x.ID)
	}
	if a := r.Agreement; a.ID != "SHOP-A1" || a.By != "priya" || a.Claimed || a.Because != "the best" || !slices.Equal(done, ask.Chosen) || len(r.Decisions) == 0 {
		t.Errorf("%+v", r)
	}
	if r := into[negotiate.AgreementsResult](t, s.get(path)); len(r.Agreements) != 1 || r.Agreements[0].ID != "SHOP-A1" {
		t.Errorf("%+v", r)
	}
}
