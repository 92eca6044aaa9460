package plan

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawReduced draws a problem and states it over its free items with tables of
// at most a few bits, so that every kind of part occurs.
func drawReduced(t *rapid.T) (*Problem, *reduced) {
	p := drawProblem(t, 9)
	state, clash := p.settle()
	if clash != nil {
		return p, nil
	}
	return p, p.reduce(state, rapid.SampledFrom([]int{1, 2, 3, mostBits}).Draw(t, "bits"))
}

// drawMultipliers draws the prices of limits, up to lambda, and what blocks are handed,
// up to price either way; the points are in the middle.
func drawMultipliers(t *rapid.T, r *reduced, lambda, price float64) multipliers {
	m := fresh(r)
	for k := range m.lambda {
		m.lambda[k] = rapid.Float64Range(0, lambda).Draw(t, "lambda")
	}
	for _, b := range r.blocks {
		for j := range b.price {
			b.price[j] = rapid.Float64Range(-price, price).Draw(t, "price")
		}
	}
	return m
}

// TestReducedCostsWhatTheProblemCosts compares every subset: the same cost, and
// a forbidden entry or an overrun limit exactly where the problem forbids it.
func TestReducedCostsWhatTheProblemCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, r := drawReduced(t)
		if r == nil {
			return
		}
		tr := newTrial(r)
		nothing := p.LossOfNothing()
		for k := range 1 << len(r.item) {
			if k > 0 {
				tr.flip(bitOf(k & -k))
			}
			set := tr.chosen()
			if ok := tr.excess() == 0; ok != p.Feasible(set) {
				t.Fatalf("%v: excess %v, feasible %v", set, tr.excess(), p.Feasible(set))
			}
			want := nothing - p.Totals(set).Value
			if tr.broken == 0 && math.Abs(tr.cost-want) > 1e-9*math.Max(1, nothing+math.Abs(want)) {
				t.Fatalf("%v costs %v, want %v", set, tr.cost, want)
			}
		}
	})
}

// TestSetsCutOffAreInfeasible checks that what restrict decides on its own
// loses no set.
func TestSetsCutOffAreInfeasible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, r := drawReduced(t)
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
			if r == nil {
				t.Fatalf("%v is possible, but the problem was given up", set)
			}
			for i := range p.Items {
				in := slices.Contains(set, i)
				if slices.Contains(r.item, i) {
					continue
				}
				if in != slices.Contains(r.chosen, i) {
					t.Fatalf("%v is possible, but item %d was fixed otherwise", set, i)
				}
			}
		}
	})
}

// TestBoundHoldsForAnyMultipliers is the heart of the proof: whatever the
// multipliers, no set costs less than the bound, or than the bound for its items.
func TestBoundHoldsForAnyMultipliers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, r := drawReduced(t)
		if r == nil {
			return
		}
		m := drawMultipliers(t, r, 20, 3e5)
		for i := range m.point {
			m.point[i] = rapid.Float64Range(0, 1).Draw(t, "point")
		}
		checkBound(t, p, r, r.bound(&m))
		newAscent(r, &m).run(context.Background(), rapid.SampledFrom([]float64{1e-3, 10, 1e3, 1e5}).Draw(t, "temperature"), 3)
		checkBound(t, p, r, r.bound(&m))
	})
}

func checkBound(t *rapid.T, p *Problem, r *reduced, b bound) {
	nothing := p.LossOfNothing()
	tr := newTrial(r)
	for k := range 1 << len(r.item) {
		if k > 0 {
			tr.flip(bitOf(k & -k))
		}
		if tr.excess() > 0 {
			continue
		}
		cost := nothing - p.Totals(tr.chosen()).Value
		room := 1e-9 * (math.Abs(cost) + math.Abs(b.low) + nothing)
		if !(b.low <= cost+room) {
			t.Fatalf("%v costs %v, less than the bound %v", tr.chosen(), cost, b.low)
		}
		for i, in := range tr.in {
			low := b.lowOut[i]
			if in {
				low = b.lowIn[i]
			}
			if !(low <= cost+room) {
				t.Fatalf("%v costs %v, less than the bound %v given item %d", tr.chosen(), cost, low, r.item[i])
			}
		}
	}
}

// TestAscentReachesTheOptimum uses a problem with one threat: its table is the
// whole loss, so the best multipliers prove the optimum without branching.
func TestAscentReachesTheOptimum(t *testing.T) {
	p := &Problem{Money: math.Inf(1), Effort: math.Inf(1), Terms: []Term{{Loss: 1e6}}}
	for i, c := range []float64{30e3, 60e3, 90e3, 20e3, 250e3} {
		p.Items = append(p.Items, Item{Outlay: c})
		p.Terms[0].Factors = append(p.Terms[0].Factors, Factor{i, .3 + .1*float64(i)})
	}
	best, want, _ := bruteForce(p)
	sol := mustSolve(t, p)
	if sol.Nodes != 1 || !slices.Equal(sol.Chosen, best) {
		t.Errorf("%d subproblems for %v; want 1 for %v", sol.Nodes, sol.Chosen, best)
	}
	near(t, "value", sol.Value, want, 1e-12)
}
