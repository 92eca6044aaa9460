package negotiate

import "github.com/parleysec/parley/risk"

// oneYear is the timeframe besides the horizon that chances can be told over.
const oneYear = 1.0

// tellYear adds the chances within a year, of each threat and of any.
func (r *RiskResult) tellYear(p *risk.Portfolio, sc risk.Scenario) error {
	chances := make([]float64, len(r.Threats))
	for i := range r.Threats {
		var err error
		if chances[i], err = p.ChanceWithin(r.Threats[i].ID, sc, oneYear); err != nil {
			return err
		}
		r.Threats[i].ChanceWithinYear = &chances[i]
	}
	some := risk.AnyChance(chances)
	r.ChanceWithinYear = &some
	return nil
}

// ToldYears is how many years the chances are told over.
func (r *RiskResult) ToldYears() float64 {
	if r.ChanceWithinYear != nil {
		return oneYear
	}
	return r.HorizonYears
}

// Told is the chance of any event within [RiskResult.ToldYears].
func (r *RiskResult) Told() float64 { return yearElse(r.ChanceWithinYear, r.ChanceWithinHorizon) }

// Told is the chance of an event of the threat within [RiskResult.ToldYears].
func (x *ThreatRisk) Told() float64 { return yearElse(x.ChanceWithinYear, x.ChanceWithinHorizon) }

// Told is the chance as stated of any event within [RiskResult.ToldYears].
func (x *StatedRisk) Told() float64 { return yearElse(x.ChanceWithinYear, x.ChanceWithinHorizon) }

// yearElse is the chance within a year where there is one.
func yearElse(year *float64, horizon float64) float64 {
	if year != nil {
		return *year
	}
	return horizon
}

// threat is what is said of a threat: that it cannot happen, where it is not there.
func (r *RiskResult) threat(id string) ThreatRisk {
	for i := range r.Threats {
		if r.Threats[i].ID == id {
			return r.Threats[i]
		}
	}
	var none ThreatRisk
	if r.ChanceWithinYear != nil {
		none.ChanceWithinYear = new(float64)
	}
	return none
}
