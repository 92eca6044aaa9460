package exchange

import (
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// layer is something the source says stops threats.
type layer struct {
	key   string // what makes two the same: an id, or a text
	id    string // its id in the source, "" where it has none
	name  string // what its id is made from, "" for id and title
	title string
	notes string
	owner string
	done  bool // in place: a control; else a mitigation
	file  string
}

// layerRef is a control or a mitigation of the model.
type layerRef struct {
	control bool
	i       int
}

// addLayer adds a control or a mitigation, or finds the one that is there.
func (j *job) addLayer(l layer) layerRef {
	key := "todo:" + l.key
	if l.done {
		key = "done:" + l.key
	}
	if ref, ok := j.layers[key]; ok {
		return ref
	}
	prefix := "m"
	if l.done {
		prefix = "c"
	}
	name := orElse(l.name, l.id)
	if base := baseID(prefix, name, l.title); j.items[strings.ToLower(base)] && !uuid.MatchString(name) {
		name = prefix + "-" + base // a control and a mitigation of one name
	}
	id := j.items.take(prefix, name, l.title)
	ref := layerRef{control: l.done}
	src := j.source(l.file, l.id)
	if l.done {
		ref.i = len(j.model.Controls)
		j.model.Controls = append(j.model.Controls, parley.Control{ID: id, Title: l.title, Owner: l.owner, Notes: l.notes, Source: src})
		j.report.mapped(1, "control")
	} else {
		ref.i = len(j.model.Mitigations)
		m := parley.Mitigation{ID: id, Title: l.title, Source: src}
		m.Notes = l.notes
		if l.owner != "" {
			m.Notes = paragraphs(m.Notes, "Owner: "+l.owner)
		}
		j.model.Mitigations = append(j.model.Mitigations, m)
		j.report.mapped(1, "mitigation")
	}
	j.layers[key] = ref
	return ref
}

func (j *job) barrier(ref layerRef) *parley.Barrier {
	if ref.control {
		return &j.model.Controls[ref.i].Barrier
	}
	return &j.model.Mitigations[ref.i].Barrier
}

// against says that a layer stops a share of a threat's events; strength "" is
// not known. Stating it twice keeps the first.
func (j *job) against(ref layerRef, threat, strength string) {
	b := j.barrier(ref)
	for _, a := range b.Against {
		if a.Threat == threat {
			return
		}
	}
	b.Against = append(b.Against, parley.Against{Threat: threat, Likelihood: quantity.Of(strength)})
}

// textLayer is a layer known by its text alone: the first sentence is its
// title, and two with the same text are one.
func (j *job) textLayer(text, file string, done bool) layerRef {
	title := shorten(firstSentence(text), maxTitle)
	notes := ""
	if line := strings.Join(strings.Fields(text), " "); strings.TrimSuffix(line, ".") != title {
		notes = text
	}
	return j.addLayer(layer{key: strings.ToLower(strings.Join(strings.Fields(text), " ")), title: title, notes: notes, done: done, file: file})
}

// needs counts what the layers still need before they can be priced.
func (j *job) needs() {
	strength, cost := 0, len(j.model.Mitigations)
	for _, c := range j.model.Controls {
		strength += unstated(c.Against)
	}
	for _, m := range j.model.Mitigations {
		strength += unstated(m.Against)
		if m.Cost.Stated() {
			cost--
		}
	}
	if strength > 0 {
		j.report.Next = append(j.report.Next, "say how strong each control and mitigation is against each threat: the source does not")
	}
	if cost > 0 {
		j.report.Next = append(j.report.Next, "say what each mitigation costs: until then no plan will contain it")
	}
}

func unstated(list []parley.Against) int {
	n := 0
	for _, a := range list {
		if !a.Stated() {
			n++
		}
	}
	return n
}
