package risk

import (
	"fmt"
	"slices"
)

// CostsNow is what a full year costs more in a scenario, in currency, because
// the evidence does not bear out all of what one control or mitigation is said to
// stop: the Annual of [Portfolio.Expect] less that of the same model compiled
// without its [Assurance]. It is never below 0, and 0 for one that has all its
// credit. Only the threats that it stands before are priced. The error names an
// id the model does not have.
func (p *Portfolio) CostsNow(id string, s Scenario) (float64, error) {
	if err := p.check(s); err != nil {
		return 0, err
	}
	if k := p.known[id]; k != aControl && k != aMitigation {
		return 0, fmt.Errorf("risk: what it costs now: %q is not a control or mitigation of this model", id)
	}
	more := 0.0
	for i := range p.threats {
		t := &p.threats[i]
		j := slices.IndexFunc(t.barriers, func(b barrier) bool { return b.id == id })
		if j < 0 || t.barriers[j].assured.is(1) {
			continue
		}
		st := p.stance(t, s)
		whole := *t
		whole.barriers = slices.Clone(t.barriers)
		whole.barriers[j].assured = constant(1)
		whole.barriers[j].resettle() // what was stated, its blind spots and its axis do not depend on evidence
		more += p.expectLoss(t, &st).Annual - p.expectLoss(&whole, &st).Annual
	}
	return max(0, more), nil
}
