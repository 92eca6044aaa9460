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
	TailShare          *float64        `json:"tail_share,omitempty"`                // of the worst 5 % of years; nil for what was changed
	TailShareError     *float64        `json:"tail_share_standard_error,omitempty"` // of the kind over all threats
}

// ofTail adds what share of the worst years each kind is.
func ofTail(kinds []KindRisk, shares, errors *risk.KindLosses) []KindRisk {
	for i := range kinds {
		share := shares.Of(kinds[i].Kind)
		kinds[i].TailShare = &share
		if errors != nil {
			se := errors.Of(kinds[i].Kind)
			kinds[i].TailShareError = &se
		}
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
			x.TailShareError = &tail.Threats[at].StandardError
			x.LossesByKind = ofTail(x.LossesByKind, &tail.Threats[at].Kinds, nil)
		}
	}
	r.LossesByKind = ofTail(r.LossesByKind, &tail.Kinds, &tail.KindErrors)
}

// OptionRisk is what one option is worth alone, on top of things as they are.
// Money is discounted, over the horizon.
type OptionRisk struct {
	ID                      string       `json:"id"`
	Title                   string       `json:"title"`
	Kind                    string       `json:"kind"` // mitigation, transfer or avoid
	ExpectedAnnualLossAfter float64      `json:"expected_annual_loss_after"`
	NetBenefit              float64      `json:"net_benefit"`
	DelayPerMonth           float64      `json:"cost_of_delay_per_month"` // of beginning a month later; negative where waiting saves
	Why                     string       `json:"why,omitempty"`           // why the figures are estimates, where they are
	Sensitivity             []SwingShown `json:"sensitivity"`             // the widest first
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
func (l *loaded) options(ctx context.Context) ([]OptionRisk, error) {
	out := []OptionRisk{}
	add := func(o OptionRisk, c risk.Choice) error {
		if err := ctx.Err(); err != nil {
			return priceError(l.model, err)
		}
		c.Base = l.today()
		if err := l.optionRisk(&o, c); err != nil {
			return priceError(l.model, err)
		}
		out = append(out, o)
		return nil
	}
	for i := range l.model.Mitigations {
		x := &l.model.Mitigations[i]
		c, ok := l.choiceOf([]string{x.ID})
		if !ok || !slices.ContainsFunc(x.Against, func(a parley.Against) bool { return a.Stated() }) {
			continue
		}
		if err := add(OptionRisk{ID: x.ID, Title: cmp.Or(x.Title, x.ID), Kind: "mitigation"}, c); err != nil {
			return nil, err
		}
	}
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		for _, x := range t.Treatments {
			if !t.Priced() || x.Kind != parley.Transfer && x.Kind != parley.Avoid {
				continue
			}
			o := OptionRisk{ID: x.ID, Title: cmp.Or(x.Title, x.ID), Kind: string(x.Kind)}
			if err := add(o, risk.Choice{Treatments: []string{x.ID}}); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(out, func(a, b OptionRisk) int { return cmp.Compare(b.NetBenefit, a.NetBenefit) })
	return out, nil
}

// month is a twelfth of a year.
const month = 1.0 / 12

func (l *loaded) optionRisk(o *OptionRisk, c risk.Choice) error {
	var err error
	if o.NetBenefit, o.Why, err = l.portfolio.NetBenefit(c); err != nil {
		return err
	}
	if o.DelayPerMonth, err = l.portfolio.DelayCost(c, month); err != nil {
		return err
	}
	after, err := l.portfolio.After(c)
	if err != nil {
		return err
	}
	o.ExpectedAnnualLossAfter = after.Annual
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
