package ledger

import (
	"slices"
	"strings"
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

// TestIncidentsAsAFile: what an incident names may be renamed or closed, and the
// product can still be written back.
func TestIncidentsAsAFile(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.incident(parley.Incident{ID: "near", Threat: "leak", At: "2026-11-20", NearMiss: true, Stopped: []string{"waf"}})
	b.incident(parley.Incident{ID: "gone", Threat: "replay", At: "2026-11-20", Passed: []string{"waf"}})
	b.add(Draft{Product: "shop", Body: &ItemRenamed{Kind: KindControl, From: "waf", To: "wall"}})
	find := func(id string) *parley.Incident {
		t.Helper()
		m, err := b.state.File("shop")
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range parley.Errors(append(parley.Resolve(m), parley.Validate(m)...)) {
			if strings.HasPrefix(bad.Path, "incidents") {
				t.Errorf("the file is not valid: %+v", bad)
			}
		}
		i := slices.IndexFunc(m.Incidents, func(x parley.Incident) bool { return x.ID == id })
		if i < 0 {
			return nil
		}
		return &m.Incidents[i]
	}
	if x := find("near"); x == nil || !slices.Equal(x.Stopped, []string{"wall"}) {
		t.Errorf("%+v", x)
	}
	for _, closing := range []ProposalMade{{About: AboutClosing, Kind: KindThreat, ID: "replay"}, {About: AboutClosing, Kind: KindControl, ID: "wall"}} {
		b.add(Draft{Product: "shop", Body: &closing})
		open := b.shop().Proposals[len(b.shop().Proposals)-1]
		b.add(Draft{Product: "shop", Body: &ProposalSettled{Proposal: open.Short, Outcome: Accepted}})
	}
	if x := find("gone"); x != nil {
		t.Errorf("an incident of a threat that is closed stands in the file: %+v", x)
	}
	if x := find("near"); x == nil || len(x.Stopped) != 0 {
		t.Errorf("%+v", x)
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
	m.Threats[0].Impact.Says = "Told in other words."
	m.Controls = append(m.Controls, parley.Control{ID: "later", Title: "Later"})
	b.apply(m)
	if l, i := of(); l != likelihood || i != impact || slices.Contains(b.shop().Item(KindThreat, "leak").StatedWith, "later") {
		t.Error("other words made an estimate new")
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
