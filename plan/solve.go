package plan

import (
	"cmp"
	"context"
	"math"
	"time"
)

// Options steers a search. The zero value searches until the proof.
type Options struct {
	// Deadline is how long to search; 0 means until the proof. The answer then
	// carries the gap reached.
	Deadline time.Duration
	// MaxNodes stops after so many subproblems, on any machine the same; 0 means
	// no limit.
	MaxNodes int
	// Progress, when set, is called with the state after each subproblem, from
	// the goroutine that called Solve.
	Progress func(Progress)
	// tableBits lowers mostBits, for tests of what happens beyond.
	tableBits int
}

// Progress is how far a search has come. Value is −Inf until a set is found.
type Progress struct {
	Value, Bound, Gap float64
	Nodes             int
}

// Proved is the relative gap below which a plan counts as proved best.
const Proved = 1e-9

// Solution is the best set found and what is known about it.
type Solution struct {
	// Chosen are the indices of the chosen items, ascending.
	Chosen []int
	Totals
	// Bound is a value no set can exceed.
	Bound float64
	// Gap is (Bound − Value)/max(|Value|, 1 % of the loss of nothing, 1).
	Gap float64
	// Proved says that Gap is below [Proved].
	Proved bool
	// Nodes is the number of subproblems looked at.
	Nodes int
}

// Solve finds the best set of items under the limits and rules. It stops early
// when the context ends or the deadline passes, and then returns the best set
// so far with its true gap. The error is an [*InfeasibleError] when no set is
// possible, the context's error when it ended before a first set was found, or
// says which number of the problem makes no sense.
func Solve(ctx context.Context, p *Problem, opt Options) (Solution, error) {
	if err := p.Validate(); err != nil {
		return Solution{}, err
	}
	if opt.Deadline > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, opt.Deadline)
		defer stop()
	}
	state, clash := p.settle()
	if clash != nil {
		return Solution{}, clash
	}
	r := p.reduce(state, cmp.Or(opt.tableBits, mostBits))
	if r == nil {
		return Solution{}, &InfeasibleError{}
	}
	s := &search{p: p, opt: opt, polish: newPolisher(p, r), nothing: p.LossOfNothing(), scale: typicalEffect(r)}
	s.unit = math.Max(.01*s.nothing, 1)
	m := multipliers{lambda: make([]float64, len(r.rows)), point: make([]float64, len(r.item))}
	for i := range m.point {
		m.point[i] = .5
	}
	low := s.run(ctx, &node{r: r, m: m, low: math.Inf(-1), item: -1, top: true})
	if s.best == nil {
		if err := ctx.Err(); err != nil {
			return Solution{}, err
		}
		return Solution{}, &InfeasibleError{}
	}
	sol := Solution{Chosen: s.best, Totals: p.Totals(s.best), Nodes: s.nodes}
	pr := s.report(low)
	sol.Bound, sol.Gap = math.Max(pr.Bound, sol.Value), math.Max(0, pr.Gap)
	sol.Proved = sol.Gap < Proved
	return sol, nil
}

func (s *search) report(low float64) Progress {
	pr := Progress{Value: math.Inf(-1), Bound: s.nothing - low, Nodes: s.nodes, Gap: math.Inf(1)}
	if s.best != nil {
		pr.Value = s.nothing - s.bestCost
		pr.Gap = (pr.Bound - pr.Value) / math.Max(math.Abs(pr.Value), s.unit)
	}
	return pr
}
