package ledger

import (
	"math"
	"strings"
	"testing"
)

// agreed is a plan of the shop's two mitigations.
func agreed() *PlanAgreed {
	money := 20e3
	return &PlanAgreed{
		Because: "the best for the quarter", AsOf: "2026-11-22", Engine: "risk/1", Currency: "GBP", Money: &money,
		Chosen: []AgreedItem{{ID: "prepared", Period: "2027-Q1"}, {ID: "consent"}}, Value: 9e4, Proved: true, CostDays: 14, Before: 3e5, After: 8e4,
		PassedOver: []PassedOver{{Chosen: []string{"prepared"}, Value: 8.9e4}}, Dropped: []string{"one-click"},
	}
}

func TestAgreement(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	if b.shop().Agreed() != nil {
		t.Error("agreed on before anybody did")
	}
	b.add(Draft{Product: "shop", Body: agreed(), By: "helen@example.org"})
	second := agreed()
	second.Chosen = second.Chosen[:1]
	b.add(Draft{Product: "shop", Body: second})
	first, last := b.shop().Agreements[0], b.shop().Agreed()
	if first.Short != "SHOP-A1" || first.By != "helen@example.org" || len(first.Chosen) != 2 || last.Short != "SHOP-A2" || len(last.Chosen) != 1 || last.Actor != priya {
		t.Errorf("%+v, %+v", first, last)
	}
	if r, err := b.state.Resolve("", "a2"); err != nil || r.Kind != KindAgreement || r.Short != "SHOP-A2" {
		t.Errorf("%+v %v", r, err)
	}
}

// TestAgreementThroughRenames: what a plan names is called in it as it is called
// today, so that another thing may have its former id.
func TestAgreementThroughRenames(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(Draft{Product: "shop", Body: agreed()})
	before := b.shop().Agreed()
	b.add(Draft{Product: "shop", Body: &ItemRenamed{Kind: KindMitigation, From: "prepared", To: "typed"}})
	b.add(Draft{Product: "shop", Body: &ItemRenamed{Kind: KindFeature, From: "one-click", To: "two-clicks"}})
	got := b.shop().Agreed()
	if got.Chosen[0] != (AgreedItem{ID: "typed", Period: "2027-Q1"}) || got.Chosen[1].ID != "consent" || got.PassedOver[0].Chosen[0] != "typed" || got.Dropped[0] != "two-clicks" {
		t.Errorf("%+v", got)
	}
	if before.Chosen[0].ID != "prepared" || before.PassedOver[0].Chosen[0] != "prepared" || before.Dropped[0] != "one-click" {
		t.Errorf("a state that somebody reads was changed: %+v", before)
	}
}

func TestAgreementRefused(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	for says, change := range map[string]func(*PlanAgreed){
		"reason":        func(x *PlanAgreed) { x.Because = " – " },
		"does nothing":  func(x *PlanAgreed) { x.Chosen = nil },
		"twice":         func(x *PlanAgreed) { x.Chosen[1].ID = "prepared" },
		"or nothing":    func(x *PlanAgreed) { x.Chosen[1].ID = "" },
		"no number":     func(x *PlanAgreed) { x.Value = math.NaN() },
		"no mitigation": func(x *PlanAgreed) { x.Chosen[0].ID = "leak" },
	} {
		x := agreed()
		change(x)
		p := b.shop().clone()
		if err := p.agree(Event{}, x); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}
