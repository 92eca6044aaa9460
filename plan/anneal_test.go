package plan

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// scheduledProblem is a problem over two periods with so many things.
func scheduledProblem(n int, seed uint64) *Problem {
	return overTwoPeriods(negotiated(n, n/2, seed), rand.New(rand.NewPCG(seed, 5)))
}

// TestAnnealingKeepsTheRules anneals problems too large to try every subset of:
// what is found keeps all limits and rules, is worth more than doing nothing, and
// is found again.
func TestAnnealingKeepsTheRules(t *testing.T) {
	for seed := range uint64(5) {
		p := scheduledProblem(60, seed)
		b, err := prepare(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		newAscent(b.r, &b.m).run(context.Background(), 1000, 10)
		anneal := func(from []int) []int {
			a := newAnnealer(p, b.r, &b.m, 3)
			a.start(from)
			return a.run(context.Background(), annealWarm)
		}
		chosen := anneal(nil)
		if !p.Feasible(chosen) || p.Totals(chosen).Value <= 0 {
			t.Fatalf("seed %d: feasible %v, worth %v", seed, p.Feasible(chosen), p.Totals(chosen).Value)
		}
		if again := anneal(nil); !slices.Equal(chosen, again) {
			t.Errorf("seed %d: %v, then %v", seed, chosen, again)
		}
		a := newAnnealer(p, b.r, &b.m, 3)
		if a.start(chosen); !slices.Equal(a.t.chosen(), chosen) {
			t.Errorf("seed %d: started from %v, not %v", seed, a.t.chosen(), chosen)
		}
		if cost := b.nothing - a.t.cost; math.Abs(cost-p.Totals(chosen).Value) > 1e-6*cost {
			t.Errorf("seed %d: the trial is worth %v, the set %v", seed, cost, p.Totals(chosen).Value)
		}
	}
}

// TestAnnealingStops ends at once with the context, with what it has.
func TestAnnealingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := scheduledProblem(60, 1)
	b, err := prepare(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := newAnnealer(p, b.r, &b.m, 1).run(ctx, annealWarm); got != nil {
		t.Errorf("%v, though there was no time", got)
	}
	sol, err := Solve(ctx, p, Options{})
	if err != nil || sol.Bound < sol.Value || !p.Feasible(sol.Chosen) {
		t.Errorf("%+v, %v", sol, err)
	}
}
