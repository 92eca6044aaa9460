package risk

import (
	"fmt"
	"testing"
)

// eventOf is the loss of one event of the one threat of a file, as things are.
func eventOf(t *testing.T, fields, rest string) EventLoss {
	t.Helper()
	p := mustCompile(t, "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\n"+
		"dependencies: [{id: half, title: H, down: 50%}, {id: d, title: D, down: 30%}]\n"+
		"threats:\n  - {id: t, title: T, likelihood: 1 per year, "+fields+"}\n"+rest)
	var s Scenario
	if len(p.work) > 0 && p.known["m"] == aMitigation {
		s.Mitigations = []string{"m"}
	}
	for id, r := range p.treatment {
		if r.transfer != nil {
			s.Transfers = append(s.Transfers, id)
		}
	}
	var first EventLoss
	for seed := uint64(1); seed <= 8; seed++ { // a jump must not depend on the draw
		e, err := p.EventLoss("t", s, seed)
		if err != nil {
			t.Fatal(err)
		}
		if seed == 1 {
			first = e
		} else if e.P50 != first.P50 && (first.Exact || first.P50 == 0) {
			t.Errorf("seed %d: %v, seed 1: %v", seed, e, first)
		}
	}
	return first
}

// TestEventQuantileAtAJump: quantiles are the smallest loss that at least the
// share p of events does not exceed, to the letter where that share is reached
// exactly at a jump.
func TestEventQuantileAtAJump(t *testing.T) {
	for _, c := range []struct {
		name, fields, rest string
		p50, p95           float64
	}{
		{"one in two", "impact: {says: x, financial: {loss: 100k, chance: 50%}}", "", 0, 100e3},
		{"just more than half", "impact: {says: x, financial: {loss: 100k, chance: 50.0001%}}", "", 100e3, 100e3},
		{"one in twenty", "impact: {says: x, financial: {loss: 100k, chance: 5%}}", "", 0, 0},
		{"two constants", "impact: {says: x, financial: {loss: 100k, chance: 50%}, reputation: 7k}", "", 7e3, 107e3},
		{"two chances", "impact: {says: x, financial: {loss: 100k, chance: 20%}, reputation: {loss: 7k, chance: 37.5%}}", "", 0, 107e3},
		{
			"a dependency down half of the time", "impact: {says: x, financial: 100k}",
			"mitigations: [{id: m, title: M, relies_on: [half], against: [{threat: t, impact: 80%}]}]\n", 20e3, 100e3,
		},
		{"a deductible", "impact: {says: x, financial: {loss: 100k, chance: 50%}, reputation: 7k}, " +
			"treatments: [{id: i, kind: transfer, title: I, premium: 1k per year, deductible: 10k, per: event}]", "", 7e3, 10e3},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := eventOf(t, c.fields, c.rest)
			closeTo(t, "p50", e.P50, c.p50, 1e-6)
			closeTo(t, "p95", e.P95, c.p95, 1e-6)
			if !e.Exact {
				t.Error("not said to be exact")
			}
		})
	}
}

// TestEventWithAChance has one kind of loss that is a range and happens in some
// events: the median is the range's quantile at what is left of p.
func TestEventWithAChance(t *testing.T) {
	for _, chance := range []float64{0.5, 0.6, 0.9} {
		whole := eventOf(t, "impact: {says: x, financial: 10k..90k}", "")
		p := mustCompile(t, "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\n"+
			"threats: [{id: t, title: T, likelihood: 1 per year, impact: {says: x, financial: 10k..90k}}]\n")
		x := p.threats[0].losses[0].amount.dist
		e := eventOf(t, fmt.Sprintf("impact: {says: x, financial: {loss: 10k..90k, chance: %g%%}}", 100*chance), "")
		want := 0.0
		if chance > 0.5 {
			want = x.Quantile((0.5 - (1 - chance)) / chance)
		}
		closeTo(t, "p50", e.P50, want, 1e-6*whole.P50)
		closeTo(t, "p95", e.P95, x.Quantile((0.95-(1-chance))/chance), 1e-6*whole.P95)
	}
}

// TestEventTransferOfOneKind: a contract leaves a rising function of the loss, so
// its quantiles are those of the loss.
func TestEventTransferOfOneKind(t *testing.T) {
	gross := eventOf(t, "impact: {says: x, financial: 10k..90k}", "")
	net := eventOf(t, "impact: {says: x, financial: 10k..90k}, treatments: [{id: i, kind: transfer, title: I, premium: 1k per year, deductible: 40k, share: 80%, limit: 20k, per: event}]", "")
	after := func(x float64) float64 { return x - 0.8*min(20e3, max(0, x-40e3)) }
	closeTo(t, "p50", net.P50, after(gross.P50), 1e-6*gross.P50)
	closeTo(t, "p95", net.P95, after(gross.P95), 1e-6*gross.P95)
	if !net.Exact {
		t.Error("not said to be exact")
	}
}

// TestEventJumpAmongRanges: that nothing happens has a known chance also where
// the rest is drawn.
func TestEventJumpAmongRanges(t *testing.T) {
	e := eventOf(t, "impact: {says: x, financial: {loss: 10k..90k, chance: 20%}, reputation: {loss: 5k..8k, chance: 37.5%}}", "")
	if e.P50 != 0 {
		t.Errorf("p50 = %v; half of the events cost nothing", e.P50)
	}
	e = eventOf(t, "impact: {says: x, financial: {loss: 10k..90k, chance: 20.01%}, reputation: {loss: 5k..8k, chance: 37.5%}}", "")
	if e.P50 < 1e3 {
		t.Errorf("p50 = %v; just less than half of the events cost nothing", e.P50)
	}
}
