package ledger

import (
	"slices"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

func (b *book) incident(x parley.Incident) string {
	b.tb.Helper()
	d, err := b.shop().PutIncident(x)
	if err != nil {
		b.tb.Fatal(err)
	}
	b.add(d)
	return d.Body.(*ItemPut).ID
}

// TestIncidentIDs: an incident gets the next free id, and follows its threat to
// another name.
func TestIncidentIDs(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	had := len(b.shop().Items(KindIncident))
	one := b.incident(parley.Incident{Threat: "leak", At: "2026-11-20", Title: "Old export"})
	two := b.incident(parley.Incident{Threat: "replay", At: "2026-11-21"})
	if one == two || one == "" || len(b.shop().Items(KindIncident)) != had+2 {
		t.Fatalf("%q and %q, %d incidents", one, two, len(b.shop().Items(KindIncident)))
	}
	b.add(Draft{Product: "shop", Body: &ItemRenamed{Kind: KindThreat, From: "leak", To: "breach"}})
	m, err := b.state.File("shop")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(m.Incidents, func(x parley.Incident) bool { return x.ID == one })
	j := slices.IndexFunc(m.Incidents, func(x parley.Incident) bool { return x.ID == two })
	if m.Incidents[i].Threat != "breach" || m.Incidents[j].Threat != "replay" || m.Incidents[i].Title != "Old export" {
		t.Errorf("%+v", m.Incidents)
	}
}

// TestStatedAt: each part of an estimate has its own time; a new text of
// something else moves neither.
func TestStatedAt(t *testing.T) {
	b := newBook(t)
	m := shop()
	b.apply(m)
	of := func() (l, i int64) {
		it := b.shop().Item(KindThreat, "leak")
		return it.LikelihoodAt.Unix(), it.ImpactAt.Unix()
	}
	likelihood, impact := of()
	if likelihood == 0 || likelihood != impact {
		t.Fatalf("stated at %d and %d", likelihood, impact)
	}
	m.Threats[0].Notes = "longer"
	b.apply(m)
	if l, i := of(); l != likelihood || i != impact {
		t.Error("notes made an estimate new")
	}
	m.Threats[0].Likelihood = quantity.Of("3 per year")
	b.apply(m)
	l, i := of()
	if l <= likelihood || i != impact {
		t.Errorf("a new likelihood: %d and %d, were %d and %d", l, i, likelihood, impact)
	}
	m.Threats[0].Impact.Financial.Amount = quantity.Of("1M")
	b.apply(m)
	if l2, i2 := of(); l2 != l || i2 <= impact {
		t.Errorf("a new impact: %d and %d", l2, i2)
	}
	m.Threats[0].StatedWith = &[]string{}
	b.apply(m)
	if l3, i3 := of(); l3 <= l || l3 != i3 {
		t.Errorf("stated with other controls: %d and %d", l3, i3)
	}
}

func TestPremiseOf(t *testing.T) {
	d := &Decision{Terms: Terms{Premises: []Premise{{Name: "a", Ref: "x", Value: 1}, {Name: "a", Ref: "y", Value: 2}}}}
	if p := d.Premise("a", "y"); p == nil || p.Value != 2 {
		t.Errorf("%+v", p)
	}
	if p := d.Premise("b", "y"); p != nil {
		t.Errorf("%+v", p)
	}
}
