package model

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/parleysec/parley/plan"
)

// WorthIf is the most an item left out may cost for the best plan to have it:
// the same share of all its money and effort.
type WorthIf struct {
	CostShare float64 `json:"cost_share"` // 0..1 of what it costs
	Cost      Cost    `json:"cost"`       // that much of it
}

// How closely the share is sought, and how many subproblems each search for a
// better plan may take.
const (
	shareStep  = 0.005
	worthNodes = 400
)

// worthTime is the part of the time left, one in so many, that may be spent on
// what would bring items in, and worthMost how much at most: nobody waits longer
// for what is left out than for the plan.
const (
	worthTime = 2
	worthMost = time.Second
)

// worthIf fills in what each item left out would have to cost, as far as time
// goes. At a share f of its cost the best plan with the item is worth V(f),
// which falls as f rises; sought is the f at which V(f) is the plan's value.
// With the set found at one share, the limits and the value say up to which
// share that very set would do, so few searches are needed: the last one proves
// that no set does at shareStep more.
func (b *Built) worthIf(ctx context.Context, sol plan.Solution, why []Why, o plan.Options) error {
	if end, ok := ctx.Deadline(); ok {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, min(worthMost, time.Until(end)/worthTime))
		defer stop()
	}
	nearest := make([]int, len(why)) // what misses least comes first, in case time runs out
	for k := range why {
		nearest[k] = k
	}
	slices.SortStableFunc(nearest, func(a, c int) int { return cmp.Compare(why[c].MarginalValue, why[a].MarginalValue) })
	for _, k := range nearest {
		w := &why[k]
		if !w.couldPay() {
			continue
		}
		share, ok, err := b.costShare(ctx, sol, k, o)
		w.WorthIfOpen = errors.Is(err, plan.ErrStopped)
		if err = ignoreStopped(err); err != nil {
			return err
		}
		if ok {
			c := b.costOf(k)
			w.WorthIf = &WorthIf{CostShare: share, Cost: Cost{share * c.Money, share * c.EffortDays}}
		}
	}
	return nil
}

// costOf is what an item takes that starts at once.
func (b *Built) costOf(k int) (c Cost) {
	for s := range b.starts {
		c.Money += b.Problem.Items[b.at(k, s)].Money
		c.EffortDays += b.Problem.Items[b.at(k, s)].Effort
	}
	return c
}

// costShare is the largest share of its cost at which the best plan has the
// item; false where there is none, or none was proved in time.
func (b *Built) costShare(ctx context.Context, sol plan.Solution, k int, o plan.Options) (share float64, ok bool, err error) {
	lo, ok, err := b.doesAt(ctx, sol, k, 0, o)
	if !ok || err != nil {
		return 0, false, err
	}
	for hi := 1.0; hi-lo > 2*shareStep; { // each round takes a shareStep off at least
		// A little more first: mostly the set found is the one that does longest.
		for _, at := range []float64{lo + shareStep, (lo + hi) / 2} {
			if at <= lo && lo > 0 { // known by now
				continue
			}
			found, ok, err := b.doesAt(ctx, sol, k, at, o)
			if err != nil {
				return 0, false, err
			}
			if !ok {
				hi = at
				break
			}
			lo = max(lo, at, found)
		}
	}
	return lo, true, nil
}

// doesAt says whether some plan with the item is worth more than the plan when
// the item costs a share of what it does, and up to which share that one is.
// The error is [plan.ErrStopped] when that could not be told in time.
func (b *Built) doesAt(ctx context.Context, sol plan.Solution, k int, share float64, o plan.Options) (upTo float64, ok bool, err error) {
	better := sol.Value + b.nothing()
	o.AtLeast, o.MaxNodes = &better, max(o.MaxNodes, worthNodes)
	p := b.atCost(k, share)
	with, err := plan.SolveWith(ctx, p, []int{b.last(k)}, nil, o)
	if _, no := asInfeasible(err); no {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	if ctx.Err() != nil {
		return 0, false, plan.ErrStopped
	}
	// The same set at full cost is worth so much less, and takes so much more.
	now, then := with.Value, b.Problem.Totals(with.Chosen).Value
	upTo = 1
	if per := (now - then) / (1 - share); per > 0 {
		upTo = min(upTo, share+(now-better)/per)
	}
	if upTo > share && !b.atCost(k, upTo).Feasible(with.Chosen) {
		upTo = b.fits(k, share, upTo, with.Chosen)
	}
	return max(share, upTo), true, nil
}

// fits is the largest share between two at which a set keeps the limits.
func (b *Built) fits(k int, lo, hi float64, chosen []int) float64 {
	for range 20 {
		if mid := (lo + hi) / 2; b.atCost(k, mid).Feasible(chosen) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
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
