package negotiate

import (
	"context"
	"slices"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// ItemEffect is what one item does to a year, on its own and within the plan.
type ItemEffect struct {
	// Alone is things as they are beside the same with the item, and what it
	// requires, finished.
	Alone YearsChange `json:"alone"`
	// WithinPlan is the plan without the item beside the plan with it: without what
	// requires it too, and with what it requires in the place of what that excludes,
	// and of what requires that: the same two sets as in [Why.InPlan].
	WithinPlan YearsChange `json:"within_plan"`
	// PaysOff are the chances that it, with what it requires, pays for itself on top
	// of things as they are; absent where that cannot be built.
	PaysOff *PaysOff `json:"pays_off,omitempty"`
}

// PaysOff are the chances that losses avoided and benefits, or a feature's value,
// cover the costs within the horizon.
type PaysOff struct {
	NetBenefit    float64 `json:"net_benefit"`
	Chance        float64 `json:"pays_off_chance"` // by the events that happen
	StandardError float64 `json:"pays_off_chance_standard_error"`
	WorthIt       float64 `json:"worth_it_chance"` // losses expected given the estimates' draws
	WorthItError  float64 `json:"worth_it_chance_standard_error"`
}

// payOffs sets the chances to pay of each item by itself.
func (l *loaded) payOffs(ctx context.Context, items []PlanItem) error {
	var of []*ItemEffect
	var choices []risk.Choice
	for i := range items {
		if c, ok := l.choiceOf([]string{items[i].ID}); ok {
			c.Base = l.today()
			of, choices = append(of, items[i].Effect), append(choices, c)
		}
	}
	found, err := l.portfolio.AppraiseAll(ctx, choices, risk.SimOptions{})
	if err != nil {
		return priceError(l.model, err)
	}
	for i, a := range found {
		of[i].PaysOff = &PaysOff{
			NetBenefit: a.NetBenefit, Chance: a.PaysOffChance, StandardError: a.PaysOffError, WorthIt: a.WorthItChance, WorthItError: a.WorthItError,
		}
	}
	return nil
}

// YearsChange is one full year before and after.
type YearsChange struct {
	Before YearFigures `json:"before"`
	After  YearFigures `json:"after"`
}

// YearFigures are those of one full year of all threats together, in currency; the
// chance is that of any event within the horizon.
type YearFigures struct {
	ExpectedAnnualLoss  float64  `json:"expected_annual_loss"`
	ChanceWithinHorizon float64  `json:"chance_within_horizon"`
	LossOneInTwenty     float64  `json:"loss_1_in_20"`                          // simulated
	OneInTwentyErr      *float64 `json:"loss_1_in_20_standard_error,omitempty"` // absent after one year
}

// effects says of each item of a plan what it does, in the same simulated years.
func (l *loaded) effects(ctx context.Context, built *model.Built, chosen []string, trials int, items []PlanItem) error {
	today, err := l.yearsOf(ctx, built, nil, risk.SimOptions{Trials: trials})
	if err != nil {
		return err
	}
	planned, err := today.joined(ctx, chosen)
	if err != nil {
		return err
	}
	for i := range items {
		id := items[i].ID
		var e ItemEffect
		e.Alone.Before = today.base
		if e.Alone.After, err = today.figures(ctx, l.joined(nil, id)); err != nil {
			return err
		}
		if e.WithinPlan, err = planned.change(ctx, chosen, id); err != nil {
			return err
		}
		items[i].Effect = &e
	}
	return l.payOffs(ctx, items)
}

// joined is a set with one more item and what it requires, in the place of what
// these exclude and of what requires that.
func (l *loaded) joined(set []string, id string) []string {
	in := brief.Closure(l.model, nil, id)
	stays := set
	for _, other := range set {
		if slices.ContainsFunc(in, func(id string) bool { return l.exclude(id, other) }) {
			stays = l.left(stays, other)
		}
	}
	for _, other := range stays {
		if !slices.Contains(in, other) {
			in = append(in, other)
		}
	}
	return in
}

// exclude reports whether one of two items excludes the other.
func (l *loaded) exclude(a, b string) bool {
	x, y := l.model.Work(a), l.model.Work(b)
	return x != nil && slices.Contains(x.Excludes, b) || y != nil && slices.Contains(y.Excludes, a)
}

// left is a set without one item and what requires it.
func (l *loaded) left(set []string, id string) []string {
	gone := []string{id}
	for i := 0; i < len(gone); i++ {
		for _, other := range set {
			if w := l.model.Work(other); w != nil && slices.Contains(w.Requires, gone[i]) && !slices.Contains(gone, other) {
				gone = append(gone, other)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(set), func(x string) bool { return slices.Contains(gone, x) })
}

// setYears are simulated years with a set finished, from which those of others
// are told.
type setYears struct {
	l     *loaded
	built *model.Built
	years *risk.Years
	base  YearFigures
}

func (l *loaded) yearsOf(ctx context.Context, built *model.Built, set []string, o risk.SimOptions) (*setYears, error) {
	y := &setYears{l: l, built: built}
	sc := l.with(built.Scenario(set))
	var err error
	o.TotalsOnly = true
	if y.years, err = l.portfolio.Years(ctx, sc, o); err != nil {
		return nil, priceError(l.model, err)
	}
	y.base, err = l.yearFigures(sc, y.years.Base())
	return y, err
}

// joined are the same years with another set finished.
func (y *setYears) joined(ctx context.Context, set []string) (*setYears, error) {
	base, err := y.figures(ctx, set)
	return &setYears{y.l, y.built, y.years, base}, err
}

// change is what an item does to the set: without it and with it where the set has
// it, else as it is and with it.
func (y *setYears) change(ctx context.Context, set []string, id string) (YearsChange, error) {
	if slices.Contains(set, id) {
		before, err := y.figures(ctx, y.l.left(set, id))
		return YearsChange{Before: before, After: y.base}, err
	}
	after, err := y.figures(ctx, y.l.joined(set, id))
	return YearsChange{Before: y.base, After: after}, err
}

// figures are those with another set finished.
func (y *setYears) figures(ctx context.Context, set []string) (YearFigures, error) {
	return y.of(ctx, y.l.with(y.built.Scenario(set)))
}

// of are those of another scenario.
func (y *setYears) of(ctx context.Context, sc risk.Scenario) (YearFigures, error) {
	sim, err := y.years.Simulate(ctx, sc)
	if err != nil {
		return YearFigures{}, priceError(y.l.model, err)
	}
	return y.l.yearFigures(sc, sim)
}

func (l *loaded) yearFigures(sc risk.Scenario, sim *risk.Simulation) (YearFigures, error) {
	e, err := l.portfolio.Expect(sc)
	if err != nil {
		return YearFigures{}, priceError(l.model, err)
	}
	f := YearFigures{ExpectedAnnualLoss: e.Annual, ChanceWithinHorizon: e.Chance, LossOneInTwenty: sim.Quantile(0.95)}
	if sim.ErrorsKnown() {
		standardError := sim.QuantileError(0.95)
		f.OneInTwentyErr = &standardError
	}
	return f, nil
}
