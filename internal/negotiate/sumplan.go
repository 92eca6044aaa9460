package negotiate

import (
	"context"
	"slices"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// plan takes a plan apart: the best within the budget, or the one asked for.
func (x *sums) plan(ctx context.Context, req SumRequest) error {
	built, _, err := x.l.build(req.Budget)
	if err != nil {
		return err
	}
	if len(req.With) > 0 {
		a, err := built.Assess(req.With)
		if err != nil {
			return err
		}
		return x.ofPlan(built, a.Periods, planFigures{a.Value, a.Outlay, a.Cost, a.AnnualLoss})
	}
	p, err := x.s.solve(ctx, x.l, built, PlanRequest{Budget: req.Budget, Quick: true})
	if err != nil {
		return planError(x.l.model, err)
	}
	return x.ofPlan(built, p.Periods, planFigures{p.Value, p.Outlay, p.Cost, p.AnnualLoss})
}

// planFigures are those that are taken apart.
type planFigures struct {
	value, outlay float64
	cost          model.Cost
	annual        model.BeforeAfter
}

func (x *sums) ofPlan(built *model.Built, periods []model.Scheduled, f planFigures) error {
	a, err := built.Account(periods)
	if err != nil {
		return planError(x.l.model, err)
	}
	money, time := x.r.Currency, plain.Duration(x.l.portfolio.Horizon())
	x.add("value", "plan_value", money, docsValue, f.value, x.worth(a), "time", time)
	item := func(of func(model.ItemShare) float64) []Term {
		return x.shares(len(a.Items), func(i int) (string, float64) { return a.Items[i].ID, of(a.Items[i]) })
	}
	x.add("outlay", "plan_outlay", money, docsTime, f.outlay, item(func(i model.ItemShare) float64 { return i.Outlay }), "time", time)
	x.add("effort", "plan_effort", unitDays, docsTime, f.cost.EffortDays, item(func(i model.ItemShare) float64 { return i.EffortDays }))
	x.add("money", "plan_money", money, docsTime, f.cost.Money, item(func(i model.ItemShare) float64 { return i.Money }), "time", time)
	threat := func(of func(model.ThreatShare) float64) []Term {
		return x.shares(len(a.Threats), func(i int) (string, float64) { return a.Threats[i].ID, of(a.Threats[i]) })
	}
	x.add(FigureAnnual+"_before", "plan_before", money, docsExact, f.annual.Before, threat(func(t model.ThreatShare) float64 { return t.Annual.Before }))
	x.add(FigureAnnual+"_after", "plan_after", money, docsExact, f.annual.After, threat(func(t model.ThreatShare) float64 { return t.Annual.After }))
	x.periods(built, periods)
	return nil
}

// worth are the terms of a plan's value: what it avoids of each threat, what each
// item brings, and what each costs.
func (x *sums) worth(a model.Account) []Term {
	var gains, brings, costs []Term
	for _, t := range a.Threats {
		if t.Avoided != 0 {
			gains = append(gains, Term{ID: t.ID, Says: x.lineSays(risk.Line{Kind: risk.LineAvoided, Item: t.ID, Amount: t.Avoided}, lineNet), Value: t.Avoided})
		}
	}
	for _, i := range a.Items {
		if i.Gross != 0 {
			brings = append(brings, Term{ID: i.ID, Says: catalogue.T("sum.plan.brings", "title", titleOf(x.l.model, i.ID)), Value: i.Gross})
		}
		if i.Outlay != 0 {
			costs = append(costs, Term{ID: i.ID, Says: catalogue.T("sum.plan.costs", "title", titleOf(x.l.model, i.ID)), Value: -i.Outlay})
		}
	}
	return slices.Concat(largest(gains), largest(brings), largest(costs))
}

// periods takes apart what falls into each period, where there are several.
func (x *sums) periods(built *model.Built, list []model.Scheduled) {
	if len(list) < 2 {
		return
	}
	for n, p := range list {
		falls := built.Falls(list, n)
		days := x.shares(len(falls), func(i int) (string, float64) { return falls[i].ID, falls[i].Cost.EffortDays })
		money := x.shares(len(falls), func(i int) (string, float64) { return falls[i].ID, falls[i].Cost.Money })
		if len(days) > 0 {
			x.add("effort."+p.Period, "period_effort", unitDays, docsPeriods, p.Cost.EffortDays, days, "period", p.Period)
		}
		if len(money) > 0 {
			x.add("money."+p.Period, "period_money", x.r.Currency, docsPeriods, p.Cost.Money, money, "period", p.Period)
		}
	}
}
