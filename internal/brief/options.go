package brief

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan/model"
)

// waitMonths is how long "decide later" waits.
const waitMonths = 6

// sheet is a brief in the making: the threat as stated, its figures, and the
// ways to treat it.
type sheet struct {
	source  *parley.Threat
	threat  *Threat
	choices []choice
	late    *choice // what a later decision would delay
}

// choose lists every way to treat a threat.
func (b *builder) choose(s *sheet) {
	base := s.threat.OnlyWith
	priced := s.threat.ExpectedAnnualLoss != nil
	list := b.alone(s.threat.ID, base)
	best := b.best(s.source, base, priced, list)
	list = b.combined(s.threat.ID, base, list, best)
	if priced {
		s.late = wouldBeLate(list, best)
	}
	list = append(list, b.accept(list, best, priced), b.later(s.late))
	for i := range s.source.Treatments {
		list = append(list, stated(&s.source.Treatments[i]))
	}
	s.choices = list
}

// alone lists each mitigation against a threat with what it requires.
func (b *builder) alone(threat string, base []string) []choice {
	var out []choice
	for _, x := range against(b.m, threat) {
		set := Closure(b.m, base, x.ID)
		out = append(out, choice{
			id: x.ID, kind: parley.Mitigate, title: titleOr(x.Title, x.ID), set: set, missing: missingOf(b.m, threat, set, set[:1]),
		})
	}
	return out
}

// best is the set of mitigations worth most against a threat, as far as they
// have a cost and a strength; where a duty or grave harm to people forbids to
// leave it open for its price, and nothing pays, the one that costs least on
// balance. Empty: nothing pays.
func (b *builder) best(t *parley.Threat, base []string, priced bool, list []choice) []string {
	if !priced {
		return nil
	}
	net := func(set []string) float64 { return b.worth.net(base, set, 0) }
	var items []string
	bound := map[string]bool{}
	for _, c := range list {
		if len(c.missing) > 0 || slices.ContainsFunc(c.set, func(id string) bool { return b.m.Feature(id) != nil }) {
			continue
		}
		for _, id := range c.set {
			if !slices.Contains(items, id) {
				items = append(items, id)
			}
			// Neither what is required nor what requires it may pay by itself.
			bound[id] = bound[id] || len(c.set) > 1
		}
	}
	set, _ := bestSet(items, bound, net, func(set []string) bool { return fits(b.m, base, set) && b.about(t.ID, set) })
	if len(set) > 0 || !t.GraveHarm() && !t.Obligation.Applies() {
		return set
	}
	least := 0.0
	for _, c := range list {
		if len(c.missing) > 0 || !fits(b.m, base, c.set) {
			continue
		}
		if v := net(c.set); set == nil || v > least {
			set, least = c.set, v
		}
	}
	return set
}

// about reports whether everything in a set is against a threat, or required by
// something else in it.
func (b *builder) about(threat string, set []string) bool {
	return all(set, func(id string) bool {
		if stops(b.m, id, threat) {
			return true
		}
		return slices.ContainsFunc(set, func(other string) bool {
			w := b.m.Work(other)
			return w != nil && slices.Contains(w.Requires, id)
		})
	})
}

// combined marks the options that are the plan's or the best, and adds those
// sets where they are more than one option.
func (b *builder) combined(threat string, base []string, list []choice, best []string) []choice {
	var planned []string
	for _, c := range list {
		if b.plan != nil && slices.Contains(b.plan.Chosen, c.id) && !slices.Contains(c.missing, missingStrength) {
			planned = Closure(b.m, base, append(planned, c.id)...)
		}
	}
	mark := func(set []string, do func(*choice)) bool {
		for i := range list {
			if sameSet(list[i].set, set) {
				do(&list[i])
				return true
			}
		}
		return false
	}
	add := func(id, title string, set []string) *choice {
		list = append(list, choice{id: id, kind: parley.Mitigate, title: title, set: set, missing: missingOf(b.m, threat, set, set)})
		return &list[len(list)-1]
	}
	if len(planned) > 0 && !mark(planned, func(c *choice) { c.inPlan = true }) {
		add(OptionPlan, b.titles(planned), planned).inPlan = true
	}
	if len(best) > 0 && !mark(best, func(c *choice) { c.isBest = true }) {
		add(OptionBest, b.titles(best), best).isBest = true
	}
	return list
}

