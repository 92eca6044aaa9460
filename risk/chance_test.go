package risk

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestChanceWithUncertainInputs compares 1 − E[exp(−Hλ)] with a mean over half a
// million draws of the inputs, for one to four uncertain ones.
func TestChanceWithUncertainInputs(t *testing.T) {
	t.Parallel()
	const file = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 3 years, common_cause: 5%%}
dependencies: [{id: d, title: D, down: 5%%}]
threats:
  - {id: t, title: T, likelihood: %s, impact: {says: x, financial: 1000}}
mitigations:
  - {id: a, title: A, coverage: 50%%..90%%, against: [{threat: t, likelihood: 30%%..90%%}]}
  - {id: b, title: B, relies_on: [d], against: [{threat: t, likelihood: 60%%..80%%..85%%}]}
`
	for _, likelihood := range []string{"1 per year", "0.2..3 per year", "10%..70% within 2 years"} {
		p := mustCompile(t, fmt.Sprintf(file, likelihood))
		for _, s := range []Scenario{{}, {Mitigations: []string{"b"}}, {Mitigations: []string{"a"}}, {Mitigations: []string{"a", "b"}}} {
			e, err := p.Expect(s)
			if err != nil {
				t.Fatal(err)
			}
			want, se := sampledChance(p, s)
			if got := e.Threats[0].ChanceWithinHorizon; math.Abs(got-want) > 4*se+1e-9 {
				t.Errorf("%s, %v: %v, sampled %v ± %v", likelihood, s.Mitigations, got, want, se)
			}
		}
	}
}

func sampledChance(p *Portfolio, s Scenario) (mean, standardError float64) {
	th := &p.threats[0]
	st := p.stance(th, s)
	pass := th.passing(&st)
	x := make([]float64, len(pass.dims))
	r := rand.New(rand.NewPCG(1, 9))
	var m moments
	for range draws(500_000) {
		for i, d := range pass.dims {
			x[i] = d.dist.Rand(r)
		}
		m.add(-math.Expm1(-p.horizon * th.rate.dist.Rand(r) * pass.at(x) / th.passes))
	}
	return m.mean(), m.standardError()
}

// TestSingleEventTimeframes: a chance P within T years falls uniformly in them,
// so one full year has it with chance P·min(1, 1/T).
func TestSingleEventTimeframes(t *testing.T) {
	for _, c := range []struct {
		likelihood   string
		year, twoYrs float64
	}{
		{"30% within 1 year", 0.3, 0.3},
		{"30% within 3 years", 0.1, 0.2},
		{"30% within 6 months", 0.3, 0.3},
	} {
		p := mustCompile(t, fmt.Sprintf(`parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years}
threats: [{id: t, title: T, at_most_once: true, likelihood: %s, impact: {says: x, financial: 1000}}]
`, c.likelihood))
		e, err := p.Expect(Scenario{})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, c.likelihood+": expected loss", e.Annual, 1000*c.year, 1e-9)
		closeTo(t, c.likelihood+": within the horizon", e.Threats[0].ChanceWithinHorizon, c.twoYrs, 1e-12)
		for years, want := range map[float64]float64{0: 0, 1: c.year, 2: c.twoYrs} {
			got, err := p.ChanceWithin("t", Scenario{}, years)
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, fmt.Sprintf("%s: within %v years", c.likelihood, years), got, want, 1e-12)
		}
		sim, err := p.Simulate(t.Context(), Scenario{}, SimOptions{Trials: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		got, se := sim.Exceedance(0)
		closeTo(t, c.likelihood+": simulated", got, c.year, 4*se)
		if two, _ := sim.Exceedance(1000); two != 0 {
			t.Errorf("%s: more than once in %v of years", c.likelihood, two)
		}
	}
}

// TestSingleEventBeyondCertainty: without the control the chance would be 5 × 40 %;
// it stops at 1, in expectation and in every trial.
func TestSingleEventBeyondCertainty(t *testing.T) {
	t.Parallel()
	for _, likelihood := range []string{"40% within 1 year", "20%..60% within 1 year"} {
		p := mustCompile(t, fmt.Sprintf(`parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 1 year, common_cause: 0%%}
controls: [{id: c, title: C, function: prevent, against: [{threat: t, likelihood: 80%%}]}]
threats: [{id: t, title: T, at_most_once: true, likelihood: %s, impact: {says: x, financial: 1000}}]
mitigations: [{id: m, title: M, against: [{threat: t, likelihood: 50%%..70%%}]}]
`, likelihood))
		for _, s := range []Scenario{{}, {Without: []string{"c"}}, {Without: []string{"c"}, Mitigations: []string{"m"}}, {Mitigations: []string{"m"}}} {
			e, err := p.Expect(s)
			if err != nil {
				t.Fatal(err)
			}
			if e.Annual > 1000*(1+1e-12) {
				t.Errorf("%s: %+v costs %v", likelihood, s, e.Annual)
			}
			sim, err := p.Simulate(t.Context(), s, SimOptions{Trials: draws(100_000)})
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, fmt.Sprintf("%s: %+v", likelihood, s), sim.Mean, e.Annual, 4*sim.StandardError+1e-6)
		}
	}
}
