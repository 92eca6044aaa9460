package negotiate

import (
	"cmp"
	"context"

	"github.com/parleysec/parley/plan/model"
)

// PlanEnds are the plans beside the best one in which only one sort of item
// competes, within the same budget. One that does not exist, or was not found in
// time, is nil.
type PlanEnds struct {
	Features *model.End // no security work at all: floors are not kept
	Security *model.End // no feature at all
}

// PlanStep is what one item of a plan adds when the items are taken one by one,
// in the plan's order and each when the plan starts it. The steps add up to the
// plan's value; in another order they would share it otherwise.
type PlanStep struct {
	ID    string
	Adds  float64
	Value float64 // of the plan up to here
}

// table adds what stands beside a plan on the table where that is asked for.
func (l *loaded) table(ctx context.Context, req PlanRequest, built *model.Built, p *model.Plan, r *PlanResult) error {
	if !req.Table {
		return nil
	}
	o := model.Options{Deadline: cmp.Or(req.Budget.Deadline, planDeadline), MaxNodes: endNodes}
	ends := &PlanEnds{}
	var err error
	if ends.Features, err = built.OnlyFeatures(ctx, o); err != nil {
		return planError(l.model, err)
	}
	if ends.Security, err = built.OnlySecurity(ctx, o); err != nil {
		return planError(l.model, err)
	}
	r.Ends = ends
	var order []string
	for _, it := range r.Items {
		if it.In {
			order = append(order, it.ID)
		}
	}
	before := 0.0
	for i, v := range built.Along(p, order) {
		r.Steps = append(r.Steps, PlanStep{ID: order[i], Adds: v - before, Value: v})
		before = v
	}
	return nil
}

// endNodes bounds the search for each end: it is a landmark, not an offer.
const endNodes = 2_000
