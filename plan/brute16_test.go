package plan

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// TestTwoHundredInstances tries every subset of 200 random negotiations of up to
// 16 items with every kind of constraint: money, effort, requires, excludes,
// must, must not, a demand for at least one of some, features that bring
// threats, common causes and dependencies. Half of them are over two periods,
// discounted: an item stands for having started by a time.
func TestTwoHundredInstances(t *testing.T) {
	feasible := 0
	for seed := range uint64(200) {
		g := rand.New(rand.NewPCG(seed, 16))
		n := 10 + int(seed%7)
		p := negotiated(n, 3+g.IntN(8), seed)
		if seed%2 == 1 {
			p = overTwoPeriods(negotiated(n/2, 3+g.IntN(5), seed), g)
		}
		for i := range p.Items {
			p.Items[i].Must = g.IntN(50) == 0
			p.Items[i].MustNot = !p.Items[i].Must && g.IntN(50) == 0
		}
		r := Row{Name: "one of", Limit: -1}
		for range 3 {
			r.Uses = append(r.Uses, Use{g.IntN(len(p.Items)), -1})
		}
		p.Rows = append(p.Rows, r)
		want, any := bestByFlips(p)
		sol, err := Solve(context.Background(), p, Options{noWalk: seed%3 == 0, alwaysLong: seed%8 == 1})
		if _, no := asInfeasible(err); no != !any {
			t.Fatalf("seed %d: %v, but a set is possible: %v", seed, err, any)
		}
		if !any {
			continue
		}
		feasible++
		if err != nil || !sol.Proved || math.Abs(sol.Value-want) > 1e-9*math.Max(1, math.Abs(want)) || !p.Feasible(sol.Chosen) {
			t.Errorf("seed %d: %+v, %v; want %v", seed, sol, err, want)
		}
	}
	if feasible < 150 {
		t.Errorf("only %d instances have a plan", feasible)
	}
}

// overTwoPeriods doubles each item: 2k says that k has started by the first
// period, 2k+1 that it has by the second, at 5 % less cost, gross value and loss
// avoided. Half of what there is falls into each period.
func overTwoPeriods(p *Problem, g *rand.Rand) *Problem {
	const v = .95
	q := &Problem{Money: p.Money, Effort: p.Effort}
	first := Row{Name: "effort in the first", Limit: p.Effort / 2}
	second := Row{Name: "effort in the second", Limit: p.Effort / 2}
	for k, it := range p.Items {
		early, late := it, it
		early.Money, early.Effort, early.Outlay, early.Gross = 0, 0, it.Outlay*(1-v), it.Gross*(1-v)
		late.Outlay, late.Gross = it.Outlay*v, it.Gross*v
		early.Requires, early.Excludes, late.Requires, late.Excludes = []int{2*k + 1}, nil, nil, nil
		for _, j := range it.Requires {
			early.Requires, late.Requires = append(early.Requires, 2*j), append(late.Requires, 2*j+1)
		}
		for _, j := range it.Excludes {
			late.Excludes = append(late.Excludes, 2*j+1)
		}
		q.Items = append(q.Items, early, late)
		q.Chains = append(q.Chains, []int{2 * k, 2*k + 1})
		across := it.Effort * g.Float64() / 2 // what runs on into the next period
		first.Uses = append(first.Uses, Use{2 * k, it.Effort - across})
		second.Uses = append(second.Uses, Use{2 * k, across - it.Effort}, Use{2*k + 1, it.Effort})
	}
	q.Rows = []Row{first, second}
	at := func(t Term, share float64, shift int) Term {
		out := Term{Loss: t.Loss * share}
		for _, f := range t.Factors {
			out.Factors = append(out.Factors, Factor{2*f.Item + shift, f.Pass})
		}
		for _, i := range t.IfAny {
			out.IfAny = append(out.IfAny, 2*i+shift)
		}
		return out
	}
	for _, t := range p.Terms {
		q.Terms = append(q.Terms, at(t, 1-v, 0), at(t, v, 1))
	}
	return q
}

// bestByFlips is the best value over all subsets by the definition of the
// problem, one item flipped at a time in Gray-code order, with sums kept apart
// from the solver's.
func bestByFlips(p *Problem) (best float64, any bool) {
	n := len(p.Items)
	best = math.Inf(-1)
	nothing := p.LossOfNothing()
	in := make([]bool, n)
	var set []int
	for k := range 1 << n {
		if k > 0 {
			i := bitOf(k & -k)
			in[i] = !in[i]
		}
		net := 0.0
		set = set[:0]
		for i, is := range in {
			if is {
				set = append(set, i)
				net += p.Items[i].Gross - p.Items[i].Outlay
			}
		}
		if nothing+net <= best { // even if it took all losses away
			continue
		}
		if !p.Feasible(set) {
			continue
		}
		if v := nothing - p.loss(in) + net; v > best {
			best, any = v, true
		}
	}
	return best, any
}
