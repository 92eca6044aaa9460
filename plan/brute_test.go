package plan

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// bruteForce tries every subset. It shares only Totals and Feasible with the
// solver; those have tests of their own.
func bruteForce(p *Problem) (best []int, value float64, ok bool) {
	value = math.Inf(-1)
	for mask := range 1 << len(p.Items) {
		var set []int
		for i := range p.Items {
			if mask>>i&1 == 1 {
				set = append(set, i)
			}
		}
		if !p.Feasible(set) {
			continue
		}
		if v := p.Totals(set).Value; v > value {
			best, value, ok = set, v, true
		}
	}
	return best, value, ok
}

// drawProblem draws small problems with every kind of item, term and rule.
func drawProblem(t *rapid.T, most int) *Problem {
	n := rapid.IntRange(1, most).Draw(t, "n")
	item := rapid.IntRange(0, n-1)
	money := rapid.IntRange(0, 60)
	p := &Problem{Money: math.Inf(1), Effort: math.Inf(1)}
	for i := range n {
		it := Item{ID: string(rune('a' + i))}
		it.Money = float64(1000 * money.Draw(t, "money"))
		it.Effort = float64(rapid.IntRange(0, 30).Draw(t, "effort"))
		it.Outlay = it.Money + 500*it.Effort
		if rapid.IntRange(0, 2).Draw(t, "feature") == 0 {
			it.Gross = float64(1000 * rapid.IntRange(-20, 80).Draw(t, "gross"))
		}
		if rapid.IntRange(0, 5).Draw(t, "requires") == 0 {
			it.Requires = []int{item.Draw(t, "needs")}
		}
		if rapid.IntRange(0, 6).Draw(t, "excludes") == 0 {
			if j := item.Draw(t, "not with"); j != i {
				it.Excludes = []int{j}
			}
		}
		it.Must = rapid.IntRange(0, 14).Draw(t, "must") == 0
		it.MustNot = rapid.IntRange(0, 14).Draw(t, "must not") == 0
		p.Items = append(p.Items, it)
	}
	for range rapid.IntRange(0, 8).Draw(t, "terms") {
		tm := Term{Loss: float64(1000 * rapid.IntRange(0, 300).Draw(t, "loss"))}
		for range rapid.IntRange(0, 6).Draw(t, "factors") {
			tm.Factors = append(tm.Factors, Factor{item.Draw(t, "item"), rapid.SampledFrom([]float64{0, .05, .2, .5, .77, 1}).Draw(t, "pass")})
		}
		if rapid.IntRange(0, 3).Draw(t, "conditional") == 0 {
			tm.IfAny = rapid.SliceOfN(item, 1, 3).Draw(t, "if any")
		}
		p.Terms = append(p.Terms, tm)
	}
	for range rapid.IntRange(0, 2).Draw(t, "tables") {
		items := rapid.SliceOfNDistinct(item, 0, min(n, 4), rapid.ID).Draw(t, "table items")
		tb := Table{Items: items}
		for range 1 << len(items) {
			tb.Loss = append(tb.Loss, float64(1000*rapid.IntRange(0, 90).Draw(t, "entry")))
		}
		p.Tables = append(p.Tables, tb)
	}
	if rapid.Bool().Draw(t, "money limited") {
		p.Money = float64(1000 * rapid.IntRange(0, 40*n).Draw(t, "money limit"))
	}
	if rapid.Bool().Draw(t, "effort limited") {
		p.Effort = float64(rapid.IntRange(0, 15*n).Draw(t, "effort limit"))
	}
	if rapid.IntRange(0, 3).Draw(t, "row") == 0 {
		r := Row{Name: "row", Limit: float64(rapid.IntRange(-3, 3).Draw(t, "row limit"))}
		for i := range n {
			r.Uses = append(r.Uses, Use{i, float64(rapid.IntRange(-2, 2).Draw(t, "use"))})
		}
		p.Rows = append(p.Rows, r)
	}
	return p
}

func TestSolveAgreesWithBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 11)
		bits := rapid.SampledFrom([]int{0, 0, 0, 1, 2, 4}).Draw(t, "table bits")
		checkAgainstBruteForce(t, p, Options{tableBits: bits, noWalk: rapid.Bool().Draw(t, "split only"), alwaysLong: rapid.IntRange(0, 3).Draw(t, "as if long") == 0})
	})
}

func checkAgainstBruteForce(t *rapid.T, p *Problem, opt Options) {
	best, want, ok := bruteForce(p)
	sol, err := Solve(context.Background(), p, opt)
	if !ok {
		if _, is := errors.AsType[*InfeasibleError](err); !is {
			t.Fatalf("no set is possible; Solve says %+v, %v", sol, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("Solve: %v; best is %v", err, best)
	}
	if !sol.Proved || math.Abs(sol.Value-want) > 1e-9*math.Max(math.Abs(want), 1) {
		t.Fatalf("value %v (proved %v, gap %g, chosen %v); want %v with %v", sol.Value, sol.Proved, sol.Gap, sol.Chosen, want, best)
	}
	if !p.Feasible(sol.Chosen) || !slices.IsSorted(sol.Chosen) {
		t.Fatalf("chosen %v is not feasible or not in order", sol.Chosen)
	}
	if sol.Bound < want-1e-9*math.Max(1, math.Abs(want)) {
		t.Fatalf("bound %v below the best value %v", sol.Bound, want)
	}
}
