package risk

// Cost is what a choice takes within the horizon.
type Cost struct {
	Once       Figure  // currency, at the start
	Yearly     Figure  // currency per year from the finish, premiums included
	Money      Figure  // currency through the horizon: once and yearly, undiscounted
	EffortDays Figure  // person-days
	Present    float64 // expected money and priced effort, discounted to now
}

// cashflow is one uncertain amount of a choice with what one unit of it is
// worth today; costs count negatively.
type cashflow struct {
	in   input
	key  scoreKey
	rate float64
}

// cashflows lists the costs and benefits of the steps. Effort is used evenly
// over the lead time, once falls at the start, yearly money runs from the
// finish; nothing counts after the horizon (docs/maths-plan.md, Time).
func (p *Portfolio) cashflows(steps []step) []cashflow {
	var out []cashflow
	for _, s := range steps {
		runs := p.Annuity(s.finish, p.horizon)
		add := func(in input, kind int, rate float64) {
			if in.mean != 0 && rate != 0 {
				out = append(out, cashflow{in, scoreKey{s.id, forCosts, kind}, rate})
			}
		}
		add(s.work.effort, 0, -p.personDay*p.effortFactor(s.start, s.finish))
		if s.start < p.horizon {
			add(s.work.once, 1, -p.Present(s.start))
		}
		add(s.work.yearly, 2, -runs)
		add(s.work.premium, 3, -runs)
		for i, b := range s.work.benefits {
			add(b, 4+i, runs)
		}
	}
	return out
}

// effortFactor is what a unit of effort used evenly between two times is worth
// today, as far as it falls before the horizon.
func (p *Portfolio) effortFactor(start, finish float64) float64 {
	switch {
	case start >= p.horizon:
		return 0
	case finish <= start:
		return p.Present(start)
	}
	return p.Annuity(start, min(finish, p.horizon)) / (finish - start)
}

func (p *Portfolio) cost(steps []step) Cost {
	var once, yearly, money, effort []part
	for _, s := range steps {
		w := s.work
		once = append(once, part{w.once, 1})
		yearly = append(yearly, part{w.yearly, 1}, part{w.premium, 1})
		taken := p.taken(s)
		money = append(money, taken[:]...)
		effort = append(effort, part{w.effort, 1})
	}
	c := Cost{Once: sumOf(once), Yearly: sumOf(yearly), Money: sumOf(money), EffortDays: sumOf(effort)}
	for _, f := range p.cashflows(steps) {
		if f.rate < 0 {
			c.Present -= f.rate * f.in.mean
		}
	}
	return c
}

// taken is the money a step takes through the horizon, undiscounted: once, yearly
// and the premium.
func (p *Portfolio) taken(s step) [3]part {
	runs := max(0, p.horizon-s.finish)
	return [3]part{{s.work.once, 1}, {s.work.yearly, runs}, {s.work.premium, runs}}
}

// benefit is the yearly money the steps bring once finished, besides less risk.
func benefit(steps []step) Figure {
	var parts []part
	for _, s := range steps {
		for _, b := range s.work.benefits {
			parts = append(parts, part{b, 1})
		}
	}
	return sumOf(parts)
}
