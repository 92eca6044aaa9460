package negotiate

import "github.com/parleysec/parley/risk"

// ThreatYears is what simulated years say of one threat, with standard errors,
// which are absent after one year.
type ThreatYears struct {
	Simulated       float64   `json:"simulated"` // the mean, beside expected_annual_loss
	StandardError   *float64  `json:"standard_error,omitempty"`
	LossOneInTwenty float64   `json:"loss_1_in_20"` // of its own: the loss that one year in 20 exceeds
	OneInTwentyErr  *float64  `json:"loss_1_in_20_standard_error,omitempty"`
	IfItHappens     EventRisk `json:"loss_if_it_happens"`
}

// EventRisk is the loss of one event, given that it happens.
type EventRisk struct {
	P50      float64 `json:"p50"`
	P50Error float64 `json:"p50_standard_error"` // 0 where exact
	P95      float64 `json:"p95"`
	P95Error float64 `json:"p95_standard_error"`
	Exact    bool    `json:"exact"`
}

func threatYears(x *risk.SimulatedThreat, trials int) *ThreatYears {
	e := x.IfItHappens
	out := &ThreatYears{
		Simulated: x.Mean, LossOneInTwenty: x.LossOneInTwenty,
		IfItHappens: EventRisk{P50: e.P50, P50Error: e.P50Error, P95: e.P95, P95Error: e.P95Error, Exact: e.Exact},
	}
	if trials > 1 {
		out.StandardError, out.OneInTwentyErr = &x.StandardError, &x.OneInTwentyErr
	}
	return out
}
