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
	for seed := range uint64(2) {
		p := scheduledProblem(40, seed)
		b, err := prepare(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		newAscent(b.r, &b.m).run(context.Background(), 1000, 10)
		anneal := func(from []int) []int {
			a := newAnnealer(newLevels(p, b.r), b.m.lambda, 3)
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
		a := newAnnealer(newLevels(p, b.r), b.m.lambda, 3)
		if a.start(chosen); !slices.Equal(a.l.chosen(), chosen) {
			t.Errorf("seed %d: started from %v, not %v", seed, a.l.chosen(), chosen)
		}
		if cost := b.nothing - a.l.cost; math.Abs(cost-p.Totals(chosen).Value) > 1e-6*cost {
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
	if got := newAnnealer(newLevels(p, b.r), b.m.lambda, 1).run(ctx, annealWarm); got != nil {
		t.Errorf("%v, though there was no time", got)
	}
	sol, err := Solve(ctx, p, Options{})
	if err != nil || sol.Bound < sol.Value || !p.Feasible(sol.Chosen) {
		t.Errorf("%+v, %v", sol, err)
	}
}

// TestAnnealingAgain happens every few subproblems of a large problem while it
// helps, and never where so many subproblems were asked for.
func TestAnnealingAgain(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // so that each ends at once
	p := scheduledProblem(90, 1)
	b, err := prepare(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &search{p: p, best: []int{}, annealings: 1}
	root := &node{r: b.r, m: b.m}
	for _, c := range []struct{ nodes, most, fruitless, annealings int }{
		{annealNodes, 0, 0, 3},
		{annealNodes + 1, 0, 0, 1},
		{annealNodes, 5, 0, 1},
		{annealNodes, 0, annealPatience, 1},
	} {
		s.annealings, s.nodes, s.opt.MaxNodes, s.fruitless = 1, c.nodes, c.most, c.fruitless
		s.again(ctx, root)
		if s.annealings != c.annealings || c.annealings > 1 && s.fruitless != 1 {
			t.Errorf("%+v: annealed %d times, %d in vain", c, s.annealings, s.fruitless)
		}
	}
}
