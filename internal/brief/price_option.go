package brief

import (
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// option prices one choice, everything else as it is today; for a threat that
// only a feature brings, with that feature finished.
func (b *builder) option(s *sheet, c *choice, found appraisals) (Option, error) {
	t := s.threat
	o := Option{
		ID: c.id, Kind: c.kind, Title: c.title, With: c.set, InPlan: c.inPlan, IsBest: c.isBest, Missing: c.missing,
	}
	b.effects(&o, t.ID, c)
	if c.does() {
		a := found[c.key(t.OnlyWith)]
		o.fill(&a, t, c)
		if c.late() {
			o.delay(&a, c.start, b.p.Horizon(), t.Waiting)
		}
	} else {
		o.doNothing(t)
	}
	if err := b.doubtOf(&o, t, c); err != nil {
		return o, err
	}
	b.optionWords(&o, t, s.source.Obligation.Applies() && len(t.done()) == 0)
	return o, nil
}

// doubtOf adds what is left of a threat nobody priced, and the range of what is
// left of one that is priced: what a transfer pays is known per year only on
// average, so there is none with it.
func (b *builder) doubtOf(o *Option, t *Threat, c *choice) error {
	if !c.does() || t.ChanceWithinHorizon == nil || slices.Contains(c.missing, missingStrength) {
		return nil
	}
	sc := b.scenario(t, c)
	p := b.p
	if t.ExpectedAnnualLoss == nil {
		p = b.shadow
	}
	var err error
	if o.ChanceWithinYearAfter, err = b.opt.withinYear(p, t.ID, sc); err != nil {
		return err
	}
	if t.ExpectedAnnualLoss == nil {
		e, err := p.ExpectThreat(t.ID, sc)
		o.ChanceWithinHorizonAfter = &e.ChanceWithinHorizon
		return err
	}
	if c.kind == parley.Transfer {
		return nil
	}
	f, err := p.AnnualFigure(t.ID, sc)
	o.ExpectedAnnualLossAfterRange = figureRange(f)
	return err
}

// effects lists what an option brings and does besides its effect on the threat.
func (b *builder) effects(o *Option, threat string, c *choice) {
	for _, id := range c.set {
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
			if a.Threat != threat && a.Stated() && b.exists(a.Threat) && !slices.Contains(o.Helps, a.Threat) {
				o.Helps = append(o.Helps, a.Threat)
			}
		}
	}
}

// exists reports whether a threat is priced and there as things are today.
func (b *builder) exists(threat string) bool {
	_, priced := b.expected[threat]
	return priced && len(b.m.Introducing(threat)) == 0
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
		if u, ok := value.Dist().(quantity.Uniform); ok {
			out.ends = &Range{u.Min, u.Max}
		}
	}
	return out
}
