package brief

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// cost says effort and money, each with its range.
func (v voice) cost(c *Cost) (effort, money string) {
	if c == nil {
		return "", ""
	}
	switch r := c.EffortDaysRange; {
	case r != nil:
		effort = plain.EffortRange(r[0], r[1])
	default:
		effort = plain.Days(c.EffortDays)
	}
	switch r := c.MoneyRange; {
	case c.Money == 0:
		money = catalogue.T("plain.money.none")
	case r != nil:
		money = plain.MoneyRange(r[0], r[1], v.currency)
	default:
		money = plain.Money(c.Money, v.currency)
	}
	return effort, money
}

// squares says a chance as squares out of 100.
func squares(p float64) string {
	switch n := plain.Squares(p); {
	case p <= 0:
		return catalogue.T("brief.leaves.none")
	case n == 0:
		return catalogue.T("brief.leaves.less")
	case p >= 0.995:
		return catalogue.T("brief.leaves.more")
	default:
		return catalogue.T("brief.leaves.chance", "n", n)
	}
}

func (v voice) leaves(o *Option) string {
	switch {
	case o.ToldAfter() == nil:
		return ""
	case o.ExpectedAnnualLossAfter == nil:
		return catalogue.T("brief.leaves.unpriced", "chance", squares(*o.ToldAfter()), "time", plain.Duration(v.told))
	}
	return catalogue.T("brief.leaves",
		"chance", squares(*o.ToldAfter()),
		"time", plain.Duration(v.told),
		"money", v.about(*o.ExpectedAnnualLossAfter))
}

// leavesCell is the same for a table, whose head and foot say over what time.
func (v voice) leavesCell(o *Option) string {
	switch {
	case o.ToldAfter() == nil:
		return ""
	case o.ExpectedAnnualLossAfter == nil:
		return squares(*o.ToldAfter())
	}
	return catalogue.T("brief.cell.leaves",
		"chance", squares(*o.ToldAfter()), "money", plain.Money(*o.ExpectedAnnualLossAfter, v.currency))
}

func (v voice) balance(o *Option) string {
	switch {
	case o.NetBenefit == nil:
		return ""
	case o.Kind == parley.Accept || o.Kind == parley.Defer && len(o.With) == 0:
		return catalogue.T("brief.balance.none")
	}
	return plain.Saves(*o.NetBenefit, v.currency)
}

// pays says both chances: that it is worth its cost on what is known, and that
// it will turn out to have been.
func pays(o *Option) string {
	say := func(key, chance string) string { return catalogue.T(key, "chance", chance) }
	switch {
	case o.WorthItChance != nil && o.PaysOffChance != nil:
		worth, paid := plain.TwoChances(*o.WorthItChance, *o.PaysOffChance)
		return say("brief.pays.worth", worth) + " " + say("brief.pays.hindsight", paid)
	case o.WorthItChance != nil:
		return say("brief.pays.worth", plain.Chance(*o.WorthItChance))
	case o.PaysOffChance != nil:
		return say("brief.pays.hindsight", plain.Chance(*o.PaysOffChance))
	}
	return ""
}

func (v voice) brings(benefits []Benefit) string {
	if len(benefits) == 0 {
		return ""
	}
	all := make([]string, len(benefits))
	for i, x := range benefits {
		says := strings.TrimRight(strings.TrimSpace(x.Says), ".")
		all[i] = says
		if x.Value != nil {
			all[i] = catalogue.T("brief.brings.priced", "says", says, "money", v.money(*x.Value, x.spread()))
		}
	}
	return catalogue.T("brief.brings", "benefits", strings.Join(all, "; "))
}

