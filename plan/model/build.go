package model

import (
	"fmt"
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/risk"
)

// Built is a model as a planning problem. It is safe for concurrent use.
type Built struct {
	// Problem is what the solver works on. With P times to start (1 without
	// periods), its item k·P + s says that IDs()[k] has started by time s, so that
	// the last of the P says whether it is chosen at all.
	Problem plan.Problem
	// Unpriced are the mitigations and features that lack a figure.
	Unpriced []Unpriced

	portfolio *risk.Portfolio
	limits    Limits
	starts    []float64 // when items can start; one at least
	period    string    // the first, where the model names periods
	ids       []string
	index     map[string]int
	items     []item
	floors    []floor
	falls     []parley.Cost // of each item
	rules     int           // how many of the problem's rows come before the limits of periods
	falling   int           // and where those end
	spans     []termSpan    // of the problem's terms
}

// item is what the problem's item stands for.
type item struct {
	feature    bool
	must       bool // the model or the limits say so
	mustNot    bool // the limits say so
	worthless  bool // a feature without a value
	introduces []string
	against    []parley.Against // what it stops, as stated
	lead       float64          // years from its start to its finish
	requires   []int            // items
	excludes   []int
}

// at is the problem's item that says that an item has started by a time.
func (b *Built) at(k, s int) int { return k*len(b.starts) + s }

// last is the problem's item that says whether an item is chosen.
func (b *Built) last(k int) int { return b.at(k, len(b.starts)-1) }

// taken are the items that are chosen.
func (b *Built) taken(chosen []int) []int {
	out := []int{}
	for _, v := range chosen {
		if k := v / len(b.starts); v == b.last(k) {
			out = append(out, k)
		}
	}
	return out
}

// finish is when an item is finished that starts at a time, in years.
func (b *Built) finish(k, s int) float64 { return b.starts[s] + b.items[k].lead }

// running is the discounted time from the finish to the horizon.
func (b *Built) running(k, s int) float64 {
	return b.portfolio.Annuity(b.finish(k, s), b.portfolio.Horizon())
}

// IDs are the mitigations, then the features that take part, in file order.
func (b *Built) IDs() []string { return slices.Clone(b.ids) }

// Limits are those the problem was built with.
func (b *Built) Limits() Limits { return b.limits }

// Lack says what keeps an item out of the plan.
type Lack string

// What an item may lack.
const (
	NeedsCost     Lack = "cost"     // no effort or money is stated
	NeedsStrength Lack = "strength" // no threat it stops a stated share of, and no benefit
	NeedsOther    Lack = "requires" // it requires an item that is left out itself
)

// Unpriced is a mitigation or feature that lacks a figure.
type Unpriced struct {
	ID    string `json:"id"`
	Needs Lack   `json:"needs"`
	// Kept says that it takes part all the same, at no cost or without effect,
	// because something must be done that needs it.
	Kept bool `json:"kept"`
}

// Build states a model as a planning problem. The model must be resolved and
// the portfolio compiled from it. The error names an id the model does not have.
func Build(m *parley.Model, p *risk.Portfolio, l Limits) (*Built, error) {
	b := &Built{portfolio: p, limits: l, starts: []float64{0}, index: map[string]int{}}
	if err := checkIDs(m, l); err != nil {
		return nil, err
	}
	if len(m.Capacity) > 0 {
		b.period = m.Capacity[0].Period
	}
	if len(l.Periods) > 0 {
		b.starts = nil
		for _, q := range l.Periods {
			b.starts = append(b.starts, q.Start)
		}
	}
	works := candidates(m)
	b.choose(works, l)
	b.Problem = plan.Problem{Money: l.Money, Effort: l.Effort}
	for _, w := range works {
		if _, ok := b.index[w.id]; ok {
			b.addItem(w)
		}
	}
	b.addOrder()
	b.addTerms()
	b.addFloors(m, works)
	b.addPeriods(works)
	b.leaveToPeople(works)
	if err := b.Problem.Validate(); err != nil {
		return nil, err
	}
	return b, nil
}

