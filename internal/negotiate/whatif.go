package negotiate

import (
	"context"
	"fmt"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/risk"
)

// WhatIfRequest asks what changes when things are added, taken away or fail.
type WhatIfRequest struct {
	Source
	AsOf    string
	With    []string // mitigations or features finished
	Without []string // controls or mitigations taken away
	Break   []string // controls, mitigations or dependencies that fail
	Trials  int
	Seed    uint64
	At      []float64
	Over    string // as in [RiskRequest]
}

// WhatIfResult is the price before and after, and the difference.
type WhatIfResult struct {
	Schema     string         `json:"schema"`
	Before     *RiskResult    `json:"before"`
	After      *RiskResult    `json:"after"`
	Difference WhatIfDiff     `json:"difference"`
	Threats    []ThreatChange `json:"threats"` // those that change
}

// WhatIfDiff is after minus before, simulated figures over the same years: their
// standard errors are those of the differences, absent after one year.
type WhatIfDiff struct {
	ExpectedAnnualLoss  float64            `json:"expected_annual_loss"`
	Simulated           float64            `json:"expected_annual_loss_simulated"`
	StandardError       *float64           `json:"expected_annual_loss_standard_error,omitempty"` // of the simulated one
	ChanceWithinHorizon float64            `json:"chance_within_horizon"`
	ChanceWithinYear    *float64           `json:"chance_within_year,omitempty"` // where chances are told over a year
	LossOneInTwenty     float64            `json:"loss_1_in_20"`
	OneInTwentyErr      *float64           `json:"loss_1_in_20_standard_error,omitempty"`
	Quantiles           map[string]float64 `json:"quantiles"`
	QuantileErrors      map[string]float64 `json:"quantile_standard_errors,omitempty"`
	ExpectedShortfall95 float64            `json:"expected_shortfall_95"`
	ShortfallError      *float64           `json:"expected_shortfall_95_standard_error,omitempty"`
	Exceedance          []Exceedance       `json:"exceedance"` // differences of the chances
}

// ThreatChange is what changes for one threat.
type ThreatChange struct {
	ID           string  `json:"id"`
	Title        string  `json:"title"`
	Before       float64 `json:"before"` // expected annual loss
	After        float64 `json:"after"`
	ChanceBefore float64 `json:"chance_within_horizon_before"`
	ChanceAfter  float64 `json:"chance_within_horizon_after"`
	// The chances within a year, where chances are told over a year.
	YearBefore *float64 `json:"chance_within_year_before,omitempty"`
	YearAfter  *float64 `json:"chance_within_year_after,omitempty"`
	TailBefore float64  `json:"tail_share_before"`
	TailAfter  float64  `json:"tail_share_after"`
}

