package exchange

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// items are the ids that layers and features of the product have.
func (in *into) items() names {
	taken := names{}
	m := in.model
	for _, x := range m.Controls {
		taken[strings.ToLower(x.ID)] = true
	}
	for _, x := range m.Mitigations {
		taken[strings.ToLower(x.ID)] = true
	}
	for _, x := range m.Features {
		taken[strings.ToLower(x.ID)] = true
	}
	for _, x := range m.Dependencies {
		taken[strings.ToLower(x.ID)] = true
	}
	return taken
}

func (in *into) controls(source *parley.Model) {
	taken, known, found := in.items(), len(in.model.Controls), map[int]bool{}
	for _, c := range source.Controls {
		if i := placeOf(in.model.Controls[:known], c, controlKey); i >= 0 && !found[i] {
			found[i] = true
			is, base := &in.model.Controls[i], before(in.former.Controls, c, controlKey)
			f := fieldsMerged{}
			merged(&f, is, &c, base)
			var links []parley.Against
			if base != nil {
				links = base.Against
			}
			in.against(&f, &is.Barrier, c.Against, links)
			in.known("control", is.ID, is.Title, f)
			continue
		}
		if i := slices.IndexFunc(in.model.Mitigations, func(m parley.Mitigation) bool { return mitigationKey(m).fits(controlKey(c)) > 0 }); i >= 0 {
			is := in.model.Mitigations[i]
			in.known("mitigation", is.ID, is.Title, fieldsMerged{kept: []MergedField{{"kind", "mitigation", "control"}}})
			continue
		}
		c.ID, c.Against = taken.take("c", c.ID, c.Title), in.links(c.Against)
		in.model.Controls = append(in.model.Controls, c)
		in.merge.Added = append(in.merge.Added, Merged{Kind: "control", ID: c.ID, Title: c.Title})
	}
}

func (in *into) mitigations(source *parley.Model) {
	taken, known, found := in.items(), len(in.model.Mitigations), map[int]bool{}
	for _, x := range source.Mitigations {
		if i := placeOf(in.model.Mitigations[:known], x, mitigationKey); i >= 0 && !found[i] {
			found[i] = true
			is, base := &in.model.Mitigations[i], before(in.former.Mitigations, x, mitigationKey)
			f := fieldsMerged{}
			merged(&f, is, &x, base)
			var links []parley.Against
			if base != nil {
				links = base.Against
			}
			in.against(&f, &is.Barrier, x.Against, links)
			in.known("mitigation", is.ID, is.Title, f)
			continue
		}
		if i := slices.IndexFunc(in.model.Controls, func(c parley.Control) bool {
			return controlKey(c).fits(mitigationKey(x)) > 0 && placeOf(source.Controls, c, controlKey) < 0
		}); i >= 0 {
			is := in.model.Controls[i]
			in.known("control", is.ID, is.Title, fieldsMerged{kept: []MergedField{{"kind", "control", "mitigation"}}})
			continue
		}
		x.ID, x.Against = taken.take("m", x.ID, x.Title), in.links(x.Against)
		in.model.Mitigations = append(in.model.Mitigations, x)
		in.merge.Added = append(in.merge.Added, Merged{Kind: "mitigation", ID: x.ID, Title: x.Title})
	}
}

// links are what a layer of a source stops, with the ids that the threats have here.
func (in *into) links(list []parley.Against) []parley.Against {
	var out []parley.Against
	for _, a := range list {
		if id, ok := in.ids[a.Threat]; ok {
			a.Threat = id
			out = append(out, a)
		}
	}
	return out
}

// against adds the threats that a layer is against as well: those that are new
// here, and those that its source did not name before. Any other that the product
// does not name may have been taken out by somebody.
func (in *into) against(f *fieldsMerged, here *parley.Barrier, source, former []parley.Against) {
	here.Against = slices.Clone(here.Against)
	for _, a := range source {
		at, ok := in.ids[a.Threat]
		if !ok || stands(here.Against, at) {
			continue
		}
		link := MergedField{Field: "against", Source: at}
		if !in.fresh[at] && (len(former) == 0 || stands(former, in.was(a.Threat))) {
			f.kept = append(f.kept, link)
			continue
		}
		a.Threat = at
		here.Against = append(here.Against, a)
		f.taken = append(f.taken, link)
	}
}

func stands(list []parley.Against, threat string) bool {
	return slices.ContainsFunc(list, func(a parley.Against) bool { return a.Threat == threat })
}

// was is the id that a threat of the source had in the one that was brought last.
func (in *into) was(id string) string {
	for _, t := range in.former.Threats {
		if in.formerIDs(t) == in.ids[id] {
			return t.ID
		}
	}
	return ""
}

// formerIDs is the id here of a threat of the source that was brought last.
func (in *into) formerIDs(t parley.Threat) string {
	if i := placeOf(in.model.Threats, t, threatKey); i >= 0 {
		return in.model.Threats[i].ID
	}
	return ""
}

// decisions adds what was decided elsewhere and is not there yet; what the source
// said before and the product has no more was taken out by somebody.
func (in *into) decisions(source *parley.Model) {
	is := func(list []parley.ClaimedDecision, d parley.ClaimedDecision) bool {
		return slices.ContainsFunc(list, func(x parley.ClaimedDecision) bool {
			return slices.Equal(x.Threats, d.Threats) && x.Kind == d.Kind && x.At == d.At && x.Because == d.Because
		})
	}
	for _, d := range source.Decisions {
		before := is(in.former.Decisions, d)
		d.Threats = slices.Clone(d.Threats)
		for i := range d.Threats {
			d.Threats[i] = in.ids[d.Threats[i]]
		}
		if before || is(in.model.Decisions, d) {
			continue
		}
		in.model.Decisions = append(in.model.Decisions, d)
		in.merge.Added = append(in.merge.Added, Merged{Kind: "decision", ID: strings.Join(d.Threats, ", "), Title: string(d.Kind)})
	}
}

// gone names the threats that were brought from the tool and that the source no
// longer has: those of a file of the same name, and those it had when it was
// brought last. Of another file nothing can be said.
func (in *into) gone(source *parley.Model) {
	if len(source.Threats) == 0 {
		return
	}
	for _, t := range in.model.Threats {
		if t.Source == nil || placeOf(source.Threats, t, threatKey) >= 0 {
			continue
		}
		if placeOf(in.former.Threats, t, threatKey) >= 0 || slices.ContainsFunc(source.Threats, func(s parley.Threat) bool {
			return s.Source != nil && s.Source.Tool == t.Source.Tool && s.Source.File == t.Source.File
		}) {
			in.merge.Gone = append(in.merge.Gone, Merged{Kind: "threat", ID: t.ID, Title: t.Title})
		}
	}
}
