package brief

import (
	"context"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

// waitMonths is how long "decide later" waits.
const waitMonths = 6

// options lists and prices every way to treat a threat.
func (b *builder) options(ctx context.Context, t *parley.Threat, out *Threat) error {
	base := out.OnlyWith
	priced := out.ExpectedAnnualLoss != nil
	list := b.alone(t.ID, base)
	best := b.best(t, base, priced, list)
	list = b.combined(t.ID, base, list, best)
	list = append(list, b.accept(list, best, priced), b.later(list, best))
	for i := range t.Treatments {
		list = append(list, stated(&t.Treatments[i]))
	}
	for i := range list {
		o, err := b.option(ctx, t, out, &list[i])
		if err != nil {
			return err
		}
		out.Options = append(out.Options, o)
	}
	out.Waiting = b.waiting(base, best, list)
	return nil
}

// alone lists each mitigation against a threat with what it requires.
func (b *builder) alone(threat string, base []string) []choice {
	var out []choice
	for _, x := range against(b.m, threat) {
		set := closure(b.m, base, x.ID)
		out = append(out, choice{
			id: x.ID, kind: parley.Mitigate, title: titleOr(x.Title, x.ID), set: set, missing: missingOf(b.m, threat, set),
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
	required := map[string]bool{}
	for _, c := range list {
		if len(c.missing) > 0 || slices.ContainsFunc(c.set, func(id string) bool { return b.m.Feature(id) != nil }) {
			continue
		}
		for _, id := range c.set {
			if !slices.Contains(items, id) {
				items = append(items, id)
			}
			required[id] = required[id] || id != c.id
		}
	}
	set, _ := bestSet(items, required, net, func(set []string) bool { return fits(b.m, base, set) })
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

// combined marks the options that are the plan's or the best, and adds those
// sets where they are more than one option.
func (b *builder) combined(threat string, base []string, list []choice, best []string) []choice {
	var planned []string
	for _, c := range list {
		if slices.Contains(b.chosen, c.id) {
			planned = closure(b.m, base, append(planned, c.id)...)
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
		list = append(list, choice{id: id, kind: parley.Mitigate, title: title, set: set, missing: missingOf(b.m, threat, set)})
		return &list[len(list)-1]
	}
	if len(planned) > 0 && !mark(planned, func(c *choice) { c.inPlan = true }) {
		add(OptionPlan, catalogue.T("brief.option.plan", "items", b.titles(planned)), planned).inPlan = true
	}
	if len(best) > 0 && !mark(best, func(c *choice) { c.isBest = true }) {
		add(OptionBest, catalogue.T("brief.option.best", "items", b.titles(best)), best).isBest = true
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
		inPlan: b.planned && !planned, isBest: priced && len(best) == 0,
	}
}

// later is to decide later, and then to do what is best now.
func (b *builder) later(list []choice, best []string) choice {
	c := choice{id: OptionDefer, kind: parley.Defer, title: catalogue.T("brief.option.defer")}
	if len(best) == 0 {
		return c
	}
	c.set, c.start = best, waitMonths/12.0
	c.title = catalogue.T("brief.option.defer_then", "then", titleOfSet(list, best))
	return c
}

func stated(x *parley.Treatment) choice {
	return choice{id: x.ID, kind: x.Kind, title: titleOr(x.Title, catalogue.T("brief.kind."+string(x.Kind))), treat: x}
}

// titleOfSet is the title of the option that is a set.
func titleOfSet(list []choice, set []string) string {
	for _, c := range list {
		if c.start == 0 && sameSet(c.set, set) {
			return c.title
		}
	}
	return ""
}

// waiting is what it costs to put off the best answer: the net benefit of
// starting it today less that of starting it later.
func (b *builder) waiting(base, best []string, list []choice) *Waiting {
	if len(best) == 0 {
		return nil
	}
	w := &Waiting{Months: waitMonths}
	for _, c := range list {
		if c.start == 0 && sameSet(c.set, best) {
			w.Option = c.id
		}
	}
	w.Costs = b.worth.net(base, best, 0) - b.worth.net(base, best, waitMonths/12.0)
	return w
}

// duties are the obligations a threat and the mitigations against it fall
// under, each with the options that meet it: a threat's duty is met by acting
// on the threat, a mitigation's by doing that mitigation.
func (b *builder) duties(t *parley.Threat, options []Option) []Duty {
	var out []Duty
	add := func(o *parley.Obligation, on string, meets func(Option) bool) {
		if o == nil {
			return
		}
		d := Duty{Says: o.Says, Source: o.Source, On: on, Applies: o.Applies(), NotApplicable: o.NotApplicable, MetBy: []string{}}
		for _, opt := range options {
			if d.Applies && meets(opt) {
				d.MetBy = append(d.MetBy, opt.ID)
			}
		}
		out = append(out, d)
	}
	add(t.Obligation, t.ID, func(o Option) bool {
		return o.Kind == parley.Avoid || o.Kind == parley.Mitigate && !slices.Contains(o.Missing, missingStrength)
	})
	for _, x := range against(b.m, t.ID) {
		add(x.Obligation, x.ID, func(o Option) bool { return o.Kind == parley.Mitigate && slices.Contains(o.With, x.ID) })
	}
	return out
}
