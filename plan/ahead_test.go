package plan

import (
	"context"
	"runtime"
	"slices"
	"testing"
)

// afterNodes solves a problem up to so many subproblems, as if time ended there, and
// returns the bound after the first one, too.
func afterNodes(t *testing.T, p *Problem, nodes int) (first float64, sol Solution) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	sol, err := Solve(ctx, p, Options{alwaysLong: true, noWalk: true, Progress: func(pr Progress) {
		if pr.Nodes == 1 {
			first = pr.Bound
		}
		if pr.Nodes == nodes {
			stop()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	return first, sol
}

// TestLongSearchesLowerTheBound looks at the subproblems with the least bound first:
// after a few of them the bound of a problem too large to be settled is closer by some
// of the gap, and it is the same on any number of CPUs.
func TestLongSearchesLowerTheBound(t *testing.T) {
	p := scheduledProblem(90, 1)
	first, sol := afterNodes(t, p, 24)
	if sol.Proved || sol.Bound < sol.Value || first-sol.Bound < .03*(first-sol.Value) {
		t.Errorf("worth %v, bound %v at first, then %v", sol.Value, first, sol.Bound)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if _, alone := afterNodes(t, p, 24); alone.Bound != sol.Bound || alone.Value != sol.Value || !slices.Equal(alone.Chosen, sol.Chosen) {
		t.Errorf("%v, bound %v; on one CPU %v, bound %v", sol.Value, sol.Bound, alone.Value, alone.Bound)
	}
}

// TestLongSearchesHoldLittle takes the latest subproblem where many are open, so that
// their number stays bounded.
func TestLongSearchesHoldLittle(t *testing.T) {
	s := &search{annealings: 1, opt: Options{alwaysLong: true}}
	if root := (&node{r: &reduced{}}); !s.broad(root, mostOpen) || s.broad(root, mostOpen+1) {
		t.Error("not bounded")
	}
	s.opt.MaxNodes = 5
	if s.broad(&node{r: &reduced{}}, 2) {
		t.Error("a search to end after so many subproblems is no long one")
	}
}
