package model

import (
	"context"
	"math"
	"slices"

	"github.com/parleysec/parley/plan"
)

// ClashKind says what a [Clash] demands.
type ClashKind string

// The kinds of clash.
const (
	ClashMust     ClashKind = "must"     // the item is done: the file, or a decision, says so
	ClashDuty     ClashKind = "duty"     // the item is done: a law, contract or promise asks for it
	ClashTreat    ClashKind = "treat"    // something is done against the threat
	ClashBrings   ClashKind = "brings"   // the feature only with something against the threat it brings
	ClashMustNot  ClashKind = "must not" // the item is not done
	ClashNoValue  ClashKind = "no value" // the feature is left to people: nobody said what it brings
	ClashRequires ClashKind = "requires" // the first item only with the second
	ClashExcludes ClashKind = "excludes" // not both items
	ClashMoney    ClashKind = "money"    // the limit on money
	ClashEffort   ClashKind = "effort"   // the limit on effort
)

// Clash is one limit or rule of several that no plan keeps together.
type Clash struct {
	Kind ClashKind
	// IDs are the item or items; for ClashTreat the threat, for ClashBrings the
	// feature and the threat.
	IDs []string
	// By are the mitigations that would treat the threat; none where nothing does.
	By []string
	// Period is the one whose limit it is, "" for all together; Limit is in currency
	// units or person-days.
	Period string
	Limit  float64
}

// clash names limits and rules that no plan keeps together, none of which could
// be spared; nil where that was not settled in time.
func (b *Built) clash(ctx context.Context) []Clash {
	var out []Clash
	for _, c := range b.Problem.Clash(ctx) {
		x := b.named(c)
		same := func(y Clash) bool { // the same at another time
			return x.Kind == y.Kind && slices.Equal(x.IDs, y.IDs) && x.Period == y.Period
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, x)
		}
	}
	return out
}

// named is a constraint of the problem in terms of the model.
func (b *Built) named(c plan.Constraint) Clash {
	x := Clash{}
	for _, v := range c.Items {
		x.IDs = append(x.IDs, b.ids[v/len(b.starts)])
	}
	switch c.Kind {
	case plan.MustBe:
		x.Kind = ClashMust
		if b.onDuty(x.IDs[0]) {
			x.Kind = ClashDuty
		}
	case plan.MustNotBe:
		x.Kind = ClashNoValue
		if b.items[c.Items[0]/len(b.starts)].mustNot {
			x.Kind = ClashMustNot
		}
	case plan.Requires:
		x.Kind = ClashRequires
	case plan.Excludes:
		x.Kind = ClashExcludes
	case plan.OfMoney:
		x.Kind, x.Limit = ClashMoney, b.Problem.Money
	case plan.OfEffort:
		x.Kind, x.Limit = ClashEffort, b.Problem.Effort
	case plan.OfRow:
		return b.namedRow(c.Row)
	}
	return x
}

// onDuty says whether a law, contract or promise asks for an item.
func (b *Built) onDuty(id string) bool {
	return slices.ContainsFunc(b.floors, func(f floor) bool { return !f.threat && f.id == id && f.kind == ByObligation })
}

// namedRow is a threat's floor or the limit of a period.
func (b *Built) namedRow(row int) Clash {
	for _, f := range b.floors {
		at := slices.Index(f.rows, row)
		if at < 0 {
			continue
		}
		x := Clash{Kind: ClashTreat, IDs: []string{f.id}}
		if f.later {
			x.Kind, x.IDs = ClashBrings, []string{b.ids[f.brings[at/len(b.starts)]], f.id}
		}
		for _, k := range f.items {
			x.By = append(x.By, b.ids[k])
		}
		return x
	}
	at := b.rules
	for _, p := range b.limits.Periods {
		for _, of := range []struct {
			kind  ClashKind
			limit float64
		}{{ClashEffort, p.Effort}, {ClashMoney, p.Money}} {
			if math.IsInf(of.limit, 1) {
				continue
			}
			if at == row {
				return Clash{Kind: of.kind, Period: p.Name, Limit: of.limit}
			}
			at++
		}
	}
	return Clash{}
}
