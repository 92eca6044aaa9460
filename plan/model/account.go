package model

// ItemShare is what one chosen item adds to the figures of a plan, started when
// the plan starts it: currency, but for EffortDays; Outlay and Gross are
// discounted.
type ItemShare struct {
	ID         string
	Money      float64
	EffortDays float64
	Outlay     float64
	Gross      float64 // benefits, or the value of a feature
}

// ThreatShare is what a plan does to the loss of one threat.
type ThreatShare struct {
	ID      string
	Avoided float64     // discounted, over the horizon; what a feature brings counts negatively
	Annual  BeforeAfter // of one full year, undiscounted
}

// Account takes the figures of a plan apart: Σ Money and Σ EffortDays are its
// cost, Σ Outlay its outlay, Σ Avoided + Σ Gross − Σ Outlay its value, and
// Σ Annual its annual loss, but for rounding in the last digits of a float64.
type Account struct {
	Items   []ItemShare   // in file order
	Threats []ThreatShare // as in the model; those with a price
}

// Account is the account of a plan by when its items start: of [Plan.Periods],
// of those of a peer, of an assessment or of a point of the frontier.
func (b *Built) Account(periods []Scheduled) (Account, error) {
	var a Account
	chosen := b.startedIn(periods)
	for _, k := range b.taken(chosen) {
		x := ItemShare{ID: b.ids[k]}
		for s := b.startOf(chosen, k); s < len(b.starts); s++ {
			it := b.Problem.Items[b.at(k, s)]
			x.Money += it.Money
			x.EffortDays += it.Effort
			x.Outlay += it.Outlay
			x.Gross += it.Gross
		}
		a.Items = append(a.Items, x)
	}
	before, err := b.portfolio.Expect(b.Scenario(nil))
	if err != nil {
		return a, err
	}
	after, err := b.portfolio.Expect(b.Scenario(b.names(chosen)))
	if err != nil {
		return a, err
	}
	for i, t := range before.Threats {
		x := ThreatShare{ID: t.ID, Annual: BeforeAfter{Before: t.Annual, After: after.Threats[i].Annual}}
		for _, s := range b.spans {
			if s.threat == t.ID {
				x.Avoided += b.Problem.LossOf(s.from, s.to, nil) - b.Problem.LossOf(s.from, s.to, chosen)
			}
		}
		a.Threats = append(a.Threats, x)
	}
	return a, nil
}

// startedIn are the problem's items of a schedule.
func (b *Built) startedIn(periods []Scheduled) []int {
	var chosen []int
	for s, p := range periods {
		for _, id := range p.Items {
			k, ok := b.index[id]
			for q := s; ok && q < len(b.starts); q++ {
				chosen = append(chosen, b.at(k, q))
			}
		}
	}
	return chosen
}

// Fall is what one item takes of one period.
type Fall struct {
	ID   string
	Cost Cost
}

// Falls are what the items of a schedule take of its n-th period: they add up to
// [Scheduled.Cost]. What takes nothing of it is left out.
func (b *Built) Falls(periods []Scheduled, n int) []Fall {
	var out []Fall
	chosen := b.startedIn(periods)
	for _, k := range b.taken(chosen) {
		if c := b.fall(k, b.startOf(chosen, k), n); c != (Cost{}) {
			out = append(out, Fall{b.ids[k], c})
		}
	}
	return out
}
