package negotiate

import (
	"context"

	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// Objective is what a plan is chosen for.
type Objective string

// The objectives.
const (
	ByValue  Objective = "value"    // the most value
	Cheapest Objective = "cheapest" // the least outlay that keeps all rules, and the appetite where that is asked for
	// Safest is the least expected shortfall within the budget: the mean loss of
	// the worst twentieth of years, once the plan is finished.
	Safest Objective = "shortfall"
)

// tailBeyond is where the worst years begin whose mean is the expected shortfall.
const tailBeyond = 0.95

// shortfall is that of a choice, finished, in years that are the same for every
// choice.
func (l *loaded) shortfall(built *model.Built, years *risk.Years) model.Figure {
	return func(ctx context.Context, chosen []string) (float64, error) {
		sim, err := years.Simulate(ctx, l.with(built.Scenario(chosen)))
		if err != nil {
			return 0, err
		}
		v, _ := sim.Shortfall(tailBeyond)
		return v, nil
	}
}

// ShortfallResult is the mean loss of the worst twentieth of years.
type ShortfallResult struct {
	Before        float64 `json:"before"` // as things are
	After         float64 `json:"after"`  // with the plan finished
	StandardError float64 `json:"standard_error"`
	// Bound is what no plan within the limits is below, in the same years.
	Bound float64 `json:"bound"`
}

// shortfallOf says what the plan with the least shortfall comes to.
func (l *loaded) shortfallOf(ctx context.Context, built *model.Built, p *model.Plan, trials int) (*ShortfallResult, error) {
	years, err := l.totals(ctx, trials)
	if err != nil {
		return nil, err
	}
	sim, err := years.Simulate(ctx, l.with(built.Scenario(p.Chosen)))
	if err != nil {
		return nil, priceError(l.model, err)
	}
	r := &ShortfallResult{Bound: p.Lowest.Bound}
	r.Before, _ = years.Base().Shortfall(tailBeyond)
	r.After, r.StandardError = sim.Shortfall(tailBeyond)
	return r, nil
}
