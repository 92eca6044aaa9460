package plan

import (
	"context"
	"math"
	"slices"
)

// hasten makes passes like [ascent.run], but goes on after each, a part of the way, in
// the direction of the last ones (Nesterov 1983). That is for long ascents: the prices of
// limits and what blocks are handed follow each other in small steps, pass after pass in
// much the same direction. Where going on has lowered the smoothed dual, it is taken back
// and the momentum starts anew (O'Donoghue and Candès 2015), so that each pass begins no
// lower than the one before. Wide terms, whose tangents move along, are left to run.
func (a *ascent) hasten(ctx context.Context, tau float64, passes int) {
	if a.wide != nil {
		a.run(ctx, tau, passes)
		return
	}
	a.tau = tau
	last := a.prices(nil) // what the last pass ended with
	now, on := slices.Clone(last), slices.Clone(last)
	best := math.Inf(-1)
	for run := 0; passes > 0 && ctx.Err() == nil; passes-- {
		value := a.value()
		if value < best {
			a.setPrices(last)
			value, run = a.value(), 0
		}
		best = value
		a.pass()
		now = a.prices(now[:0])
		push := float64(run) / float64(run+3)
		for i, v := range now {
			on[i] = v + push*(v-last[i])
		}
		last, now, run = now, last, run+1
		if passes > 1 {
			a.setPrices(on)
		}
	}
	a.priceLimits()
}

// value weighs all blocks afresh, and returns the smoothed dual.
func (a *ascent) value() float64 {
	v := a.r.base
	for k := range a.r.blocks {
		v += a.weigh(k)
	}
	for k, row := range a.r.rows {
		v -= a.m.lambda[k] * row.limit
	}
	for i := range a.r.item {
		u := a.unary(i)
		v += min(0, u) - a.tau*math.Log1p(math.Exp(-math.Abs(u)/a.tau))
	}
	return v
}

// prices appends all that a pass sets: the prices of limits, then those of blocks.
func (a *ascent) prices(to []float64) []float64 {
	to = append(to, a.m.lambda...)
	for _, b := range a.r.blocks {
		to = append(to, b.price...)
	}
	return to
}

// setPrices is the reverse of prices; no limit gets a price below 0.
func (a *ascent) setPrices(from []float64) {
	for k := range a.m.lambda {
		a.m.lambda[k] = max(0, from[k])
	}
	from = from[len(a.m.lambda):]
	for _, b := range a.r.blocks {
		from = from[copy(b.price, from):]
	}
}
