package plan

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// prepared is a problem ready to be solved, and solved again with an item
// fixed, with outlay priced differently or with one more row: what was found
// out about its multipliers serves the next search.
type prepared struct {
	p       *Problem
	r       *reduced
	m       multipliers
	warm    bool // m and the prices come from a search
	nothing float64
}

// prepare checks the problem and settles what the rules alone decide.
func prepare(p *Problem, opt Options) (*prepared, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	state, clash := p.settle()
	if clash != nil {
		return nil, clash
	}
	r := p.reduce(state, cmp.Or(opt.tableBits, mostBits))
	if r == nil {
		return nil, &InfeasibleError{}
	}
	b := &prepared{p: p, r: r, nothing: p.LossOfNothing()}
	b.m = fresh(r)
	return b, nil
}

// fresh are the multipliers of a problem nothing is known about yet.
func fresh(r *reduced) multipliers {
	m := multipliers{lambda: make([]float64, len(r.rows)), point: make([]float64, len(r.item))}
	for i := range m.point {
		m.point[i] = .5
	}
	return m
}

// solve searches. The multipliers of its first ascent stay in b.
func (b *prepared) solve(ctx context.Context, opt Options) (Solution, error) {
	if opt.Deadline > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, opt.Deadline)
		defer stop()
	}
	s := &search{p: b.p, opt: opt, polish: newPolisher(b.p, b.r), nothing: b.nothing, scale: typicalEffect(b.r)}
	s.bestCost, s.ceiling = math.Inf(1), math.Inf(1)
	if opt.AtLeast != nil {
		s.ceiling = s.nothing - *opt.AtLeast
	}
	s.unit = math.Max(.01*s.nothing, 1)
	s.near(ctx)
	low := s.run(ctx, &node{r: b.r, m: b.m, low: math.Inf(-1), item: -1, top: true, warm: b.warm})
	b.warm = true
	if s.best == nil {
		if s.stopped {
			return Solution{}, ErrStopped
		}
		return Solution{}, &InfeasibleError{}
	}
	sol := Solution{Chosen: s.best, Totals: b.p.Totals(s.best), Nodes: s.nodes}
	pr := s.report(low)
	sol.Bound, sol.Gap = math.Max(pr.Bound, sol.Value), math.Max(0, pr.Gap)
	sol.Proved = sol.Gap < Proved
	return sol, nil
}

// with is the problem with some items fixed.
func (b *prepared) with(ins, outs []int, opt Options) (*prepared, error) {
	state := make([]uint8, len(b.r.item))
	for k, list := range [][]int{ins, outs} {
		side := []uint8{taken, left}[k]
		for _, i := range list {
			local := slices.Index(b.r.item, i)
			if local < 0 { // settled already: start afresh
				return prepare(b.p.with(ins, outs), opt)
			}
			state[local] = side
		}
	}
	r := b.r.restrict(state)
	if r == nil {
		return nil, &InfeasibleError{}
	}
	return &prepared{p: b.p, r: r, m: b.m.follow(b.r, r), warm: b.warm, nothing: b.nothing}, nil
}

// priced is the problem with every unit of outlay costing price. What was found
// out about the multipliers at another price misleads more than it helps: the
// search starts afresh.
func (b *prepared) priced(price float64) *prepared {
	p := b.p.with(nil, nil)
	for i := range p.Items {
		p.Items[i].Outlay *= price
	}
	r := b.r.fix(make([]uint8, len(b.r.item)))
	r.link()
	for k, i := range r.item {
		r.cost[k] += p.Items[i].Outlay - b.p.Items[i].Outlay
	}
	for _, i := range r.chosen {
		r.base += p.Items[i].Outlay - b.p.Items[i].Outlay
	}
	for _, block := range r.blocks {
		clear(block.price)
	}
	return &prepared{p: p, r: r, m: fresh(r), nothing: b.nothing}
}

// limited is the problem with one more row.
func (b *prepared) limited(row Row) (*prepared, error) {
	p := *b.p
	p.Rows = append(slices.Clone(p.Rows), row)
	lr := limitRow{use: make([]float64, len(b.r.item)), limit: roomy(row.Limit)}
	for _, u := range row.Uses {
		if k := slices.Index(b.r.item, u.Item); k >= 0 {
			lr.use[k] += u.Amount
		} else if slices.Contains(b.r.chosen, u.Item) {
			lr.limit -= u.Amount
		}
	}
	wider := *b.r
	wider.rows = append(slices.Clone(wider.rows), lr)
	r := wider.restrict(make([]uint8, len(b.r.item)))
	if r == nil {
		return nil, &InfeasibleError{}
	}
	m := b.m.follow(b.r, r)
	m.lambda = append(m.lambda, 0)
	return &prepared{p: &p, r: r, m: m, warm: b.warm, nothing: b.nothing}, nil
}
