package model

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley/plan"
)

// Figure is what a choice, once finished, comes to, such as the expected
// shortfall of its years. It should be monotone: with more mitigations or fewer
// features it is no greater ([Options.Monotone]). It is not negative.
type Figure func(ctx context.Context, chosen []string) (float64, error)

// Lowest is the least figure found and a value that no choice within the limits
// is below, where the figure is monotone; where that is not certain it is an
// estimate ([Plan.Estimate]). Of a figure read from simulated years both are of these years.
type Lowest struct {
	Value, Bound float64
}

// How much more losses weigh than money while choices with a low figure are
// sought, how closely and how far each search goes, and how many choices
// are cut off at most.
const (
	lowestWeight = 1000
	lowestGap    = .02
	lowestNodes  = 2000
	lowestCuts   = 4000
)

// How closely each search for a choice by parts of the figure goes, near how many
// of the choices found last these are made, and what rounding may add to their sum.
const (
	tailGap      = 1e-3
	mostNear     = 8
	tailRounding = 1e-10
)

// remembered works a figure out once for each choice.
func (f Figure) remembered() Figure {
	known := map[string]float64{}
	return func(ctx context.Context, chosen []string) (float64, error) {
		key := strings.Join(chosen, " ")
		if v, done := known[key]; done {
			return v, nil
		}
		v, err := f(ctx, chosen)
		if err == nil {
			known[key] = v
		}
		return v, err
	}
}

// below judges whether a choice's figure is less than that of another.
func (f Figure) below(than []string) Meets {
	return func(ctx context.Context, chosen []string) (bool, error) {
		least, err := f(ctx, than)
		if err != nil {
			return false, err
		}
		v, err := f(ctx, chosen)
		return v < least, err
	}
}

// lowest finds the choice with the least figure. A choice is found that the cuts
// so far allow; if its figure is the least yet it is kept, and in any case it and
// all choices that are as risky or riskier are cut off: none of them is below the
// least. When the cuts leave nothing, what was kept is best. Until then no choice
// is below what all mitigations and no features come to, nor below the least sum of
// the figure's parts among those not cut off, where these are known.
func (b *Built) lowest(ctx context.Context, o Options, opt plan.Options) (plan.Solution, Lowest, error) {
	m, err := b.meeting(o)
	if err != nil {
		return plan.Solution{}, Lowest{}, err
	}
	figure := o.Lowest.remembered()
	rough := figure
	if o.LowestRoughly != nil {
		rough = o.LowestRoughly.remembered()
	}
	found := Lowest{Value: math.Inf(1)}
	if found.Bound, err = figure(ctx, b.safest()); err != nil {
		return plan.Solution{}, found, err
	}
	var best plan.Solution
	p := b.weighed()
	tail := tailSearch{b: b, split: o.LowestSplit}
	for range lowestCuts {
		near, err := tail.turn(ctx, &p)
		if err != nil && ctx.Err() == nil { // the plan does without that bound
			tail.split = nil
		}
		opt.Gap, opt.MaxNodes = lowestGap, max(o.MaxNodes, lowestNodes)
		if near {
			opt.Gap = tailGap
		}
		sol, err := plan.Solve(ctx, &p, opt)
		if err == nil {
			below := p.LossOfNothing() - sol.Bound
			err = m.lower(ctx, &p, sol, &best, &found, figure, rough, o)
			if near && best.Chosen != nil { // what is cut off is not below what was found
				found.Bound = math.Max(found.Bound, math.Min(found.Value, below*(1-tailRounding)))
			}
			tail.seen = append(tail.seen, b.names(sol.Chosen))
		}
		switch _, none := asInfeasible(err); {
		case none && best.Chosen == nil && len(p.Rows) > len(b.Problem.Rows):
			return best, found, ErrNotMet
		case none && best.Chosen != nil:
			found.Bound = found.Value
			return b.judged(best, found), found, nil
		case err != nil && best.Chosen != nil && (ctx.Err() != nil || ignoreStopped(err) == nil):
			return b.judged(best, found), found, nil
		case err != nil:
			return best, found, err
		}
		if found.Value <= found.Bound {
			break
		}
	}
	return b.judged(best, found), found, nil
}

