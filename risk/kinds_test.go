package risk

import (
	"testing"

	"github.com/parleysec/parley"
)

// TestKindsAddUp: losses by kind are kept apart to the end, in expectation and in
// every simulation; they add up, and the two agree.
func TestKindsAddUp(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, datedShop)
	for _, s := range []Scenario{
		{},
		{Mitigations: []string{"prepared", "backup"}, Features: []string{"shiny"}},
		{Transfers: []string{"insure"}},
		{Transfers: []string{"stoploss", "insure"}, Broken: []string{"waf"}},
	} {
		e, err := p.Expect(s)
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "expected", e.Kinds.Sum(), e.Annual, 1e-9*e.Annual)
		sim, err := p.Simulate(t.Context(), s, SimOptions{Trials: draws(100_000)})
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for _, want := range e.Threats {
			closeTo(t, want.ID+" expected", want.Kinds.Sum(), want.Annual, 1e-9*want.Annual+1e-9)
			if want.Absent {
				continue
			}
			got := sim.Threats[at]
			at++
			closeTo(t, want.ID+" simulated", got.Kinds.Sum(), got.Mean, 1e-9*got.Mean)
			for k := range want.Kinds {
				closeTo(t, want.ID+" by kind", got.Kinds[k], want.Kinds[k], 5*got.StandardError+0.02*want.Recovered)
				if want.Kinds[k] == 0 && got.Kinds[k] != 0 {
					t.Errorf("%s: a kind that is not stated costs %v", want.ID, got.Kinds[k])
				}
			}
		}
	}
}

// TestKindsByHand: a loss of one kind that happens in some events, in front of a
// contract that covers another.
func TestKindsByHand(t *testing.T) {
	p := mustCompile(t, `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 1 year}
threats:
  - {id: t, title: T, likelihood: 2 per year, impact: {says: x, financial: 1000, reputation: {loss: 400, chance: 25%}},
     treatments: [{id: i, kind: transfer, title: I, premium: 1 per year, deductible: 100, per: event, covers: [financial]}]}
mitigations: [{id: m, title: M, against: [{threat: t, impact: 50%}]}]
`)
	for _, c := range []struct {
		s                     Scenario
		financial, reputation float64
	}{
		{Scenario{}, 2000, 200},
		{Scenario{Mitigations: []string{"m"}}, 1000, 100},
		{Scenario{Transfers: []string{"i"}}, 200, 200},
		{Scenario{Transfers: []string{"i"}, Mitigations: []string{"m"}}, 200, 100},
	} {
		e, err := p.Expect(c.s)
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "financial", e.Kinds.Of(parley.Financial), c.financial, 1e-9)
		closeTo(t, "reputation", e.Kinds.Of(parley.Reputation), c.reputation, 1e-9)
		closeTo(t, "nothing", e.Kinds.Of("no kind"), 0, 0)
	}
	if len(parley.LossKinds()) != kindsOfLoss {
		t.Errorf("%d kinds of loss, room for %d", len(parley.LossKinds()), kindsOfLoss)
	}
}
