package model

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/workers"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/quantity"
)

// WorthIf is the most an item left out may cost for the best plan to have it:
// the same share of all its money and effort.
type WorthIf struct {
	CostShare float64 `json:"cost_share"` // 0..1 of what it costs
	Cost      Cost    `json:"cost"`       // that much of it
}

// WorthIfStops is how little a mitigation left out may let through for the best
// plan to have it: the same share of what it lets through of every threat.
type WorthIfStops struct {
	LetsThrough float64 `json:"lets_through_share"` // 0..1 of what it lets through
	Against     []Stops `json:"against"`            // what it stops then, in file order
}

// Stops are the shares, 0..1, of a threat's events and of the loss of each that
// a mitigation stops; nil where none is stated.
type Stops struct {
	Threat     string   `json:"threat"`
	Likelihood *float64 `json:"likelihood,omitempty"`
	Impact     *float64 `json:"impact,omitempty"`
}

// How closely the share is sought, how many subproblems each search for a better
// plan may take at least, and near how many of the sets found on the way it looks
// for one first.
const (
	shareStep   = 0.01
	worthNodes  = 400
	worthStarts = 12
)

// worthTime is the part of the time left, one in so many, that may be spent on
// what would bring items in.
const worthTime = 2

// worthIf fills in what each item left out would have to cost, or to stop, as
// far as time goes. At a share f of its cost, or of what it lets through, the
// best plan with the item is worth V(f), which falls as f rises; sought is the f
// at which V(f) is the plan's value. The set found at one share would do up to
// where its own value meets the plan's, so few searches are needed: the last one
// proves that no set does at shareStep more.
func (b *Built) worthIf(ctx context.Context, sol plan.Solution, why []Why, ms []plan.Marginal, o plan.Options) error {
	if end, ok := ctx.Deadline(); ok {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Until(end)/worthTime)
		defer stop()
	}
	nearest := make([]int, len(why)) // what misses least comes first, in case time runs out
	for k := range why {
		nearest[k] = k
	}
	slices.SortStableFunc(nearest, func(a, c int) int { return cmp.Compare(why[c].MarginalValue, why[a].MarginalValue) })
	o.Start = b.bestOthers(ms)
	return workers.Each(len(nearest), func(n int) error {
		k := nearest[n]
		if !why[k].couldPay() {
			return nil
		}
		return b.worthOf(ctx, sol, k, &why[k], ms[k].Other, o)
	})
}

// bestOthers are the best of the sets that were found with an item the other way
// round.
func (b *Built) bestOthers(ms []plan.Marginal) [][]int {
	type other struct {
		set   []int
		value float64
	}
	var all []other
	for _, m := range ms {
		if m.Other != nil {
			all = append(all, other{m.Other, b.Problem.Totals(m.Other).Value})
		}
	}
	slices.SortStableFunc(all, func(a, c other) int { return cmp.Compare(c.value, a.value) })
	var sets [][]int
	for _, x := range all[:min(len(all), worthStarts)] {
		sets = append(sets, x.set)
	}
	return sets
}

// worthOf fills it in for one item; with is the best set with it as things are,
// or nil.
func (b *Built) worthOf(ctx context.Context, sol plan.Solution, k int, w *Why, with []int, o plan.Options) error {
	share, ok, err := b.mostShare(ctx, sol, k, func(f float64) *plan.Problem { return b.atCost(k, f) }, with, o)
	if ok {
		c := b.costOf(k)
		w.WorthIf = &WorthIf{CostShare: share, Cost: Cost{share * c.Money, share * c.EffortDays}}
	}
	w.WorthIfOpen = errors.Is(err, plan.ErrStopped)
	if err = ignoreStopped(err); err != nil || !slices.ContainsFunc(b.items[k].against, parley.Against.Stated) {
		return err
	}
	share, ok, err = b.mostShare(ctx, sol, k, func(f float64) *plan.Problem { return b.atStrength(k, f) }, with, o)
	if ok {
		w.WorthIfStops = &WorthIfStops{LetsThrough: share, Against: b.stops(k, share)}
	}
	w.WorthIfOpen = w.WorthIfOpen || errors.Is(err, plan.ErrStopped)
	return ignoreStopped(err)
}

// costOf is what an item takes that starts at once.
func (b *Built) costOf(k int) (c Cost) {
	for s := range b.starts {
		c.Money += b.Problem.Items[b.at(k, s)].Money
		c.EffortDays += b.Problem.Items[b.at(k, s)].Effort
	}
	return c
}

