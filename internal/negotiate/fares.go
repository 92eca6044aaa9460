package negotiate

import (
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan/model"
)

// Fares is how people and needs fare by a plan that is about as good as the best,
// beside the best.
type Fares struct {
	People []PeopleFare `json:"people"`          // threats that harm people more or less often than with the best plan
	Needs  []NeedFare   `json:"effect_on_needs"` // what one of the two plans does to a need and the other does not
	Words  FaresWords   `json:"words"`
}

// FaresWords say the same, "" where the plans do not differ.
type FaresWords struct {
	People string `json:"people"`
	Needs  string `json:"needs"`
}

// PeopleFare is how often a threat harms people within the horizon.
type PeopleFare struct {
	Threat string      `json:"threat"`
	Title  string      `json:"title"`
	Who    string      `json:"who"`
	Harm   parley.Harm `json:"harm"`
	Chance float64     `json:"chance_within_horizon"`      // with this plan
	Best   float64     `json:"best_chance_within_horizon"` // with the best
}

// NeedFare is what a mitigation does to a need.
type NeedFare struct {
	Need   parley.Need   `json:"need"`
	Effect parley.Effect `json:"effect"`
	By     string        `json:"by"`
	Spared bool          `json:"spared"` // the best plan does so, and this one does not
}

// apart is how far the odds of two chances lie apart, as a natural logarithm, from
// which on they are told: a quarter.
const apart = 0.223

// fares says of each peer how people and needs fare.
func (l *loaded) fares(built *model.Built, p *model.Plan, peers []Peer) error {
	best, err := l.harms(built, p.Chosen)
	if err != nil {
		return err
	}
	for i := range peers {
		x := &peers[i]
		x.Fares = Fares{People: []PeopleFare{}, Needs: append(needFares(l.model, x.Adds, false), needFares(l.model, x.Drops, true)...)}
		here, err := l.harms(built, x.Chosen)
		if err != nil {
			return err
		}
		for k, h := range here {
			if h.Best = best[k].Chance; oddsApart(h.Chance, h.Best) {
				x.Fares.People = append(x.Fares.People, h)
			}
		}
		x.Fares.Words = FaresWords{peopleWords(x.Fares.People, l.portfolio.Horizon()), needWords(l.model, x.Fares.Needs)}
	}
	return nil
}

// harms are the open threats that harm people, each with its chance by a plan.
func (l *loaded) harms(built *model.Built, chosen []string) ([]PeopleFare, error) {
	var out []PeopleFare
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		if t.Impact.People == nil || t.Triage == parley.Closed {
			continue
		}
		portfolio, err := l.rated(t.ID)
		if err != nil {
			return nil, priceError(l.model, err)
		}
		if portfolio == nil {
			continue
		}
		sc := built.Scenario(chosen)
		if portfolio == l.portfolio {
			sc = l.with(sc)
		}
		e, err := portfolio.ExpectThreat(t.ID, sc)
		if err != nil {
			return nil, priceError(l.model, err)
		}
		out = append(out, PeopleFare{Threat: t.ID, Title: titleOf(l.model, t.ID), Who: t.Impact.People.Who, Harm: t.Impact.People.Harm, Chance: e.ChanceWithinHorizon})
	}
	return out, nil
}

// needFares are what some mitigations do to needs.
func needFares(m *parley.Model, ids []string, spared bool) []NeedFare {
	out := []NeedFare{}
	for _, need := range parley.Needs() {
		for _, id := range ids {
			x := m.Mitigation(id)
			if x == nil {
				continue
			}
			if e, ok := x.EffectOnNeeds[need]; ok && e != parley.Same {
				out = append(out, NeedFare{need, e, id, spared})
			}
		}
	}
	return out
}

// oddsApart reports whether two chances differ so much that it is told.
func oddsApart(a, b float64) bool {
	if a == b {
		return false
	}
	d := math.Abs(math.Log(a) - math.Log1p(-a) - math.Log(b) + math.Log1p(-b))
	return math.IsNaN(d) || d >= apart
}

func peopleWords(people []PeopleFare, years float64) string {
	if len(people) == 0 {
		return ""
	}
	var all []string
	for _, x := range people {
		chance, best := plain.TwoChances(x.Chance, x.Best)
		all = append(all, catalogue.T("plan.fares.threat", "title", x.Title, "chance", chance, "best", best))
	}
	return catalogue.T("plan.fares.people", "time", plain.Next(years), "threats", strings.Join(all, "; "))
}

// needWords gathers what is done to each need alike.
func needWords(m *parley.Model, needs []NeedFare) string {
	var all []string
	for len(needs) > 0 {
		x := needs[0]
		alike := func(y NeedFare) bool { return y.Need == x.Need && y.Effect == x.Effect && y.Spared == x.Spared }
		var by []string
		for _, y := range needs {
			if alike(y) {
				by = append(by, "“"+titleOf(m, y.By)+"”")
			}
		}
		key := "plan.fares.need"
		if x.Spared {
			key = "plan.fares.spared"
		}
		all = append(all, catalogue.T(key, "need", catalogue.T("brief.need."+string(x.Need)), "effect", string(x.Effect), "by", strings.Join(by, ", ")))
		needs = slices.DeleteFunc(slices.Clone(needs), alike)
	}
	if len(all) == 0 {
		return ""
	}
	return catalogue.T("plan.fares.needs", "needs", strings.Join(all, "; "))
}
