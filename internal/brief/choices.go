package brief

import (
	"slices"

	"github.com/parleysec/parley"
)

// choice is one way to treat a threat before it is priced.
type choice struct {
	id      string
	kind    parley.Kind
	title   string
	set     []string // mitigations and features
	start   float64  // years from now
	treat   *parley.Treatment
	missing []string
	inPlan  bool
	isBest  bool
}

// against lists the mitigations that say they bear on a threat, in file order.
func against(m *parley.Model, threat string) []*parley.Mitigation {
	var out []*parley.Mitigation
	for i := range m.Mitigations {
		x := &m.Mitigations[i]
		if slices.ContainsFunc(x.Against, func(a parley.Against) bool { return a.Threat == threat }) {
			out = append(out, x)
		}
	}
	return out
}

// Closure is an item with everything it requires, itself first, in a fixed
// order. What base holds is done already.
func Closure(m *parley.Model, base []string, ids ...string) []string {
	var out []string
	var add func(id string)
	add = func(id string) {
		if slices.Contains(out, id) || slices.Contains(base, id) {
			return
		}
		out = append(out, id)
		if w := m.Work(id); w != nil {
			for _, r := range w.Requires {
				add(r)
			}
		}
	}
	for _, id := range ids {
		add(id)
	}
	return out
}

// missingOf says what a set lacks to be judged: a cost of any part, or the
// strength of those of its parts (by) that are meant to act on the threat.
func missingOf(m *parley.Model, threat string, set, by []string) []string {
	var out []string
	if slices.ContainsFunc(set, func(id string) bool { w := m.Work(id); return w != nil && !w.Cost.Stated() }) {
		out = append(out, missingCost)
	}
	if !slices.ContainsFunc(by, func(id string) bool { return stops(m, id, threat) }) {
		out = append(out, missingStrength)
	}
	return out
}

// stops reports whether a mitigation states how much of a threat it stops.
func stops(m *parley.Model, id, threat string) bool {
	x := m.Mitigation(id)
	return x != nil && slices.ContainsFunc(x.Against, func(a parley.Against) bool { return a.Threat == threat && a.Stated() })
}

// What an option or a threat may lack.
const (
	missingCost       = "cost"
	missingStrength   = "strength"
	missingLikelihood = "likelihood"
	missingLoss       = "loss"
)

// fits reports whether a set keeps requires and excludes.
func fits(m *parley.Model, base, set []string) bool {
	has := func(id string) bool { return slices.Contains(set, id) || slices.Contains(base, id) }
	for _, id := range set {
		w := m.Work(id)
		if w == nil || !all(w.Requires, has) || slices.ContainsFunc(w.Excludes, has) {
			return false
		}
	}
	return true
}

func all(ids []string, ok func(string) bool) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return !ok(id) })
}

// sameSet reports whether two lists hold the same ids.
func sameSet(a, b []string) bool {
	return len(a) == len(b) && all(a, func(id string) bool { return slices.Contains(b, id) })
}
