package brief

import (
	"context"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// option prices one choice, everything else as it is today; for a threat that
// only a feature brings, with that feature finished.
func (b *builder) option(ctx context.Context, t *parley.Threat, out *Threat, c *choice) (Option, error) {
	o := Option{
		ID: c.id, Kind: c.kind, Title: c.title, With: c.set, InPlan: c.inPlan, IsBest: c.isBest, Missing: c.missing,
	}
	b.effects(&o, t, c)
	if err := b.appraise(ctx, &o, out, c); err != nil {
		return o, err
	}
	if err := b.left(&o, out, c); err != nil {
		return o, err
	}
	b.optionWords(&o, out, t.Obligation.Applies())
	return o, nil
}

// effects lists what an option brings and does besides its effect on the threat.
func (b *builder) effects(o *Option, t *parley.Threat, c *choice) {
	for _, id := range c.set {
		if lead := b.worth.work[id].lead; lead > o.LeadTimeYears {
			o.LeadTimeYears = lead
		}
		if f := b.m.Feature(id); f != nil && !f.Value.IsZero() {
			o.Benefits = append(o.Benefits, benefit(titleOr(f.Title, f.ID), &f.Value))
		}
		x := b.m.Mitigation(id)
		if x == nil {
			continue
		}
		for i := range x.Benefits {
			o.Benefits = append(o.Benefits, benefit(x.Benefits[i].Says, &x.Benefits[i].Value))
		}
		for _, need := range parley.Needs() {
			if e, ok := x.EffectOnNeeds[need]; ok {
				o.Needs = append(o.Needs, NeedEffect{Need: need, Effect: e, By: id})
			}
		}
		b.others(o, x)
		for _, a := range x.Against {
			if a.Threat != t.ID && a.Stated() && b.exists(a.Threat) && !slices.Contains(o.Helps, a.Threat) {
				o.Helps = append(o.Helps, a.Threat)
			}
		}
	}
}

// exists reports whether a threat is priced and there as things are today.
func (b *builder) exists(threat string) bool {
	_, priced := b.expected[threat]
	return priced && len(b.introducedBy(threat)) == 0
}

// left fills in what an option leaves of the threat, and what it spares
// elsewhere.
func (b *builder) left(o *Option, out *Threat, c *choice) error {
	if out.ExpectedAnnualLoss == nil || slices.Contains(c.missing, missingStrength) {
		return nil
	}
	s := b.scenario(out, c)
	e, err := b.p.ExpectThreat(out.ID, s)
	if err != nil {
		return err
	}
	o.ExpectedAnnualLossAfter, o.ChanceWithinHorizonAfter = &e.Annual, &e.ChanceWithinHorizon
	if o.Kind == parley.Mitigate {
		spared := b.worth.spared(out.ID, out.OnlyWith, c.set)
		o.AvoidedElsewhere = &spared
	}
	return nil
}

// scenario is the world in which a choice has been made and is finished.
func (b *builder) scenario(out *Threat, c *choice) risk.Scenario {
	s := risk.Scenario{Features: slices.Clone(out.OnlyWith)}
	for _, id := range c.set {
		if b.m.Feature(id) != nil {
			s.Features = append(s.Features, id)
		} else {
			s.Mitigations = append(s.Mitigations, id)
		}
	}
	if c.treat != nil {
		switch c.treat.Kind {
		case parley.Transfer:
			s.Transfers = append(s.Transfers, c.treat.ID)
		case parley.Avoid:
			s.Avoided = append(s.Avoided, out.ID)
		}
	}
	return s
}

// others notes whom an option outside the team depends on.
func (b *builder) others(o *Option, x *parley.Mitigation) {
	if x.Scope != "outside" {
		return
	}
	whom := x.Ask
	if whom == "" {
		whom = catalogue.T("brief.asks.outside")
	}
	if o.Ask != "" {
		whom = o.Ask + "; " + whom
	}
	o.Ask = whom
}

func benefit(says string, value *quantity.Quantity) Benefit {
	out := Benefit{Says: says}
	if !value.IsZero() {
		mean := value.Mean()
		out.Value, out.ValueRange = &mean, rangeOf(value.Dist())
	}
	return out
}
