package model

import (
	"math"
	"slices"

	"github.com/parleysec/parley/plan"
)

// Reason is why an item is in a plan or left out.
type Reason string

// The reasons.
const (
	Pays         Reason = "pays"           // in: it brings more than it costs
	IsMust       Reason = "must"           // in: the file, or a decision, says so
	IsObligation Reason = "obligation"     // in: a law, contract or promise asks for it
	ForPeople    Reason = "people"         // in: it keeps people from grave harm
	IsRequired   Reason = "required"       // in: something else in the plan requires it
	TooDear      Reason = "does not pay"   // out: it costs more than it brings
	NoRoom       Reason = "no room"        // out: it would pay, but the limits are better used otherwise
	IsExcluded   Reason = "excluded"       // out: it would pay, but something in the plan excludes it
	IsMustNot    Reason = "must not"       // out: a decision says so
	NoValue      Reason = "no value"       // out: a feature whose value nobody stated
	OpensThreat  Reason = "opens a threat" // out: it brings a threat that is under a floor and that nothing chosen treats
)

// Why says what one item is worth to the plan, and why it is in or out.
type Why struct {
	ID string `json:"id"`
	In bool   `json:"in"`
	// MarginalValue is the value the plan loses without the item, or gains (a
	// negative number: loses) with it. With Reoptimised everything else is chosen
	// anew within the limits; otherwise all else stays as it is, limits aside.
	MarginalValue float64 `json:"marginal_value"`
	Reoptimised   bool    `json:"reoptimised"`
	// InPlan is the marginal value with all else as it is: without the item and
	// what requires it, or with it and what it requires in the place of what that
	// excludes; see [plan.Problem.Turned].
	InPlan float64 `json:"in_plan"`
	Reason Reason  `json:"reason"`
	// WorthIf, for an item left out that could pay, says how much less it would
	// have to cost to come in, WorthIfStops how much more it would have to stop;
	// nil where no saving, or no strength, would do, or where WorthIfOpen says
	// that one of them was not worked out in time.
	WorthIf      *WorthIf      `json:"worth_if,omitempty"`
	WorthIfStops *WorthIfStops `json:"worth_if_stops,omitempty"`
	WorthIfOpen  bool          `json:"worth_if_open,omitempty"`
	// Delays say what starting the item later would cost: one for each period after
	// the one in which the plan starts it, or after the first for one left out.
	Delays []Delay `json:"delays,omitempty"`
	// Because are the ids that the reason speaks of: what requires or excludes
	// the item, or the threat it is in for.
	Because []string `json:"because,omitempty"`
	// Over are the limits that the plan with the item would pass, where there is no
	// room for it: started where it would pass fewest, then where it is worth most.
	Over []OverLimit `json:"over,omitempty"`
}

// OverLimit is a limit that there is not room enough within.
type OverLimit struct {
	Period string  `json:"period,omitempty"` // "" for all time together
	What   string  `json:"what"`             // money or effort
	By     float64 `json:"by"`               // currency, or person-days
}

// over are the limits that a set with one more item would pass.
func (b *Built) over(sol plan.Solution, k int) []OverLimit {
	var best []OverLimit
	most := math.Inf(-1)
	for s := range b.starts {
		with := b.Problem.Turned(sol.Chosen, b.at(k, s))
		passed, worth := b.passes(with), b.Problem.InPlan(sol, b.at(k, s))
		if worth <= 0 || len(passed) == 0 {
			continue
		}
		if best == nil || len(passed) < len(best) || len(passed) == len(best) && worth > most {
			best, most = passed, worth
		}
	}
	return best
}

// passes lists the limits that a set passes.
func (b *Built) passes(chosen []int) (out []OverLimit) {
	add := func(period string, uses Cost, money, effort float64) {
		for _, x := range []struct {
			what        string
			uses, limit float64
		}{{"money", uses.Money, money}, {"effort", uses.EffortDays, effort}} {
			if x.uses > x.limit*(1+1e-9) {
				out = append(out, OverLimit{period, x.what, x.uses - x.limit})
			}
		}
	}
	all := b.Problem.Totals(chosen)
	add("", Cost{all.Money, all.Effort}, b.limits.Money, b.limits.Effort)
	for s, p := range b.limits.Periods {
		add(p.Name, b.used(chosen, s), p.Money, p.Effort)
	}
	return out
}

// couldPay says whether a lower cost might bring an item in that is left out.
func (w Why) couldPay() bool {
	return !w.In && (w.Reason == TooDear || w.Reason == NoRoom || w.Reason == IsExcluded)
}

// why says it for every item; floors are those of the plan, with their prices
// where these are known.
func (b *Built) why(sol plan.Solution, ms []plan.Marginal, floors []Floor) []Why {
	out := make([]Why, len(ms))
	for k, m := range ms {
		inPlan := m.InPlan
		if !m.In {
			inPlan = b.bestAdded(sol, k)
		}
		w := Why{ID: b.ids[k], In: m.In, MarginalValue: inPlan, InPlan: inPlan}
		if m.Known {
			w.MarginalValue, w.Reoptimised = m.Value, true
		}
		if m.In {
			w.Reason, w.Because = b.whyIn(sol, k, floors)
		} else {
			w.Reason, w.Because = b.whyOut(sol, k, inPlan)
		}
		if w.Reason == NoRoom {
			w.Over = b.over(sol, k)
		}
		w.Delays = b.delays(sol, k)
		out[k] = w
	}
	return out
}