func checkIDs(m *parley.Model, l Limits) error {
	for _, list := range []struct {
		name    string
		ids     []string
		threats bool
		items   bool
	}{
		{"must", l.Must, false, true},
		{"must not", l.MustNot, false, true},
		{"avoided", l.Avoided, true, false},
		{"settled", l.Settled, true, true},
	} {
		for _, id := range list.ids {
			if list.threats && m.Threat(id) != nil || list.items && (m.Mitigation(id) != nil || m.Feature(id) != nil) {
				continue
			}
			want, known := "a mitigation or feature", m.BacklogIDs()
			if list.threats {
				want, known = "a threat", m.ThreatIDs()
			}
			return parley.Errorf(parley.Invalid, "plan", "%s: %q is not %s of this model", list.name, id, want).WithHint(parley.Suggest(id, known))
		}
	}
	return nil
}

// candidate is a mitigation or feature that may take part.
type candidate struct {
	id         string
	work       *parley.Work
	mitigation *parley.Mitigation // or nil
	feature    *parley.Feature    // or nil
	obligation *parley.Obligation
}

func candidates(m *parley.Model) []candidate {
	var out []candidate
	for i := range m.Mitigations {
		x := &m.Mitigations[i]
		out = append(out, candidate{id: x.ID, work: &x.Work, mitigation: x, obligation: x.Obligation})
	}
	for i := range m.Features {
		x := &m.Features[i]
		out = append(out, candidate{id: x.ID, work: &x.Work, feature: x, obligation: x.Obligation})
	}
	return out
}

// lack is what the candidate's own figures lack, "" for nothing.
func (c candidate) lack() Lack {
	if !c.work.Cost.Stated() {
		return NeedsCost
	}
	if c.mitigation == nil ||
		slices.ContainsFunc(c.mitigation.Against, parley.Against.Stated) ||
		slices.ContainsFunc(c.mitigation.Benefits, func(b parley.Benefit) bool { return !b.Value.IsZero() }) {
		return ""
	}
	return NeedsStrength
}

// choose decides who takes part: everything priced whose requirements are, and
// whatever must be done with all it requires.
func (b *Built) choose(works []candidate, l Limits) {
	byID := map[string]candidate{}
	kept := map[string]bool{}
	for _, w := range works {
		byID[w.id] = w
	}
	var keep func(id string)
	keep = func(id string) {
		if w, ok := byID[id]; ok && !kept[id] {
			kept[id] = true
			for _, r := range w.work.Requires {
				keep(r)
			}
		}
	}
	for _, w := range works {
		if w.work.Must || slices.Contains(l.Must, w.id) {
			keep(w.id)
		}
	}
	lacks := map[string]Lack{}
	for _, w := range works {
		if n := w.lack(); n != "" {
			lacks[w.id] = n
		}
	}
	for changed := true; changed; {
		changed = false
		for _, w := range works {
			missing := func(r string) bool { return lacks[r] != "" && !kept[r] }
			if lacks[w.id] == "" && !kept[w.id] && slices.ContainsFunc(w.work.Requires, missing) {
				lacks[w.id], changed = NeedsOther, true
			}
		}
	}
	for _, w := range works {
		if n := lacks[w.id]; n != "" {
			b.Unpriced = append(b.Unpriced, Unpriced{ID: w.id, Needs: n, Kept: kept[w.id]})
			if !kept[w.id] {
				continue
			}
		}
		b.index[w.id] = len(b.ids)
		b.ids = append(b.ids, w.id)
	}
}

