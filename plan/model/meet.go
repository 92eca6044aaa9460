package model

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley/plan"
)

// Meets says whether a choice, once finished, keeps what no rule can state, such
// as the appetite. It should be monotone: what one choice keeps, the same with more
// mitigations or fewer features keeps too ([Options.Monotone]).
type Meets func(ctx context.Context, chosen []string) (bool, error)

// ErrNotMet says that no plan within the limits keeps what [Options.Meets] asks.
var ErrNotMet = errors.New("no plan within these limits keeps the appetite")

// mostCuts bounds how many failing choices are cut off.
const mostCuts = 400

// meeting finds the best plan that is accepted: a plan that fails is made as
// safe as it can be while it still fails, that set and all riskier ones are cut
// off, and the problem is solved again. Where the judge is monotone a cut takes
// away only sets that fail, so each solution bounds every accepted plan, and the
// first one accepted is best.
type meeting struct {
	b            *Built
	meets, rough Meets
	known        map[string]bool
	// safer lists the items in the order in which a failing set is made safer,
	// those that lower the expected loss least first.
	safer []int
	best  *plan.Solution // the best accepted so far
}

func (b *Built) meeting(o Options) (*meeting, error) {
	m := &meeting{b: b, meets: o.Meets, rough: o.Roughly, known: map[string]bool{}}
	effect := make([]float64, len(b.items))
	none, err := b.portfolio.ExpectAnnual(b.Scenario(nil))
	if err != nil {
		return nil, err
	}
	for k := range b.items {
		with, err := b.portfolio.ExpectAnnual(b.Scenario([]string{b.ids[k]}))
		if err != nil {
			return nil, err
		}
		effect[k] = math.Abs(none - with)
		m.safer = append(m.safer, k)
	}
	slices.SortStableFunc(m.safer, func(a, c int) int { return cmp.Compare(effect[a], effect[c]) })
	return m, nil
}

// ids are the names of a set of items.
func (m *meeting) ids(in []bool) []string {
	var ids []string
	for k, is := range in {
		if is {
			ids = append(ids, m.b.ids[k])
		}
	}
	return ids
}

// set is a solution as a set of items.
func (m *meeting) set(chosen []int) []bool {
	in := make([]bool, len(m.b.items))
	for _, k := range m.b.taken(chosen) {
		in[k] = true
	}
	return in
}

// accepts asks about a set of items once.
func (m *meeting) accepts(ctx context.Context, in []bool) (bool, error) {
	ids := m.ids(in)
	key := strings.Join(ids, " ")
	if ok, done := m.known[key]; done {
		return ok, nil
	}
	ok, err := m.meets(ctx, ids)
	if err == nil {
		m.known[key] = ok
	}
	return ok, err
}

// solve is the best solution of the problem that is accepted; the problem comes
// back with the cuts that were needed. When time is up it is the best accepted
// so far, with its gap.
func (m *meeting) solve(ctx context.Context, p plan.Problem, o plan.Options) (plan.Solution, plan.Problem, error) {
	p.Rows = slices.Clone(p.Rows)
	if err := m.start(ctx, p); err != nil && ctx.Err() == nil {
		return plan.Solution{}, p, err
	}
	bound := math.Inf(1)
	for range mostCuts {
		sol, err := plan.Solve(ctx, &p, o)
		if _, no := asInfeasible(err); no && len(p.Rows) > len(m.b.Problem.Rows) {
			err = ErrNotMet
		}
		if err == nil {
			bound = math.Min(bound, sol.Bound)
			if m.best != nil && m.best.Value >= bound-1e-10*math.Max(1, math.Abs(bound)) {
				return m.gap(bound), p, nil
			}
			err = m.consider(ctx, &p, sol)
		}
		switch {
		case errors.Is(err, errAccepted):
			m.best = &sol
			return m.gap(bound), p, nil
		case err != nil && m.best != nil && ctx.Err() != nil:
			return m.gap(bound), p, nil
		case err != nil:
			return sol, p, err
		}
	}
	if m.best != nil {
		return m.gap(bound), p, nil
	}
	return plan.Solution{}, p, plan.ErrStopped
}

// gap is the best accepted with what is proved about it.
func (m *meeting) gap(bound float64) plan.Solution {
	s := *m.best
	s.Bound = math.Max(bound, s.Value)
	s.Gap = (s.Bound - s.Value) / math.Max(math.Abs(s.Value), math.Max(.01*m.b.Problem.LossOfNothing(), 1))
	s.Proved = s.Gap < plan.Proved
	return s
}

var errAccepted = errors.New("accepted")

// consider cuts a solution off unless it is accepted.
func (m *meeting) consider(ctx context.Context, p *plan.Problem, sol plan.Solution) error {
	in := m.set(sol.Chosen)
	ok, err := m.accepts(ctx, in)
	switch {
	case err != nil:
		return err
	case ok:
		return errAccepted
	}
	if err := m.grow(ctx, in); err != nil {
		return err
	}
	cut, any := m.cut(in)
	if !any {
		return ErrNotMet
	}
	p.Rows = append(p.Rows, cut)
	return nil
}

