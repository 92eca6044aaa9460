package exchange

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// Merge is what came of bringing a source into a product that is there.
type Merge struct {
	Product  string   `json:"product"`       // its id
	Added    []Merged `json:"added"`         // not known before
	Updated  []Merged `json:"updated"`       // taken from the source, as nobody had changed it here
	Kept     []Merged `json:"kept"`          // the source says otherwise; the product stays as it is
	Gone     []Merged `json:"gone"`          // brought from this tool once, not in the source any more; nothing was removed
	Same     int      `json:"same"`          // known, and nothing to do
	Comments bool     `json:"comments_kept"` // false where the file was written anew
}

// Merged is one thing of a product that a source speaks of.
type Merged struct {
	Kind   string        `json:"kind"` // threat, control, mitigation or decision
	ID     string        `json:"id,omitempty"`
	Title  string        `json:"title"`
	Fields []MergedField `json:"fields,omitempty"`
}

// MergedField is a field as it was in the product and as the source states it,
// each in short.
type MergedField struct {
	Field  string `json:"field"`
	Here   string `json:"here"`
	Source string `json:"source"`
}

// Into brings an imported model into a product that is there: what is new is
// added under an id that is free. What is known, by its source or where it has
// none by its title, keeps what people wrote: a field is taken from the source
// only where the product still has what former, the source as it was brought
// last, states; nil where nobody has that. Nothing is removed. The product
// itself stays as it is; the answer is another one.
func Into(product, source, former *parley.Model) (*parley.Model, *Merge) {
	m := *product
	m.Threats, m.Controls, m.Mitigations = slices.Clone(m.Threats), slices.Clone(m.Controls), slices.Clone(m.Mitigations)
	m.Decisions = slices.Clone(m.Decisions)
	if former == nil {
		former = &parley.Model{}
	}
	in := &into{model: &m, former: former, ids: map[string]string{}, fresh: map[string]bool{}, merge: &Merge{
		Product: m.Product.ID, Added: []Merged{}, Updated: []Merged{}, Kept: []Merged{}, Gone: []Merged{},
	}}
	inWords(source, m.Policy.Scale)
	inWords(former, m.Policy.Scale)
	if m.Policy.PersonDay.IsZero() {
		m.Policy.PersonDay = source.Policy.PersonDay // efforts have a price
	}
	in.threats(source)
	in.controls(source)
	in.mitigations(source)
	in.decisions(source)
	in.gone(source)
	return &m, in.merge
}

// into is one such merge.
type into struct {
	model, former *parley.Model
	merge         *Merge
	ids           map[string]string // of threats: in the source, in the product
	fresh         map[string]bool   // the threats that are new here
}

// inWords writes ratings in figures where the product takes their words for
// something else, or does not have them.
func inWords(m *parley.Model, scale parley.Scale) {
	own := m.Policy.Scale
	say := func(q *quantity.Quantity, own, here map[string]string) {
		if means, ok := own[q.Text]; ok && here[q.Text] != means {
			*q = quantity.Of(means)
		}
	}
	for i := range m.Threats {
		t := &m.Threats[i]
		say(&t.Likelihood, own.Likelihood, scale.Likelihood)
		for _, kind := range parley.LossKinds() {
			say(&t.Impact.Of(kind).Amount, own.Impact, scale.Impact)
		}
	}
}

func (in *into) threats(source *parley.Model) {
	taken := names{}
	for _, t := range in.model.Threats {
		taken[strings.ToLower(t.ID)] = true
	}
	known, found := len(in.model.Threats), map[int]bool{}
	for _, t := range source.Threats {
		if i := placeOf(in.model.Threats[:known], t, threatKey); i >= 0 && !found[i] {
			found[i] = true
			in.ids[t.ID] = in.model.Threats[i].ID
			is, base := &in.model.Threats[i], before(in.former.Threats, t, threatKey)
			f := fieldsMerged{confirmed: base != nil && base.Basis != is.Basis}
			merged(&f, is, &t, base)
			in.known("threat", is.ID, is.Title, f)
			continue
		}
		id := taken.take("t", t.ID, t.Title)
		in.ids[t.ID], t.ID, in.fresh[id] = id, id, true
		in.model.Threats = append(in.model.Threats, t)
		in.merge.Added = append(in.merge.Added, Merged{Kind: "threat", ID: id, Title: t.Title})
	}
}

// known notes what became of a thing that was there.
func (in *into) known(kind, id, title string, f fieldsMerged) {
	x := Merged{Kind: kind, ID: id, Title: title}
	if len(f.taken) > 0 {
		x.Fields = f.taken
		in.merge.Updated = append(in.merge.Updated, x)
	}
	if len(f.kept) > 0 {
		x.Fields = f.kept
		in.merge.Kept = append(in.merge.Kept, x)
	}
	if len(f.taken)+len(f.kept) == 0 {
		in.merge.Same++
	}
}

// key is what a thing is known by.
type key struct {
	source    *parley.Source
	id, title string
}

func threatKey(t parley.Threat) key         { return key{t.Source, t.ID, t.Title} }
func controlKey(c parley.Control) key       { return key{c.Source, c.ID, c.Title} }
func mitigationKey(m parley.Mitigation) key { return key{m.Source, m.ID, m.Title} }

