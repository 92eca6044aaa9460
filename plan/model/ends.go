package model

import (
	"context"
	"slices"

	"github.com/parleysec/parley/plan"
)

// End is a plan at one end of what can be done: only features, or only security.
type End struct {
	Chosen     []string
	Value      float64 // discounted, over the horizon, what the losses take or leave counted in
	Outlay     float64
	Cost       Cost
	AnnualLoss float64 // of one full year with it finished
	Floors     []Floor // without prices
	Proved     bool    // that no other of its sort is worth more
}

// OnlyFeatures is what would be chosen if there were no security work: the
// features that bring most within the limits, whatever they let in. No threat's
// floor is kept, and no feature waits for a mitigation. It is nil where there are
// no features, or the search found nothing in time.
func (b *Built) OnlyFeatures(ctx context.Context, o Options) (*End, error) {
	if !slices.ContainsFunc(b.items, func(it item) bool { return it.feature }) {
		return nil, nil
	}
	return b.end(ctx, b.withoutSecurity(), o)
}

// OnlySecurity is the best plan without any feature, not even one that must be
// built. It is nil where there are no mitigations, nothing keeps the floors, or
// the search found nothing in time.
func (b *Built) OnlySecurity(ctx context.Context, o Options) (*End, error) {
	if !slices.ContainsFunc(b.items, func(it item) bool { return !it.feature }) {
		return nil, nil
	}
	q := b.without()
	for k, it := range b.items {
		for s := range b.starts {
			if x := &q.Items[b.at(k, s)]; it.feature {
				x.Must, x.MustNot = false, true
			}
		}
	}
	return b.end(ctx, q, o)
}

// end solves one end, and values it by the whole problem.
func (b *Built) end(ctx context.Context, q *plan.Problem, o Options) (*End, error) {
	ctx, stop := within(ctx, o.Deadline)
	defer stop()
	sol, err := plan.Solve(ctx, q, plan.Options{MaxNodes: o.MaxNodes})
	if err != nil {
		return nil, ignoreStopped(ignoreInfeasible(err))
	}
	t := b.Problem.Totals(sol.Chosen)
	out := &End{Chosen: b.names(sol.Chosen), Value: t.Value, Outlay: t.Outlay, Cost: Cost{t.Money, t.Effort}, Floors: []Floor{}, Proved: sol.Proved}
	for _, f := range b.floors {
		out.Floors = append(out.Floors, Floor{ID: f.id, Kind: f.kind, Says: f.says, Met: f.met(b.taken(sol.Chosen))})
	}
	loss, err := b.annualLoss(sol.Chosen)
	out.AnnualLoss = loss.After
	return out, err
}

// Along is what a plan is worth while its items are taken one by one in an
// order, each started when the plan starts it: the value after each of them. The
// last is the plan's value where order names all of it. An id that is not in the
// plan adds nothing.
func (b *Built) Along(p *Plan, order []string) []float64 {
	start := map[string]int{}
	for s, x := range p.Periods {
		for _, id := range x.Items {
			start[id] = s
		}
	}
	var taken []int
	out := make([]float64, 0, len(order))
	for _, id := range order {
		if from, ok := start[id]; ok {
			for s := from; s < len(b.starts); s++ {
				taken = append(taken, b.at(b.index[id], s))
			}
			delete(start, id)
			slices.Sort(taken)
		}
		out = append(out, b.Problem.Totals(taken).Value)
	}
	return out
}
