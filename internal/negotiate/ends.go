package negotiate

import (
	"context"
	"time"

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

// ends are the plans in which only one sort of item competes; left is how long
// the next search may take.
func ends(ctx context.Context, built *model.Built, left func() time.Duration) (out *PlanEnds, err error) {
	out = &PlanEnds{}
	if out.Features, err = built.OnlyFeatures(ctx, model.Options{Deadline: left(), MaxNodes: endNodes}); err != nil {
		return nil, err
	}
	if out.Security, err = built.OnlySecurity(ctx, model.Options{Deadline: left(), MaxNodes: endNodes}); err != nil {
		return nil, err
	}
	return out, nil
}

// steps are what each item of a plan adds, in the plan's order.
func steps(built *model.Built, p *model.Plan, items []PlanItem) []PlanStep {
	var order []string
	for _, it := range items {
		if it.In {
			order = append(order, it.ID)
		}
	}
	var out []PlanStep
	before := 0.0
	for i, v := range built.Along(p, order) {
		out = append(out, PlanStep{ID: order[i], Adds: v - before, Value: v})
		before = v
	}
	return out
}

// endNodes bounds the search for each end: it is a landmark, not an offer.
const endNodes = 2_000
