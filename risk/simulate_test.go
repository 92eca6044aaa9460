package risk_test

import (
	"context"
	"math"
	"testing"

	"github.com/parleysec/parley/risk"
)

func simulate(tb testing.TB, p *risk.Portfolio, s risk.Scenario, o risk.SimOptions) *risk.Simulation {
	tb.Helper()
	sim, err := p.Simulate(context.Background(), s, o)
	if err != nil {
		tb.Fatal(err)
	}
	return sim
}

const shop = head + `policy: {horizon: 2 years, person_day: 650, common_cause: 5%}
dependencies:
  - {id: cdn, title: Content network, down: 1%}
controls:
  - {id: waf, title: W, function: prevent, relies_on: [cdn], against: [{threat: leak, likelihood: 40%..80%, impact: 20%}, {threat: replay, likelihood: 50%}]}
threats:
  - {id: leak, title: L, likelihood: 20%..60% within 2 years, impact: {says: x, financial: 200k..4M, reputation: {loss: 50k..1M, chance: 30%}, availability: 20k..100k}}
  - {id: replay, title: R, likelihood: 0.5..3 per year, impact: {says: x, financial: 1k..20k}}
  - {id: once, title: O, likelihood: 30% within 3 years, at_most_once: true, impact: {says: x, financial: 100k..200k}}
mitigations:
  - {id: prepared, title: P, cost: {effort: 15d..40d, once: 2k}, lead_time: 6 weeks, against: [{threat: leak, likelihood: 70%..95%, impact: 10%..30%}, {threat: replay, likelihood: 30%..90%}]}
  - {id: backup, title: B, relies_on: [cdn], coverage: 60%..90%, cost: {effort: 5d}, against: [{threat: leak, impact: 30%..60%, likelihood: 10%..20%}, {threat: once, likelihood: 60%}]}
`

func TestSimulationAgreesWithExpectation(t *testing.T) {
	t.Parallel()
	p := compile(t, shop)
	for _, s := range []risk.Scenario{
		{},
		{Mitigations: []string{"prepared"}},
		{Mitigations: []string{"prepared", "backup"}},
		{Mitigations: []string{"backup"}, Broken: []string{"waf"}},
		{Without: []string{"waf"}},
		{Mitigations: []string{"backup"}, Broken: []string{"cdn"}},
	} {
		e := expect(t, p, s)
		sim := simulate(t, p, s, risk.SimOptions{Trials: risk.Draws(400_000)})
		if z := (sim.Mean - e.Annual) / sim.StandardError; math.Abs(z) > 4 {
			t.Errorf("%+v: simulated %v ± %v, exact %v (%.1f standard errors)", s, sim.Mean, sim.StandardError, e.Annual, z)
		}
		for i, th := range sim.Threats {
			if z := (th.Mean - e.Threats[i].Annual) / th.StandardError; math.Abs(z) > 4 {
				t.Errorf("%+v: %s: simulated %v ± %v, exact %v", s, th.ID, th.Mean, th.StandardError, e.Threats[i].Annual)
			}
		}
		t.Log(sim.Mean, sim.StandardError, e.Annual, sim.Threats)
	}
}
