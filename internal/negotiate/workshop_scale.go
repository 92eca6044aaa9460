package negotiate

import (
	"cmp"
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk/learning"
)

// WorkshopScale is what people said of one thing in all rounds that were revealed,
// as numbers on one scale.
type WorkshopScale struct {
	What  string        `json:"what"`            // likelihood, impact, cost
	Unit  string        `json:"unit"`            // chance (of one at least within the horizon, 0 to 1), money, days
	Years float64       `json:"years,omitempty"` // of a chance: within which time
	Bars  []WorkshopBar `json:"bars"`            // person by person, the rounds of each together; what all say together last
}

// WorkshopBar is what one person said, or all together: a range from the 5th to the
// 95th percentile.
type WorkshopBar struct {
	By    string  `json:"by"` // "" for all together
	Round int     `json:"round"`
	Low   float64 `json:"low"`
	Mid   float64 `json:"mid"` // median
	High  float64 `json:"high"`
}

// Ends are the lowest and the highest of what people said last, by their middles,
// and whether those are near enough to count as the same; where one person alone
// spoke they are both theirs.
func (s *WorkshopScale) Ends() (low, high WorkshopBar, agreed bool) {
	var last []WorkshopBar // of each person: their rounds stand together, the last one last
	for _, b := range s.Bars {
		switch n := len(last); {
		case b.By == "":
		case n > 0 && last[n-1].By == b.By:
			last[n-1] = b
		default:
			last = append(last, b)
		}
	}
	if len(last) == 0 {
		return low, high, true
	}
	slices.SortStableFunc(last, func(a, b WorkshopBar) int { return cmp.Compare(a.Mid, b.Mid) })
	low, high = last[0], last[len(last)-1]
	return low, high, high.Mid <= low.Mid*learning.Agreed
}

// scalesOf are the three things as people said them of a threat, without those that
// nobody spoke of.
func scalesOf(m *parley.Model, t *ledger.Topic) []WorkshopScale {
	out := []WorkshopScale{}
	env, years := m.Env(), m.Policy.HorizonYears()
	chance := func(rate float64) float64 { return -math.Expm1(-rate * years) }
	same := func(x float64) float64 { return x }
	kind, unit := quantity.Effort, "days" // of costs: what most people gave
	if c := costs(t.Standing(), env).voices; len(c) > 0 && c[0].q.Kind == quantity.Money {
		kind, unit = quantity.Money, "money"
	}
	for _, s := range []struct {
		what, unit string
		voices     func(*ledger.Round) chorus
		to         func(float64) float64
	}{
		{"likelihood", "chance", func(r *ledger.Round) chorus { return chances(r, env) }, chance},
		{"impact", "money", func(r *ledger.Round) chorus { return losses(r, env) }, same},
		{"cost", unit, func(r *ledger.Round) chorus { return voicesOf(r, costText, readAs(kind, env)) }, same},
	} {
		if bars := barsOf(t, s.voices, s.to); len(bars) > 0 {
			scale := WorkshopScale{What: s.what, Unit: s.unit, Bars: bars}
			if s.unit == "chance" {
				scale.Years = years
			}
			out = append(out, scale)
		}
	}
	return out
}

// barsOf are the bars of one thing: those of each person in the order of round and
// answer, then those of all together where there are several.
func barsOf(t *ledger.Topic, voices func(*ledger.Round) chorus, to func(float64) float64) []WorkshopBar {
	var bars, all []WorkshopBar
	var people []string
	for j := range t.Rounds {
		r := &t.Rounds[j]
		if r.Revealed.IsZero() {
			continue
		}
		c := voices(r)
		for _, v := range c.voices {
			d := v.q.Dist()
			bars = append(bars, WorkshopBar{v.by, j + 1, to(d.Quantile(0.05)), to(d.Quantile(0.5)), to(d.Quantile(0.95))})
			people = union(people, v.by)
		}
		upTo := ledger.Topic{Rounds: t.Rounds[:j+1]} // who is silent in the second round stays with the first
		if c := voices(upTo.Standing()); len(c.voices) > 1 {
			all = append(all, WorkshopBar{"", j + 1, to(c.pool.P5), to(c.pool.P50), to(c.pool.P95)})
		}
	}
	slices.SortStableFunc(bars, func(a, b WorkshopBar) int {
		return cmp.Compare(slices.Index(people, a.By), slices.Index(people, b.By))
	})
	return append(bars, all...)
}