// WhatIf prices a source before and after a change, in the same simulated years.
func (s *Service) WhatIf(ctx context.Context, actor Actor, req WhatIfRequest) (*WhatIfResult, error) {
	l, err := s.loadAs(ctx, actor, "WhatIf", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	over, err := timeframe(req.Over)
	if err != nil {
		return nil, err
	}
	sc, err := l.changed(req)
	if err != nil {
		return nil, err
	}
	p := pricing{service: s, l: l, trials: req.Trials, seed: req.Seed, method: Simulate, at: req.At, over: over, compared: true}
	r := &WhatIfResult{Schema: "parley.whatif/1"}
	if r.Before, err = p.risk(ctx, l.today()); err != nil {
		return nil, err
	}
	before := p.drawn
	if r.After, err = p.risk(ctx, sc); err != nil {
		return nil, err
	}
	if len(req.At) == 0 { // both at the same losses
		at := bothGrids(r.Before.Exceedance, r.After.Exceedance)
		r.Before.Exceedance, r.After.Exceedance = exceedances(before, at), exceedances(p.drawn, at)
	}
	if err := r.compare(l, sc); err != nil {
		return nil, priceError(l.model, err)
	}
	r.Difference.drawn(r, before, p.drawn)
	return r, nil
}

// bothGrids are the losses of two curves, each once, ascending.
func bothGrids(a, b []Exceedance) []float64 {
	var at []float64
	for _, e := range slices.Concat(a, b) {
		at = append(at, e.Loss)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// compare says what is exact about the change, and which threats change.
func (r *WhatIfResult) compare(l *loaded, sc risk.Scenario) error {
	before, err := l.portfolio.Expect(l.today())
	if err != nil {
		return err
	}
	after, err := l.portfolio.Expect(sc)
	if err != nil {
		return err
	}
	r.Threats = []ThreatChange{}
	for i, b := range before.Threats {
		if a := after.Threats[i]; a.Annual != b.Annual {
			r.Threats = append(r.Threats, ThreatChange{
				YearBefore: r.Before.threat(b.ID).ChanceWithinYear, YearAfter: r.After.threat(b.ID).ChanceWithinYear,
				ID: b.ID, Title: l.model.Threat(b.ID).Title, Before: b.Annual, After: a.Annual,
				ChanceBefore: b.ChanceWithinHorizon, ChanceAfter: a.ChanceWithinHorizon,
				TailBefore: r.Before.threat(b.ID).TailShare, TailAfter: r.After.threat(b.ID).TailShare,
			})
		}
	}
	r.Difference.ExpectedAnnualLoss = after.Annual - before.Annual
	r.Difference.ChanceWithinHorizon = after.Chance - before.Chance
	if a, b := r.After.ChanceWithinYear, r.Before.ChanceWithinYear; a != nil && b != nil {
		difference := *a - *b
		r.Difference.ChanceWithinYear = &difference
	}
	return nil
}

// drawn says how the simulated years differ, one by one.
func (d *WhatIfDiff) drawn(r *WhatIfResult, before, after yearly) {
	d.Quantiles, d.Exceedance = map[string]float64{}, []Exceedance{}
	d.Simulated = *r.After.ExpectedAnnualLoss.Simulated - *r.Before.ExpectedAnnualLoss.Simulated
	d.ExpectedShortfall95 = r.After.ExpectedShortfall95 - r.Before.ExpectedShortfall95
	for q, x := range r.After.Quantiles {
		d.Quantiles[q] = x - r.Before.Quantiles[q]
	}
	d.LossOneInTwenty = d.Quantiles["0.95"]
	for i, e := range r.After.Exceedance {
		d.Exceedance = append(d.Exceedance, Exceedance{Loss: e.Loss, Probability: e.Probability - r.Before.Exceedance[i].Probability})
	}
	x, isX := before.(simulated)
	y, isY := after.(simulated)
	if !isX || !isY {
		return
	}
	if s, ok := y.Since(x.Simulation); ok {
		d.errors(s, x.ErrorsKnown())
	}
}

// errors adds the standard errors of the differences; after one year only those
// of chances are known.
func (d *WhatIfDiff) errors(s risk.Shift, known bool) {
	for i := range d.Exceedance {
		_, d.Exceedance[i].StandardError = s.Exceedance(d.Exceedance[i].Loss)
	}
	if !known {
		return
	}
	_, mean := s.Mean()
	_, shortfall := s.Shortfall(0.95)
	d.StandardError, d.ShortfallError, d.QuantileErrors = &mean, &shortfall, map[string]float64{}
	for _, q := range quantilesShown {
		_, d.QuantileErrors[quantileKey(q)] = s.Quantile(q)
	}
	oneInTwenty := d.QuantileErrors["0.95"]
	d.OneInTwentyErr = &oneInTwenty
}

// changed is how things are with the changes asked for.
func (l *loaded) changed(req WhatIfRequest) (risk.Scenario, error) {
	sc := l.today()
	for _, id := range req.With {
		switch {
		case l.model.Mitigation(id) != nil:
			sc.Mitigations = append(sc.Mitigations, id)
		case l.model.Feature(id) != nil:
			sc.Features = append(sc.Features, id)
		default:
			return sc, parley.Errorf(parley.Invalid, "what if", "there is no mitigation or feature %q", id).
				WithHint(parley.Suggest(id, l.model.BacklogIDs()))
		}
	}
	sc.Without = append(sc.Without, req.Without...)
	sc.Broken = append(sc.Broken, req.Break...)
	for _, id := range append(slices.Clone(req.Without), req.Break...) {
		if l.model.Control(id) == nil && l.model.Mitigation(id) == nil && (l.model.Dependency(id) == nil || slices.Contains(req.Without, id)) {
			return sc, parley.Errorf(parley.Invalid, "what if", "there is no control, mitigation or dependency %q", id).
				WithHint(parley.Suggest(id, l.model.LayerIDs()))
		}
	}
	if len(req.With)+len(req.Without)+len(req.Break) == 0 {
		return sc, parley.Errorf(parley.Invalid, "what if", "%w", fmt.Errorf("nothing changes")).WithHint("name what with --with, --without or --break")
	}
	return sc, nil
}
