package model

import (
	"slices"

	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/risk"
)

// addTerms states the expected losses over the horizon. An item only takes
// effect when it is finished, so [0, Until] is cut at the times at which items
// can be finished; in
// each piece the items finished by its start count, and a threat that
// features introduce exists if one of those finished by then is chosen.
func (b *Built) addTerms() {
	for _, d := range b.portfolio.Decompose() {
		if slices.Contains(b.limits.Avoided, d.Threat) {
			continue
		}
		from := len(b.Problem.Terms)
		b.addThreat(d)
		b.spans = append(b.spans, termSpan{d.Threat, from, len(b.Problem.Terms)})
	}
}

// termSpan is where the problem's terms of a threat stand.
type termSpan struct {
	threat   string
	from, to int
}

// termsWith are the problem's terms with those of some threats stated anew.
func (b *Built) termsWith(changed []risk.Decomposition) []plan.Term {
	var out []plan.Term
	for _, s := range b.spans {
		k := slices.IndexFunc(changed, func(d risk.Decomposition) bool { return d.Threat == s.threat })
		if k < 0 {
			out = append(out, b.Problem.Terms[s.from:s.to]...)
			continue
		}
		anew := *b
		anew.Problem.Terms = nil
		anew.addThreat(changed[k])
		out = append(out, anew.Problem.Terms...)
	}
	return out
}

func (b *Built) addThreat(d risk.Decomposition) {
	cuts := b.cuts(d)
	for k, from := range cuts[:len(cuts)-1] {
		years := b.portfolio.Annuity(from, cuts[k+1])
		var ifAny []int
		if len(d.IfAny) > 0 {
			for _, id := range d.IfAny {
				if v, ok := b.finished(id, from); ok {
					ifAny = append(ifAny, v)
				}
			}
			if ifAny == nil {
				continue
			}
		}
		for _, t := range d.Terms {
			tm := plan.Term{Loss: t.PerYear * years, IfAny: ifAny}
			for _, f := range t.Factors {
				if v, ok := b.finished(f.Mitigation, from); ok {
					tm.Factors = append(tm.Factors, plan.Factor{Item: v, Pass: f.Mean})
				}
			}
			b.Problem.Terms = append(b.Problem.Terms, tm)
		}
	}
}

// cuts are 0, the times within it at which what the threat depends on can finish,
// and the end of the time in which it can strike.
func (b *Built) cuts(d risk.Decomposition) []float64 {
	cuts := []float64{0}
	add := func(id string) {
		k, ok := b.index[id]
		for s := range b.starts {
			if ok && b.finish(k, s) < d.Until {
				cuts = append(cuts, b.finish(k, s))
			}
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

// finished is the problem's item that says that an item is finished by a time:
// that it started when it could at the latest; false where it never can be.
func (b *Built) finished(id string, by float64) (int, bool) {
	k, ok := b.index[id]
	if !ok {
		return 0, false
	}
	for s := len(b.starts) - 1; s >= 0; s-- {
		if b.finish(k, s) <= by {
			return b.at(k, s), true
		}
	}
	return 0, false
}
