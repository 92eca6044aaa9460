package negotiate

import (
	"reflect"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/evidence"
)

// TestWhatIfOnKeptYears: the second question, which finds years kept, and one
// about another model between two, have the answers of a new service.
func TestWhatIfOnKeptYears(t *testing.T) {
	ask := func(d *desk, text string, with ...string) *WhatIfResult {
		t.Helper()
		r, err := d.WhatIf(t.Context(), d.tom, WhatIfRequest{Source: Source{Name: "shop.yaml", Data: []byte(text)}, With: with, Trials: 5000})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	worse := strings.Replace(shop, "30% within 2 years", "60% within 2 years", 1)
	d := newDesk(t)
	for _, c := range []struct {
		text string
		with []string
	}{
		{shop, []string{"safe"}},
		{shop, []string{"archive"}},
		{worse, []string{"safe"}},
		{shop, []string{"safe", "archive"}},
		{shop, []string{"safe"}},
	} {
		if got, want := ask(d, c.text, c.with...), ask(newDesk(t), c.text, c.with...); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %+v, afresh %+v", c.with, got, want)
		}
	}
	if n := len(d.years.last); n != 2 {
		t.Errorf("%d models are kept", n)
	}
	for range 3 {
		ask(d, strings.Replace(shop, "Web shop", "Shop", 1), "safe")
	}
	if n := len(d.years.last); n != yearsKept {
		t.Errorf("%d models are kept", n)
	}
}

// TestKeptYearsFollowTheEvidence: a check that fails moves the price of the same
// model, also where years of before are kept.
func TestKeptYearsFollowTheEvidence(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "against: [{threat: leak, likelihood: 50%}]}", "against: [{threat: leak, likelihood: 50%}], checks: [{id: rules, every: 7 days}]}", 1))
	mean := func(s *Service) float64 {
		t.Helper()
		r, err := s.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 20_000})
		if err != nil {
			t.Fatal(err)
		}
		return *r.ExpectedAnnualLoss.Simulated
	}
	before := mean(d.Service)
	_, err := d.AddEvidence(t.Context(), d.tom, AddEvidenceRequest{
		Product: "shop", Check: "rules", ReadEvidenceRequest: ReadEvidenceRequest{
			Files: []evidence.Input{{Name: "r.json", Data: []byte(`{"schema":"parley.results/1","time":"2026-11-20T00:00:00Z","results":[{"outcome":"fail"}]}`)}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	fresh := &Service{Ledger: d.Ledger, Now: d.Now}
	t.Cleanup(func() { _ = fresh.Close() })
	if now, want := mean(d.Service), mean(fresh); now != want || now <= before {
		t.Errorf("%v before, %v after; afresh %v", before, now, want)
	}
}
