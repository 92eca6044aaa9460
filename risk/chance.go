package risk

import "github.com/parleysec/parley/quantity"

// chance is that of at least one event of a threat within some years H:
// 1 − E[exp(−H·λ)] (clustered: see noEvent), or for a single event the chance that it happens and falls
// into them, its time being uniform over the timeframe stated.
func (t *threat) chance(s *stance, years float64) float64 {
	if t.once {
		c, _ := t.onceChance(s)
		return c * min(1, years/t.over)
	}
	none, _ := t.expectOver(s, func(rate, pass float64) float64 { return t.noEvent(rate*pass/t.passes, years) })
	return 1 - none
}

// ChanceWithin is the chance of at least one event of a threat within some years
// (0 or more) as a scenario has it, 0..1: that of [Portfolio.Expect] where the
// years are the horizon. The error names an id the model does not have.
func (p *Portfolio) ChanceWithin(id string, s Scenario, years float64) (float64, error) {
	t, st, err := p.threatIn(id, s)
	if err != nil {
		return 0, err
	}
	if st.absent {
		return 0, nil
	}
	return t.chance(&st, years), nil
}

// onceChance is E[min(1, P·pass/D)], the chance of a single event over its
// timeframe, and whether it is exact.
func (t *threat) onceChance(s *stance) (float64, bool) {
	if t.mostPass(s) <= t.passes { // the cap never binds: P ≤ 1
		pass, _ := t.means(s)
		return t.rate.mean * pass / t.passes, true
	}
	if t.shares(s) == 0 {
		r := t.passAt(s, nil) / t.passes
		return quantity.ExpectAt(t.rate.dist, func(c float64) float64 { return min(1, c*r) }, 1/r), true
	}
	return t.expectOver(s, func(chance, pass float64) float64 { return min(1, chance*pass/t.passes) })
}

// onceShare is by how much the cap of a single event's chance lowers its
// expectation, 1 where it does not.
func (t *threat) onceShare(s *stance, pass float64) (float64, bool) {
	if !t.once || t.mostPass(s) <= t.passes {
		return 1, true
	}
	c, exact := t.onceChance(s)
	return c * t.passes / (t.rate.mean * pass), exact
}

// AnyChance is the chance of at least one event of any of some threats, from that of
// each within the same time, 0..1. A share that several threats have in common counts
// as drawn for each of them, which overstates the chance a little.
func AnyChance(each []float64) float64 {
	none := 1.0
	for _, c := range each {
		none *= 1 - c
	}
	return 1 - none
}
