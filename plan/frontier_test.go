package plan

import (
	"cmp"
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// paretoByBruteForce are the undominated (outlay, gross) pairs.
func paretoByBruteForce(p *Problem) [][2]float64 {
	var front [][2]float64
	_, totals := subsets(p)
	for _, a := range totals {
		ga, beaten := a.Value+a.Outlay, false
		for _, b := range totals {
			gb := b.Value + b.Outlay
			tol := 1e-9 * math.Max(1, math.Abs(ga))
			beaten = beaten || b.Outlay <= a.Outlay && gb > ga+tol || b.Outlay < a.Outlay-1e-9 && gb >= ga-tol
		}
		if !beaten && !slices.ContainsFunc(front, func(f [2]float64) bool { return math.Abs(f[0]-a.Outlay) < 1e-6 }) {
			front = append(front, [2]float64{a.Outlay, ga})
		}
	}
	slices.SortFunc(front, func(a, b [2]float64) int { return int(math.Copysign(1, a[0]-b[0])) })
	return front
}

func TestFrontierAgreesWithBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 8)
		want := paretoByBruteForce(p)
		f, err := p.Frontier(context.Background(), Options{})
		if len(want) == 0 {
			if _, no := asInfeasible(err); !no {
				t.Fatalf("got %v, %v", f, err)
			}
			return
		}
		if err != nil || !f.Complete || !f.Proved {
			t.Fatalf("%v: complete %v, proved %v", err, f.Complete, f.Proved)
		}
		// Gains that rounding may make or take away are not told apart.
		scale := max(1, p.LossOfNothing(), math.Abs(want[len(want)-1][1]))
		for _, w := range want {
			if !slices.ContainsFunc(f.Points, func(q Point) bool { return q.Outlay <= w[0]+1e-6 && q.GrossValue >= w[1]-1e-7*scale }) {
				t.Fatalf("nothing is as good as %v among %+v", w, f.Points)
			}
		}
		for k, q := range f.Points {
			if !slices.ContainsFunc(want, func(w [2]float64) bool {
				return math.Abs(q.Outlay-w[0]) < 1e-6 && math.Abs(q.GrossValue-w[1]) < 1e-7*scale
			}) {
				t.Fatalf("%+v is not among %v", q, want)
			}
			if k > 0 && (q.Outlay <= f.Points[k-1].Outlay || q.GrossValue <= f.Points[k-1].GrossValue) {
				t.Fatalf("points do not ascend: %+v", f.Points)
			}
		}
		checkHull(t, p, f)
	})
}

// checkHull checks that every point lies on or below the hull, that slopes fall
// along it, and that the viable outlay is the unconstrained optimum's.
func checkHull(t *rapid.T, p *Problem, f Frontier) {
	best, last := math.Inf(-1), math.Inf(1)
	at := 0.0
	for k, q := range f.Points {
		if q.Value > best+1e-7*math.Max(1, math.Abs(best)) {
			best, at = q.Value, q.Outlay
		}
		if k == 0 {
			if !q.OnHull || q.MarginalReturn != 0 {
				t.Fatalf("first point %+v", q)
			}
			continue
		}
		if q.MarginalReturn > last+1e-9 {
			t.Fatalf("slopes rise at point %d", k)
		}
		last = q.MarginalReturn
	}
	for _, q := range f.Points {
		if q.Outlay == f.ViableAt {
			if q.Value < best-1e-6*math.Max(1, math.Abs(best)) {
				t.Fatalf("viable at %v worth %v; %v is worth %v", f.ViableAt, q.Value, at, best)
			}
			return
		}
	}
	t.Fatalf("no point at %v", f.ViableAt)
}

// TestCornersAreTheHull compares the search for corners, meant for more items
// than can be enumerated, with the hull of all Pareto sets.
func TestCornersAreTheHull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 8)
		p.Rows = nil
		f, err := p.Frontier(context.Background(), Options{})
		if err != nil {
			return
		}
		b, err := prepare(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		corners, proved, err := p.corners(context.Background(), b, Options{})
		if err != nil || !proved {
			t.Fatalf("proved %v, %v", proved, err)
		}
		scale := max(1, p.LossOfNothing(), math.Abs(f.Points[len(f.Points)-1].GrossValue))
		for k, q := range corners {
			if k > 0 && q.GrossValue-corners[k-1].GrossValue < 1e-7*scale {
				continue // rounding chooses between such sets
			}
			if !slices.ContainsFunc(f.Points, func(o Point) bool {
				return math.Abs(o.Outlay-q.Outlay) < 1e-6 && math.Abs(o.GrossValue-q.GrossValue) < 1e-6*scale
			}) {
				t.Fatalf("%+v is no Pareto set of %+v", q, f.Points)
			}
		}
		for _, q := range f.Points {
			if over := q.GrossValue - heightAt(corners, q.Outlay); over > 1e-7*scale {
				t.Fatalf("%+v lies %v above the corners %+v", q, over, corners)
			}
		}
	})
}

