package plan

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// subsets are all feasible sets with their totals.
func subsets(p *Problem) (sets [][]int, totals []Totals) {
	for mask := range 1 << len(p.Items) {
		var set []int
		for i := range p.Items {
			if mask>>i&1 == 1 {
				set = append(set, i)
			}
		}
		if p.Feasible(set) {
			sets, totals = append(sets, set), append(totals, p.Totals(set))
		}
	}
	return sets, totals
}

// difference is the outlay of the items that are in one set only.
func difference(p *Problem, a, b []int) float64 {
	sum := 0.0
	for i, it := range p.Items {
		if slices.Contains(a, i) != slices.Contains(b, i) {
			sum += it.Outlay
		}
	}
	return sum
}

func TestPeersAreNearAndDifferent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 9)
		best, err := Solve(context.Background(), p, Options{})
		if err != nil {
			return
		}
		peers, err := Peers(context.Background(), p, best, Options{})
		if err != nil {
			t.Fatal(err)
		}
		least, far := best.Value-.02*math.Abs(best.Value), .05*best.Outlay
		for k, a := range peers {
			if !p.Feasible(a.Chosen) || a.Value < least || k > 0 && a.Value > peers[k-1].Value {
				t.Fatalf("peer %d: %+v beside %+v", k, a, best)
			}
			for _, b := range append(slices.Clone(peers[:k]), best) {
				if difference(p, a.Chosen, b.Chosen) < far*(1-1e-6) {
					t.Fatalf("%v and %v do not differ enough", a.Chosen, b.Chosen)
				}
			}
		}
		if len(peers) > 0 || best.Value == 0 || far == 0 {
			return
		}
		sets, totals := subsets(p)
		for k, set := range sets {
			if totals[k].Value > least+1e-3*math.Abs(least) && difference(p, set, best.Chosen) >= far*(1+1e-6) {
				t.Fatalf("%v (value %v) is a peer of %v (%v)", set, totals[k].Value, best.Chosen, best.Value)
			}
		}
	})
}

func TestPeersOfNothing(t *testing.T) {
	p := &Problem{Items: []Item{{Outlay: 5}}, Money: 10, Effort: 10}
	if peers, err := Peers(context.Background(), p, mustSolve(t, p), Options{}); err != nil || peers != nil {
		t.Errorf("got %v, %v", peers, err)
	}
}

// bestWhere is the best value over the feasible sets that keep a condition.
func bestWhere(p *Problem, keep func([]int) bool) float64 {
	best := math.Inf(-1)
	sets, totals := subsets(p)
	for k, set := range sets {
		if keep(set) {
			best = math.Max(best, totals[k].Value)
		}
	}
	return best
}

func TestMarginalsAgreeWithBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 7)
		for i := range p.Items { // forced items override these
			p.Items[i].Must, p.Items[i].MustNot = false, false
		}
		sol, err := Solve(context.Background(), p, Options{})
		if err != nil {
			return
		}
		ms, err := Marginals(context.Background(), p, sol, everyItem(p), true, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range ms {
			in := slices.Contains(sol.Chosen, i)
			other := bestWhere(p, func(set []int) bool { return slices.Contains(set, i) != in })
			want := other - sol.Value
			if in {
				want = -want
			}
			switch {
			case math.IsInf(other, -1):
				if !m.Impossible || m.Known {
					t.Fatalf("item %d: %+v, but there is no such set", i, m)
				}
			case !m.Known || m.In != in || math.Abs(m.Value-want) > 1e-6*math.Max(1, math.Abs(sol.Value)):
				t.Fatalf("item %d: %+v, want %v", i, m, want)
			}
		}
	})
}

