package parley

import (
	"fmt"
	"strings"
)

// maxID is the length of the longest id.
const maxID = 64

// ids checks how ids are written and that none is used twice. Threats have
// their own names; everything a plan or a question can name besides them
// (dependencies, controls, mitigations, features, treatments) shares one.
func (v *validator) ids() {
	m := v.m
	v.id("product.id", m.Product.ID)
	threats, items := namespace{}, namespace{}
	for i, t := range m.Threats {
		v.unique(threats, fmt.Sprintf("threats[%d]", i), "threat", t.ID, t.Was)
	}
	for i, d := range m.Dependencies {
		v.unique(items, fmt.Sprintf("dependencies[%d]", i), "dependency", d.ID, d.Was)
	}
	for i, c := range m.Controls {
		v.unique(items, fmt.Sprintf("controls[%d]", i), "control", c.ID, c.Was)
		v.checkIDs(fmt.Sprintf("controls[%d]", i), c.Checks)
	}
	for i, t := range m.Threats {
		for j, x := range t.Treatments {
			v.unique(items, fmt.Sprintf("threats[%d].treatments[%d]", i, j), "treatment", x.ID, "")
		}
	}
	for i, x := range m.Mitigations {
		v.unique(items, fmt.Sprintf("mitigations[%d]", i), "mitigation", x.ID, x.Was)
		v.checkIDs(fmt.Sprintf("mitigations[%d]", i), x.Checks)
	}
	for i, f := range m.Features {
		v.unique(items, fmt.Sprintf("features[%d]", i), "feature", f.ID, f.Was)
	}
	v.renamed(threats)
	v.renamed(items)
	incidents := namespace{}
	for i, x := range m.Incidents {
		v.unique(incidents, fmt.Sprintf("incidents[%d]", i), "incident", x.ID, "")
	}
	periods := map[string]bool{}
	for i, p := range m.Capacity {
		if periods[p.Period] && p.Period != "" {
			v.fail(fmt.Sprintf("capacity[%d].period", i), "", "one entry a period: add the two together", "period %q is there twice", p.Period)
		}
		periods[p.Period] = true
	}
}

// namespace holds what has been named so far, by id.
type namespace map[string]named

type named struct{ kind, path, was string }

func (v *validator) unique(space namespace, path, kind, id, was string) {
	if id == "" {
		return // reported as missing where it must be there
	}
	v.id(path+".id", id)
	if first, ok := space[id]; ok {
		hint := "give one of them another id"
		if kind != first.kind {
			hint = "things a plan can name need ids of their own: give one of them another"
		}
		v.fail(path+".id", id, hint, "id %q is already that of a %s (%s)", id, first.kind, first.path)
		return
	}
	space[id] = named{kind, path, was}
}

func (v *validator) renamed(space namespace) {
	for _, id := range sortedKeys(space) {
		if was := space[id].was; was != "" {
			if other, ok := space[was]; ok {
				v.fail(space[id].path+".was", id, "was: takes an id that is no longer used",
					"was: %s is still the id of a %s (%s)", was, other.kind, other.path)
			}
		}
	}
}

func (v *validator) checkIDs(path string, checks []Check) {
	space := namespace{}
	for i, c := range checks {
		v.unique(space, fmt.Sprintf("%s.checks[%d]", path, i), "check", c.ID, "")
	}
}

func (v *validator) id(path, id string) {
	if id != "" && !ValidID(id) {
		v.fail(path, id, fmt.Sprintf("try %q", Slug(id, maxID)),
			"%q cannot be an id: letters a to z, digits, - _ and . only, a letter or digit first, at most %d", id, maxID)
	}
}

// ValidID reports whether a text may be an id: letters a to z in either case,
// digits, "-", "_" and ".", a letter or digit first, at most 64 characters.
func ValidID(id string) bool {
	if id == "" || len(id) > maxID || strings.ContainsRune("-_.", rune(id[0])) {
		return false
	}
	for _, r := range id {
		if !idRune(r) {
			return false
		}
	}
	return true
}

func idRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r)
}