func needsWords(effects []NeedEffect) string {
	var all []string
	for _, need := range parley.Needs() {
		for _, e := range effects {
			if e.Need == need && e.Effect != parley.Same {
				s := catalogue.T("brief.need", "need", catalogue.T("brief.need."+string(need)), "effect", string(e.Effect))
				if !slices.Contains(all, s) {
					all = append(all, s)
				}
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	return catalogue.T("brief.needs", "effects", plain.List(all))
}

// optionWords fills in the sentences of an option.
func (b *builder) optionWords(o *Option, t *Threat, duty bool) {
	w := &o.Words
	w.Effort, w.Money = b.voice.cost(o.Cost)
	w.Costs = costsWords(o.Cost, w.Effort, w.Money)
	w.Value = b.voice.value(o.Benefits)
	w.Leaves = b.voice.leaves(o)
	w.Balance = b.voice.balance(o)
	for _, m := range o.Missing {
		w.Missing = joinSentences(w.Missing, catalogue.T("brief.option.missing."+m))
	}
	if o.Kind == parley.Accept || o.Kind == parley.Defer {
		w.Floor = floorWords(t.GraveHarm, duty)
		return // what is done later is said where it is done now
	}
	w.Pays = pays(o)
	w.Brings = b.voice.brings(o.Benefits)
	w.Needs = needsWords(o.Needs)
	if len(o.Helps) > 0 && o.AvoidedElsewhere != nil && *o.AvoidedElsewhere > 0 {
		names := make([]string, len(o.Helps))
		for i, id := range o.Helps {
			names[i] = titleOr(b.m.Threat(id).Title, id)
		}
		w.Helps = catalogue.T("brief.helps", "threats", strings.Join(names, "; "), "money", b.voice.about(*o.AvoidedElsewhere))
	}
	if o.Ask != "" {
		w.Asks = catalogue.T("brief.asks", "whom", o.Ask)
	}
	if len(o.With) > 1 && o.ID == o.With[0] {
		w.Includes = catalogue.T("brief.includes", "items", b.titles(o.With[1:]))
	}
}

func floorWords(grave, duty bool) string {
	out := ""
	if grave {
		out = catalogue.T("brief.floor.grave")
	}
	if duty {
		out = joinSentences(out, catalogue.T("brief.floor.duty"))
	}
	return out
}

// optionMark is the title with a word where the option is the plan's or worth most.
// named says whether there is anything to choose from.
func optionMark(o *Option, named bool) string {
	switch {
	case o.Kind == parley.Accept && o.InPlan && o.IsBest && named:
		return catalogue.T("brief.cell.open_best", "title", o.Title)
	case o.Kind == parley.Accept && o.InPlan:
		return catalogue.T("brief.cell.open", "title", o.Title)
	case o.Kind == parley.Accept && o.IsBest && !named:
		return catalogue.T("brief.cell.alone", "title", o.Title)
	case o.Kind == parley.Accept && o.IsBest:
		return catalogue.T("brief.cell.unbuilt", "title", o.Title)
	case o.InPlan && o.IsBest:
		return catalogue.T("brief.cell.both", "title", o.Title)
	case o.InPlan:
		return catalogue.T("brief.cell.plan", "title", o.Title)
	case o.IsBest:
		return catalogue.T("brief.cell.best", "title", o.Title)
	}
	return o.Title
}

// costsWords is effort and money, as far as there is any.
func costsWords(c *Cost, effort, money string) string {
	switch {
	case c == nil:
		return ""
	case c.EffortDays == 0 && c.Money == 0:
		return catalogue.T("brief.cell.nothing")
	case c.Money == 0:
		return effort
	case c.EffortDays == 0:
		return money
	}
	return catalogue.T("brief.cell.costs", "effort", effort, "money", money)
}

// value is what the priced benefits bring a year, all together.
func (v voice) value(benefits []Benefit) string {
	sum, lo, hi, priced := 0.0, 0.0, 0.0, 0
	for _, x := range benefits {
		if x.Value == nil {
			continue
		}
		priced++
		sum += *x.Value
		r := Range{*x.Value, *x.Value}
		if s := x.spread(); s != nil {
			r = *s
		}
		lo, hi = r[0], r[1]
	}
	switch priced {
	case 0:
		return ""
	case 1:
		return catalogue.T("brief.cell.value", "money", v.money(sum, &Range{lo, hi}))
	}
	return catalogue.T("brief.cell.value", "money", v.about(sum))
}
