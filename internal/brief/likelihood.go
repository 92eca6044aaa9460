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
func (b *builder) likelihood(out *Threat, t *parley.Threat, e risk.ThreatExpectation, p *risk.Portfolio) {
	out.ChanceWithinHorizon = &e.ChanceWithinHorizon
	out.EventsPerYear = &e.Rate
	if t.AtMostOnce && t.Likelihood.Form == quantity.Chance {
		b.onceRange(out, t, e)
		return
	}
	r, mean := statedRate(t, p)
	if r == nil || mean <= 0 {
		return
	}
	moved := e.Rate / mean
	out.EventsPerYearRange = &Range{r[0] * moved, r[1] * moved}
	out.ChanceWithinHorizonRange = &Range{b.within(r[0] * moved), b.within(r[1] * moved)}
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

// within is the chance of at least one event within the horizon at a rate.
func (b *builder) within(rate float64) float64 { return -math.Expm1(-rate * b.p.Horizon()) }

// onceRange is the range for a single event stated as a chance over some
// years: its time is uniform over them.
func (b *builder) onceRange(out *Threat, t *parley.Threat, e risk.ThreatExpectation) {
	d := t.Likelihood.Stated
	r, mean := rangeOf(d), d.Mean()
	if r == nil || mean <= 0 || e.ChanceWithinHorizon <= 0 {
		return
	}
	moved := e.ChanceWithinHorizon / mean
	out.ChanceWithinHorizonRange = &Range{min(1, r[0]*moved), min(1, r[1]*moved)}
	out.EventsPerYearRange = &Range{e.Rate * r[0] / mean, e.Rate * r[1] / mean}
}
