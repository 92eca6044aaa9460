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
	list, err := p.CostsNowByThreat(id, s)
	more := 0.0
	for _, x := range list {
		more += x.Costs
	}
	return max(0, more), err
}

// ThreatCosts is what one threat costs more in a full year, in currency.
type ThreatCosts struct {
	ID    string
	Costs float64
}

// CostsNowByThreat is what [Portfolio.CostsNow] adds up, of the threats before which
// the control or mitigation stands and does not have all its credit.
func (p *Portfolio) CostsNowByThreat(id string, s Scenario) ([]ThreatCosts, error) {
	if err := p.check(s); err != nil {
		return nil, err
	}
	if k := p.known[id]; k != aControl && k != aMitigation {
		return nil, fmt.Errorf("risk: what it costs now: %q is not a control or mitigation of this model", id)
	}
	var out []ThreatCosts
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
		out = append(out, ThreatCosts{t.id, p.expectLoss(t, &st).Annual - p.expectLoss(&whole, &st).Annual})
	}
	return out, nil
}
