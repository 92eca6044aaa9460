package risk_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/parleysec/parley/risk"
)

// twoWays are two mitigations against one threat of uncertain frequency: one
// dear, that stops all of it but a little, and one cheap, that stops half.
const twoWays = "mitigations: [{id: dear, title: D, cost: {once: 3000}, against: [{threat: t, likelihood: 75%}]}, {id: cheap, title: C, cost: {once: 1000}, against: [{threat: t, likelihood: 25%}]}]"

// TestVersusByQuantile: with one uncertain input, the chance to be ahead is the
// chance that the input passes the point where both are worth the same, and the
// input flips the order.
func TestVersusByQuantile(t *testing.T) {
	text := oneThreat("horizon: 1 year, discount_rate: 0%, common_cause: 0%", "likelihood: 0.5..12 per year, impact: {says: x, financial: 1000}", twoWays)
	p, dist := compile(t, text), read(t, text).Threats[0].Likelihood.Dist()
	dear, cheap := risk.Choice{Mitigations: []string{"dear"}}, risk.Choice{Mitigations: []string{"cheap"}}
	got, err := p.Versus(t.Context(), dear, []risk.Choice{cheap, {}, dear}, risk.SimOptions{Trials: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	for i, edge := range []float64{4, 4} { // 500·rate = 2000 against cheap, 750·rate = 3000 against nothing
		if want := 1 - dist.CDF(edge); math.Abs(got[i].Ahead-want) > 4*got[i].AheadError {
			t.Errorf("%d: ahead in %v ± %v, want %v", i, got[i].Ahead, got[i].AheadError, want)
		}
	}
	near(t, "lead over cheap", got[0].Lead, 500*dist.Mean()-2000, 1e-9)
	near(t, "lead over nothing", got[1].Lead, 750*dist.Mean()-3000, 1e-9)
	if f := got[0].Flips; len(f) != 1 || f[0].ID != "t" || f[0].What != risk.StatedLikelihood {
		t.Fatalf("%+v", f)
	}
	near(t, "lead at the 5th percentile", got[0].Flips[0].Low, 500*.5-2000, 1e-9)
	near(t, "lead at the 95th percentile", got[0].Flips[0].High, 500*12-2000, 1e-9)
	back, err := p.Versus(t.Context(), cheap, []risk.Choice{dear}, risk.SimOptions{})
	if err != nil || back[0].Lead != -got[0].Lead || len(back[0].Flips) != 1 || math.Abs(back[0].Flips[0].Low+got[0].Flips[0].Low) > 1e-9 {
		t.Errorf("the other way round: %+v, %v", back, err)
	}
	if same := got[2]; same.Ahead != 1 || same.Lead != 0 || len(same.Flips) != 0 {
		t.Errorf("beside itself: %+v", same)
	}
}

// TestVersusIsTheSameOnAnyNumberOfCPUs compares figures to the last bit.
func TestVersusIsTheSameOnAnyNumberOfCPUs(t *testing.T) {
	p := compile(t, shop)
	all := risk.Choice{Mitigations: []string{"prepared", "backup"}}
	one, err := p.Versus(t.Context(), all, []risk.Choice{{}, {Mitigations: []string{"backup"}}}, risk.SimOptions{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	four, err := p.Versus(t.Context(), all, []risk.Choice{{}, {Mitigations: []string{"backup"}}}, risk.SimOptions{Workers: 4})
	if err != nil || !reflect.DeepEqual(one, four) {
		t.Errorf("%+v, %+v, %v", one, four, err)
	}
}

// TestStartsByItem: two things that start at different times are worth what each
// is worth alone at its time, where they have nothing in common.
func TestStartsByItem(t *testing.T) {
	p := compile(t, oneThreat("horizon: 2 years, discount_rate: 5%, common_cause: 0%, person_day: 500", "likelihood: 2 per year, impact: {says: x, financial: 1000}",
		"mitigations: [{id: m, title: M, cost: {effort: 2d, once: 100, yearly: 10}, lead_time: 3 months, against: [{threat: t, likelihood: 75%}]}]\nfeatures: [{id: f, title: F, cost: {effort: 3d}, value: 5000 per year}]"))
	worth := func(c risk.Choice) float64 {
		v, _, err := p.NetBenefit(c)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	m, f := risk.Choice{Mitigations: []string{"m"}, Start: .5}, risk.Choice{Features: []string{"f"}, Start: 1}
	both := risk.Choice{Mitigations: []string{"m"}, Features: []string{"f"}, Starts: map[string]float64{"m": .5, "f": 1}}
	near(t, "both", worth(both), worth(m)+worth(f), 1e-12)
	later, err := p.DelayCost(both, .25)
	if err != nil {
		t.Fatal(err)
	}
	m.Start, f.Start = .75, 1.25
	near(t, "later", worth(both)-later, worth(m)+worth(f), 1e-12)
}