// addItem prices one item over the horizon, for each time it can start: what it
// adds to have started by that time is what it costs (and brings) then, less
// what it would at the next.
func (b *Built) addItem(w candidate) {
	k := len(b.items)
	it := item{lead: w.work.LeadTime.Mean(), requires: b.indices(w.work.Requires), excludes: b.indices(w.work.Excludes)}
	it.must = w.work.Must || slices.Contains(b.limits.Must, w.id)
	it.mustNot = slices.Contains(b.limits.MustNot, w.id)
	if w.feature != nil {
		it.feature, it.introduces = true, w.feature.Introduces
		it.worthless = w.feature.Value.IsZero()
	}
	if w.mitigation != nil {
		it.against = w.mitigation.Against
	}
	b.items = append(b.items, it)
	for s := range b.starts {
		x := b.priced(w, k, s)
		if s+1 < len(b.starts) {
			y := b.priced(w, k, s+1)
			x.Money, x.Outlay = math.Max(0, x.Money-y.Money), math.Max(0, x.Outlay-y.Outlay)
			x.Effort, x.Gross = 0, x.Gross-y.Gross
		} else {
			x.Must, x.MustNot = it.must, it.mustNot
		}
		b.Problem.Items = append(b.Problem.Items, x)
	}
}

// priced is what an item costs and brings that starts at a time.
func (b *Built) priced(w candidate, k, s int) plan.Item {
	p, c := b.portfolio, w.work.Cost
	start, finish, running := b.starts[s], b.finish(k, s), b.running(k, s)
	once, yearly, effort := c.Once.Mean(), c.Yearly.Mean(), c.Effort.Mean()
	x := plan.Item{
		ID:     w.id,
		Money:  once + yearly*math.Max(0, p.Horizon()-finish),
		Effort: effort,
		Outlay: once*p.Present(start) + yearly*running + effort*p.PersonDay()*b.spread(start, b.items[k].lead),
	}
	if w.mitigation != nil {
		for _, benefit := range w.mitigation.Benefits {
			x.Gross += benefit.Value.Mean() * running
		}
	} else {
		x.Gross = w.feature.Value.Mean() * running
	}
	return x
}

// spread discounts effort used evenly over the lead time; what falls after the
// horizon does not count.
func (b *Built) spread(start, lead float64) float64 {
	if lead <= 0 {
		return b.portfolio.Present(start)
	}
	end := math.Min(start+lead, b.portfolio.Horizon())
	return b.portfolio.Annuity(start, math.Max(start, end)) / lead
}

// addOrder states what starts no later than what, and what excludes what.
func (b *Built) addOrder() {
	for k, it := range b.items {
		var chain []int
		for s := range b.starts {
			chain = append(chain, b.at(k, s))
			x := &b.Problem.Items[b.at(k, s)]
			if s+1 < len(b.starts) {
				x.Requires = append(x.Requires, b.at(k, s+1))
			}
			for _, j := range it.requires {
				x.Requires = append(x.Requires, b.at(j, s))
			}
		}
		if len(chain) > 1 {
			b.Problem.Chains = append(b.Problem.Chains, chain)
		}
		x := &b.Problem.Items[b.last(k)]
		for _, j := range it.excludes {
			x.Excludes = append(x.Excludes, b.last(j))
		}
	}
}

func (b *Built) indices(ids []string) []int {
	var out []int
	for _, id := range ids {
		if i, ok := b.index[id]; ok {
			out = append(out, i)
		}
	}
	return out
}

// leaveToPeople keeps features without a value out of the choice, unless they
// must be done or something else requires them: their break-even is shown.
func (b *Built) leaveToPeople(works []candidate) {
	needed := map[string]bool{}
	for _, w := range works {
		if _, ok := b.index[w.id]; ok {
			for _, r := range w.work.Requires {
				needed[r] = true
			}
		}
	}
	for i := range b.items {
		if x := &b.Problem.Items[b.last(i)]; b.items[i].worthless && !x.Must && !needed[b.ids[i]] {
			x.MustNot = true
		}
	}
}

// String names the problem's size, for logs and tests.
func (b *Built) String() string {
	return fmt.Sprintf("%d items, %d terms, %d floors", len(b.items), len(b.Problem.Terms), len(b.floors))
}
