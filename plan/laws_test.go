package plan

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// value solves a problem; −Inf when nothing is possible.
func value(t *rapid.T, p *Problem) float64 {
	sol, err := Solve(context.Background(), p, Options{})
	if _, no := asInfeasible(err); no {
		return math.Inf(-1)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !sol.Proved {
		t.Fatalf("not proved: gap %g", sol.Gap)
	}
	return sol.Value
}

func atLeast(t *rapid.T, law string, got, least float64) {
	if got < least-1e-9*math.Max(1, math.Abs(least)) {
		t.Fatalf("%s: %v is below %v", law, got, least)
	}
}

func TestMoreBudgetNeverLowersTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 14)
		before := value(t, p)
		p.Money *= 1 + rapid.Float64Range(0, 2).Draw(t, "more money")
		p.Effort += rapid.Float64Range(0, 50).Draw(t, "more effort")
		atLeast(t, "more budget", value(t, p), before)
	})
}

func TestRemovingRulesNeverLowersTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 14)
		before := value(t, p)
		p.Rows = nil
		for i := range p.Items {
			p.Items[i].Requires, p.Items[i].Excludes = nil, nil
			p.Items[i].Must, p.Items[i].MustNot = false, false
		}
		atLeast(t, "fewer rules", value(t, p), before)
	})
}

func TestAnotherItemNeverLowersTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 12)
		before := value(t, p)
		p.Items = append(p.Items, Item{ID: "new", Money: 5000, Outlay: 5000, Gross: rapid.Float64Range(-1e4, 2e4).Draw(t, "gross")})
		for k := range p.Terms {
			if k%2 == 0 {
				p.Terms[k].Factors = append(p.Terms[k].Factors, Factor{len(p.Items) - 1, .4})
			}
		}
		atLeast(t, "another item", value(t, p), before)
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 14)
		to := rapid.Permutation(indices(len(p.Items))).Draw(t, "order")
		q := permuted(p, to)
		a, b := value(t, p), value(t, q)
		if a != b {
			atLeast(t, "another order", b, a)
			atLeast(t, "another order", a, b)
		}
	})
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// permuted renumbers item i as to[i].
func permuted(p *Problem, to []int) *Problem {
	move := func(list []int) []int {
		var moved []int
		for _, i := range list {
			moved = append(moved, to[i])
		}
		return moved
	}
	q := &Problem{Items: make([]Item, len(p.Items)), Money: p.Money, Effort: p.Effort}
	for i, it := range p.Items {
		it.Requires, it.Excludes = move(it.Requires), move(it.Excludes)
		q.Items[to[i]] = it
	}
	for _, tm := range p.Terms {
		n := Term{Loss: tm.Loss, IfAny: move(tm.IfAny)}
		for _, f := range tm.Factors {
			n.Factors = append(n.Factors, Factor{to[f.Item], f.Pass})
		}
		q.Terms = append(q.Terms, n)
	}
	for _, tb := range p.Tables {
		q.Tables = append(q.Tables, Table{move(tb.Items), tb.Loss})
	}
	for _, r := range p.Rows {
		n := Row{Name: r.Name, Limit: r.Limit}
		for _, u := range r.Uses {
			n.Uses = append(n.Uses, Use{to[u.Item], u.Amount})
		}
		q.Rows = append(q.Rows, n)
	}
	return q
}

func TestScalingMoneyScalesTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 12)
		before := value(t, p)
		by := rapid.SampledFrom([]float64{1e-3, 7, 1e6}).Draw(t, "by")
		p.Money *= by
		for i := range p.Items {
			it := &p.Items[i]
			it.Money, it.Outlay, it.Gross = it.Money*by, it.Outlay*by, it.Gross*by
		}
		for k := range p.Terms {
			p.Terms[k].Loss *= by
		}
		for _, tb := range p.Tables {
			for k := range tb.Loss {
				tb.Loss[k] *= by
			}
		}
		if after := value(t, p); after != before*by {
			atLeast(t, "scaled", after, before*by)
			atLeast(t, "scaled", before*by, after)
		}
	})
}

func TestOneSubproblemStillBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 14)
		best := value(t, p)
		sol, err := Solve(context.Background(), p, Options{MaxNodes: 1, tableBits: rapid.IntRange(0, 5).Draw(t, "bits")})
		if err != nil {
			return // nothing found in one subproblem, or nothing possible
		}
		atLeast(t, "bound after one subproblem", sol.Bound, best)
		atLeast(t, "best", best, sol.Value)
		if want := (sol.Bound - sol.Value) / math.Max(math.Max(math.Abs(sol.Value), .01*p.LossOfNothing()), 1); math.Abs(sol.Gap-want) > 1e-12 {
			t.Fatalf("gap %g, want %g", sol.Gap, want)
		}
		if sol.Proved && sol.Value < best-1e-9*math.Max(1, math.Abs(best)) {
			t.Fatalf("proved %v, but %v is possible", sol.Value, best)
		}
	})
}
