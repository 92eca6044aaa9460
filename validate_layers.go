package parley

import (
	"fmt"
	"slices"
)

// layers checks what controls and mitigations say about themselves. What is
// missing there is a warning: the rest can be priced.
func (v *validator) layers() {
	asked := map[string]bool{}
	for _, it := range v.items {
		for _, id := range it.Requires {
			asked[id] = true
		}
	}
	for i := range v.m.Controls {
		c := &v.m.Controls[i]
		path := fmt.Sprintf("controls[%d]", i)
		if len(c.Against) == 0 {
			v.warn(path+".against", c.ID, "e.g. against: [{threat: leak, likelihood: 40%..80%}]", "this control is against no threat: it has no effect")
		}
		v.strengths(&c.Barrier, path, c.ID)
	}
	for i := range v.m.Mitigations {
		x := &v.m.Mitigations[i]
		path := fmt.Sprintf("mitigations[%d]", i)
		v.mitigation(x, path)
		if len(x.Against) == 0 && len(x.Benefits) == 0 && x.Obligation == nil && !x.Must && !asked[x.ID] {
			v.warn(path+".against", x.ID, "e.g. against: [{threat: leak, likelihood: 70%..95%}]", "this mitigation is against no threat: no plan will contain it")
		}
	}
}

func (v *validator) mitigation(x *Mitigation, path string) {
	if !x.Cost.Stated() {
		v.warn(path+".cost", x.ID, "e.g. cost: {effort: 5d..10d}; cost: {once: 0} when it is free", "this mitigation needs a cost; until then no plan will contain it")
	}
	if x.Scope == ScopeOutside && x.Ask == "" {
		v.warn(path+".scope", x.ID, "add ask: whom to ask", "others must do this, and nobody says who")
	}
	v.strengths(&x.Barrier, path, x.ID)
	for _, n := range sortedNeeds(x.EffectOnNeeds) {
		at := path + ".effect_on_needs." + string(n)
		if !slices.Contains(Needs(), n) {
			v.fail(at, x.ID, meant(string(n), Needs()), "%q is not a need", n)
			continue
		}
		if e := x.EffectOnNeeds[n]; !slices.Contains(Effects(), e) {
			v.fail(at, x.ID, meant(string(e), Effects()), "%q is not an effect", e)
		}
	}
}

func (v *validator) strengths(b *Barrier, path, id string) {
	for i, a := range b.Against {
		if !a.Stated() {
			v.warn(fmt.Sprintf("%s.against[%d]", path, i), id, "likelihood: the share of events it stops; impact: the share of the loss it avoids; e.g. most, or 60%..85%",
				"a strength against %s is missing; until then it is priced as no effect", a.Threat)
		}
	}
}

func sortedNeeds(m map[Need]Effect) []Need {
	var out []Need
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