// stops are the shares that a mitigation stops when it lets through so much of
// what it does.
func (b *Built) stops(k int, share float64) (out []Stops) {
	for _, a := range b.items[k].against {
		if !a.Stated() {
			continue
		}
		x := Stops{Threat: a.Threat}
		for _, of := range []struct {
			stated quantity.Quantity
			into   **float64
		}{{a.Likelihood, &x.Likelihood}, {a.Impact, &x.Impact}} {
			if !of.stated.IsZero() {
				stopped := 1 - share*(1-of.stated.Mean())
				*of.into = &stopped
			}
		}
		out = append(out, x)
	}
	return out
}

// change is the problem with an item costing, or letting through, a share of
// what it does: 1 is as stated, and less is never worse.
type change func(share float64) *plan.Problem

// mostShare is the largest share at which the best plan has the item; false where
// there is none, or none was proved in time. The set with may already do at some.
func (b *Built) mostShare(ctx context.Context, sol plan.Solution, k int, at change, with []int, o plan.Options) (share float64, ok bool, err error) {
	better := b.better(sol)
	if p := at(0); with == nil || !p.Feasible(with) || p.Totals(with).Value < better {
		if with, err = b.setAt(ctx, p, k, better, with, o); with == nil {
			return 0, false, err
		}
	}
	share = b.reach(at, with, 0, better)
	for share < 1-shareStep { // each round takes a shareStep off at least
		next := share + shareStep
		found, err := b.setAt(ctx, at(next), k, better, with, o)
		if err != nil {
			return 0, false, err
		}
		if found == nil {
			break
		}
		with = found
		share = b.reach(at, with, next, better)
	}
	return share, true, nil
}

// setAt is some set with the item that is worth enough, sought near another one
// first; nil where there is none. The error is [plan.ErrStopped] when that could
// not be told in time.
func (b *Built) setAt(ctx context.Context, p *plan.Problem, k int, enough float64, near []int, o plan.Options) ([]int, error) {
	o.AtLeast, o.First, o.Start, o.MaxNodes = &enough, true, append([][]int{near}, o.Start...), max(o.MaxNodes, worthNodes)
	with, err := plan.SolveWith(ctx, p, []int{b.last(k)}, nil, o)
	if _, no := asInfeasible(err); no {
		return nil, nil
	}
	if err == nil && ctx.Err() != nil {
		err = plan.ErrStopped
	}
	if err != nil {
		return nil, err
	}
	return with.Chosen, nil
}

// better is what a plan has to be worth to be worth more than another.
func (b *Built) better(than plan.Solution) float64 { return than.Value + b.nothing() }

// reach is the largest share, from one at which a set is worth enough, up to
// which it is worth that and keeps the limits. What it is worth is nearly linear
// in the share, so the line through two shares mostly hits it at once.
func (b *Built) reach(at change, chosen []int, share, enough float64) float64 {
	spare := func(f float64) float64 { // what it is worth more than enough
		p := at(f)
		if !p.Feasible(chosen) {
			return math.Inf(-1)
		}
		return p.Totals(chosen).Value - enough
	}
	lo, hi := share, 1.0
	above, below := spare(lo), spare(hi)
	if below >= 0 {
		return hi
	}
	const near = shareStep / 40
	for hi-lo > near {
		f := (lo + hi) / 2
		if on := lo + (hi-lo)*above/(above-below); on > lo && on < hi {
			f = on
		}
		v := spare(f)
		if v >= 0 {
			lo, above = f, v
			if f+near < hi {
				if v = spare(f + near); v < 0 {
					return lo
				}
				lo, above = f+near, v
			}
			continue
		}
		hi, below = f, v
		if f-near > lo {
			if v = spare(f - near); v >= 0 {
				return f - near
			}
			hi, below = f-near, v
		}
	}
	return lo
}

// atStrength is the problem with a mitigation letting through a share of what it
// does of every threat.
func (b *Built) atStrength(k int, share float64) *plan.Problem {
	q := b.Problem
	q.Terms = b.termsWith(b.portfolio.DecomposeStronger(b.ids[k], share))
	return &q
}

// atCost is the problem with an item costing a share of what it does.
func (b *Built) atCost(k int, share float64) *plan.Problem {
	q := b.Problem
	q.Items, q.Rows = slices.Clone(q.Items), slices.Clone(q.Rows)
	mine := map[int]bool{}
	for s := range b.starts {
		x := &q.Items[b.at(k, s)]
		x.Money, x.Effort, x.Outlay = share*x.Money, share*x.Effort, share*x.Outlay
		mine[b.at(k, s)] = true
	}
	for r := b.rules; r < b.falling; r++ {
		q.Rows[r].Uses = slices.Clone(q.Rows[r].Uses)
		for u := range q.Rows[r].Uses {
			if use := &q.Rows[r].Uses[u]; mine[use.Item] {
				use.Amount *= share
			}
		}
	}
	return &q
}
