package plan

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"
)

func TestStoppedSearchReturnsItsBestAndTrueGap(t *testing.T) {
	p := negotiated(40, 30, 3)
	best := mustSolve(t, p)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx context.Context
		opt Options
	}{
		"ended context":  {ended, Options{}},
		"deadline":       {context.Background(), Options{Deadline: time.Nanosecond}},
		"one subproblem": {context.Background(), Options{MaxNodes: 1}},
		"loose gap":      {context.Background(), Options{Gap: .2}},
	} {
		sol, err := Solve(c.ctx, p, c.opt)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !p.Feasible(sol.Chosen) || sol.Value > best.Value || sol.Bound < best.Value-1e-9*best.Value {
			t.Errorf("%s: %+v beside the best %+v", name, sol, best)
		}
		if sol.Proved && sol.Value < best.Value*(1-1e-9) || sol.Gap < 0 || math.IsInf(sol.Gap, 0) {
			t.Errorf("%s: gap %v, proved %v", name, sol.Gap, sol.Proved)
		}
	}
}

func TestStoppedBeforeAFirstSet(t *testing.T) {
	p := &Problem{Money: math.Inf(1), Effort: math.Inf(1)}
	demand := Row{Name: "exactly 1001", Limit: 1001}
	back := Row{Name: "at least 1001", Limit: -1001}
	for i := range 30 { // even amounts never add up to an odd one
		p.Items = append(p.Items, Item{Gross: float64(i)})
		a := float64(2 * (i*i%37 + 20))
		demand.Uses, back.Uses = append(demand.Uses, Use{i, a}), append(back.Uses, Use{i, -a})
	}
	p.Rows = []Row{demand, back}
	if _, err := Solve(context.Background(), p, Options{MaxNodes: 20}); err != ErrStopped {
		t.Errorf("got %v, want ErrStopped", err)
	}
}

func TestProgressOnlyImproves(t *testing.T) {
	last := Progress{Value: math.Inf(-1), Bound: math.Inf(1)}
	calls := 0
	sol, err := Solve(context.Background(), negotiated(40, 30, 3), Options{Progress: func(p Progress) {
		if p.Value < last.Value || p.Bound > last.Bound+1e-6 || p.Nodes != last.Nodes+1 {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
		calls++
	}})
	if err != nil || calls != sol.Nodes || calls < 2 {
		t.Errorf("%d calls for %d subproblems, %v", calls, sol.Nodes, err)
	}
}

func TestSameProblemSamePlan(t *testing.T) {
	p := negotiated(60, 40, 1)
	a, b := mustSolve(t, p), mustSolve(t, p)
	if !slices.Equal(a.Chosen, b.Chosen) || a.Nodes != b.Nodes || a.Bound != b.Bound {
		t.Errorf("%+v, then %+v", a, b)
	}
}

// FuzzSolve feeds numbers of all sizes: an error or a plan whose figures are
// finite and whose bound holds, never a panic.
func FuzzSolve(f *testing.F) {
	f.Add(1e4, 1e3, 2e4, .5, 5e4, 1e4, 3.0)
	f.Add(0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0)
	f.Add(1e300, 1e-300, 1e300, 1e-12, 1e300, math.Inf(1), 1e-9)
	f.Fuzz(func(t *testing.T, money, outlay, gross, pass, loss, limit, effort float64) {
		p := &Problem{Money: limit, Effort: effort * 2}
		for i := range 5 {
			k := float64(i + 1)
			p.Items = append(p.Items, Item{Money: money / k, Outlay: outlay * k, Gross: gross / k, Effort: effort})
			p.Terms = append(p.Terms, Term{Loss: loss / k, Factors: []Factor{{i, pass}, {(i + 2) % 5, pass * pass}}})
		}
		p.Items[1].Requires, p.Items[2].Excludes = []int{0}, []int{3}
		p.Terms[4].IfAny = []int{1, 2}
		sol, err := Solve(context.Background(), p, Options{MaxNodes: 200})
		if err != nil {
			return
		}
		if math.IsNaN(sol.Value) || math.IsNaN(sol.Bound) || math.IsNaN(sol.Gap) || sol.Bound < sol.Value || !p.Feasible(sol.Chosen) {
			t.Errorf("%+v", sol)
		}
	})
}
