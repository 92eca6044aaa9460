package model

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan"
)

// Meets says whether a choice, once finished, keeps what no rule can state, such
// as the appetite. It must be monotone: what one choice keeps, the same with more
// mitigations or fewer features keeps too.
type Meets func(ctx context.Context, chosen []string) (bool, error)

// ErrNotMet says that no plan within the limits keeps what [Options.Meets] asks.
var ErrNotMet = errors.New("no plan within these limits keeps the appetite")

// mostCuts bounds how many failing choices are cut off.
const mostCuts = 400

// meeting finds the best plan that is accepted: a plan that fails is made as
// safe as it can be while it still fails, that set and all riskier ones are cut
// off, and the problem is solved again. A cut takes away only sets that fail, so
// the first plan accepted is the best one as far as the searches were proved.
type meeting struct {
	b     *Built
	meets Meets
	known map[string]bool
	// safer lists the items in the order in which a failing set is made safer,
	// those that lower the expected loss least first.
	safer []int
}

func (b *Built) meeting(meets Meets) (*meeting, error) {
	m := &meeting{b: b, meets: meets, known: map[string]bool{}}
	effect := make([]float64, len(b.items))
	none, err := b.portfolio.Expect(b.Scenario(nil))
	if err != nil {
		return nil, err
	}
	for k := range b.items {
		with, err := b.portfolio.Expect(b.Scenario([]string{b.ids[k]}))
		if err != nil {
			return nil, err
		}
		effect[k] = math.Abs(none.Annual - with.Annual)
		m.safer = append(m.safer, k)
	}
	slices.SortStableFunc(m.safer, func(a, c int) int { return cmp.Compare(effect[a], effect[c]) })
	return m, nil
}

// accepts asks about a set of items once.
func (m *meeting) accepts(ctx context.Context, in []bool) (bool, error) {
	var ids []string
	for k, is := range in {
		if is {
			ids = append(ids, m.b.ids[k])
		}
	}
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
// back with the cuts that were needed.
func (m *meeting) solve(ctx context.Context, p plan.Problem, o plan.Options) (plan.Solution, plan.Problem, error) {
	p.Rows = slices.Clone(p.Rows)
	for range mostCuts {
		sol, err := plan.Solve(ctx, &p, o)
		if err != nil {
			if _, no := asInfeasible(err); no && len(p.Rows) > len(m.b.Problem.Rows) {
				err = ErrNotMet
			}
			return sol, p, err
		}
		in := make([]bool, len(m.b.items))
		for _, k := range m.b.taken(sol.Chosen) {
			in[k] = true
		}
		ok, err := m.accepts(ctx, in)
		if err != nil || ok {
			return sol, p, err
		}
		if err := m.grow(ctx, in); err != nil {
			return sol, p, err
		}
		cut, any := m.cut(in)
		if !any {
			return sol, p, ErrNotMet
		}
		p.Rows = append(p.Rows, cut)
	}
	return plan.Solution{}, p, parley.Errorf(parley.Unavailable, "plan", "no plan that keeps the appetite was found in %d rounds", mostCuts)
}

// grow makes a failing set as safe as it can be while it still fails: it adds
// mitigations and drops features, many at once where that goes.
func (m *meeting) grow(ctx context.Context, in []bool) error {
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
		ok, err := m.accepts(ctx, in)
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
