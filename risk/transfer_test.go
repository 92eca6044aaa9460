package risk

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

const insured = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years, discount_rate: 0%%}
threats:
  - id: t
    title: T
    likelihood: 1.5 per year
    impact: {says: x, financial: %s}
    treatments:
      - {id: event, kind: transfer, title: E, premium: 10, deductible: 200, limit: 500, share: 80%%}
      - {id: year, kind: transfer, title: Y, premium: 10, deductible: 1500, limit: 2000, per: year}
      - {id: rest, kind: transfer, title: R, premium: 10, covers: [financial]}
      - {id: other, kind: transfer, title: O, premium: 10, covers: [profit]}
`

// TestTransferOfConstantLoss has answers by hand: each event loses 1000; per
// event 0.8·min(500, 800) = 400 comes back; per year, of N events, what 1000·N
// exceeds 1500 by, at most 2000.
func TestTransferOfConstantLoss(t *testing.T) {
	p := mustCompile(t, fmt.Sprintf(insured, "1000"))
	perYear := 0.0
	for n, prob := 0, math.Exp(-1.5); n < 60; n++ {
		perYear += prob * min(2000, max(0, 1000*float64(n)-1500))
		prob *= 1.5 / float64(n+1)
	}
	for _, c := range []struct {
		transfers []string
		recovered float64
		exact     bool
	}{
		{nil, 0, true},
		{[]string{"event"}, 1.5 * 400, true},
		{[]string{"rest"}, 1500, true},
		{[]string{"other"}, 0, true},
		{[]string{"year"}, perYear, false},
		{[]string{"event", "rest"}, 1500, false},
	} {
		e, err := p.Expect(Scenario{Transfers: c.transfers})
		if err != nil {
			t.Fatal(err)
		}
		tolerance := 1e-9
		if !c.exact {
			tolerance = 4 * 1000 / math.Sqrt(recoveryTrials)
		}
		what := strings.Join(c.transfers, "+")
		closeTo(t, what, e.Threats[0].Recovered, c.recovered, tolerance)
		closeTo(t, what+": left", e.Annual, 1500-c.recovered, tolerance)
		if (e.Inexact == "") != c.exact {
			t.Errorf("%s: inexact because %q", what, e.Inexact)
		}
		sim, err := p.Simulate(t.Context(), Scenario{Transfers: c.transfers}, SimOptions{Trials: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, what+": simulated", sim.Mean, 1500-c.recovered, 4*sim.StandardError+1e-6)
	}
}

// TestSettleInOrder: the first contract pays, the second on what is left, from
// the kinds it covers in proportion.
func TestSettleInOrder(t *testing.T) {
	x := []float64{600, 400}
	settle(x, []*transfer{
		{share: 0.5, deductible: 200, limit: 400, covers: []bool{true, true}}, // 0.5·400 of 1000
		{share: 1, limit: math.Inf(1), covers: []bool{false, true}},
		{share: 1, limit: math.Inf(1), covers: []bool{true, true}, perYear: true}, // another day
	}, false)
	closeTo(t, "first kind", x[0], 480, 1e-9)
	closeTo(t, "second kind", x[1], 0, 1e-9)
}

// TestPayYearlyInOrder: the deductible is used up by the first events of a year.
func TestPayYearlyInOrder(t *testing.T) {
	tr := &transfer{share: 1, deductible: 1500, limit: 1000, covers: []bool{true}, perYear: true}
	claimed := map[int]float64{}
	for i, want := range []float64{1000, 500, 500, 1000} {
		e := datedLoss{x: []float64{1000}}
		payYearly(e, []*transfer{tr}, claimed)
		closeTo(t, fmt.Sprintf("event %d", i+1), e.x[0], want, 1e-9)
	}
}

// TestLimitedMean compares the closed form with the general way.
func TestLimitedMean(t *testing.T) {
	p := mustCompile(t, fmt.Sprintf(insured, "100..5000"))
	d := p.threats[0].losses[0].amount.dist
	for _, u := range []float64{0, 1, 100, 1234, 5000, 1e6, 1e12} {
		other := limitedMean(wrapped{d}, u)
		closeTo(t, fmt.Sprintf("up to %v", u), limitedMean(d, u), other, 1e-7*max(1, other))
	}
}
