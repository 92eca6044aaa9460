package risk

import (
	"fmt"
	"slices"

	"github.com/parleysec/parley"
)

// gatherBarriers lists the controls and mitigations that state a strength
// against the threat.
func (t *threat) gatherBarriers(m *parley.Model, src *parley.Threat, assured map[string]input) error {
	for i := range m.Controls {
		c := &m.Controls[i]
		stated := src.StatedWith == nil || slices.Contains(*src.StatedWith, c.ID)
		if err := t.addBarrier(c.ID, &c.Barrier, false, stated); err != nil {
			return err
		}
	}
	for i := range m.Mitigations {
		if err := t.addBarrier(m.Mitigations[i].ID, &m.Mitigations[i].Barrier, true, false); err != nil {
			return err
		}
	}
	for i := range t.barriers {
		b := &t.barriers[i]
		b.assured = constant(1)
		if a, ok := assured[b.id]; ok {
			b.assured = a
		}
	}
	return nil
}

func (t *threat) addBarrier(id string, src *parley.Barrier, mitigation, stated bool) error {
	before := len(t.barriers)
	for _, a := range src.Against {
		if a.Threat != t.id || !a.Stated() {
			continue
		}
		if len(t.barriers) > before {
			return fmt.Errorf("%q is against it twice: state its shares once", id)
		}
		b := barrier{
			id: id, mitigation: mitigation, stated: stated, relies: src.ReliesOn,
			onEvents: !a.Likelihood.IsZero(), onLoss: !a.Impact.IsZero(),
			events: of(a.Likelihood, 0), loss: of(a.Impact, 0),
			coverage: of(src.Coverage, 1), degraded: of(src.Degraded, 0),
		}
		if stated { // its uncertainty is in the statement
			b.events, b.loss = b.events.atMean(), b.loss.atMean()
			b.coverage, b.degraded = b.coverage.atMean(), b.degraded.atMean()
		}
		if err := b.check(); err != nil {
			return err
		}
		t.barriers = append(t.barriers, b)
	}
	return nil
}

// check refuses shares outside 0..1.
func (b *barrier) check() error {
	for _, s := range []struct {
		name string
		in   input
	}{{"likelihood", b.events}, {"impact", b.loss}, {"coverage", b.coverage}, {"degraded", b.degraded}} {
		if !(s.in.mean >= 0 && s.in.mean <= 1) {
			return fmt.Errorf("%s of %q is %v; a share from 0%% to 100%% is wanted", s.name, b.id, s.in.mean)
		}
	}
	return nil
}
