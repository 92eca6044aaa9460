package brief

import (
	"cmp"

	"github.com/parleysec/parley/risk"
)

// Timeframe is what the chances of a brief are told over.
type Timeframe string

// Timeframes. Everything else in a brief, such as what an option is worth on balance,
// is of the horizon whatever its chances are told over.
const (
	OverHorizon Timeframe = ""
	OverYear    Timeframe = "year"

	// OverHorizonName is what OverHorizon is called by whoever asks for it.
	OverHorizonName Timeframe = "horizon"
)

// oneYear is the other timeframe, in years.
const oneYear = 1.0

// ToldYears is how many years the chances of a report are told over.
func (r *Report) ToldYears() float64 {
	if r.Over == OverYear {
		return oneYear
	}
	return r.HorizonYears
}

// Told is the chance of at least one event within [Report.ToldYears], nil where it is
// not known.
func (t *Threat) Told() *float64 {
	return cmp.Or(t.ChanceWithinYear, t.ChanceWithinHorizon)
}

func (t *Threat) toldRange() *Range {
	if t.ChanceWithinYear != nil {
		return t.ChanceWithinYearRange
	}
	return t.ChanceWithinHorizonRange
}

// ToldAfter is the chance an option leaves, as [Threat.Told].
func (o *Option) ToldAfter() *float64 {
	return cmp.Or(o.ChanceWithinYearAfter, o.ChanceWithinHorizonAfter)
}

// Told is the chance as stated, as [Threat.Told].
func (x *AsStated) Told() float64 {
	return *cmp.Or(x.ChanceWithinYear, &x.ChanceWithinHorizon)
}

// withinYear is the chance of a threat within a year, nil where chances are told
// over the horizon.
func (o Options) withinYear(p *risk.Portfolio, id string, s risk.Scenario) (*float64, error) {
	if o.Over != OverYear {
		return nil, nil
	}
	c, err := p.ChanceWithin(id, s, oneYear)
	return &c, err
}
