package risk

import "cmp"

// EventLoss is the loss of one event of a threat in a scenario: what
// [Portfolio.Simulate] says of it for the same seed (0: 1), without simulating
// years. A threat that is absent has none. The error names an id the model does
// not have.
func (p *Portfolio) EventLoss(id string, s Scenario, seed uint64) (EventLoss, error) {
	t, st, err := p.threatIn(id, s)
	if err != nil {
		return EventLoss{}, err
	}
	if st.absent {
		return EventLoss{}, nil
	}
	return newBench(cmp.Or(seed, DefaultSeed)).ifItHappens(newSource(t, &st)), nil
}
