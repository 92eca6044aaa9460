package plan

import (
	"context"
	"errors"
	"math"
	"slices"
)

// ConstraintKind says what a [Constraint] demands.
type ConstraintKind string

// The kinds of constraint.
const (
	MustBe    ConstraintKind = "must"     // Items[0] is chosen
	MustNotBe ConstraintKind = "must not" // Items[0] is not
	Requires  ConstraintKind = "requires" // Items[0] only with Items[1]
	Excludes  ConstraintKind = "excludes" // not both of Items
	OfMoney   ConstraintKind = "money"    // the limit on money
	OfEffort  ConstraintKind = "effort"   // the limit on effort
	OfRow     ConstraintKind = "row"      // Rows[Row] of the problem
)

// Constraint is one limit or rule of a problem.
type Constraint struct {
	Kind  ConstraintKind
	Items []int // indices
	Row   int   // index, of an OfRow
}

// clashNodes is how far each search goes that asks whether some constraints can
// be kept together.
const clashNodes = 200

// Clash finds constraints that cannot all be kept, none of which could be spared:
// without any one of them the others can be (as far as short searches tell). It
// leaves constraints out, many at once where that goes, while no set keeps the
// rest. What a chain's items require of each other goes without saying. It is
// nil where a set is possible, or that was not settled before the context ended.
func (p *Problem) Clash(ctx context.Context) []Constraint {
	kept := p.constraints()
	if p.Validate() != nil || !p.impossible(ctx, kept) {
		return nil
	}
	for size, at := (len(kept)+1)/2, 0; len(kept) > 0; {
		if ctx.Err() != nil { // what could be spared is not known
			return nil
		}
		size = min(size, len(kept)-at)
		less := slices.Delete(slices.Clone(kept), at, at+size)
		switch {
		case p.impossible(ctx, less):
			kept = less
		case size == 1:
			at++
		default:
			size = (size + 1) / 2
		}
		if at == len(kept) {
			break
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return kept
}

// constraints are all of the problem's, the ones that say least to people first:
// these are left out first.
func (p *Problem) constraints() []Constraint {
	var out []Constraint
	for i, it := range p.Items {
		for _, j := range it.Requires {
			if i != j && !p.chained(i, j) {
				out = append(out, Constraint{Kind: Requires, Items: []int{i, j}})
			}
		}
		for _, j := range it.Excludes {
			if i != j {
				out = append(out, Constraint{Kind: Excludes, Items: []int{i, j}})
			}
		}
		if it.MustNot {
			out = append(out, Constraint{Kind: MustNotBe, Items: []int{i}})
		}
	}
	for k := range p.Rows {
		out = append(out, Constraint{Kind: OfRow, Row: k})
	}
	if !math.IsInf(p.Effort, 1) {
		out = append(out, Constraint{Kind: OfEffort})
	}
	if !math.IsInf(p.Money, 1) {
		out = append(out, Constraint{Kind: OfMoney})
	}
	for i, it := range p.Items {
		if it.Must {
			out = append(out, Constraint{Kind: MustBe, Items: []int{i}})
		}
	}
	return out
}

// chained says whether two items are of one chain.
func (p *Problem) chained(i, j int) bool {
	return slices.ContainsFunc(p.Chains, func(c []int) bool { return slices.Contains(c, i) && slices.Contains(c, j) })
}

// impossible says whether it is proved that no set keeps some constraints.
func (p *Problem) impossible(ctx context.Context, list []Constraint) bool {
	_, err := Solve(ctx, p.only(list), Options{MaxNodes: clashNodes, First: true})
	_, none := errors.AsType[*InfeasibleError](err)
	return none
}

// only is the problem of keeping some of its constraints, whatever that costs.
func (p *Problem) only(list []Constraint) *Problem {
	q := &Problem{Items: make([]Item, len(p.Items)), Money: math.Inf(1), Effort: math.Inf(1), Chains: p.Chains}
	for i, it := range p.Items {
		q.Items[i] = Item{ID: it.ID, Money: it.Money, Effort: it.Effort}
		for _, j := range it.Requires {
			if p.chained(i, j) {
				q.Items[i].Requires = append(q.Items[i].Requires, j)
			}
		}
	}
	for _, c := range list {
		switch c.Kind {
		case MustBe:
			q.Items[c.Items[0]].Must = true
		case MustNotBe:
			q.Items[c.Items[0]].MustNot = true
		case Requires:
			it := &q.Items[c.Items[0]]
			it.Requires = append(it.Requires, c.Items[1])
		case Excludes:
			it := &q.Items[c.Items[0]]
			it.Excludes = append(it.Excludes, c.Items[1])
		case OfMoney:
			q.Money = p.Money
		case OfEffort:
			q.Effort = p.Effort
		case OfRow:
			q.Rows = append(q.Rows, p.Rows[c.Row])
		}
	}
	return q
}
