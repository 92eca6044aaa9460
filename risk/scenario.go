package risk

import (
	"fmt"
	"slices"
)

// Scenario says what differs from today. The zero value is today: all controls
// work, no mitigation or feature is finished, no transfer is in force, and
// threats that features introduce do not exist.
type Scenario struct {
	Mitigations []string // ids of those finished
	Features    []string // ids of those finished
	Broken      []string // controls or mitigations that only do what they do when degraded; dependencies that are down
	Without     []string // controls or mitigations taken away
	Transfers   []string // ids of transfer treatments in force
	Avoided     []string // ids of threats that no longer exist
}

// stance is a scenario as one threat meets it.
type stance struct {
	absent    bool
	in        []bool // by barrier: in place, and what it relies on not broken
	broken    []bool // by barrier: does only what it does when degraded
	transfers []*transfer
	claimed   bool // barriers work as they are said to, whatever the evidence
}

// check refuses ids the model does not have, naming the list they are in.
func (p *Portfolio) check(s Scenario) error {
	for _, l := range []struct {
		name   string
		ids    []string
		kinds  []thing
		wanted string
	}{
		{"mitigations", s.Mitigations, []thing{aMitigation}, "a mitigation"},
		{"features", s.Features, []thing{aFeature}, "a feature"},
		{"broken", s.Broken, []thing{aControl, aMitigation, aDependency}, "a control, mitigation or dependency"},
		{"without", s.Without, []thing{aControl, aMitigation}, "a control or mitigation"},
		{"transfers", s.Transfers, []thing{aTransfer}, "a transfer among the treatments"},
		{"avoided", s.Avoided, []thing{aThreat}, "a threat"},
	} {
		for _, id := range l.ids {
			if !slices.Contains(l.kinds, p.known[id]) {
				return fmt.Errorf("risk: %s: %q is not %s of this model", l.name, id, l.wanted)
			}
		}
	}
	return nil
}

// stances is the scenario as each threat meets it, in their order.
func (p *Portfolio) stances(s Scenario) ([]stance, error) {
	if err := p.check(s); err != nil {
		return nil, err
	}
	out := make([]stance, len(p.threats))
	for i := range p.threats {
		out[i] = p.stance(&p.threats[i], s)
	}
	return out, nil
}

// threatIn is one threat, and the scenario as it meets it. The error names an id the
// model does not have.
func (p *Portfolio) threatIn(id string, s Scenario) (*threat, stance, error) {
	t, err := p.find(id)
	if err != nil {
		return nil, stance{}, err
	}
	if err := p.check(s); err != nil {
		return nil, stance{}, err
	}
	return t, p.stance(t, s), nil
}

func (p *Portfolio) stance(t *threat, s Scenario) stance {
	st := stance{
		absent: slices.Contains(s.Avoided, t.id) || len(t.features) > 0 && !meet(t.features, s.Features),
		in:     make([]bool, len(t.barriers)),
		broken: make([]bool, len(t.barriers)),
	}
	for i := range t.barriers {
		b := &t.barriers[i]
		there := !b.mitigation || slices.Contains(s.Mitigations, b.id)
		st.in[i] = there && !slices.Contains(s.Without, b.id) && !meet(b.relies, s.Broken)
		st.broken[i] = slices.Contains(s.Broken, b.id)
	}
	for _, id := range s.Transfers {
		if r := p.treatment[id]; r.threat == t.id {
			st.transfers = append(st.transfers, r.transfer)
		}
	}
	slices.SortFunc(st.transfers, func(a, b *transfer) int { return a.order - b.order })
	return st
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}
