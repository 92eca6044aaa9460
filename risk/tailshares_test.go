package risk_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/parleysec/parley/risk"
)

// tailFile has threats of one kind and of several, alone and together, one of
// them insured, with losses between which the worst years differ.
const tailFile = head + `policy: {horizon: 1 year}
threats:
  - {id: a, title: A, likelihood: 0.5..2 per year, impact: {says: x, financial: 5k..80k, availability: {loss: 1k..9k, chance: 40%}}}
  - {id: b, title: B, likelihood: 3 per year, fair: {primary: {profit: 1k..3k}, secondary: {chance: 15%, financial: 10k..60k, reputation: 5k..50k}}}
  - {id: c, title: C, likelihood: 0.2 per year, impact: {says: x, regulatory: 20k..200k}}
  - {id: d, title: D, likelihood: 10% within 1 year, at_most_once: true, impact: {says: x, compromise: 90k, profit: 10k}}
controls:
  - {id: w, title: W, against: [{threat: a, likelihood: 40%..80%}]}
mitigations:
  - {id: m, title: M, cost: {once: 1}, against: [{threat: b, likelihood: 50%}]}
`

func tailOf(t *testing.T, p *risk.Portfolio, o risk.SimOptions) *risk.Simulation {
	t.Helper()
	o.Tail = true
	sim, err := p.Simulate(t.Context(), risk.Scenario{}, o)
	if err != nil {
		t.Fatal(err)
	}
	return sim
}

// TestTailTakenApartAddsUp: threats to 1, kinds to 1, the kinds of a threat to the
// threat, over threats to the kind; and a threat's share is the one said without.
func TestTailTakenApartAddsUp(t *testing.T) {
	p := compile(t, tailFile)
	for _, trials := range []int{100, 4096, 20_001} {
		sim := tailOf(t, p, risk.SimOptions{Trials: trials})
		threats, kinds := 0.0, risk.KindLosses{}
		for i, x := range sim.Tail.Threats {
			near(t, x.ID+": its kinds", x.Kinds.Sum(), x.Share, 1e-12)
			near(t, x.ID+": its share", x.Share, sim.Threats[i].TailShare, 1e-12)
			threats += x.Share
			kinds.Add(x.Kinds)
		}
		near(t, "all threats", threats, 1, 1e-12)
		near(t, "all kinds", sim.Tail.Kinds.Sum(), 1, 1e-12)
		for k, v := range sim.Tail.Kinds {
			near(t, "kind over threats", kinds[k], v, 1e-9)
		}
	}
}

// TestTailSharesOfOneThreat: the shares of kinds in every year's loss are those of
// their means when the tail is all there is to compare with: one event at most,
// with single numbers, splits in each bad year as in the mean.
func TestTailSharesOfOneThreat(t *testing.T) {
	p := compile(t, oneThreat("horizon: 1 year", "likelihood: 50% within 1 year, at_most_once: true, impact: {says: x, compromise: 90k, profit: 10k}"))
	sim := tailOf(t, p, risk.SimOptions{Trials: 5000})
	near(t, "compromise", sim.Tail.Threats[0].Kinds.Of("compromise"), 0.9, 1e-12)
	near(t, "profit", sim.Tail.Kinds.Of("profit"), 0.1, 1e-12)
	if se := sim.Tail.KindErrors.Sum(); se > 1e-9 {
		t.Errorf("what never differs has the standard error %v", se)
	}
	none := compile(t, oneThreat("horizon: 1 year", "likelihood: 0% per year, impact: {says: x, compromise: 90k, profit: 10k}"))
	if tail := tailOf(t, none, risk.SimOptions{Trials: 500}).Tail; tail.Kinds.Sum() != 0 || tail.Threats[0].Share != 0 {
		t.Errorf("shares of no loss: %+v", tail)
	}
}

// TestErrorsOfThreatsAndKinds: over many seeds, every figure of threats and kinds
// differs by as much as its standard error says.
func TestErrorsOfThreatsAndKinds(t *testing.T) {
	p := compile(t, tailFile)
	n := risk.Draws(150)
	seeds, allowed := float64(n), 0.25*math.Sqrt(150/float64(n)) // the spread's own error is 1/√(2·seeds), 6 % for 150
	type sums struct{ x, squares, errors float64 }
	all := map[string]*sums{}
	for seed := range n {
		sim := tailOf(t, p, risk.SimOptions{Trials: 4096, Seed: uint64(seed + 1)})
		add := func(what string, x, se float64) {
			if all[what] == nil {
				all[what] = &sums{}
			}
			s := all[what]
			s.x += x
			s.squares += x * x
			s.errors += se
		}
		var means risk.KindLosses
		for i, x := range sim.Tail.Threats {
			own := sim.Threats[i]
			add(x.ID+" tail share", x.Share, x.StandardError)
			add(x.ID+" mean", own.Mean, own.StandardError)
			add(x.ID+" 1 in 20", own.LossOneInTwenty, own.OneInTwentyErr)
			means.Add(own.Kinds)
			for k, v := range x.Kinds {
				add(fmt.Sprint(x.ID, " tail share of kind ", k), v, x.KindErrors[k])
				add(fmt.Sprint(x.ID, " mean of kind ", k), own.Kinds[k], x.MeanErrors[k])
			}
		}
		for k, v := range sim.Tail.Kinds {
			add(fmt.Sprint("tail share of kind ", k), v, sim.Tail.KindErrors[k])
			add(fmt.Sprint("mean of kind ", k), means[k], sim.Tail.MeanErrors[k])
		}
	}
	for what, s := range all {
		spread := math.Sqrt(max(0, s.squares-s.x*s.x/seeds) / (seeds - 1))
		if se := s.errors / seeds; math.Abs(se-spread) > allowed*spread+1e-9*s.x/seeds {
			t.Errorf("%s: spread %.4g over seeds, standard error %.4g", what, spread, se)
		}
	}
	if len(all) != 4*3+2*4*6+2*6 {
		t.Errorf("%d figures", len(all))
	}
}

// TestTailSharesOnAnyCPUs: the same bits on one and three goroutines, and as kept
// years say it.
func TestTailSharesOnAnyCPUs(t *testing.T) {
	p := compile(t, tailFile)
	one, three := tailOf(t, p, risk.SimOptions{Trials: 20_001, Workers: 1}), tailOf(t, p, risk.SimOptions{Trials: 20_001, Workers: 3})
	if !reflect.DeepEqual(one.Tail, three.Tail) {
		t.Errorf("%+v on one, %+v on three", one.Tail, three.Tail)
	}
	y, err := p.Years(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 20_001, Tail: true})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one.Tail, y.Base().Tail) {
		t.Errorf("%+v afresh, %+v of kept years", one.Tail, y.Base().Tail)
	}
	after, err := y.Simulate(t.Context(), risk.Scenario{Mitigations: []string{"m"}})
	if err != nil {
		t.Fatal(err)
	}
	if after.Tail != nil {
		t.Error("the tail of another scenario was taken apart")
	}
	with := risk.Scenario{Mitigations: []string{"m"}}
	if after, err = y.SimulateApart(t.Context(), with); err != nil {
		t.Fatal(err)
	}
	want, err := p.Simulate(t.Context(), with, risk.SimOptions{Trials: 20_001, Tail: true})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(after.Tail, want.Tail) {
		t.Errorf("another scenario: %+v on kept years, %+v afresh", after.Tail, want.Tail)
	}
}
