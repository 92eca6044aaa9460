package negotiate

import (
	"cmp"
	"context"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/risk"
)

// KindRisk is the loss of one kind.
type KindRisk struct {
	Kind               parley.LossKind `json:"kind"`
	ExpectedAnnualLoss float64         `json:"expected_annual_loss"`
	Simulated          *float64        `json:"simulated"`                           // nil where years are not told apart by threat
	StandardError      *float64        `json:"standard_error,omitempty"`            // of simulated; absent where years are not taken apart by kind
	TailShare          *float64        `json:"tail_share,omitempty"`                // of the worst 5 % of years; absent likewise
	TailShareError     *float64        `json:"tail_share_standard_error,omitempty"` // likewise
}

// ofTail adds what share of the worst years each kind is, and the standard errors
// that taking years apart gives.
func ofTail(kinds []KindRisk, shares, shareErrors, meanErrors *risk.KindLosses) []KindRisk {
	for i := range kinds {
		k := &kinds[i]
		share, shareError, meanError := shares.Of(k.Kind), shareErrors.Of(k.Kind), meanErrors.Of(k.Kind)
		k.TailShare, k.TailShareError, k.StandardError = &share, &shareError, &meanError
	}
	return kinds
}

// apart adds how the worst years divide, where the simulation took them apart.
func (r *RiskResult) apart(tail *risk.TailShares) {
	if tail == nil {
		return
	}
	for i := range r.Threats {
		x := &r.Threats[i]
		if at := slices.IndexFunc(tail.Threats, func(t risk.ThreatTail) bool { return t.ID == x.ID }); at >= 0 {
			own := &tail.Threats[at]
			x.TailShareError = &own.StandardError
			x.LossesByKind = ofTail(x.LossesByKind, &own.Kinds, &own.KindErrors, &own.MeanErrors)
		}
	}
	r.LossesByKind = ofTail(r.LossesByKind, &tail.Kinds, &tail.KindErrors, &tail.MeanErrors)
}

// OptionRisk is what one option is worth alone, on top of things as they are.
// Money is discounted, over the horizon.
type OptionRisk struct {
	ID                      string       `json:"id"`
	Title                   string       `json:"title"`
	Kind                    string       `json:"kind"`                        // mitigation, transfer or avoid
	ExpectedAnnualLoss      float64      `json:"expected_annual_loss_before"` // of all threats, as things are
	ExpectedAnnualLossAfter float64      `json:"expected_annual_loss_after"`  // with it finished
	NetBenefit              float64      `json:"net_benefit"`
	AfterError              float64      `json:"expected_annual_loss_after_standard_error,omitempty"` // where what a contract pays is estimated
	NetBenefitError         float64      `json:"net_benefit_standard_error,omitempty"`                // likewise
	PaysOffChance           float64      `json:"pays_off_chance"`                                     // of avoided losses and benefits covering its costs, by the events that happen
	PaysOffError            float64      `json:"pays_off_chance_standard_error"`
	WorthItChance           float64      `json:"worth_it_chance"` // the same with expected losses given the estimates' draws
	WorthItError            float64      `json:"worth_it_chance_standard_error"`
	DelayPerMonth           float64      `json:"cost_of_delay_per_month"` // of beginning a month later; negative where waiting saves
	Why                     string       `json:"why,omitempty"`           // why the figures are estimates, where they are
	Sensitivity             []SwingShown `json:"sensitivity"`             // the widest first
	WithinPlan              *WithinPlan  `json:"within_plan,omitempty"`   // where it was asked for
}

// SwingShown is how far one estimate moves an option's net benefit.
type SwingShown struct {
	Estimate  string  `json:"estimate"` // where it stands, e.g. threats.leak.likelihood
	Says      string  `json:"says"`
	Stated    string  `json:"stated,omitempty"` // as typed
	Low       float64 `json:"net_benefit_p5"`   // with the estimate at its 5th percentile
	High      float64 `json:"net_benefit_p95"`
	Estimated bool    `json:"estimated"` // not exact
}

