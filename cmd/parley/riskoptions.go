package main

import (
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// kindsText says how the average divides into kinds of loss, the largest first
// where there are several.
func kindsText(r *negotiate.RiskResult) string {
	if len(r.LossesByKind) < 2 {
		return ""
	}
	var parts []string
	for _, k := range r.LossesByKind {
		parts = append(parts, catalogue.T("risk.kinds.one", "loss", plain.Money(k.ExpectedAnnualLoss, r.Currency), "kind", catalogue.T("risk.kind."+string(k.Kind))))
	}
	out := catalogue.T("risk.kinds", "kinds", strings.Join(parts, ", "))
	var bad []string
	for _, k := range r.LossesByKind {
		if k.TailShare != nil && *k.TailShare > 0 {
			bad = append(bad, catalogue.T("risk.kinds.one", "loss", plain.Percent(*k.TailShare), "kind", catalogue.T("risk.kind."+string(k.Kind))))
		}
	}
	if len(bad) > 0 {
		out += " " + catalogue.T("risk.kinds.bad", "kinds", strings.Join(bad, ", "))
	}
	return out
}

// optionsText lists what each option is worth alone, what waiting costs, and
// which estimate it turns on most.
func optionsText(r *negotiate.RiskResult, width int) string {
	if len(r.Options) == 0 {
		return ""
	}
	money := func(x float64) string { return plain.Money(x, r.Currency) }
	t := table{head: []string{
		catalogue.T("risk.col.option"), catalogue.T("risk.col.title"), catalogue.T("risk.col.turns"),
		catalogue.T("risk.col.worth"), catalogue.T("risk.col.delay"),
	}, left: 3}
	for _, o := range r.Options {
		turns := catalogue.T("risk.options.none")
		if len(o.Sensitivity) > 0 {
			s := o.Sensitivity[0]
			turns = catalogue.T("risk.options.swing", "what", s.Says, "low", money(min(s.Low, s.High)), "high", money(max(s.Low, s.High)))
		}
		t.add(o.ID, o.Title, turns, money(o.NetBenefit), money(o.DelayPerMonth))
	}
	head := strings.Join(plain.Wrap(catalogue.T("risk.options.head", "time", plain.Duration(r.HorizonYears)), width), "\n")
	return "\n" + head + "\n" + t.text(width) + withinPlanText(r, width)
}

// withinPlanText lists what each option does within the best plan, or says how to
// ask for that.
func withinPlanText(r *negotiate.RiskResult, width int) string {
	if r.NoPlan != nil {
		return strings.Join(plain.Wrap(missingPlanText(r), width), "\n") + "\n"
	}
	if r.Options[0].WithinPlan == nil {
		return strings.Join(plain.Wrap(catalogue.T("risk.in-plan.ask"), width), "\n") + "\n"
	}
	t := changes(catalogue.T("plan.effect.within"), r.HorizonYears, r.Currency)
	for _, o := range r.Options {
		name := o.ID
		if o.WithinPlan.In {
			name = catalogue.T("risk.in-plan.in", "id", o.ID)
		}
		if len(o.WithinPlan.Drops) > 0 {
			name = catalogue.T("risk.in-plan.drops", "id", o.ID, "drops", plain.List(o.WithinPlan.Drops))
		}
		t.add(name, o.WithinPlan.YearsChange)
	}
	return "\n" + t.text(max(width, 100))
}

// missingPlanText says why there is no plan, and what one would cost.
func missingPlanText(r *negotiate.RiskResult) string {
	says := catalogue.T("risk.no-plan", "why", r.NoPlan.Says)
	c := r.NoPlan.Cheapest
	if c == nil {
		return says
	}
	key := "risk.no-plan.cheapest"
	if !c.Proved {
		key = "risk.no-plan.dear"
	}
	return says + " " + catalogue.T(key, "money", plain.Money(c.Cost.Money, r.Currency), "effort", plain.Days(c.Cost.EffortDays), "items", plain.List(c.Chosen))
}
