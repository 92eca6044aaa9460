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
	// Problem is what the solver works on; item i is that of IDs()[i].
	Problem plan.Problem
	// Unpriced are the mitigations and features that lack a figure.
	Unpriced []Unpriced

	portfolio *risk.Portfolio
	limits    Limits
	period    string // the first, where the model names periods
	ids       []string
	index     map[string]int
	items     []item
	floors    []floor
}

// item is what the problem's item stands for.
type item struct {
	feature    bool
	must       bool // the model or the limits say so
	mustNot    bool // the limits say so
	worthless  bool // a feature without a value
	introduces []string
	finish     float64 // years from the start
	running    float64 // discounted years from the finish to the horizon
}

// IDs are the mitigations, then the features that take part, in file order.
func (b *Built) IDs() []string { return slices.Clone(b.ids) }

// Unlimited says whether neither money nor effort is limited.
func (b *Built) Unlimited() bool {
	return math.IsInf(b.Problem.Money, 1) && math.IsInf(b.Problem.Effort, 1)
}

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
	b := &Built{portfolio: p, limits: l, index: map[string]int{}}
	if err := checkIDs(m, l); err != nil {
		return nil, err
	}
	if len(m.Capacity) > 0 {
		b.period = m.Capacity[0].Period
	}
	works := candidates(m)
	b.choose(works, l)
	b.Problem = plan.Problem{Money: l.Money, Effort: l.Effort}
	for _, w := range works {
		if _, ok := b.index[w.id]; ok {
			b.addItem(w)
		}
	}
	b.addTerms()
	b.addFloors(m, works)
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
			want := "a mitigation or feature"
			if list.threats {
				want = "a threat"
			}
			return parley.Errorf(parley.Invalid, "plan", "%s: %q is not %s of this model", list.name, id, want)
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

// addItem prices one item over the horizon.
func (b *Built) addItem(w candidate) {
	p := b.portfolio
	h, lead := p.Horizon(), w.work.LeadTime.Mean()
	it := item{finish: lead, running: p.Annuity(lead, h)}
	c := w.work.Cost
	once, yearly, effort := c.Once.Mean(), c.Yearly.Mean(), c.Effort.Mean()
	x := plan.Item{
		ID:     w.id,
		Money:  once + yearly*math.Max(0, h-lead),
		Effort: effort,
		Outlay: once + yearly*it.running + effort*p.PersonDay()*b.spread(lead),
		Must:   w.work.Must || slices.Contains(b.limits.Must, w.id),
	}
	it.must = x.Must
	it.mustNot = slices.Contains(b.limits.MustNot, w.id)
	x.MustNot = it.mustNot
	switch {
	case w.mitigation != nil:
		for _, benefit := range w.mitigation.Benefits {
			x.Gross += benefit.Value.Mean() * it.running
		}
	default:
		it.feature, it.introduces = true, w.feature.Introduces
		it.worthless = w.feature.Value.IsZero()
		x.Gross = w.feature.Value.Mean() * it.running
	}
	x.Requires = b.indices(w.work.Requires)
	x.Excludes = b.indices(w.work.Excludes)
	b.Problem.Items = append(b.Problem.Items, x)
	b.items = append(b.items, it)
}

// spread discounts effort used evenly over the lead time; what falls after the
// horizon does not count.
func (b *Built) spread(lead float64) float64 {
	if lead <= 0 {
		return 1
	}
	return b.portfolio.Annuity(0, math.Min(lead, b.portfolio.Horizon())) / lead
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
		if b.items[i].worthless && !b.Problem.Items[i].Must && !needed[b.ids[i]] {
			b.Problem.Items[i].MustNot = true
		}
	}
}

// String names the problem's size, for logs and tests.
func (b *Built) String() string {
	return fmt.Sprintf("%d items, %d terms, %d floors", len(b.items), len(b.Problem.Terms), len(b.floors))
}