// placeOf is the place of what a thing of a source is in a list, -1 for nothing: by
// the id the tool gave it, first of those from the same file, else by its title.
func placeOf[T any](list []T, x T, keyOf func(T) key) int {
	at, best := -1, 0
	for i, y := range list {
		if n := keyOf(y).fits(keyOf(x)); n > best {
			at, best = i, n
		}
	}
	return at
}

// before is the thing as its source was brought last, nil where nobody kept that.
func before[T any](former []T, x T, keyOf func(T) key) *T {
	if i := placeOf(former, x, keyOf); i >= 0 {
		return &former[i]
	}
	return nil
}

// fits is how well a thing of the product is one of a source; 0 for not at all.
func (k key) fits(x key) int {
	told := k.source != nil && x.source != nil && k.source.Tool == x.source.Tool
	switch {
	case told && x.source.ID != "" && k.source.ID == x.source.ID:
		if k.source.File == x.source.File {
			return 4
		}
		return 3
	case told && x.source.ID != "" && k.source.ID != "":
		return 0 // the tool says they are two
	case !strings.EqualFold(k.title, x.title):
		return 0
	case told:
		return 2
	}
	return 1
}

// fieldsMerged are the fields in which a thing and its source differ.
type fieldsMerged struct {
	confirmed   bool // somebody looked at the estimate here: it stays
	taken, kept []MergedField
}

// own are the fields that a source never sets in what is there: what it is
// called by, where it is from, and the links between things.
var own = []string{"id", "was", "source", "against", "x"}

// merged takes over into a thing what its source changed since base and the
// product did not. A nil base is a source that nobody kept.
func merged[T any](f *fieldsMerged, here, source, base *T) {
	var was reflect.Value
	if base != nil {
		was = reflect.ValueOf(base).Elem()
	}
	f.merge("", reflect.ValueOf(here).Elem(), reflect.ValueOf(source).Elem(), was)
}

// estimate reports whether a field is a part of the estimate.
func estimate(at string) bool {
	kind, impact := strings.CutPrefix(at, "impact.")
	return at == "likelihood" || impact && slices.Contains(parley.LossKinds(), parley.LossKind(kind))
}

func (f *fieldsMerged) merge(path string, here, source, base reflect.Value) {
	for _, field := range reflect.VisibleFields(here.Type()) {
		name := parley.FieldName(field)
		if field.Anonymous || !field.IsExported() || slices.Contains(own, name) {
			continue
		}
		at := parley.JoinPath(path, name)
		h, s := here.FieldByIndex(field.Index), source.FieldByIndex(field.Index)
		var b reflect.Value
		if base.IsValid() {
			b = base.FieldByIndex(field.Index)
		}
		if field.Type == reflect.TypeFor[parley.Impact]() {
			f.merge(at, h, s, b)
			continue
		}
		said := MergedField{at, inShort(h), inShort(s)}
		switch {
		case written(h) == written(s), b.IsValid() && written(b) == written(s), !b.IsValid() && s.IsZero():
		case b.IsValid() && written(b) == written(h) && !(f.confirmed && estimate(at)):
			h.Set(s)
			f.taken = append(f.taken, said)
		default:
			f.kept = append(f.kept, said)
		}
	}
}

// written is a value as it is written.
func written(v reflect.Value) string {
	b, err := json.Marshal(v.Interface())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// maxShort is how much of a value a report shows, in runes.
const maxShort = 60

// inShort is a value for the report: a text as it is, nothing as "".
func inShort(v reflect.Value) string {
	if v.IsZero() {
		return ""
	}
	s := written(v)
	var plain string
	if json.Unmarshal([]byte(s), &plain) == nil {
		s = plain
	}
	return shorten(oneLine(s), maxShort)
}

// writeText says for people what became of a product; nothing where there is none.
func (m *Merge) writeText(b *strings.Builder) {
	if m == nil {
		return
	}
	fmt.Fprintf(b, "Into %s\n", oneLine(m.Product))
	for _, part := range []struct {
		title, was, is string
		list           []Merged
	}{
		{title: "Added", list: m.Added},
		{"Updated: the source changed it, and nobody here", "was", "is", m.Updated},
		{"Kept as it is here: the source says otherwise", "here", "in the source", m.Kept},
		{title: "No longer in the source: nothing was removed", list: m.Gone},
	} {
		if len(part.list) > 0 {
			fmt.Fprintf(b, "  %s\n", part.title)
		}
		for _, x := range part.list {
			fmt.Fprintf(b, "    %s %s: %s\n", x.Kind, oneLine(x.ID), oneLine(x.Title))
			for _, f := range x.Fields {
				fmt.Fprintf(b, "      %s: %s %s; %s %s\n", f.Field, part.was, orElse(f.Here, "nothing"), part.is, orElse(f.Source, "nothing"))
			}
		}
	}
	switch {
	case m.Same == 1:
		b.WriteString("  1 thing is as it was\n")
	case m.Same > 1:
		fmt.Fprintf(b, "  %d things are as they were\n", m.Same)
	}
	if !m.Comments {
		b.WriteString("  The file is written anew: its comments and its layout are not in it\n")
	}
}
