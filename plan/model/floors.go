package model

import (
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan"
)

// FloorKind is why something is never traded for money.
type FloorKind string

// The kinds of floor.
const (
	ByObligation FloorKind = "obligation" // a law, contract or promise asks for it
	ByPeople     FloorKind = "people"     // people may be gravely harmed
	ByMust       FloorKind = "must"       // the file, or a decision, says it must be done
)

// floor is something the plan has to do whatever it costs: one item, or for a
// threat at least one of the mitigations against it.
type floor struct {
	id     string
	kind   FloorKind
	says   string
	threat bool
	items  []int // the item; or the mitigations that treat the threat
	rows   []int // the problem's rows that hold a threat's floor
	// later says that features introduce the threat, brings which of those take part.
	later  bool
	brings []int
}

// addFloors makes obligations and grave harm part of the rules. An item under
// an obligation must be chosen. A threat that needs a decision and is under an
// obligation, or may gravely harm people, must be treated: at least one of the
// mitigations against it is chosen, where there is one; a feature that
// introduces it cannot start before one of them.
func (b *Built) addFloors(m *parley.Model, works []candidate) {
	for _, w := range works {
		i, ok := b.index[w.id]
		settled := slices.Contains(b.limits.Settled, w.id)
		switch {
		case w.obligation.Applies() && !settled:
			f := floor{id: w.id, kind: ByObligation, says: w.obligation.Says}
			if ok {
				f.items = []int{i}
				b.Problem.Items[b.last(i)].Must = true
			}
			b.floors = append(b.floors, f)
		case ok && b.items[i].must:
			b.floors = append(b.floors, floor{id: w.id, kind: ByMust, items: []int{i}})
		}
	}
	for k := range m.Threats {
		t := &m.Threats[k]
		if !t.NeedsDecision() || slices.Contains(b.limits.Settled, t.ID) || slices.Contains(b.limits.Avoided, t.ID) {
			continue
		}
		switch {
		case t.Obligation.Applies():
			b.treat(m, floor{id: t.ID, kind: ByObligation, says: t.Obligation.Says})
		case t.GraveHarm():
			b.treat(m, floor{id: t.ID, kind: ByPeople, says: t.Impact.People.Who})
		}
	}
}

// treat adds the floor of a threat.
func (b *Built) treat(m *parley.Model, f floor) {
	f.threat = true
	for _, x := range m.Mitigations {
		against := func(a parley.Against) bool { return a.Threat == f.id && a.Stated() }
		if i, ok := b.index[x.ID]; ok && slices.ContainsFunc(x.Against, against) {
			f.items = append(f.items, i)
		}
	}
	for _, x := range m.Features {
		if slices.Contains(x.Introduces, f.id) {
			f.later = true
			if i, ok := b.index[x.ID]; ok {
				f.brings = append(f.brings, i)
			}
		}
	}
	demand := func(s int, limit float64, extra ...plan.Use) {
		r := plan.Row{Name: f.id, Limit: limit, Uses: extra}
		for _, k := range f.items {
			r.Uses = append(r.Uses, plan.Use{Item: b.at(k, s), Amount: -1})
		}
		f.rows = append(f.rows, len(b.Problem.Rows))
		b.Problem.Rows = append(b.Problem.Rows, r)
	}
	switch {
	case f.later:
		for _, k := range f.brings {
			for s := range b.starts {
				demand(s, 0, plan.Use{Item: b.at(k, s), Amount: 1})
			}
		}
	case len(f.items) > 0:
		demand(len(b.starts)-1, -1)
	}
	b.floors = append(b.floors, f)
}

// threatFloors are the floors of threats.
func (b *Built) threatFloors() []floor {
	return slices.DeleteFunc(slices.Clone(b.floors), func(f floor) bool { return !f.threat })
}

// without is the problem with some floors taken away.
func (b *Built) without(floors ...floor) *plan.Problem {
	q := b.Problem
	q.Rows, q.Items = slices.Clone(q.Rows), slices.Clone(q.Items)
	for _, f := range floors {
		if f.threat {
			for _, k := range f.rows {
				q.Rows[k].Uses, q.Rows[k].Limit = nil, 0
			}
			continue
		}
		for _, k := range f.items {
			q.Items[b.last(k)].Must = false
		}
	}
	return &q
}

// met says whether a set of items meets the floor.
func (f floor) met(taken []int) bool {
	has := func(k int) bool { return slices.Contains(taken, k) }
	if f.later && !slices.ContainsFunc(f.brings, has) {
		return true // the threat does not come to be
	}
	return slices.ContainsFunc(f.items, has)
}
