package negotiate

import (
	"context"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/risk"
)

// WithinPlan is what an option does to a year within the best plan.
type WithinPlan struct {
	// In says that the plan has it: before is the plan without it and without what
	// requires it, after the plan. Else before is the plan, and after the plan with it
	// and what it requires, in the place of what that excludes.
	In bool `json:"in_plan"`
	YearsChange
}

// withinPlan sets what each option does within the best plan under the limits of
// the policy, in the same simulated years.
func (s *Service) withinPlan(ctx context.Context, l *loaded, req RiskRequest, options []OptionRisk) error {
	built, _, err := l.build(Budget{})
	if err != nil {
		return err
	}
	p, err := s.solve(ctx, l, built, PlanRequest{Quick: true})
	if err != nil {
		return err
	}
	planned, err := l.yearsOf(ctx, built, p.Chosen, risk.SimOptions{Trials: req.Trials, Seed: req.Seed})
	if err != nil {
		return err
	}
	for i := range options {
		o := &options[i]
		w := &WithinPlan{In: slices.Contains(p.Chosen, o.ID)}
		if o.Kind == "mitigation" {
			w.YearsChange, err = planned.change(ctx, p.Chosen, o.ID)
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
