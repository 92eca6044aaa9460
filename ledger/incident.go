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
		for n := 1; ; n++ {
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

// Premise is a premise of a decision by its name and what it is of, nil where the
// decision has none.
func (d *Decision) Premise(name, ref string) *Premise {
	i := slices.IndexFunc(d.Premises, func(p Premise) bool { return p.Name == name && p.Ref == ref })
	if i < 0 {
		return nil
	}
	return &d.Premises[i]
}

// renameIncidents lets incidents speak of a threat by its new id, so that the
// product can be written back as a file.
func (p *Product) renameIncidents(from, to string) error {
	name, err := json.Marshal(to)
	if err != nil {
		return err
	}
	for i, it := range p.items[KindIncident] {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(it.JSON, &fields); err != nil {
			return fmt.Errorf("incident %s: %w", it.ID, err)
		}
		var threat string
		if err := json.Unmarshal(fields["threat"], &threat); err != nil || threat != from {
			continue
		}
		fields["threat"] = name
		c := *it
		if c.JSON, err = canonicalOf(fields); err != nil {
			return err
		}
		p.items[KindIncident][i] = &c
	}
	return nil
}
