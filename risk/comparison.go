package risk

import "math"

// comparison is a choice prepared for simulation: its cash flows, and the
// threats that meet something else with it than without.
type comparison struct {
	cash    []cashflow
	threats []contrast
	decay   float64 // ln(1+r): a loss at time t counts exp(−decay·t)
}

// contrast is one threat with and without a choice.
type contrast struct {
	t      *threat
	until  float64 // years from now
	base   side
	phases []side
}

// side is a threat in one scenario, from a time on.
type side struct {
	from      float64
	annuity   float64 // of a unit per year while it lasts
	src       *source // nil: the threat does not exist
	recovered float64 // what transfers pay of the mean flow, currency per year
}

func (p *Portfolio) newComparison(c Choice, steps []step) (*comparison, error) {
	out := &comparison{cash: p.cashflows(steps), decay: math.Log1p(p.discount)}
	base, err := p.stances(c.Base)
	if err != nil {
		return nil, err
	}
	phases := p.phases(c, steps)
	with := make([][]stance, len(phases))
	for k, ph := range phases {
		if with[k], err = p.stances(ph.scenario); err != nil {
			return nil, err
		}
	}
	for i := range p.threats {
		touched := false
		for k := range with {
			touched = touched || !base[i].same(&with[k][i])
		}
		if !touched {
			continue
		}
		t := &p.threats[i]
		ct := contrast{t: t, until: p.ends(t), base: p.side(t, &base[i], 0, p.horizon)}
		for k, ph := range phases {
			ct.phases = append(ct.phases, p.side(t, &with[k][i], ph.from, ph.to))
		}
		out.threats = append(out.threats, ct)
	}
	return out, nil
}

func (p *Portfolio) side(t *threat, s *stance, from, to float64) side {
	out := side{from: from, annuity: p.Annuity(from, min(to, p.ends(t)))}
	if s.absent {
		return out
	}
	out.src = newSource(t, s)
	if len(s.transfers) > 0 {
		out.recovered = p.expectLoss(t, s).Recovered * t.flowPerAnnual()
	}
	return out
}

// yearly reports whether a transfer per year is in force on any side.
func (c *contrast) yearly() bool {
	y := c.base.src != nil && c.base.src.yearly
	for i := range c.phases {
		y = y || c.phases[i].src != nil && c.phases[i].src.yearly
	}
	return y
}