// heightAt is the hull's gross value at an outlay.
func heightAt(corners []Point, outlay float64) float64 {
	for k, q := range corners {
		if outlay <= q.Outlay+1e-9 {
			if k == 0 {
				return q.GrossValue
			}
			from := corners[k-1]
			return from.GrossValue + (q.GrossValue-from.GrossValue)*(outlay-from.Outlay)/(q.Outlay-from.Outlay)
		}
	}
	return corners[len(corners)-1].GrossValue
}

func TestFrontierOfManyItems(t *testing.T) {
	p := layered(40, 30, 9)
	p.Money = math.Inf(1)
	f, err := p.Frontier(context.Background(), Options{})
	if err != nil || f.Complete || !f.Proved || len(f.Points) < 10 {
		t.Fatalf("%v: %d points, complete %v, proved %v", err, len(f.Points), f.Complete, f.Proved)
	}
	best := mustSolve(t, p)
	if best.Outlay != f.ViableAt {
		t.Errorf("viable at %v, but the best plan's outlay is %v", f.ViableAt, best.Outlay)
	}
	for k, q := range f.Points {
		if !q.OnHull || k > 0 && (q.Outlay <= f.Points[k-1].Outlay || q.GrossValue <= f.Points[k-1].GrossValue) {
			t.Errorf("point %d: %+v", k, q)
		}
	}
}

func TestFrontierCutShortSaysSo(t *testing.T) {
	p := layered(40, 30, 9)
	p.Money = math.Inf(1)
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	f, err := p.Frontier(ctx, Options{Progress: func(Progress) {
		if n++; n == 6 {
			cancel()
		}
	}})
	if err != nil || f.Proved || len(f.Points) < 2 {
		t.Errorf("%v: %d points, proved %v", err, len(f.Points), f.Proved)
	}
}

// TestFrontierOfCheapItems has corners where a unit of outlay brings in a
// hundred times itself: multipliers found where it brings in one would send the
// search astray.
func TestFrontierOfCheapItems(t *testing.T) {
	for seed := uint64(9); seed < 12; seed++ {
		p := multiplying(40, 30, seed)
		p.Money = math.Inf(1)
		f, err := p.Frontier(context.Background(), Options{MaxNodes: 200})
		if err != nil || !f.Proved {
			t.Errorf("seed %d: %d corners, proved %v, %v", seed, len(f.Points), f.Proved, err)
		}
	}
}

// TestParetoSetsOfManyItems compares with all subsets of up to 16 items: sets
// ascend in outlay, each kept where it brings more than all before it.
func TestParetoSetsOfManyItems(t *testing.T) {
	for seed := range uint64(4) {
		p := negotiated(13+int(seed), 8, seed)
		_, totals := subsets(p)
		slices.SortFunc(totals, func(a, b Totals) int {
			return cmp.Or(cmp.Compare(a.Outlay, b.Outlay), cmp.Compare(b.Value, a.Value))
		})
		scale := p.LossOfNothing()
		var want []Totals
		best := math.Inf(-1)
		for _, q := range totals {
			if gross := q.Value + q.Outlay; gross > best+1e-7*scale {
				want, best = append(want, q), gross
			}
		}
		f, err := p.Frontier(context.Background(), Options{})
		if err != nil || !f.Complete || !f.Proved || len(want) < 5 || len(f.Points) != len(want) {
			t.Fatalf("seed %d: %v, %d points for %d, complete %v, proved %v", seed, err, len(f.Points), len(want), f.Complete, f.Proved)
		}
		for k, q := range f.Points {
			if math.Abs(q.Outlay-want[k].Outlay) > 1e-6 || math.Abs(q.GrossValue-want[k].Value-want[k].Outlay) > 1e-7*scale {
				t.Errorf("seed %d: point %d is %+v, not %+v", seed, k, q, want[k])
			}
		}
	}
}

// TestHullOfFewSubproblemsSaysSo: corners sought with one subproblem each are
// sets that keep the limits, and not called proved.
func TestHullOfFewSubproblemsSaysSo(t *testing.T) {
	p := negotiated(60, 40, 1)
	f, err := p.Frontier(context.Background(), Options{MaxNodes: 1})
	if err != nil || f.Proved || f.Complete || len(f.Points) < 2 {
		t.Errorf("%v: %d points, complete %v, proved %v", err, len(f.Points), f.Complete, f.Proved)
	}
}
