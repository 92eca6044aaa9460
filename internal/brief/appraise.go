package brief

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/parleysec/parley/risk"
)

// appraisals are what choices cost, leave and are worth, by key.
type appraisals map[string]risk.Appraisal

// key names what a choice does: equal keys are appraised once, since one
// mitigation often stands against several threats.
func (c *choice) key(base []string) string {
	treat := ""
	if c.treat != nil {
		treat = c.treat.ID
	}
	set := slices.Sorted(slices.Values(c.set))
	return fmt.Sprint(strings.Join(base, ","), "|", strings.Join(set, ","), "|", treat)
}

// does reports whether a choice does anything that can be appraised.
func (c *choice) does() bool { return len(c.set) > 0 || c.treat != nil }

// late reports whether a choice is another one begun later.
func (c *choice) late() bool { return c.start > 0 }

// appraise measures every choice of every threat, each on its own against
// doing nothing, over the same futures.
func (b *builder) appraise(ctx context.Context, all []sheet) (appraisals, error) {
	var keys []string
	var choices []risk.Choice
	for i := range all {
		base := all[i].threat.OnlyWith
		for j := range all[i].choices {
			c := &all[i].choices[j]
			if key := c.key(base); c.does() && !c.late() && !slices.Contains(keys, key) {
				keys = append(keys, key)
				choices = append(choices, b.riskChoice(base, c))
			}
		}
	}
	out := make([]risk.Appraisal, len(choices))
	// A worker appraises a share of the choices: what is exact about a choice
	// takes as long as what is drawn.
	err := chunks(ctx, b.opt.Workers, len(choices), func(from, to int) error {
		got, err := b.p.AppraiseAll(ctx, choices[from:to], risk.SimOptions{Trials: b.opt.Futures, Seed: b.opt.Seed, Workers: 1})
		copy(out[from:to], got)
		return err
	})
	if err != nil {
		return nil, err
	}
	named := appraisals{}
	for i, k := range keys {
		named[k] = out[i]
	}
	return named, nil
}

// riskChoice states a choice for pricing. A stated deferral changes nothing.
func (b *builder) riskChoice(base []string, c *choice) risk.Choice {
	out := risk.Choice{Base: risk.Scenario{Features: base}, Start: c.start}
	for _, id := range c.set {
		if b.m.Feature(id) != nil {
			out.Features = append(out.Features, id)
		} else {
			out.Mitigations = append(out.Mitigations, id)
		}
	}
	if c.treat != nil {
		out.Treatments = []string{c.treat.ID}
	}
	return out
}

// fill takes what an appraisal says into an option.
func (o *Option) fill(a *risk.Appraisal, t *Threat, c *choice) {
	has := func(missing string) bool { return slices.Contains(c.missing, missing) }
	o.LeadTimeYears = a.Finish
	if !has(missingCost) {
		o.Cost = &Cost{
			Money: a.Cost.Money.Mean, MoneyRange: figureRange(a.Cost.Money),
			EffortDays: a.Cost.EffortDays.Mean, EffortDaysRange: figureRange(a.Cost.EffortDays),
		}
	}
	if t.ExpectedAnnualLoss == nil || has(missingStrength) {
		return
	}
	after, chance := *t.ExpectedAnnualLoss, *t.ChanceWithinHorizon
	for _, e := range a.Touched {
		if e.ID == t.ID {
			after, chance = e.Annual, e.ChanceWithinHorizon
			if e.StandardError > 0 {
				o.ExpectedAnnualLossAfterError = &e.StandardError
			}
		}
	}
	elsewhere := a.AnnualBefore - a.AnnualAfter - (*t.ExpectedAnnualLoss - after)
	o.ExpectedAnnualLossAfter, o.ChanceWithinHorizonAfter, o.AvoidedElsewhere = &after, &chance, &elsewhere
	if has(missingCost) {
		return
	}
	o.NetBenefit, o.Inexact = &a.NetBenefit, a.Inexact
	if a.BenefitError > 0 {
		o.NetBenefitError = &a.BenefitError
	}
	o.PaysOffChance, o.PaysOffError = &a.PaysOffChance, &a.PaysOffError
	o.WorthItChance, o.WorthItError = &a.WorthItChance, &a.WorthItError
}

// delay turns the option that would be late into the same begun later: it runs,
// and costs, that much shorter. The chances to pay off are left out: they are
// those of a choice made today.
func (o *Option) delay(a *risk.Appraisal, years, horizon float64, w *Waiting) {
	o.PaysOffChance, o.PaysOffError, o.WorthItChance, o.WorthItError = nil, nil, nil, nil
	if w != nil && o.NetBenefit != nil {
		net := *o.NetBenefit - w.Costs
		o.NetBenefit = &net
	}
	if o.Cost == nil {
		return
	}
	shorter := min(years, max(0, horizon-a.Finish))
	o.Cost.Money -= a.Cost.Yearly.Mean * shorter
	if r := o.Cost.MoneyRange; r != nil {
		o.Cost.MoneyRange = &Range{r[0] - a.Cost.Yearly.P5*shorter, r[1] - a.Cost.Yearly.P95*shorter}
	}
}

func figureRange(f risk.Figure) *Range {
	if f.P5 == f.P95 {
		return nil
	}
	return &Range{f.P5, f.P95}
}

// doNothing is the option of leaving things as they are.
func (o *Option) doNothing(t *Threat) {
	o.Cost = &Cost{}
	o.ExpectedAnnualLossAfter, o.ExpectedAnnualLossAfterRange = t.ExpectedAnnualLoss, t.ExpectedAnnualLossRange
	o.ChanceWithinHorizonAfter, o.ChanceWithinYearAfter = t.ChanceWithinHorizon, t.ChanceWithinYear
	if t.ExpectedAnnualLoss != nil {
		o.NetBenefit, o.AvoidedElsewhere = new(float64), new(float64)
	}
}
