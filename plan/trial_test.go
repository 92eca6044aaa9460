package plan

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// driftingProblem is one whose costs span so many orders of magnitude that a
// cost kept up to date by adding and taking away drifts by more than the moves
// at the bottom differ: a search for a better set by single moves once went
// round in circles here for ever.
func driftingProblem() *Problem {
	return &Problem{
		Money: math.Inf(1), Effort: math.Inf(1),
		Items: []Item{
			{ID: "a", Money: 12000, Effort: 5, Outlay: 14500},
			{ID: "b", Money: 2000, Effort: 1, Outlay: 2500, Must: true},
			{ID: "c", Money: 53000, Effort: 3, Outlay: 54500, Requires: []int{3}},
			{ID: "d", Money: 58000, Effort: 1, Outlay: 58500, Requires: []int{0}},
		},
		Terms: []Term{
			{Loss: 6000, Factors: []Factor{{1, 1}, {2, .05}, {3, .05}, {1, .2}, {3, .2}, {0, .05}}},
			{Loss: 251000, Factors: []Factor{{3, 0}}},
		},
	}
}

// neverTwice makes moves in turn until none is kept, as improve does, and
// reports a set that is reached twice: each move kept is for the better, so none
// may be. What the search did before is a walk of flips.
func neverTwice(p *Problem, price float64, walk []int) error {
	b, err := prepare(p, Options{})
	if err != nil || len(b.r.item) == 0 {
		return nil //nolint:nilerr // there is nothing to choose
	}
	b = b.priced(price)
	ps := newPolisher(b.p, b.r)
	for _, i := range walk {
		ps.t.flip(i % len(ps.t.in))
	}
	ps.t.settle()
	seen := map[string]bool{fmt.Sprint(ps.t.in): true}
	for again := true; again; {
		again = false
		for out := range ps.t.in {
			for in := -1; in < len(ps.t.in); in++ {
				var kept bool
				switch {
				case in < 0 && ps.t.in[out]:
					kept = ps.try(out, -1)
				case in < 0:
					kept = ps.try(-1, out)
				case ps.t.in[out] && !ps.t.in[in]:
					kept = ps.try(out, in)
				}
				if !kept {
					continue
				}
				key := fmt.Sprint(ps.t.in)
				if seen[key] {
					return fmt.Errorf("%s reached twice in %+v", key, p)
				}
				again, seen[key] = true, true
			}
		}
	}
	return nil
}

func TestMovesNeverGoRoundInCircles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := driftingProblem()
		if rapid.Bool().Draw(t, "other") {
			p = drawProblem(t, 8)
		}
		walk := rapid.SliceOfN(rapid.IntRange(0, 7), 0, 30).Draw(t, "walk")
		if err := neverTwice(p, rapid.SampledFrom([]float64{0, .01, 1, 1e6}).Draw(t, "price"), walk); err != nil {
			t.Fatal(err)
		}
	})
}

// TestCornersEnd walks the corners of the problem on which the search used to
// run for ever.
func TestCornersEnd(t *testing.T) {
	p := driftingProblem()
	b, err := prepare(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if corners, proved, err := p.corners(context.Background(), b, Options{}); err != nil || !proved || len(corners) < 2 {
		t.Errorf("%+v, proved %v, %v", corners, proved, err)
	}
}
