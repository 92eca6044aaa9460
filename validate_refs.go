package parley

import (
	"fmt"
	"slices"
	"strings"
)

// references checks that every id that is named belongs to something.
func (v *validator) references() {
	m := v.m
	n := v.names()
	for i := range m.Controls {
		c := &m.Controls[i]
		v.barrierRefs(&c.Barrier, fmt.Sprintf("controls[%d]", i), c.ID, n)
	}
	for i := range m.Mitigations {
		x := &m.Mitigations[i]
		v.barrierRefs(&x.Barrier, fmt.Sprintf("mitigations[%d]", i), x.ID, n)
		v.workRefs(&x.Work, fmt.Sprintf("mitigations[%d]", i), x.ID, n)
	}
	for i := range m.Features {
		f := &m.Features[i]
		path := fmt.Sprintf("features[%d]", i)
		v.workRefs(&f.Work, path, f.ID, n)
		v.refs(path+".introduces", f.ID, "threat", f.Introduces, n.threats)
	}
	for i := range m.Threats {
		if t := &m.Threats[i]; t.StatedWith != nil {
			v.refs(fmt.Sprintf("threats[%d].stated_with", i), t.ID, "control", *t.StatedWith, n.controls)
		}
	}
	for i := range m.Decisions {
		v.refs(fmt.Sprintf("decisions[%d].threats", i), "", "threat", m.Decisions[i].Threats, n.threats)
	}
	for i := range m.Incidents {
		x := &m.Incidents[i]
		path := fmt.Sprintf("incidents[%d]", i)
		if x.Threat != "" {
			v.ref(path+".threat", x.ID, "threat", x.Threat, n.threats)
		}
		v.refs(path+".stopped_by", x.ID, "control or mitigation", x.Stopped, n.layers)
		v.refs(path+".passed", x.ID, "control or mitigation", x.Passed, n.layers)
	}
}

// names is what may be referred to, each list sorted.
type names struct{ threats, dependencies, controls, layers, work []string }

func (v *validator) names() names {
	m := v.m
	threats := idsOf(m.Threats, func(t Threat) string { return t.ID })
	controls := idsOf(m.Controls, func(c Control) string { return c.ID })
	mitigations := idsOf(m.Mitigations, func(x Mitigation) string { return x.ID })
	features := idsOf(m.Features, func(f Feature) string { return f.ID })
	return names{
		threats:      slices.Sorted(slices.Values(threats)),
		dependencies: slices.Sorted(slices.Values(idsOf(m.Dependencies, func(d Dependency) string { return d.ID }))),
		controls:     slices.Sorted(slices.Values(controls)),
		layers:       slices.Sorted(slices.Values(append(controls, mitigations...))),
		work:         slices.Sorted(slices.Values(append(mitigations, features...))),
	}
}

func idsOf[T any](list []T, id func(T) string) []string {
	var out []string
	for _, x := range list {
		if s := id(x); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (v *validator) barrierRefs(b *Barrier, path, id string, n names) {
	v.refs(path+".relies_on", id, "dependency", b.ReliesOn, n.dependencies)
	seen := map[string]bool{}
	for i, a := range b.Against {
		at := fmt.Sprintf("%s.against[%d].threat", path, i)
		if a.Threat == "" {
			continue // reported as missing
		}
		v.ref(at, id, "threat", a.Threat, n.threats)
		if seen[a.Threat] {
			v.fail(at, id, "one entry a threat: likelihood and impact stand side by side in it", "%s is against %q twice", id, a.Threat)
		}
		seen[a.Threat] = true
	}
}

func (v *validator) workRefs(w *Work, path, id string, n names) {
	v.refs(path+".requires", id, "mitigation or feature", w.Requires, n.work)
	v.refs(path+".excludes", id, "mitigation or feature", w.Excludes, n.work)
}

func (v *validator) refs(path, id, kind string, list, known []string) {
	for i, name := range list {
		v.ref(fmt.Sprintf("%s[%d]", path, i), id, kind, name, known)
	}
}

func (v *validator) ref(path, id, kind, name string, known []string) {
	if _, ok := slices.BinarySearch(known, name); ok {
		return
	}
	if v.errors >= maxProblems {
		return // looking for near names is the slow part
	}
	hint := "there is none in the file yet"
	if near := Nearest(name, known); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	} else if len(known) > 0 {
		hint = "there are: " + few(known)
	}
	v.fail(path, id, hint, "there is no %s %q", kind, name)
}

// fewest is how many names a hint lists before it stops.
const fewest = 12

func few(list []string) string {
	if len(list) > fewest {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:fewest], ", "), len(list)-fewest)
	}
	return strings.Join(list, ", ")
}
