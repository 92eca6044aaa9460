package risk

// Expectation is the exact price of a scenario.
type Expectation struct {
	Annual  float64    // expected loss in one full year, currency
	Kinds   KindLosses // Annual by kind
	Chance  float64    // of at least one event of any threat within the horizon
	Inexact string     // why Annual is an estimate after all; "" where it is exact
	Threats []ThreatExpectation
}

// ThreatExpectation is the exact price of one threat in a scenario.
type ThreatExpectation struct {
	ID                  string
	Annual              float64    // expected loss in one full year, currency
	Rate                float64    // expected events in one full year
	PerEvent            float64    // expected loss of one event, before what others pay for it, currency; 0 where there are none
	Recovered           float64    // expected recovery from transfers in one full year, currency: Annual is without it
	Kinds               KindLosses // Annual by kind: they add up to it
	ChanceWithinHorizon float64
	Inexact             string  // why Annual is an estimate after all; "" where it is exact
	StandardError       float64 // of Annual, where what contracts pay is estimated; 0 where nothing is
	Absent              bool    // the threat does not exist in the scenario
}

// Expect prices a scenario without sampling: expectations are products of
// means, since a threat's uncertain inputs are independent. The error names an
// id the model does not have.
func (p *Portfolio) Expect(s Scenario) (Expectation, error) {
	stances, err := p.stances(s)
	if err != nil {
		return Expectation{}, err
	}
	out := Expectation{Threats: make([]ThreatExpectation, len(p.threats))}
	chances := make([]float64, len(p.threats))
	for i := range p.threats {
		e := p.expectThreat(&p.threats[i], &stances[i])
		out.Threats[i], chances[i] = e, e.ChanceWithinHorizon
		out.Annual += e.Annual
		out.Kinds.Add(e.Kinds)
		if e.Inexact != "" && out.Inexact == "" {
			out.Inexact = e.ID + ": " + e.Inexact
		}
	}
	out.Chance = AnyChance(chances)
	return out, nil
}

// ExpectAnnual is the Annual of [Portfolio.Expect] alone, which takes much less
// time than the chances.
func (p *Portfolio) ExpectAnnual(s Scenario) (float64, error) {
	stances, err := p.stances(s)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for i := range p.threats {
		sum += p.expectLoss(&p.threats[i], &stances[i]).Annual
	}
	return sum, nil
}

// ExpectThreat prices one threat in a scenario, like [Portfolio.Expect].
func (p *Portfolio) ExpectThreat(id string, s Scenario) (ThreatExpectation, error) {
	t, st, err := p.threatIn(id, s)
	if err != nil {
		return ThreatExpectation{}, err
	}
	return p.expectThreat(t, &st), nil
}

func (p *Portfolio) expectThreat(t *threat, s *stance) ThreatExpectation {
	e := p.expectLoss(t, s)
	if !s.absent {
		e.ChanceWithinHorizon = t.chance(s, p.horizon)
	}
	return e
}

// expectLoss is expectThreat without the chance within the horizon.
func (p *Portfolio) expectLoss(t *threat, s *stance) ThreatExpectation {
	e := ThreatExpectation{ID: t.id, Absent: s.absent}
	if s.absent {
		return e
	}
	pass, both := t.means(s)
	events := t.rate.mean * t.perYear()
	e.Rate = events * pass / t.passes
	e.Annual = events * both / (t.passes * t.leaves) * t.lossMean
	if share, exact := t.onceShare(s, pass); share != 1 {
		e.Rate *= share
		e.Annual *= share
		if !exact {
			e.Inexact = "the chance of a single event would pass 100 % in some draws: on a lattice of points"
		}
	}
	if e.Rate > 0 {
		e.PerEvent = e.Annual / e.Rate
	}
	e.Kinds = t.byKind(e.Annual)
	if len(s.transfers) > 0 {
		back, standardError, why := p.recovered(t, s)
		for k, v := range back {
			e.Kinds[k] -= v
		}
		e.Recovered = back.Sum()
		e.Annual -= e.Recovered
		e.StandardError = standardError
		if e.Inexact == "" {
			e.Inexact = why
		}
	}
	return e
}