// How much dearer losses are made at most to find a first plan that is accepted,
// how far each search for one goes, and how closely the least weight is sought.
const (
	mostWeight    = 1 << 10
	startNodes    = 100
	startHalvings = 3
)

// start looks for a good accepted plan: the best one when losses weigh more than
// they do, as little more as that takes; then without what it can spare.
func (m *meeting) start(ctx context.Context, p plan.Problem) error {
	failing := 0.0
	for weight := 1.0; weight <= mostWeight; weight *= 2 {
		ok, err := m.weigh(ctx, p, weight)
		if err != nil {
			return err
		}
		if !ok {
			failing = weight
			continue
		}
		for range startHalvings {
			middle := (failing + weight) / 2
			if ok, err = m.weigh(ctx, p, middle); err != nil {
				return err
			}
			if ok {
				weight = middle
			} else {
				failing = middle
			}
		}
		break
	}
	if m.best == nil {
		return nil
	}
	return m.spare(ctx, p)
}

// weigh solves with dearer losses, and keeps the solution if it is accepted and
// the best so far.
func (m *meeting) weigh(ctx context.Context, p plan.Problem, weight float64) (bool, error) {
	q := p
	q.Terms = slices.Clone(m.b.Problem.Terms)
	for k := range q.Terms {
		q.Terms[k].Loss *= 1 + weight
	}
	sol, err := plan.Solve(ctx, &q, plan.Options{MaxNodes: startNodes})
	if err != nil {
		return false, ignoreStopped(err)
	}
	ok, err := m.accepts(ctx, m.set(sol.Chosen))
	if ok && err == nil {
		m.keep(p, sol.Chosen)
	}
	return ok, err
}

func (m *meeting) keep(p plan.Problem, chosen []int) {
	t := p.Totals(chosen)
	if m.best == nil || t.Value > m.best.Value {
		m.best = &plan.Solution{Chosen: chosen, Totals: t}
	}
}

// spare leaves out of the best plan what it does better without.
func (m *meeting) spare(ctx context.Context, p plan.Problem) error {
	outlay := func(k int) (sum float64) {
		for s := range m.b.starts {
			sum += p.Items[m.b.at(k, s)].Outlay
		}
		return sum
	}
	dearest := m.b.taken(m.best.Chosen)
	slices.SortStableFunc(dearest, func(a, c int) int { return cmp.Compare(outlay(c), outlay(a)) })
	for _, k := range dearest {
		less := slices.DeleteFunc(slices.Clone(m.best.Chosen), func(v int) bool { return v/len(m.b.starts) == k })
		if !p.Feasible(less) || p.Totals(less).Value <= m.best.Value {
			continue
		}
		ok, err := m.accepts(ctx, m.set(less))
		if err != nil {
			return err
		}
		if ok {
			m.keep(p, less)
		}
	}
	return nil
}

// grow makes a failing set as safe as it can be while it still fails: first as
// the rough judge sees it, where there is one, and if that went too far as the
// true one does.
func (m *meeting) grow(ctx context.Context, in []bool) error {
	if m.rough == nil {
		return m.growBy(ctx, in, m.accepts)
	}
	larger := slices.Clone(in)
	err := m.growBy(ctx, larger, func(ctx context.Context, in []bool) (bool, error) { return m.rough(ctx, m.ids(in)) })
	if err != nil {
		return err
	}
	ok, err := m.accepts(ctx, larger)
	if err != nil || ok {
		return cmp.Or(err, m.growBy(ctx, in, m.accepts))
	}
	copy(in, larger)
	return nil
}

// growBy adds mitigations and drops features while the set fails, many at once
// where that goes.
func (m *meeting) growBy(ctx context.Context, in []bool, accepts func(context.Context, []bool) (bool, error)) error {
	var steps []int
	for _, k := range m.safer {
		if in[k] == m.b.items[k].feature {
			steps = append(steps, k)
		}
	}
	for size := max(1, len(steps)/2); len(steps) > 0; {
		size = min(size, len(steps))
		for _, k := range steps[:size] {
			in[k] = !in[k]
		}
		ok, err := accepts(ctx, in)
		if err != nil {
			return err
		}
		if !ok {
			steps = steps[size:]
			continue
		}
		for _, k := range steps[:size] {
			in[k] = !in[k]
		}
		if size == 1 {
			steps = steps[1:]
			continue
		}
		size = (size + 1) / 2
	}
	return nil
}

// cut is the row that demands something safer than a failing set; false where
// nothing is.
func (m *meeting) cut(in []bool) (plan.Row, bool) {
	r := plan.Row{Name: "appetite", Limit: -1}
	for k, it := range m.b.items {
		switch {
		case it.feature && in[k]:
			r.Uses = append(r.Uses, plan.Use{Item: m.b.last(k), Amount: 1})
			r.Limit++
		case !it.feature && !in[k]:
			r.Uses = append(r.Uses, plan.Use{Item: m.b.last(k), Amount: -1})
		}
	}
	return r, len(r.Uses) > 0
}

// least is the problem of spending least: only outlay counts.
func least(p plan.Problem) plan.Problem {
	p.Items = slices.Clone(p.Items)
	for i := range p.Items {
		p.Items[i].Gross = 0
	}
	p.Terms = nil
	return p
}