// bestAdded is what a set gains with an item it lacks, started when that is worth
// most.
func (b *Built) bestAdded(sol plan.Solution, k int) float64 {
	most := math.Inf(-1)
	for s := range b.starts {
		most = math.Max(most, b.Problem.InPlan(sol, b.at(k, s)))
	}
	return most
}

// valued is a set with its figures.
func (b *Built) valued(chosen []int) plan.Solution {
	return plan.Solution{Chosen: chosen, Totals: b.Problem.Totals(chosen)}
}

// Delay is what it costs to start an item later: an item of the plan later than
// the plan does, and with it whatever requires it; one left out later than in the
// first period, with whatever it requires started by then, in the place of what
// these exclude. All else stays as it is, limits aside. A negative cost is what waiting would save, were there room
// later.
type Delay struct {
	Period string  `json:"period"`
	Cost   float64 `json:"cost"` // value lost
}

// delays are the costs of delay of an item: for one in the plan not to have
// started by the end of the periods before, for one left out to be added later.
func (b *Built) delays(sol plan.Solution, k int) []Delay {
	var out []Delay
	in := slices.Contains(sol.Chosen, b.last(k))
	from, atOnce := 0, 0.0
	if in {
		from = b.startOf(sol.Chosen, k)
	} else if len(b.starts) > 1 {
		atOnce = b.Problem.InPlan(sol, b.at(k, 0))
	}
	for s := from + 1; s < len(b.starts); s++ {
		d := Delay{Period: b.limits.Periods[s].Name}
		if in {
			d.Cost = b.Problem.InPlan(sol, b.at(k, s-1))
		} else {
			d.Cost = atOnce - b.Problem.InPlan(sol, b.at(k, s))
		}
		out = append(out, d)
	}
	return out
}

// whyIn: an item that pays by itself is in because it pays, whatever else asks
// for it, unless keeping the floor that asks for it costs something: then the
// plan would rather do something else.
func (b *Built) whyIn(sol plan.Solution, i int, floors []Floor) (Reason, []string) {
	taken, nothing := b.taken(sol.Chosen), b.nothing()
	pays := b.paysAlone(sol, i)
	holds := func(f floor) bool { return f.threat && f.met(taken) && !f.met(less(taken, i)) }
	for k, f := range b.floors {
		free := floors[k].Price != nil && *floors[k].Price <= nothing
		switch {
		case f.threat || !slices.Contains(f.items, i) || pays && free:
		case f.kind == ByObligation:
			return IsObligation, nil
		default:
			return IsMust, nil
		}
	}
	for k, f := range b.floors {
		if price := floors[k].Price; price != nil && *price > nothing && holds(f) {
			return f.reason(), []string{f.id}
		}
	}
	if pays {
		return Pays, nil
	}
	var needs []string
	for _, j := range taken {
		if slices.Contains(b.items[j].requires, i) {
			needs = append(needs, b.ids[j])
		}
	}
	if needs != nil {
		return IsRequired, needs
	}
	for _, f := range b.floors {
		if holds(f) {
			return f.reason(), []string{f.id}
		}
	}
	return Pays, nil
}

// paysAlone says whether the plan loses value when the item is dropped and all
// else stays.
func (b *Built) paysAlone(sol plan.Solution, i int) bool {
	without := slices.DeleteFunc(slices.Clone(sol.Chosen), func(v int) bool { return v/len(b.starts) == i })
	return sol.Value-b.Problem.Totals(without).Value > 0
}

// nothing is the amount of money below which two plans are worth the same.
func (b *Built) nothing() float64 {
	return 10 * plan.Proved * math.Max(1, b.Problem.LossOfNothing())
}

// reason is why an item is in that a threat's floor asks for.
func (f floor) reason() Reason {
	if f.kind == ByObligation {
		return IsObligation
	}
	return ForPeople
}

func (b *Built) whyOut(sol plan.Solution, i int, inPlan float64) (Reason, []string) {
	it := b.items[i]
	switch {
	case it.mustNot:
		return IsMustNot, nil
	case it.worthless:
		return NoValue, nil
	}
	taken := b.taken(sol.Chosen)
	var rivals []string
	without := slices.Clone(sol.Chosen)
	for _, j := range taken {
		if slices.Contains(b.items[i].excludes, j) || slices.Contains(b.items[j].excludes, i) {
			rivals = append(rivals, b.ids[j])
			if slices.Contains(without, b.last(j)) {
				without = b.Problem.Turned(without, b.last(j))
			}
		}
	}
	switch {
	case rivals != nil && b.bestAdded(b.valued(without), i) > 0:
		return IsExcluded, rivals
	case inPlan <= 0:
		return TooDear, nil
	}
	var opens []string
	for _, f := range b.floors {
		if slices.Contains(f.brings, i) && !f.met(append(slices.Clone(taken), i)) {
			opens = append(opens, f.id)
		}
	}
	if opens != nil {
		return OpensThreat, opens
	}
	return NoRoom, nil
}

func less(chosen []int, i int) []int {
	return slices.DeleteFunc(slices.Clone(chosen), func(j int) bool { return j == i })
}