func TestMarginalInPlan(t *testing.T) {
	inf := math.Inf(1)
	p := &Problem{
		Money: inf, Effort: inf,
		Items: []Item{{Outlay: 10}, {Outlay: 5, Gross: 30, Requires: []int{0}}, {Outlay: 50, Requires: []int{3}}, {Outlay: 1}},
		Terms: []Term{{Loss: 100, Factors: []Factor{{0, .5}, {2, .5}}}},
	}
	sol := mustSolve(t, p)
	ms, err := Marginals(context.Background(), p, sol, everyItem(p), false, Options{})
	if err != nil {
		t.Fatal(err)
	}
	// In: items 0 and 1. Dropping 0 loses 50 avoided + 25 from what requires it
	// − 10 of cost; adding 2 brings 3 along: 25 − 51.
	for i, want := range []float64{65, 25, -26, -1} {
		if ms[i].InPlan != want || ms[i].Known {
			t.Errorf("item %d: %+v, want %v in the plan", i, ms[i], want)
		}
	}
}

// TestRivalsTakeWithThem what requires them: no plan has half of it.
func TestRivalsTakeWithThem(t *testing.T) {
	// 1 requires 0, 2 requires 1; 3 excludes 0; 4 requires 3; 5 stands apart.
	p := &Problem{Items: []Item{{}, {Requires: []int{0}}, {Requires: []int{1}}, {Excludes: []int{0}}, {Requires: []int{3}}, {}}}
	for _, c := range []struct {
		item       int
		from, want []int
	}{
		{0, []int{0, 1, 2, 5}, []int{5}},
		{1, []int{0, 1, 2, 5}, []int{0, 5}},
		{2, []int{5}, []int{0, 1, 2, 5}},
		{3, []int{0, 1, 2, 5}, []int{3, 5}},
		{4, []int{0, 1, 2, 5}, []int{3, 4, 5}},
		{1, []int{3, 4, 5}, []int{0, 1, 5}},
	} {
		if got := p.Turned(c.from, c.item); !slices.Equal(got, c.want) {
			t.Errorf("item %d of %v turned: %v, want %v", c.item, c.from, got, c.want)
		}
	}
}

func TestPriceAndBreakEvenAgreeWithBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 7)
		i := rapid.IntRange(0, len(p.Items)-1).Draw(t, "item")
		p.Items[i].Must, p.Items[i].MustNot = false, false
		with := bestWhere(p, func(set []int) bool { return slices.Contains(set, i) })
		any := bestWhere(p, func([]int) bool { return true })
		price, err := Price(context.Background(), p, []int{i}, Options{})
		checkFigure(t, "price", price, err, any-with, with)

		p.Items[i].Gross = 0
		with = bestWhere(p, func(set []int) bool { return slices.Contains(set, i) })
		without := bestWhere(p, func(set []int) bool { return !slices.Contains(set, i) })
		p.Items[i].Gross = 12345 // is ignored
		even, err := BreakEven(context.Background(), p, i, Options{})
		if _, no := asInfeasible(err); no && math.IsInf(without, -1) {
			return
		}
		checkFigure(t, "break-even", even, err, math.Max(0, without-with), with)
	})
}

func checkFigure(t *rapid.T, what string, got float64, err error, want, with float64) {
	if math.IsInf(with, -1) {
		if _, no := asInfeasible(err); !no {
			t.Fatalf("%s %v, %v; but the item cannot be in", what, got, err)
		}
		return
	}
	if err != nil || math.Abs(got-want) > 1e-6*math.Max(1, math.Abs(with)) {
		t.Fatalf("%s %v, %v; want %v", what, got, err, want)
	}
}

func TestSolveWith(t *testing.T) {
	p, _, _ := knapsackP08()
	sol, err := SolveWith(context.Background(), p, []int{2}, []int{0, 5}, Options{})
	if err != nil || !slices.Contains(sol.Chosen, 2) || slices.Contains(sol.Chosen, 0) || slices.Contains(sol.Chosen, 5) || !sol.Proved {
		t.Errorf("%+v, %v", sol, err)
	}
	if _, err := SolveWith(context.Background(), p, []int{99}, nil, Options{}); err == nil {
		t.Error("item 99 does not exist")
	}
	if _, err := BreakEven(context.Background(), p, -1, Options{}); err == nil {
		t.Error("item −1 does not exist")
	}
}

func everyItem(p *Problem) []int {
	all := make([]int, len(p.Items))
	for i := range all {
		all[i] = i
	}
	return all
}
