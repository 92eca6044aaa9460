package model

import (
	"slices"

	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/risk"
)

// addTerms states the expected losses over the horizon. An item only takes
// effect when it is finished, so [0, Until] is cut at the finishing times; in
// each piece the items finished by its start count, and a threat that features
// introduce exists if one of those finished by then is chosen.
func (b *Built) addTerms() {
	for _, d := range b.portfolio.Decompose() {
		if slices.Contains(b.limits.Avoided, d.Threat) {
			continue
		}
		b.addThreat(d)
	}
}

func (b *Built) addThreat(d risk.Decomposition) {
	cuts := b.cuts(d)
	for k, from := range cuts[:len(cuts)-1] {
		years := b.portfolio.Annuity(from, cuts[k+1])
		var ifAny []int
		if len(d.IfAny) > 0 {
			ifAny = b.finished(d.IfAny, from)
			if len(ifAny) == 0 {
				continue
			}
		}
		for _, t := range d.Terms {
			tm := plan.Term{Loss: t.PerYear * years, IfAny: ifAny}
			for _, f := range t.Factors {
				if i, ok := b.index[f.Mitigation]; ok && b.items[i].finish <= from {
					tm.Factors = append(tm.Factors, plan.Factor{Item: i, Pass: f.Mean})
				}
			}
			b.Problem.Terms = append(b.Problem.Terms, tm)
		}
	}
}

// cuts are 0, the finishing times within it of the items the threat depends on,
// and the end of the time in which it can strike.
func (b *Built) cuts(d risk.Decomposition) []float64 {
	cuts := []float64{0}
	add := func(id string) {
		if i, ok := b.index[id]; ok && b.items[i].finish < d.Until {
			cuts = append(cuts, b.items[i].finish)
		}
	}
	for _, id := range d.IfAny {
		add(id)
	}
	for _, t := range d.Terms {
		for _, f := range t.Factors {
			add(f.Mitigation)
		}
	}
	slices.Sort(cuts)
	return append(slices.Compact(cuts), d.Until)
}

func (b *Built) finished(ids []string, by float64) []int {
	var out []int
	for _, i := range b.indices(ids) {
		if b.items[i].finish <= by {
			out = append(out, i)
		}
	}
	return out
}
