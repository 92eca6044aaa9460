package plan

import (
	"context"
	"math"
	"slices"

	"github.com/parleysec/parley/internal/workers"
)

// with is a copy of the problem in which some items must be chosen and others
// must not, whatever the problem said about these items.
func (p *Problem) with(in, out []int) *Problem {
	q := *p
	q.Items = slices.Clone(p.Items)
	for _, i := range in {
		q.Items[i].Must, q.Items[i].MustNot = true, false
	}
	for _, i := range out {
		q.Items[i].Must, q.Items[i].MustNot = false, true
	}
	return &q
}

// SolveWith solves the problem with some items forced in and others kept out,
// whatever the problem says about these items.
func SolveWith(ctx context.Context, p *Problem, in, out []int, opt Options) (Solution, error) {
	for _, list := range [][]int{in, out} {
		for _, i := range list {
			if err := p.index(i); err != nil {
				return Solution{}, err
			}
		}
	}
	return Solve(ctx, p.with(in, out), opt)
}

// Marginal says what one item is worth to a plan.
type Marginal struct {
	Item int
	// In says whether the plan has the item.
	In bool
	// InPlan is the value the plan loses when the item (and what requires it) is
	// dropped, or gains when it (and what it requires) comes in, in the place of
	// what that excludes; all else as it is and limits aside. See [Problem.Turned].
	InPlan float64
	// Value is for an item in the plan the value lost if it is forbidden and all
	// else chosen anew; for one left out the value gained if it is forced in and
	// all else chosen anew: never above 0 when the plan is proved best.
	// Known is false, and Value 0, where that was not worked out or not proved.
	Value float64
	Known bool
	// Other is the best set with the item the other way round that was found on
	// the way; nil where none was.
	Other []int
	// Impossible says that no set keeps the limits and rules with the item the
	// other way round: a must, or an item that does not fit.
	Impossible bool
}

// Marginals works out what each of some items is worth to a plan. With
// reoptimise it solves the problem once for each item, as far as the context's
// time goes, on all CPUs; without, only InPlan is filled in. The options' Progress
// is called from several goroutines then.
func Marginals(ctx context.Context, p *Problem, sol Solution, items []int, reoptimise bool, opt Options) ([]Marginal, error) {
	for _, i := range items {
		if err := p.index(i); err != nil {
			return nil, err
		}
	}
	b, err := prepare(p, opt)
	if err != nil {
		return nil, err
	}
	if reoptimise {
		if _, err := b.solve(ctx, opt); err != nil { // for its multipliers
			return nil, err
		}
	}
	ms := make([]Marginal, len(items))
	err = workers.Each(len(items), func(k int) error {
		i := items[k]
		ms[k] = Marginal{Item: i, In: slices.Contains(sol.Chosen, i), InPlan: p.InPlan(sol, i)}
		if reoptimise && ctx.Err() == nil {
			if err := ms[k].reoptimise(ctx, b, sol, opt); err != nil && ctx.Err() == nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ms, nil
}

func (m *Marginal) reoptimise(ctx context.Context, b *prepared, sol Solution, opt Options) error {
	ins, outs := []int{m.Item}, []int(nil)
	if m.In {
		ins, outs = outs, ins
	}
	var other Solution
	b, err := b.with(ins, outs, opt)
	if err == nil {
		other, err = b.solve(ctx, opt)
	}
	m.Other = other.Chosen
	m.Value = other.Value - sol.Value
	if m.In {
		m.Value = -m.Value
	}
	if _, no := asInfeasible(err); no {
		m.Impossible, m.Value = true, 0
		return nil
	}
	m.Known = err == nil && other.Proved
	if !m.Known {
		m.Value = 0
	}
	return err
}

// InPlan is the change of value by one item alone; see [Marginal]. The item must
// exist.
func (p *Problem) InPlan(sol Solution, item int) float64 {
	gain := p.Totals(p.Turned(sol.Chosen, item)).Value - sol.Value
	if slices.Contains(sol.Chosen, item) {
		return -gain
	}
	return gain
}

// Turned is a set with one item the other way round, all else as it is and limits
// aside: without the item and what requires it; or with it and what it requires,
// in the place of what these exclude and of what requires that. The item must
// exist.
func (p *Problem) Turned(chosen []int, item int) []int {
	if slices.Contains(chosen, item) {
		return p.dropped(chosen, item)
	}
	needs := make([][]int, len(p.Items))
	for i, it := range p.Items {
		needs[i] = it.Requires
	}
	in := reach(needs, item)
	var rivals []int
	for _, i := range chosen {
		if !slices.Contains(in, i) && slices.ContainsFunc(in, func(j int) bool { return p.exclude(i, j) }) {
			rivals = append(rivals, i)
		}
	}
	out := p.dropped(chosen, rivals...)
	for _, i := range in {
		if !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// dropped is a set without some items and what requires them.
func (p *Problem) dropped(chosen []int, items ...int) []int {
	needed := make([][]int, len(p.Items))
	for i, it := range p.Items {
		for _, j := range it.Requires {
			needed[j] = append(needed[j], i)
		}
	}
	var gone []int
	for _, i := range items {
		gone = append(gone, reach(needed, i)...)
	}
	return slices.DeleteFunc(slices.Clone(chosen), func(i int) bool { return slices.Contains(gone, i) })
}

// exclude says whether one of two items excludes the other.
func (p *Problem) exclude(i, j int) bool {
	return i != j && (slices.Contains(p.Items[i].Excludes, j) || slices.Contains(p.Items[j].Excludes, i))
}

// Price is what obligations cost: the value of the best plan when the items
// need not be chosen, less its value when they must. It is never negative when
// both plans are proved. The error is an [*InfeasibleError] when they cannot
// all be chosen.
func Price(ctx context.Context, p *Problem, must []int, opt Options) (float64, error) {
	with, err := SolveWith(ctx, p, must, nil, opt)
	if err != nil {
		return 0, err
	}
	q := p.with(nil, nil)
	for _, i := range must {
		q.Items[i].Must = false
	}
	without, err := Solve(ctx, q, opt)
	if err != nil {
		return 0, err
	}
	return math.Max(0, without.Value-with.Value), nil
}

// BreakEven is the discounted gross value an item without a value of its own
// would need to bring so that taking it in costs the plan nothing. The item's
// Gross is taken as 0 whatever it says. The error is an [*InfeasibleError] when
// no set with the item is possible.
func BreakEven(ctx context.Context, p *Problem, item int, opt Options) (float64, error) {
	if err := p.index(item); err != nil {
		return 0, err
	}
	q := p.with(nil, nil)
	q.Items[item].Gross = 0
	with, err := SolveWith(ctx, q, []int{item}, nil, opt)
	if err != nil {
		return 0, err
	}
	without, err := SolveWith(ctx, q, nil, []int{item}, opt)
	if err != nil {
		return 0, err
	}
	return math.Max(0, without.Value-with.Value), nil
}
