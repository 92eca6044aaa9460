package plan

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestWalkingFindsTheBestSet walks problems at random multipliers, which may be
// as bad as they like: the best set comes out, or nothing where none is better
// than what was known, and no set costs less than the bound that is left.
func TestWalkingFindsTheBestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 9)
		state, clash := p.settle()
		if clash != nil {
			return
		}
		r := p.reduce(state, mostBits)
		if r == nil || len(r.item) == 0 {
			return
		}
		m := drawMultipliers(t, r, 2e3, 50e3)
		best, want, ok := bruteForce(p)
		s := &search{p: p, nothing: p.LossOfNothing(), unit: 1, bestCost: math.Inf(1), ceiling: math.Inf(1), pruned: math.Inf(1)}
		known := ok && rapid.Bool().Draw(t, "known")
		if known {
			s.ceiling = s.nothing - want - 1 // asks for a better one than there is
		}
		if !s.finish(&node{r: r, m: m}, r.bound(&m)) {
			t.Fatalf("%d items took more than %d steps", len(r.item), finishSteps)
		}
		switch {
		case !ok || known:
			if s.best != nil {
				t.Fatalf("found %v", s.best)
			}
		case s.best == nil || math.Abs(p.Totals(s.best).Value-want) > 1e-9*math.Max(1, math.Abs(want)):
			t.Fatalf("found %v at %v, want %v at %v", s.best, s.nothing-s.bestCost, best, want)
		}
		if ok && min(s.pruned, s.bestCost) > s.nothing-want+1e-9*math.Max(1, s.nothing+math.Abs(want)) {
			t.Fatalf("bound %v, and %v costs %v", s.pruned, best, s.nothing-want)
		}
	})
}

// TestFollowingLosesNoSet fixes some items at random and compares what follow
// makes of them with every possible set.
func TestFollowingLosesNoSet(t *testing.T) {
	fixed := 0
	rapid.Check(t, func(t *rapid.T) {
		p, r := drawReduced(t)
		if r == nil {
			return
		}
		given := make([]uint8, len(r.item))
		for i := range given {
			given[i] = rapid.SampledFrom([]uint8{undecided, undecided, taken, left}).Draw(t, "fixed")
		}
		state := slices.Clone(given)
		ok := r.follow(state)
		agrees := func(set []int, state []uint8) bool {
			for k, i := range r.item {
				if in := slices.Contains(set, i); state[k] != undecided && in != (state[k] == taken) {
					return false
				}
			}
			return true
		}
		sets, _ := subsets(p)
		for _, set := range sets {
			if agrees(set, given) && !(ok && agrees(set, state)) {
				t.Fatalf("%v agrees with %v; follow made %v of it (%v)", set, given, state, ok)
			}
		}
		for i := range state {
			if ok && given[i] == undecided && state[i] != undecided {
				fixed++
			}
		}
	})
	if fixed == 0 {
		t.Error("nothing followed from anything: the problems test little")
	}
}
