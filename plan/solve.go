package plan

import (
	"context"
	"errors"
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
	// Gap is the relative gap at which to stop; 0 means at the proof.
	Gap float64
	// Progress, when set, is called with the state after each subproblem, from
	// the goroutine that called Solve.
	Progress func(Progress)
	// AtLeast, when set, is the value below which a set is of no interest: where
	// no set is worth more, the error is an [*InfeasibleError].
	AtLeast *float64
	// First stops at the first set found (with AtLeast, one worth more than that),
	// for whoever asks whether there is one: an answer that is not proved best.
	First bool
	// Start are sets near which a good one is looked for first, one after the other.
	// They need not keep the limits.
	Start [][]int
	// tableBits lowers mostBits, for tests of what happens beyond.
	tableBits int
	// alwaysLong searches small problems as those that time cuts short, for tests of that.
	alwaysLong bool
	// noWalk settles small subproblems by splitting them, for tests of that.
	noWalk bool
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

// ErrStopped says that a search was stopped before it found a first set.
var ErrStopped = errors.New("plan: stopped before a first set was found; allow more time or subproblems")

// Solve finds the best set of items under the limits and rules. It stops early
// when the context ends or the deadline passes, and then returns the best set
// so far with its true gap. The error is an [*InfeasibleError] when no set is
// possible, [ErrStopped] when the search ended before a first set was found, or
// says which number of the problem makes no sense.
func Solve(ctx context.Context, p *Problem, opt Options) (Solution, error) {
	b, err := prepare(p, opt)
	if err != nil {
		return Solution{}, err
	}
	return b.solve(ctx, opt)
}

func (s *search) report(low float64) Progress {
	pr := Progress{Value: math.Inf(-1), Bound: s.nothing - low, Nodes: s.nodes, Gap: math.Inf(1)}
	if s.best != nil {
		pr.Value = s.nothing - s.bestCost
		pr.Gap = (pr.Bound - pr.Value) / math.Max(math.Abs(pr.Value), s.unit)
	}
	return pr
}
