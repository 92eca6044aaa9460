package risk

import "math"

// NetBenefit is the expected, discounted difference a choice makes from now to
// the horizon: losses avoided and benefits less costs (docs/maths.md, Exact
// figures). It is exact unless inexact says why not.
func (p *Portfolio) NetBenefit(c Choice) (value float64, inexact string, err error) {
	value, _, inexact, err = p.netBenefit(c)
	return value, inexact, err
}

// netBenefit is NetBenefit with its standard error, where something is estimated.
func (p *Portfolio) netBenefit(c Choice) (value, standardError float64, inexact string, err error) {
	steps, err := p.steps(c)
	if err != nil {
		return 0, 0, "", err
	}
	saved, err := p.avoided(c, steps)
	if err != nil {
		return 0, 0, "", err
	}
	value = saved.sum
	for _, f := range p.cashflows(steps) {
		value += f.rate * f.in.mean
	}
	return value, saved.standardError, saved.inexact, nil
}

// DelayCost is what beginning a choice a time later takes from its net benefit,
// in currency; negative where waiting saves. It is exact like [Portfolio.NetBenefit].
func (p *Portfolio) DelayCost(c Choice, years float64) (float64, error) {
	now, _, err := p.NetBenefit(c)
	if err != nil {
		return 0, err
	}
	c.Start += years
	starts := map[string]float64{}
	for id, s := range c.Starts {
		starts[id] = s + years
	}
	c.Starts = starts
	later, _, err := p.NetBenefit(c)
	return now - later, err
}

// saving is the expected discounted loss that a choice avoids.
type saving struct {
	sum           float64
	standardError float64
	inexact       string    // why the two are estimates after all
	by            []float64 // of each threat, in the order of the portfolio: they add up to sum
}

// avoided is what a choice saves: estimates of a threat are drawn in the same
// years, so their errors add up.
func (p *Portfolio) avoided(c Choice, steps []step) (saving, error) {
	out := saving{by: make([]float64, len(p.threats))}
	base, err := p.stances(c.Base)
	if err != nil {
		return out, err
	}
	errors := make([]float64, len(p.threats))
	before := make([]ThreatExpectation, len(p.threats)) // once it is touched
	for _, ph := range p.phases(c, steps) {
		with, err := p.stances(ph.scenario)
		if err != nil {
			return out, err
		}
		for i := range p.threats {
			t := &p.threats[i]
			if base[i].same(&with[i]) {
				continue
			}
			if before[i].ID == "" {
				before[i] = p.expectLoss(t, &base[i])
			}
			after := p.expectLoss(t, &with[i])
			weight := t.flowPerAnnual() * p.Annuity(ph.from, min(ph.to, p.ends(t)))
			less := unnoised(before[i].Annual, after.Annual) * weight
			out.sum += less
			out.by[i] += less
			errors[i] += (before[i].StandardError + after.StandardError) * weight
			for _, e := range []ThreatExpectation{before[i], after} {
				if out.inexact == "" && e.Inexact != "" {
					out.inexact = e.ID + ": " + e.Inexact
				}
			}
		}
	}
	for _, e := range errors {
		out.standardError = math.Hypot(out.standardError, e)
	}
	return out, nil
}

// unnoised is before less after, 0 where only rounding tells them apart.
func unnoised(before, after float64) float64 {
	if math.Abs(before-after) <= 1e-13*max(before, after) {
		return 0
	}
	return before - after
}

// flowPerAnnual turns an annual figure into one per year of the time in which
// losses can fall: they differ for a single event within less than a year.
func (t *threat) flowPerAnnual() float64 {
	if t.once {
		return 1 / (t.over * t.perYear())
	}
	return 1
}

// same reports whether a threat meets the same in two scenarios.
func (s *stance) same(o *stance) bool {
	if s.absent || o.absent {
		return s.absent == o.absent
	}
	if len(s.transfers) != len(o.transfers) {
		return false
	}
	for i := range s.transfers {
		if s.transfers[i] != o.transfers[i] {
			return false
		}
	}
	for j := range s.in {
		if s.in[j] != o.in[j] || s.in[j] && s.broken[j] != o.broken[j] {
			return false
		}
	}
	return true
}
