package negotiate

import (
	"context"
	"errors"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// WithinPlan is what an option does to a year within the best plan.
type WithinPlan struct {
	// In says that the plan has it: before is the plan without it and without what
	// requires it, after the plan. Else before is the plan, and after the plan with it
	// and what it requires, in the place of what that excludes.
	In bool `json:"in_plan"`
	// Drops are the items of the plan that make room for it, as it excludes them or
	// what they require.
	Drops []string `json:"drops,omitempty"`
	YearsChange
}

// NoPlan is why options are not shown within a plan: there is none.
type NoPlan struct {
	Says string `json:"says"`
	// Cheapest is the plan that keeps all duties and rules for the least outlay, had
	// it all the money and time it takes; nil where there is none either, or it was not found in time.
	Cheapest *CheapestPlan `json:"cheapest"`
}

// CheapestPlan is a plan of little outlay.
type CheapestPlan struct {
	Chosen []string   `json:"chosen"`
	Cost   model.Cost `json:"cost"`
	Proved bool       `json:"proved"` // that none is cheaper
}

// withinPlan sets what each option does within the best plan under the limits of
// the policy, in the same simulated years; where there is no plan it says why.
func (s *Service) withinPlan(ctx context.Context, l *loaded, req RiskRequest, options []OptionRisk) (*NoPlan, error) {
	built, _, err := l.build(Budget{})
	if err != nil {
		return nil, err
	}
	p, err := s.solve(ctx, l, built, PlanRequest{Quick: true})
	switch {
	case parley.KindOfError(err) == parley.No:
		return l.noPlan(ctx, reason(err))
	case errors.Is(err, plan.ErrStopped) || errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return l.noPlan(ctx, catalogue.T("risk.no-plan.time"))
	case err != nil:
		return nil, err
	}
	return nil, l.optionsWithin(ctx, req, built, p, options)
}

// noPlan says why there is no plan, and what one takes that need not fit.
func (l *loaded) noPlan(ctx context.Context, says string) (*NoPlan, error) {
	out := &NoPlan{Says: says}
	free, err := l.unlimited(Budget{})
	if err != nil {
		return nil, err
	}
	p, err := free.Solve(ctx, model.Options{Least: true, OnlyPlan: true, Deadline: planDeadline})
	switch {
	case ctx.Err() != nil:
		return nil, planError(l.model, ctx.Err())
	case err == nil:
		out.Cheapest = &CheapestPlan{Chosen: some(p.Chosen), Cost: p.Cost, Proved: p.Proved}
	}
	return out, nil
}

// optionsWithin sets what each option does within a plan.
func (l *loaded) optionsWithin(ctx context.Context, req RiskRequest, built *model.Built, p *model.Plan, options []OptionRisk) error {
	planned, err := l.yearsOf(ctx, built, p.Chosen, risk.SimOptions{Trials: req.Trials, Seed: req.Seed})
	if err != nil {
		return err
	}
	for i := range options {
		o := &options[i]
		w := &WithinPlan{In: slices.Contains(p.Chosen, o.ID)}
		if o.Kind == "mitigation" {
			w.YearsChange, err = planned.change(ctx, p.Chosen, o.ID)
			if with := l.joined(p.Chosen, o.ID); !w.In {
				w.Drops = slices.DeleteFunc(slices.Clone(p.Chosen), func(id string) bool { return slices.Contains(with, id) })
			}
		} else {
			w.Before = planned.base
			w.After, err = planned.of(ctx, l.treated(l.with(built.Scenario(p.Chosen)), o))
		}
		if err != nil {
			return err
		}
		o.WithinPlan = w
	}
	return nil
}

// treated is a scenario with a transfer in force, or without the threat that is
// avoided.
func (l *loaded) treated(sc risk.Scenario, o *OptionRisk) risk.Scenario {
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		if !slices.ContainsFunc(t.Treatments, func(x parley.Treatment) bool { return x.ID == o.ID }) {
			continue
		}
		if o.Kind == string(parley.Avoid) {
			sc.Avoided = append(sc.Avoided, t.ID)
		} else if !slices.Contains(sc.Transfers, o.ID) {
			sc.Transfers = append(sc.Transfers, o.ID)
		}
	}
	return sc
}
