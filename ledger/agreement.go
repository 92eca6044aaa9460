package ledger

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// PlanAgreed records that people agreed on a whole plan: what is done and when,
// the plans that were as good and passed over, and what fell off the roadmap.
// The plan as it was seen is kept beside the event.
type PlanAgreed struct {
	Because    string       `json:"because"`
	AsOf       string       `json:"as_of"` // civil date of the figures
	Engine     string       `json:"engine"`
	Currency   string       `json:"currency"`
	Money      *float64     `json:"money,omitempty"`       // of the budget, currency; nil: no limit
	EffortDays *float64     `json:"effort_days,omitempty"` // of the budget; nil: no limit
	Chosen     []AgreedItem `json:"chosen"`
	Value      float64      `json:"value"` // discounted, over the horizon, currency
	Proved     bool         `json:"proved"`
	CostMoney  float64      `json:"cost_money"` // currency
	CostDays   float64      `json:"cost_effort_days"`
	Before     float64      `json:"expected_annual_loss_before"` // currency per year
	After      float64      `json:"expected_annual_loss_after"`
	PassedOver []PassedOver `json:"passed_over"`
	Dropped    []string     `json:"dropped"` // features the plan leaves out
}

// AgreedItem is a mitigation or a feature of an agreed plan.
type AgreedItem struct {
	ID     string `json:"id"`
	Period string `json:"period,omitempty"` // in which it starts; "" where the plan has one
}

// PassedOver is a plan about as good as the one agreed on.
type PassedOver struct {
	Chosen []string `json:"chosen"`
	Value  float64  `json:"value"`
}

// EventType is plan.agreed.
func (*PlanAgreed) EventType() (string, int) { return "plan.agreed", 1 }

func (*PlanAgreed) names(rename) error { return nil }

// Agreement is an agreed plan as it stands; the last one of a product holds.
type Agreement struct {
	PlanAgreed
	Short string // SHOP-A1, SHOP-A2 …
	Event string
	At    time.Time
	Actor Actor
	By    string      // claimed, "" for none
	Plan  *Attachment // as it was seen; nil where nothing was kept
}

// CheckAgreement reports what is wrong with an agreement.
func (b *PlanAgreed) CheckAgreement() error {
	switch {
	case !HasReason(b.Because):
		return fmt.Errorf("an agreement needs a reason")
	case len(b.Chosen) == 0:
		return fmt.Errorf("a plan that does nothing is nothing to agree on")
	case slices.ContainsFunc([]float64{b.Value, b.CostMoney, b.CostDays, b.Before, b.After}, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }):
		return fmt.Errorf("an agreement with a figure that is no number")
	}
	seen := map[string]bool{}
	for _, x := range b.Chosen {
		if x.ID == "" || seen[x.ID] {
			return fmt.Errorf("an agreement names %q twice, or nothing", x.ID)
		}
		seen[x.ID] = true
	}
	return nil
}

func (p *Product) agree(e Event, b *PlanAgreed) error {
	if err := b.CheckAgreement(); err != nil {
		return err
	}
	for _, x := range b.Chosen {
		if p.Item(KindMitigation, x.ID) == nil && p.Item(KindFeature, x.ID) == nil {
			return fmt.Errorf("an agreed plan has %q, which is no mitigation or feature of product %q", x.ID, p.ID)
		}
	}
	p.Agreements = append(p.Agreements, &Agreement{PlanAgreed: *b, Short: p.short("A"), Event: e.ID, At: e.At, Actor: e.Actor, By: e.By, Plan: e.Attached})
	return nil
}

// renameAgreements takes agreed plans along when something in them gets another id.
func (p *Product) renameAgreements(swap func(ids []string) []string) {
	p.Agreements = slices.Clone(p.Agreements)
	for i, x := range p.Agreements {
		c := *x
		c.Chosen, c.PassedOver, c.Dropped = slices.Clone(x.Chosen), slices.Clone(x.PassedOver), swap(x.Dropped)
		for j := range c.Chosen {
			c.Chosen[j].ID = swap([]string{c.Chosen[j].ID})[0]
		}
		for j := range c.PassedOver {
			c.PassedOver[j].Chosen = swap(c.PassedOver[j].Chosen)
		}
		p.Agreements[i] = &c
	}
}

// Agreed is the plan that was agreed on last, nil for none.
func (p *Product) Agreed() *Agreement {
	if len(p.Agreements) == 0 {
		return nil
	}
	return p.Agreements[len(p.Agreements)-1]
}
