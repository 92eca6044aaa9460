package risk

import "cmp"

// EventLoss is the loss of one event of a threat in a scenario: what
// [Portfolio.Simulate] says of it for the same seed (0: 1), without simulating
// years. A threat that is absent has none. The error names an id the model does
// not have.
func (p *Portfolio) EventLoss(id string, s Scenario, seed uint64) (EventLoss, error) {
	src, err := p.sourceIn(id, s)
	if err != nil || src == nil {
		return EventLoss{}, err
	}
	return newBench(cmp.Or(seed, DefaultSeed)).ifItHappens(src), nil
}

// BadEvent is the P95 of [Portfolio.EventLoss] and whether it is exact, without
// the work that its other figures take.
func (p *Portfolio) BadEvent(id string, s Scenario, seed uint64) (p95 float64, exact bool, err error) {
	src, err := p.sourceIn(id, s)
	if err != nil || src == nil {
		return 0, false, err
	}
	if e, ok := src.exactEvent(); ok {
		return e.P95, e.Exact, nil
	}
	events, none := newBench(cmp.Or(seed, DefaultSeed)).events(src)
	return atShare(none, 0.95, func(p float64) float64 { return weightedQuantile(events, p) }), false, nil
}

// sourceIn is a threat in a scenario, ready to be drawn; nil where it is absent.
func (p *Portfolio) sourceIn(id string, s Scenario) (*source, error) {
	t, st, err := p.threatIn(id, s)
	if err != nil || st.absent {
		return nil, err
	}
	return newSource(t, &st), nil
}
