package model

import (
	"context"
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan"
)

// Assessment is what one choice of items is worth, whoever made it.
type Assessment struct {
	Chosen     []string    `json:"chosen"` // ids in file order
	Value      float64     `json:"value"`
	Outlay     float64     `json:"outlay"`      // discounted cost, effort priced
	GrossValue float64     `json:"gross_value"` // loss avoided + benefits + feature value, discounted
	Cost       Cost        `json:"cost"`
	AnnualLoss BeforeAfter `json:"expected_annual_loss"`
	Floors     []Floor     `json:"obligations"` // without prices
	// WithinLimits says whether it keeps the limits, the rules and the floors.
	WithinLimits bool        `json:"within_limits"`
	Periods      []Scheduled `json:"periods"`
}

// timedNodes bounds the search for the best times of a choice.
const timedNodes = 2000

// timed starts each of some items when that is worth most and fits, or where
// nothing fits, all at once; it says whether it fits.
func (b *Built) timed(taken []int) ([]int, bool) {
	var in, out, all []int
	for k := range b.items {
		if !slices.Contains(taken, k) {
			out = append(out, b.last(k))
			continue
		}
		in = append(in, b.last(k))
		for s := range b.starts {
			all = append(all, b.at(k, s))
		}
	}
	if len(b.starts) > 1 {
		sol, err := plan.SolveWith(context.Background(), &b.Problem, in, out, plan.Options{MaxNodes: timedNodes})
		if err == nil && b.Problem.Feasible(sol.Chosen) {
			return sol.Chosen, true
		}
	}
	return all, b.Problem.Feasible(all)
}

// Assess values a choice of mitigations and features. The error names an id that
// takes no part.
func (b *Built) Assess(ids []string) (Assessment, error) {
	var chosen []int
	for _, id := range ids {
		i, ok := b.index[id]
		if !ok {
			return Assessment{}, parley.Errorf(parley.Invalid, "plan", "%q is not a mitigation or feature with a cost and a strength", id)
		}
		chosen = append(chosen, i)
	}
	slices.Sort(chosen)
	taken := slices.Compact(chosen)
	chosen, fits := b.timed(taken)
	t := b.Problem.Totals(chosen)
	a := Assessment{
		Chosen: b.names(chosen), Value: t.Value, Outlay: t.Outlay, GrossValue: t.Value + t.Outlay,
		Cost: Cost{t.Money, t.Effort}, WithinLimits: fits, Periods: b.schedule(chosen),
	}
	for _, f := range b.floors {
		a.Floors = append(a.Floors, Floor{ID: f.id, Kind: f.kind, Says: f.says, Met: f.met(taken)})
	}
	var err error
	a.AnnualLoss, err = b.annualLoss(chosen)
	return a, err
}

// Frontier is the best plan for every outlay, without the limits on money and
// effort; rules and floors hold.
type Frontier struct {
	Points []FrontierPoint `json:"points"`
	// ViableAt is the outlay at which more spending stops paying.
	ViableAt float64 `json:"economically_viable_at"`
	// Complete says that all Pareto sets are there, not only the hull's corners.
	Complete bool `json:"complete"`
	Proved   bool `json:"proved"`
}

// FrontierPoint is one plan on the frontier; amounts are discounted, but for the
// expected loss of one full year with the plan finished.
type FrontierPoint struct {
	Outlay         float64  `json:"outlay"`
	GrossValue     float64  `json:"gross_value"`
	Value          float64  `json:"value"`
	AnnualLoss     float64  `json:"expected_annual_loss"`
	Chosen         []string `json:"chosen"`
	MarginalReturn float64  `json:"marginal_return"` // 0 for the first point
	OnHull         bool     `json:"on_hull"`
}

// Frontier finds the frontier; see [plan.Problem.Frontier].
func (b *Built) Frontier(ctx context.Context, o Options) (Frontier, error) {
	q := b.Problem
	q.Money, q.Effort = math.Inf(1), math.Inf(1)
	limited, stop := within(ctx, o.Deadline)
	defer stop()
	f, err := q.Frontier(limited, plan.Options{MaxNodes: o.MaxNodes, Progress: o.Progress})
	if err != nil {
		return Frontier{}, b.explain(ctx, limited, o, err)
	}
	out := Frontier{ViableAt: f.ViableAt, Complete: f.Complete, Proved: f.Proved}
	for _, p := range f.Points {
		loss, err := b.annualLoss(p.Chosen)
		if err != nil {
			return Frontier{}, err
		}
		out.Points = append(out.Points, FrontierPoint{
			Outlay: p.Outlay, GrossValue: p.GrossValue, Value: p.Value, AnnualLoss: loss.After,
			Chosen: b.names(p.Chosen), MarginalReturn: p.MarginalReturn, OnHull: p.OnHull,
		})
	}
	return out, nil
}
