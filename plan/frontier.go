package plan

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Point is one set on the frontier of outlay against gross value. All amounts
// are discounted currency units.
type Point struct {
	Chosen []int
	Outlay float64
	// GrossValue is loss avoided + benefits + feature value; Value is GrossValue
	// less Outlay.
	GrossValue, Value float64
	Loss              float64
	// MarginalReturn is the slope of the upper hull where it reaches this outlay:
	// what the last unit of outlay brought in. 0 for the first point.
	MarginalReturn float64
	// OnHull says whether the point is a corner of the upper hull.
	OnHull bool
}

// Frontier is the best gross value for every outlay.
type Frontier struct {
	// Points ascend in outlay and in gross value. Complete says that every Pareto
	// set is among them; otherwise they are corners of the upper hull.
	Points   []Point
	Complete bool
	// Proved says that every point is proved to be on the frontier (and that no
	// corner of the hull is missing).
	Proved bool
	// ViableAt is the outlay of the last hull corner that the hull reaches with a
	// slope of 1 or more: there more spending stops paying.
	ViableAt float64
}

// The frontier is worked out over all subsets up to exhaustive free items, and
// corner by corner beyond, with at most mostCorners searches.
const (
	exhaustive  = 20
	mostCorners = 400
)

// Frontier finds the sets that no other set beats at their outlay. The limits
// and rules of the problem hold; give it without limits for the whole picture.
// When the context ends, the corners found so far come back, not proved.
func (p *Problem) Frontier(ctx context.Context, opt Options) (Frontier, error) {
	b, err := prepare(p, opt)
	if err != nil {
		return Frontier{}, err
	}
	var f Frontier
	if len(b.r.item) <= exhaustive {
		f.Points, f.Complete, f.Proved = p.paretoSets(b.r), true, true
	} else if f.Points, f.Proved, err = p.corners(ctx, b, opt); err != nil {
		return Frontier{}, err
	}
	if len(f.Points) == 0 {
		return Frontier{}, &InfeasibleError{}
	}
	f.ViableAt = hull(f.Points)
	return f, nil
}

func (p *Problem) point(chosen []int) Point {
	t := p.Totals(chosen)
	return Point{Chosen: chosen, Outlay: t.Outlay, GrossValue: t.Value + t.Outlay, Value: t.Value, Loss: t.Loss}
}

// hull marks the corners of the upper hull, fills in the marginal returns, and
// returns the outlay up to which spending pays. Points ascend.
func hull(points []Point) float64 {
	var corner []int
	slope := func(a, b int) float64 {
		return (points[b].GrossValue - points[a].GrossValue) / (points[b].Outlay - points[a].Outlay)
	}
	for k := range points {
		for len(corner) > 1 && slope(corner[len(corner)-2], corner[len(corner)-1]) <= slope(corner[len(corner)-2], k) {
			corner = corner[:len(corner)-1]
		}
		corner = append(corner, k)
	}
	viable := points[0].Outlay
	points[0].OnHull = true
	for c := 1; c < len(corner); c++ {
		s := slope(corner[c-1], corner[c])
		for k := corner[c-1] + 1; k <= corner[c]; k++ {
			points[k].MarginalReturn = s
		}
		points[corner[c]].OnHull = true
		if s >= 1 {
			viable = points[corner[c]].Outlay
		}
	}
	return viable
}

// paretoSets walks all subsets in Gray-code order, one flip each, and keeps
// those that no other beats.
func (p *Problem) paretoSets(r *reduced) []Point {
	n := len(r.item)
	t := newTrial(r)
	nothing := p.LossOfNothing()
	base := 0.0
	for _, i := range r.chosen {
		base += p.Items[i].Outlay
	}
	var front pareto
	gray := 0
	outlay := base
	for k := range 1 << n {
		if k > 0 {
			i := bitOf(k & -k)
			t.flip(i)
			gray ^= 1 << i
			if t.in[i] {
				outlay += p.Items[r.item[i]].Outlay
			} else {
				outlay -= p.Items[r.item[i]].Outlay
			}
		}
		if t.excess() == 0 {
			front.add(rough{outlay, nothing - t.cost + outlay, gray})
		}
	}
	points := make([]Point, 0, len(front.kept))
	front.merge()
	for _, f := range front.kept {
		set := slices.Clone(r.chosen)
		for i, item := range r.item {
			if f.set>>i&1 == 1 {
				set = append(set, item)
			}
		}
		slices.Sort(set)
		points = append(points, p.point(set))
	}
	return thin(points, nothing)
}

// rough is a subset with its figures as kept up to date by flips.
type rough struct {
	outlay, gross float64
	set           int
}

// pareto collects subsets, dropping those that another beats by more than
// rounding; exact figures follow.
type pareto struct {
	kept []rough // ascending in outlay and, but for rounding, in gross value
	more []rough
}

// roundingMargin is what flips may have added to a figure, relative to it.
const roundingMargin = 1e-7

func (f *pareto) add(q rough) {
	k, _ := slices.BinarySearchFunc(f.kept, q.outlay, func(a rough, outlay float64) int {
		if a.outlay <= outlay {
			return -1
		}
		return 1
	})
	if k > 0 && f.kept[k-1].gross > q.gross+roundingMargin*math.Abs(q.gross) {
		return
	}
	if f.more = append(f.more, q); len(f.more) >= 1<<12 {
		f.merge()
	}
}

func (f *pareto) merge() {
	all := append(f.kept, f.more...)
	f.more = f.more[:0]
	slices.SortFunc(all, func(a, b rough) int {
		return cmp.Or(cmp.Compare(a.outlay, b.outlay), cmp.Compare(b.gross, a.gross), cmp.Compare(a.set, b.set))
	})
	f.kept = all[:0]
	best := math.Inf(-1)
	for _, q := range all {
		if math.IsInf(best, -1) || q.gross > best-roundingMargin*math.Abs(best) {
			f.kept = append(f.kept, q)
			best = math.Max(best, q.gross)
		}
	}
}

// sameGross is how near two gross values are that count as one, relative to the
// losses they are made of: above what LeastPass leaves of a loss and what the
// search tells apart.
const sameGross = 1e-8

// thin sorts points and drops those that another equals or beats, but for
// rounding; losses is the loss if nothing is done.
func thin(points []Point, losses float64) []Point {
	slices.SortStableFunc(points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Outlay, b.Outlay), cmp.Compare(b.GrossValue, a.GrossValue))
	})
	var kept []Point
	for _, q := range points {
		if k := len(kept) - 1; k >= 0 {
			last := kept[k]
			if q.GrossValue <= last.GrossValue+sameGross*max(1, losses, math.Abs(last.GrossValue)) {
				continue
			}
			if q.Outlay <= last.Outlay+slack*math.Max(1, last.Outlay) {
				kept = kept[:k]
			}
		}
		kept = append(kept, q)
	}
	return kept
}