// tailSearch looks for choices by the parts of the figure below, once there is one
// to start from, split anew after 1, 2, 4, 8 and so on further choices.
type tailSearch struct {
	b     *Built
	split Split // nil: never
	seen  [][]string
	at    int // choices at the last split
}

// turn makes the problem that of the parts, where they are split anew; near says
// that it is.
func (s *tailSearch) turn(ctx context.Context, p *plan.Problem) (near bool, err error) {
	if s.split == nil || len(s.seen) == 0 {
		return false, nil
	}
	if len(s.seen) < 2*s.at {
		return true, nil
	}
	s.at = len(s.seen)
	parts, err := s.split(ctx, s.seen[max(0, len(s.seen)-mostNear):])
	if err == nil {
		*p = s.b.tailProblem(parts, p.Rows)
	}
	return err == nil, err
}

// lower keeps a solution if its figure is the least yet, and cuts it off with
// all that are as risky; an infeasible error says that nothing is safer.
func (m *meeting) lower(ctx context.Context, p *plan.Problem, sol plan.Solution, best *plan.Solution, found *Lowest, figure, rough Figure, o Options) error {
	in := m.set(sol.Chosen)
	ids := m.ids(in)
	ok := true
	var err error
	if o.Meets != nil {
		if ok, err = o.Meets(ctx, ids); err != nil {
			return err
		}
	}
	v, err := figure(ctx, ids)
	if err != nil {
		return err
	}
	if ok && v < found.Value {
		found.Value, *best = v, sol
		clear(m.known)
	}
	m.meets, m.rough = o.Meets, o.Roughly // until one is found, all that counts is the limits
	if best.Chosen != nil {
		kept := m.b.names(best.Chosen)
		m.meets, m.rough = both(o.Meets, figure.below(kept)), both(o.Roughly, rough.below(kept))
	}
	if err := m.grow(ctx, in); err != nil {
		return err
	}
	cut, any := m.cut(in)
	switch {
	case !any && best.Chosen == nil:
		return ErrNotMet
	case !any:
		return &plan.InfeasibleError{}
	}
	p.Rows = append(p.Rows, cut)
	return nil
}

// both asks for two things, the first of which may be nil.
func both(a, b Meets) Meets {
	if a == nil {
		return b
	}
	return func(ctx context.Context, chosen []string) (bool, error) {
		if ok, err := a(ctx, chosen); !ok || err != nil {
			return false, err
		}
		return b(ctx, chosen)
	}
}

// safest are all mitigations and no features.
func (b *Built) safest() []string {
	var ids []string
	for k, it := range b.items {
		if !it.feature {
			ids = append(ids, b.ids[k])
		}
	}
	return ids
}

// weighed is the problem with losses that weigh much more than money.
func (b *Built) weighed() plan.Problem {
	p := b.Problem
	p.Rows, p.Terms = slices.Clone(p.Rows), slices.Clone(p.Terms)
	for k := range p.Terms {
		p.Terms[k].Loss *= lowestWeight
	}
	return p
}

// judged is a choice, valued as any other, with what is proved of its figure.
func (b *Built) judged(best plan.Solution, found Lowest) plan.Solution {
	best.Totals = b.Problem.Totals(best.Chosen)
	best.Bound = best.Value
	best.Gap = math.Max(0, found.Value-found.Bound) / math.Max(found.Value, 1)
	best.Proved = best.Gap < plan.Proved
	return best
}

// vouched takes back what was proved of a plan, found by passing over sets, where
// what they were judged by is not monotone for certain.
func (o *Options) vouched(ctx context.Context, p *Plan) (*Plan, error) {
	if o.Monotone == nil {
		return p, nil
	}
	monotone, err := o.Monotone(ctx)
	if err != nil {
		return nil, err
	}
	if !monotone {
		p.Proved, p.Estimate = false, true
	}
	return p, nil
}