// byKind lists the losses of the kinds there are.
func byKind(expected, simulated *risk.KindLosses) []KindRisk {
	out := []KindRisk{}
	for i, k := range parley.LossKinds() {
		if expected[i] == 0 && (simulated == nil || simulated[i] == 0) {
			continue
		}
		x := KindRisk{Kind: k, ExpectedAnnualLoss: expected[i]}
		if simulated != nil {
			v := simulated[i]
			x.Simulated = &v
		}
		out = append(out, x)
	}
	return out
}

// options prices each mitigation, transfer and avoiding that states what it
// takes, alone, what is worth most first.
func (l *loaded) options(ctx context.Context, seed uint64) ([]OptionRisk, error) {
	out, choices := l.treatments()
	for i := range choices {
		choices[i].Base = l.today()
	}
	appraised, err := l.portfolio.AppraiseAll(ctx, choices, risk.SimOptions{Seed: seed})
	if err != nil {
		return nil, priceError(l.model, err)
	}
	for i := range out {
		if err := ctx.Err(); err != nil {
			return nil, priceError(l.model, err)
		}
		if err := l.optionRisk(&out[i], choices[i], &appraised[i]); err != nil {
			return nil, priceError(l.model, err)
		}
	}
	slices.SortStableFunc(out, func(a, b OptionRisk) int { return cmp.Compare(b.NetBenefit, a.NetBenefit) })
	return out, nil
}

// treatments are the options that state what they take, each with the choice it is.
func (l *loaded) treatments() ([]OptionRisk, []risk.Choice) {
	out, choices := []OptionRisk{}, []risk.Choice{}
	for i := range l.model.Mitigations {
		x := &l.model.Mitigations[i]
		c, ok := l.choiceOf([]string{x.ID})
		if !ok || !slices.ContainsFunc(x.Against, func(a parley.Against) bool { return a.Stated() }) {
			continue
		}
		out = append(out, OptionRisk{ID: x.ID, Title: cmp.Or(x.Title, x.ID), Kind: "mitigation"})
		choices = append(choices, c)
	}
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		for _, x := range t.Treatments {
			if !t.Priced() || x.Kind != parley.Transfer && x.Kind != parley.Avoid {
				continue
			}
			out = append(out, OptionRisk{ID: x.ID, Title: cmp.Or(x.Title, x.ID), Kind: string(x.Kind)})
			choices = append(choices, risk.Choice{Treatments: []string{x.ID}})
		}
	}
	return out, choices
}

// month is a twelfth of a year.
const month = 1.0 / 12

func (l *loaded) optionRisk(o *OptionRisk, c risk.Choice, a *risk.Appraisal) error {
	o.ExpectedAnnualLoss, o.ExpectedAnnualLossAfter = a.AnnualBefore, a.AnnualAfter
	o.NetBenefit, o.Why = a.NetBenefit, a.Inexact
	o.AfterError, o.NetBenefitError = a.AfterError, a.BenefitError
	o.PaysOffChance, o.PaysOffError = a.PaysOffChance, a.PaysOffError
	o.WorthItChance, o.WorthItError = a.WorthItChance, a.WorthItError
	var err error
	if o.DelayPerMonth, err = l.portfolio.DelayCost(c, month); err != nil {
		return err
	}
	swings, err := l.portfolio.Tornado(c)
	if err != nil {
		return err
	}
	o.Sensitivity = []SwingShown{}
	for _, s := range swings {
		e := l.estimate(risk.Learned{ID: s.ID, What: s.What, Index: s.Index, Threats: s.Threats})
		o.Sensitivity = append(o.Sensitivity, SwingShown{
			Estimate: e.Estimate, Says: e.Says, Stated: e.Stated, Low: s.Low, High: s.High, Estimated: s.Estimated,
		})
	}
	return nil
}
