package risk_test

import (
	"math"
	"slices"
	"testing"

	"github.com/parleysec/parley/risk"
)

// TestDecompositionIsTheExpectation adds up the terms for every set of
// mitigations of a threat.
func TestDecompositionIsTheExpectation(t *testing.T) {
	p := compile(t, shop+`features:
  - {id: f, title: F, cost: {effort: 1d}, introduces: [replay]}
`)
	all := []string{"prepared", "backup"}
	for mask := range 1 << len(all) {
		s := risk.Scenario{Features: []string{"f"}}
		for i, id := range all {
			if mask>>i&1 == 1 {
				s.Mitigations = append(s.Mitigations, id)
			}
		}
		for i, d := range p.Decompose() {
			got := 0.0
			for _, term := range d.Terms {
				x := term.PerYear
				for _, f := range term.Factors {
					if f.Mean < 0 || f.Mean > 1 {
						t.Errorf("%s: factor %v of %s", d.Threat, f.Mean, f.Mitigation)
					}
					if slices.Contains(s.Mitigations, f.Mitigation) {
						x *= f.Mean
					}
				}
				got += x
			}
			if sum, err := p.ExpectAnnual(s); err != nil || sum != expect(t, p, s).Annual {
				t.Errorf("%v alone, %v with the rest, %v", sum, expect(t, p, s).Annual, err)
			}
			near(t, d.Threat, got, expect(t, p, s).Threats[i].Annual, 1e-12)
		}
	}
	d, err := p.DecomposeThreat("replay")
	if err != nil || !slices.Equal(d.IfAny, []string{"f"}) || d.Until != p.Horizon() {
		t.Errorf("replay: %+v, %v", d, err)
	}
	if d, _ := p.DecomposeThreat("once"); d.Until != math.Min(3, p.Horizon()) {
		t.Errorf("once until %v", d.Until)
	}
	if _, err := p.ExpectAnnual(risk.Scenario{Mitigations: []string{"nobody"}}); err == nil {
		t.Error("an unknown mitigation has a price")
	}
	if _, err := p.DecomposeThreat("nobody"); err == nil {
		t.Error("an unknown threat has a decomposition")
	}
}

// TestAnnuity is the closed form of docs/maths-plan.md and its limit for no discount.
func TestAnnuity(t *testing.T) {
	p := compile(t, shop)
	v := 1 / 1.05
	near(t, "annuity", p.Annuity(0.5, 2), (math.Pow(v, 0.5)-math.Pow(v, 2))/math.Log(1.05), 1e-14)
	near(t, "present", p.Present(1.5), math.Pow(v, 1.5), 1e-14)
	if got := p.Annuity(2, 1); got != 0 {
		t.Errorf("annuity over no time = %v", got)
	}
	flat := compile(t, oneThreat("horizon: 3 years, discount_rate: 0%", "likelihood: 1 per year, impact: {says: x, financial: 1}"))
	near(t, "undiscounted annuity", flat.Annuity(0.5, 2), 1.5, 1e-15)
}
