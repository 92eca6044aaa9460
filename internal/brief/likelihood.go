package brief

import (
	"math"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// likelihood fills in how often a priced threat happens: means exactly from
// the prices, ranges from what was stated, moved as far as the mean moved from
// what was stated to today's controls.
func (b *builder) likelihood(out *Threat, t *parley.Threat, e risk.ThreatExpectation, p *risk.Portfolio) error {
	out.ChanceWithinHorizon = &e.ChanceWithinHorizon
	out.EventsPerYear = &e.Rate
	var err error
	if out.ChanceWithinYear, err = b.opt.withinYear(p, t.ID, risk.Scenario{Features: out.OnlyWith}); err != nil {
		return err
	}
	if t.AtMostOnce && t.Likelihood.Form == quantity.Chance {
		out.onceRange(t, e)
		return nil
	}
	r, mean := statedRate(t, p)
	if r == nil || mean <= 0 {
		return nil
	}
	moved := e.Rate / mean
	out.EventsPerYearRange = &Range{r[0] * moved, r[1] * moved}
	out.ChanceWithinHorizonRange = out.EventsPerYearRange.within(p.Horizon())
	if out.ChanceWithinYear != nil {
		out.ChanceWithinYearRange = out.EventsPerYearRange.within(oneYear)
	}
	return nil
}

// statedRate is how often a threat was stated to happen in a year: where that lies,
// nil where it is one number, and the mean. A threat taken apart is put together
// by the portfolio that prices it.
func statedRate(t *parley.Threat, p *risk.Portfolio) (*Range, float64) {
	d := t.Likelihood.Dist()
	if t.Fair.StatesRate() {
		var err error
		if d, err = p.StatedRate(t.ID); err != nil {
			return nil, 0
		}
	}
	return rangeOf(d), d.Mean()
}

// within is where the chance of at least one event within some years lies, of a
// range of rates a year.
func (r *Range) within(years float64) *Range {
	return &Range{-math.Expm1(-r[0] * years), -math.Expm1(-r[1] * years)}
}

// onceRange is the range for a single event stated as a chance over some
// years: its time is uniform over them.
func (t *Threat) onceRange(source *parley.Threat, e risk.ThreatExpectation) {
	r, mean := rangeOf(source.Likelihood.Stated), source.Likelihood.Stated.Mean()
	if r == nil || mean <= 0 || e.ChanceWithinHorizon <= 0 {
		return
	}
	of := func(chance float64) *Range {
		moved := chance / mean
		return &Range{min(1, r[0]*moved), min(1, r[1]*moved)}
	}
	t.ChanceWithinHorizonRange = of(e.ChanceWithinHorizon)
	if t.ChanceWithinYear != nil {
		t.ChanceWithinYearRange = of(*t.ChanceWithinYear)
	}
	t.EventsPerYearRange = &Range{e.Rate * r[0] / mean, e.Rate * r[1] / mean}
}
