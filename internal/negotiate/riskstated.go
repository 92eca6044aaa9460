package negotiate

import (
	"context"
	"slices"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/risk"
)

// StatedRisk is the price if every layer worked as stated: the figures that
// stand for the whole of it, by the same method, years and seed.
type StatedRisk struct {
	ExpectedAnnualLoss  float64            `json:"expected_annual_loss"` // in the product's currency; exact where the price beside it is
	ChanceWithinHorizon float64            `json:"chance_within_horizon"`
	ChanceWithinYear    *float64           `json:"chance_within_year,omitempty"` // where chances are told over a year
	Quantiles           map[string]float64 `json:"quantiles"`                    // of one year's loss
}

// stated sets what the price would be as stated beside what it is as verified,
// in all and threat by threat, where the two differ.
func (p *pricing) stated(ctx context.Context, sc risk.Scenario, r *RiskResult) error {
	if !p.twice {
		return nil
	}
	word, err := p.l.atItsWord()
	if err != nil {
		return err
	}
	whole := pricing{service: p.service, l: word, trials: p.trials, seed: p.seed, method: p.method, over: p.over, totals: true, from: p.upTo()}
	if r.Method == Simulate { // an exact curve beside a simulated one would differ by what years happen to differ
		whole.method = Simulate
	}
	s, err := whole.risk(ctx, sc)
	if err != nil {
		return err
	}
	differs := brief.Moved(s.ChanceWithinHorizon, r.ChanceWithinHorizon) || brief.Moved(s.ExpectedAnnualLoss.Value(), r.ExpectedAnnualLoss.Value())
	for i := range r.Threats {
		x := &r.Threats[i]
		j := slices.IndexFunc(s.Threats, func(t ThreatRisk) bool { return t.ID == x.ID })
		if j >= 0 && brief.Moved(s.Threats[j].ExpectedAnnualLoss, x.ExpectedAnnualLoss) {
			x.AsStated = &s.Threats[j].ExpectedAnnualLoss
			differs = true
		}
	}
	if differs {
		r.AsStated = &StatedRisk{ExpectedAnnualLoss: s.ExpectedAnnualLoss.Value(), ChanceWithinHorizon: s.ChanceWithinHorizon, ChanceWithinYear: s.ChanceWithinYear, Quantiles: s.Quantiles}
	}
	return nil
}