// titles names the items of a set.
func (b *builder) titles(set []string) string {
	names := make([]string, len(set))
	for i, id := range set {
		names[i] = b.itemTitle(id)
	}
	return strings.Join(names, " + ")
}

func (b *builder) itemTitle(id string) string {
	if x := b.m.Mitigation(id); x != nil {
		return titleOr(x.Title, id)
	}
	if x := b.m.Feature(id); x != nil {
		return titleOr(x.Title, id)
	}
	return id
}

// accept is to live with the threat: what the plan does when it does nothing
// about it, and best where nothing pays.
func (b *builder) accept(list []choice, best []string, priced bool) choice {
	planned := slices.ContainsFunc(list, func(c choice) bool { return c.inPlan })
	return choice{
		id: OptionAccept, kind: parley.Accept, title: catalogue.T("brief.option.accept"),
		inPlan: b.plan != nil && !planned, isBest: priced && len(best) == 0,
	}
}

// wouldBeLate is what a later decision delays: what the plan does, else what is
// best; nil where that is nothing, or cannot be judged.
func wouldBeLate(list []choice, best []string) *choice {
	for _, want := range []func(c *choice) bool{
		func(c *choice) bool { return c.inPlan && len(c.missing) == 0 },
		func(c *choice) bool { return len(best) > 0 && c.isBest },
	} {
		for i := range list {
			if want(&list[i]) {
				c := list[i]
				return &c
			}
		}
	}
	return nil
}

// later is to decide later, and then to do what would be done now.
func (b *builder) later(late *choice) choice {
	c := choice{id: OptionDefer, kind: parley.Defer, title: catalogue.T("brief.option.defer")}
	if late != nil {
		c.set, c.start = late.set, waitMonths/12.0
		c.title = catalogue.T("brief.option.defer_then", "then", late.title)
	}
	return c
}

func stated(x *parley.Treatment) choice {
	c := choice{id: x.ID, kind: x.Kind, title: titleOr(x.Title, catalogue.T("kind."+string(x.Kind))), treat: x}
	if !x.Cost.Stated() && x.Premium.IsZero() {
		c.missing = []string{missingCost}
	}
	return c
}

// waiting is what it costs to be late with an option: the net benefit of
// starting it today less that of starting it later.
func (b *builder) waiting(s *sheet) (*Waiting, error) {
	if s.late == nil {
		return nil, nil
	}
	costs, err := b.p.DelayCost(b.riskChoice(s.threat.OnlyWith, s.late), waitMonths/12.0)
	if err != nil {
		return nil, err
	}
	loses := b.worth.net(s.threat.OnlyWith, s.late.set, 0) < 0
	return &Waiting{Months: waitMonths, Option: s.late.id, Costs: costs, Loses: loses}, nil
}

// duties are the obligations a threat and the mitigations against it fall
// under, each with the options that meet it: a threat's duty is met by acting
// on the threat, a mitigation's by doing that mitigation. What a decision asked
// for and is done keeps the threat's already.
func (b *builder) duties(t *parley.Threat, out *Threat) []Duty {
	var list []Duty
	add := func(o *parley.Obligation, on string, meets func(Option) bool) {
		if o == nil {
			return
		}
		d := Duty{Says: o.Says, Source: o.Source, On: on, Applies: o.Applies(), NotApplicable: o.NotApplicable, MetBy: []string{}, Price: b.floorPrice(on)}
		for _, opt := range out.Options {
			if d.Applies && meets(opt) {
				d.MetBy = append(d.MetBy, opt.ID)
			}
		}
		for _, l := range out.done() {
			if d.Applies && on == t.ID {
				d.Kept = append(d.Kept, l.ID)
			}
		}
		list = append(list, d)
	}
	add(t.Obligation, t.ID, func(o Option) bool {
		return o.Kind == parley.Avoid || o.Kind == parley.Mitigate && !slices.Contains(o.Missing, missingStrength)
	})
	for _, x := range against(b.m, t.ID) {
		add(x.Obligation, x.ID, func(o Option) bool { return o.Kind == parley.Mitigate && slices.Contains(o.With, x.ID) })
	}
	return list
}

// floorPrice is what the plan gives up to keep a duty, or to guard people from
// grave harm; nil without a plan, or where it was not worked out.
func (b *builder) floorPrice(id string) *float64 {
	if b.plan == nil {
		return nil
	}
	for _, f := range b.plan.Floors {
		if f.ID == id && f.Kind != model.ByMust {
			return f.Price
		}
	}
	return nil
}
