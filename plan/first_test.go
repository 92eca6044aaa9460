package plan

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestFirstSetIsOne: wherever the search for any set starts, it finds one that
// is worth enough exactly where the best one is, and never calls what it did not
// search the best.
func TestFirstSetIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 12)
		best, err := Solve(context.Background(), p, Options{})
		if err != nil {
			return
		}
		step := .01 * math.Max(1, math.Abs(best.Value))
		enough := best.Value + step*float64(rapid.SampledFrom([]int{-30, -3, -1, 1, 3}).Draw(t, "more"))
		var start [][]int
		for range rapid.IntRange(0, 3).Draw(t, "starts") {
			start = append(start, rapid.SliceOfDistinct(rapid.IntRange(0, len(p.Items)-1), rapid.ID).Draw(t, "near"))
		}
		sol, err := Solve(context.Background(), p, Options{AtLeast: &enough, First: true, Start: start, noWalk: rapid.Bool().Draw(t, "no walk")})
		if enough > best.Value {
			if _, no := asInfeasible(err); !no {
				t.Fatalf("%+v, %v: none is worth %v, the best %v", sol, err, enough, best.Value)
			}
			return
		}
		if err != nil || !p.Feasible(sol.Chosen) || sol.Value < enough {
			t.Fatalf("%+v, %v; sought %v, the best is worth %v", sol, err, enough, best.Value)
		}
		tol := 1e-9 * math.Max(math.Max(math.Abs(best.Value), .01*p.LossOfNothing()), 1)
		if sol.Bound < best.Value-tol || sol.Proved && sol.Value < best.Value-tol {
			t.Fatalf("%+v, but the best is worth %v", sol, best.Value)
		}
	})
}

// TestStartsChangeNoAnswer: sets to start near, good or bad, lead to the same
// best value.
func TestStartsChangeNoAnswer(t *testing.T) {
	p := negotiated(40, 30, 3)
	best := mustSolve(t, p)
	all := make([]int, len(p.Items))
	for i := range all {
		all[i] = i
	}
	for _, start := range [][][]int{{{}}, {all}, {best.Chosen, all}} {
		sol, err := Solve(context.Background(), p, Options{Start: start})
		if err != nil || !sol.Proved || math.Abs(sol.Value-best.Value) > 1e-9*best.Value {
			t.Errorf("%v, %v: worth %v, not %v", start, err, sol.Value, best.Value)
		}
	}
}

// TestFirstTakesLess: whoever only asks whether there is a set is told sooner.
func TestFirstTakesLess(t *testing.T) {
	p := negotiated(60, 40, 1)
	best := mustSolve(t, p)
	enough := .9 * best.Value
	sol, err := Solve(context.Background(), p, Options{AtLeast: &enough, First: true, Start: [][]int{best.Chosen}})
	if err != nil || sol.Nodes != 0 || sol.Value < enough {
		t.Errorf("%+v, %v beside %+v", sol, err, best)
	}
}
