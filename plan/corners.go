package plan

import (
	"context"
	"errors"
	"math"
	"slices"
)

// corners finds the corners of the upper hull: between two known ones, the set
// that is best when outlay costs as much as the slope between them is either a
// new corner or proves that there is none (Aneja and Nair 1979; Eisner and
// Severance 1976). The widest gap comes first, so that a search cut short has
// covered the whole range.
func (p *Problem) corners(ctx context.Context, b *prepared, opt Options) ([]Point, bool, error) {
	if _, err := b.solve(ctx, opt); err != nil { // for its multipliers
		return nil, false, err
	}
	ends, proved, err := p.ends(ctx, b, opt)
	if err != nil {
		return nil, false, err
	}
	points := thin(ends, b.nothing)
	var gaps []gap
	if len(points) == 2 {
		gaps = append(gaps, gap{points[0], points[1]})
	}
	for searches := 0; len(gaps) > 0; searches++ {
		if ctx.Err() != nil || searches >= mostCorners {
			return thin(points, b.nothing), false, nil
		}
		k := widestGap(gaps)
		g := gaps[k]
		gaps = slices.Delete(gaps, k, k+1)
		sol, err := b.priced(g.slope()).solve(ctx, opt)
		if errors.Is(err, ErrStopped) {
			return thin(points, b.nothing), false, nil
		}
		if err != nil {
			return nil, false, err
		}
		proved = proved && sol.Proved
		q := p.point(sol.Chosen)
		if g.above(q) {
			points = append(points, q)
			gaps = append(gaps, gap{g.from, q}, gap{q, g.to})
		}
	}
	return thin(points, b.nothing), proved, nil
}

type gap struct{ from, to Point }

func (g gap) slope() float64 {
	return (g.to.GrossValue - g.from.GrossValue) / (g.to.Outlay - g.from.Outlay)
}

// above says whether a point lies above the line of the gap, by more than
// rounding, and strictly inside it.
func (g gap) above(q Point) bool {
	line := g.from.GrossValue + g.slope()*(q.Outlay-g.from.Outlay)
	return q.Outlay > g.from.Outlay && q.Outlay < g.to.Outlay && q.GrossValue > line+slack*math.Max(1, math.Abs(g.to.GrossValue))
}

func widestGap(gaps []gap) int {
	widest := 0
	size := func(g gap) float64 { return (g.to.Outlay - g.from.Outlay) * (g.to.GrossValue - g.from.GrossValue) }
	for k, g := range gaps {
		if size(g) > size(gaps[widest]) {
			widest = k
		}
	}
	return widest
}

// ends are the frontier's first point (the best of those with the least outlay)
// and its last (the most gross value, with nothing in it that adds none).
func (p *Problem) ends(ctx context.Context, b *prepared, opt Options) ([]Point, bool, error) {
	least := Row{Name: "least outlay"}
	for i, it := range p.Items {
		if it.Outlay > 0 {
			least.Uses = append(least.Uses, Use{i, it.Outlay})
			if slices.Contains(b.r.chosen, i) {
				least.Limit += it.Outlay
			}
		}
	}
	var first Solution
	cheapest, err := b.limited(least)
	if err == nil {
		first, err = cheapest.priced(0).solve(ctx, opt)
	}
	if _, no := asInfeasible(err); no {
		// Rows that demand something can make the least outlay more than what is
		// settled: start from the best set at a very high price of outlay instead.
		first, err = b.priced(1e6).solve(ctx, opt)
	}
	if err != nil {
		return nil, false, err
	}
	last, err := b.priced(0).solve(ctx, opt)
	if err != nil {
		return nil, false, err
	}
	return []Point{p.point(p.lean(first.Chosen)), p.point(p.lean(last.Chosen))}, first.Proved && last.Proved, nil
}

// lean leaves out what costs something and adds no gross value, but for
// rounding.
func (p *Problem) lean(chosen []int) []int {
	set := slices.Clone(chosen)
	gross := p.point(set).GrossValue
	for k := len(set) - 1; k >= 0; k-- {
		less := slices.Delete(slices.Clone(set), k, k+1)
		if p.Items[set[k]].Outlay <= 0 || !p.Feasible(less) {
			continue
		}
		if left := p.point(less).GrossValue; left >= gross-slack*math.Max(1, math.Abs(gross)) {
			set, gross = less, left
		}
	}
	return set
}
