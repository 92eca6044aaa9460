package web

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/quantity"
)

// fieldsBuilder makes the numbers of the budget with their sliders. Those of
// money and effort reach to twice what the capacity offers, and where it sets no
// limit to what everything together would take; that of periods, where there are
// several, to all of them.
type fieldsBuilder struct {
	base, now *negotiate.PlanResult // what the capacity allows, and what was asked for; nil for no plan
	costs     costWords
	horizon   float64 // years
	periods   int     // of the capacity
}

func (b fieldsBuilder) fields(q budget) []BudgetField {
	out := b.amounts(q)
	if b.periods > 1 {
		out = append(out, b.spread(q))
	}
	return out
}

// spread is the field that says over how many periods the budget is spread.
func (b fieldsBuilder) spread(q budget) BudgetField {
	all := strconv.Itoa(b.periods)
	f := BudgetField{
		Name: "periods", Label: catalogue.T("web.plan.periods", "all", all), SlideLabel: catalogue.T("web.plan.slide_periods"),
		Value: cmp.Or(q.periods, all), Min: 1, Max: b.periods, Step: 1, At: b.periods,
	}
	if n, err := strconv.Atoi(q.periods); err == nil {
		f.At = min(max(n, f.Min), f.Max)
	}
	return f
}

// amounts are the fields of money and effort.
func (b fieldsBuilder) amounts(q budget) []BudgetField {
	money := BudgetField{
		Name: "money", Label: catalogue.T("web.plan.money", "time", plain.Next(b.horizon)), SlideLabel: catalogue.T("web.plan.slide_money"),
		Value: q.money, Prefix: plain.Symbol(b.costs.env.Currency),
	}
	effort := BudgetField{Name: "effort", Label: catalogue.T("web.plan.effort"), SlideLabel: catalogue.T("web.plan.slide_effort"), Value: q.effort, Suffix: "d"}
	if b.base == nil {
		return []BudgetField{money, effort}
	}
	var nowMoney, nowEffort *float64
	if b.now != nil {
		nowMoney, nowEffort = b.now.Budget.Money, b.now.Budget.EffortDays
	}
	allMoney, allEffort := b.everything()
	unit := 1.0
	reach := reachOf(b.base.Budget.Money, allMoney, nowMoney)
	if reach >= 20_000 {
		unit, money.Suffix = 1000, "k"
	}
	money.slide(reach, unit, nowMoney, func(x float64) string { return plain.Amount(x, b.costs.env.Currency) })
	effort.slide(reachOf(b.base.Budget.EffortDays, allEffort, nowEffort), 1, nowEffort, func(x float64) string {
		return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) + "d"
	})
	return []BudgetField{money, effort}
}

// everything is what all things of the plan and beside it would take, the
// yearly ones for as long as the plan looks ahead.
func (b fieldsBuilder) everything() (money, effort float64) {
	for _, it := range b.base.Items {
		money += b.costs.mean(it.Once, quantity.Money) + b.horizon*b.costs.mean(it.Yearly, quantity.Yearly)
		effort += b.costs.mean(it.Effort, quantity.Effort)
	}
	return money, effort
}

// reachOf is how far a slider goes.
func reachOf(limit *float64, all float64, now *float64) float64 {
	reach := all
	if limit != nil && *limit > 0 {
		reach = 2 * *limit
	}
	if now != nil {
		reach = math.Max(reach, *now)
	}
	return reach
}

// slide gives a field its slider and, where nothing was typed, its value; with
// nothing to slide along there is none.
func (f *BudgetField) slide(reach, unit float64, now *float64, typed func(float64) string) {
	f.Step = max(1, int(niceStep(reach/unit/60)))
	f.Max = int(math.Ceil(reach/unit/float64(f.Step))) * f.Step
	f.At = f.Max
	if now == nil {
		f.Placeholder = catalogue.T("web.plan.no_limit")
		return
	}
	f.At = int(math.Round(*now / unit))
	if f.Value == "" {
		f.Value = typed(*now)
	}
}

// niceStep is 1, 2 or 5 times a power of ten, not below x.
func niceStep(x float64) float64 {
	if !(x > 1) {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(x)))
	for _, f := range []float64{1, 2, 5} {
		if f*p >= x {
			return f * p
		}
	}
	return 10 * p
}

// wrong reports whether something typed could not be read.
func (v *PlanView) wrong() bool {
	return slices.ContainsFunc(v.Fields, func(f BudgetField) bool { return f.Problem != "" })
}
