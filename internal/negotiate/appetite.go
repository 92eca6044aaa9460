package negotiate

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// solve finds the plan that a request asks for.
func (s *Service) solve(ctx context.Context, l *loaded, built *model.Built, req PlanRequest) (*model.Plan, error) {
	o := model.Options{Deadline: cmp.Or(req.Budget.Deadline, planDeadline), Progress: s.planProgress(ctx, l), Quick: req.Quick, Whole: req.Budget.Deadline > 0}
	var exact, rough *risk.Years // in which choices are judged, once the plan is finished
	if req.Budget.MeetAppetite || req.Budget.Objective == Safest {
		var err error
		if exact, err = l.totals(ctx, req.Trials); err != nil {
			return nil, err
		}
		if rough, err = l.totals(ctx, roughTrials); err != nil {
			return nil, err
		}
	}
	switch req.Budget.Objective {
	case "", ByValue:
	case Cheapest:
		o.Least = true
	case Safest:
		o.Lowest, o.LowestRoughly = l.shortfall(built, exact), l.shortfall(built, rough)
		o.LowestSplit = built.SplitShortfall(exact, tailBeyond, l.with)
	default:
		return nil, parley.Errorf(parley.Invalid, "plan "+l.model.Product.Title(), "%q is no objective", req.Budget.Objective).
			WithHint(catalogue.T("plan.hint.objective"))
	}
	if req.Budget.MeetAppetite {
		if len(l.model.Policy.Appetite) == 0 {
			return nil, parley.Errorf(parley.Invalid, "plan "+l.model.Product.Title(), "there is no appetite to meet").
				WithHint(catalogue.T("plan.hint.appetite"))
		}
		o.Meets, o.Roughly = l.keepsAppetite(built, exact), l.keepsAppetite(built, rough)
	}
	if exact != nil {
		o.Monotone = monotone(exact)
	}
	begun := time.Now()
	p, err := built.Solve(ctx, o)
	s.planned(ctx)
	switch {
	case errors.Is(err, model.ErrNotMet):
		return nil, s.notMet(ctx, l, req.Budget, begun, exact, rough)
	case o.Meets != nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, plan.ErrStopped)):
		return nil, parley.Errorf(parley.Unavailable, "plan "+l.model.Product.Title(), "%s", catalogue.T("plan.appetite.time")).
			WithHint(catalogue.T("plan.hint.time"))
	case err != nil:
		return nil, planError(l.model, err)
	}
	return p, nil
}

// roughTrials are enough years to see about where a choice stands.
const roughTrials = 10_000

// totals are simulated years as things are, from which those of choices are told;
// they are simulated once.
func (l *loaded) totals(ctx context.Context, trials int) (*risk.Years, error) {
	if y := l.judges[trials]; y != nil {
		return y, nil
	}
	y, err := l.portfolio.Years(ctx, l.today(), risk.SimOptions{Trials: trials, TotalsOnly: true})
	if err != nil {
		return nil, priceError(l.model, err)
	}
	if l.judges == nil {
		l.judges = map[int]*risk.Years{}
	}
	l.judges[trials] = y
	return y, nil
}

// monotone says whether no further mitigation loses more in any of some years, so
// that sets may be passed over that are no safer than one that fails.
func monotone(years *risk.Years) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		threat, err := years.Monotone(ctx)
		return threat == "", err
	}
}

// keepsAppetite judges a choice, finished, by years that are the same for every
// choice: those that the result shows.
func (l *loaded) keepsAppetite(built *model.Built, years *risk.Years) model.Meets {
	return func(ctx context.Context, chosen []string) (bool, error) {
		sim, err := years.Simulate(ctx, l.with(built.Scenario(chosen)))
		if err != nil {
			return false, err
		}
		breached := func(r LimitResult) bool { return r.Breached }
		return !slices.ContainsFunc(appetite(l.model, simulated{sim}), breached), nil
	}
}

// notMet says what the cheapest plan that keeps the appetite takes, whatever
// the budget, within what is left of the time for an answer begun then.
func (s *Service) notMet(ctx context.Context, l *loaded, b Budget, begun time.Time, exact, rough *risk.Years) error {
	op := "plan " + l.model.Product.Title()
	free, err := l.unlimited(b)
	if err != nil {
		return err
	}
	known, err := monotone(exact)(ctx)
	if err != nil {
		return priceError(l.model, err)
	}
	p, err := free.Solve(ctx, model.Options{
		Least: true, OnlyPlan: true, Deadline: b.left(begun),
		Meets: l.keepsAppetite(free, exact), Roughly: l.keepsAppetite(free, rough),
		Monotone: func(context.Context) (bool, error) { return known, nil },
	})
	none := catalogue.T("plan.appetite.none")
	if !known {
		none = catalogue.T("plan.appetite.none.found")
	}
	switch {
	case errors.Is(err, model.ErrNotMet) && known:
		return parley.Errorf(parley.No, op, "%s", catalogue.T("plan.appetite.never"))
	case errors.Is(err, model.ErrNotMet):
		return parley.Errorf(parley.No, op, "%s", catalogue.T("plan.appetite.never.found"))
	case err != nil:
		return parley.Errorf(parley.No, op, "%s", catalogue.T("plan.appetite.unknown", "none", none))
	}
	key := "plan.appetite.cheapest"
	if !p.Proved {
		key = "plan.appetite.dear"
	}
	return parley.Errorf(parley.No, op, "%s", catalogue.T(key, "none", none, "money", plain.Money(p.Cost.Money, l.model.Product.Currency),
		"effort", plain.Days(p.Cost.EffortDays))).WithHint(catalogue.T("plan.appetite.items", "items", plain.List(p.Chosen)))
}
