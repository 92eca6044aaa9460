package ledger

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/parleysec/parley"
)

// PutIncident is the draft that records an incident, new or told anew. One
// without an id gets the next free one of the product: i1, i2 …
func (p *Product) PutIncident(x parley.Incident) (Draft, error) {
	if x.ID == "" {
		for n := len(p.items[KindIncident]) + 1; ; n++ {
			if x.ID = fmt.Sprintf("i%d", n); p.Item(KindIncident, x.ID) == nil {
				break
			}
		}
	}
	text, err := canonicalOf(x)
	if err != nil {
		return Draft{}, fmt.Errorf("incident of %q: %w", x.Threat, err)
	}
	return Draft{Product: p.ID, Body: &ItemPut{Kind: KindIncident, ID: x.ID, Item: text}}, nil
}

// PremiseIncidents is the name of the premise that a threat happens no more
// often than was expected; PremiseWorst that no event costs more than the bad
// case a decision stood on. Neither is kept with the decision: they follow from
// its estimates.
const (
	PremiseIncidents = "incidents"
	PremiseWorst     = "loss_of_one_event"
)

// UnitEvents is the unit of a premise that counts events.
const UnitEvents = "events"

// UnitStrength is the unit of a premise that is a share of what a layer is said to stop.
const UnitStrength = "share of its strength"

// Premise is a premise of a decision by its name and what it is of, nil where the
// decision has none.
func (d *Decision) Premise(name, ref string) *Premise {
	i := slices.IndexFunc(d.Premises, func(p Premise) bool { return p.Name == name && p.Ref == ref })
	if i < 0 {
		return nil
	}
	return &d.Premises[i]
}

// renameIncidents lets incidents speak of a threat or a layer by its new id, so
// that the product can be written back as a file.
func (p *Product) renameIncidents(kind ItemKind, from, to string) error {
	for i, it := range p.items[KindIncident] {
		var x parley.Incident
		if err := json.Unmarshal(it.JSON, &x); err != nil {
			return fmt.Errorf("incident %s: %w", it.ID, err)
		}
		swap := func(ids []string) bool {
			i := slices.Index(ids, from)
			if i >= 0 {
				ids[i] = to
			}
			return i >= 0
		}
		changed := false
		switch {
		case kind != KindThreat:
			stopped, passed := swap(x.Stopped), swap(x.Passed)
			changed = stopped || passed
		case x.Threat == from:
			x.Threat, changed = to, true
		}
		if !changed {
			continue
		}
		c := *it
		var err error
		if c.JSON, err = canonicalOf(x); err != nil {
			return err
		}
		p.items[KindIncident][i] = &c
	}
	return nil
}

// tellable leaves out of a model what a file cannot say: the incidents of threats,
// and the layers they met, that are not there any more. The record keeps them.
func tellable(m *parley.Model) {
	gone := func(id string) bool { return m.Control(id) == nil && m.Mitigation(id) == nil }
	m.Incidents = slices.DeleteFunc(m.Incidents, func(x parley.Incident) bool { return m.Threat(x.Threat) == nil })
	for i := range m.Incidents {
		x := &m.Incidents[i]
		x.Stopped, x.Passed = slices.DeleteFunc(x.Stopped, gone), slices.DeleteFunc(x.Passed, gone)
	}
}

// StatesWith reports whether a threat says itself which controls its estimate
// was stated with.
func (i *Item) StatesWith() bool {
	var own struct {
		StatedWith *[]string `json:"stated_with"`
	}
	return json.Unmarshal(i.JSON, &own) == nil && own.StatedWith != nil
}
