package file

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// SchemaID is the identifier of the schema.
const SchemaID = "https://parleysec.github.io/parley.schema.json"

// Schema is the JSON Schema (draft 2020-12) of negotiation files, for editors.
// It knows names, shapes and word lists; quantities, references and whatever
// else depends on several fields are checked by [Read] alone.
//
// It is generated from the Go types. Their tags say more than a type does
// (short forms, quantities, word lists), which is why the types are walked
// here and not by the schema library's own For.
func Schema() []byte {
	s := schemas{defs: map[string]*jsonschema.Schema{}}
	root := s.object(reflect.TypeFor[parley.Model]())
	root.ID, root.Schema = SchemaID, "https://json-schema.org/draft/2020-12/schema"
	root.Title = "Parley negotiation file"
	root.Defs = s.defs
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil // names and word lists always marshal; a test holds it to that
	}
	return append(out, '\n')
}

// schemas collects the schemas of things and quantities, which refer to each other by name.
type schemas struct{ defs map[string]*jsonschema.Schema }

// object is the schema of a thing.
func (s schemas) object(t reflect.Type) *jsonschema.Schema {
	o := &jsonschema.Schema{
		Type:                 "object",
		Properties:           map[string]*jsonschema.Schema{},
		PatternProperties:    map[string]*jsonschema.Schema{"^x-": {}},
		AdditionalProperties: &jsonschema.Schema{Not: &jsonschema.Schema{}},
	}
	for _, f := range fieldsOf(t) {
		p := s.field(f.Type, &f)
		p.Description = f.says()
		o.Properties[f.name] = p
		o.PropertyOrder = append(o.PropertyOrder, f.name)
		if parley.Required(f.StructField) {
			o.Required = append(o.Required, f.name)
		}
	}
	return o
}

// field is the schema of a field, or of the type t that it points at or lists.
func (s schemas) field(t reflect.Type, f *field) *jsonschema.Schema {
	if words := parley.Words(f.StructField); words != nil && t.Kind() == reflect.String {
		return &jsonschema.Schema{Type: "string", Enum: values(words)}
	}
	if t == quantityType {
		return s.ref(f.Tag.Get("quantity"), func() *jsonschema.Schema { return quantitySchema(parley.KindOf(f.StructField)) })
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.field(t.Elem(), f)
	case reflect.Slice:
		return &jsonschema.Schema{Type: "array", Items: s.field(t.Elem(), f)}
	case reflect.Struct:
		return s.ref(strings.ToLower(t.Name()), func() *jsonschema.Schema { return s.thing(t) })
	case reflect.Map:
		return wordsSchema(t)
	case reflect.Bool:
		return &jsonschema.Schema{Type: "boolean"}
	case reflect.Int:
		return &jsonschema.Schema{Type: "integer", Minimum: new(float64)}
	case reflect.Float64:
		return &jsonschema.Schema{Type: "number"}
	}
	return textSchema(t, f)
}

// ref refers to a named schema, made when it is first needed.
func (s schemas) ref(name string, build func() *jsonschema.Schema) *jsonschema.Schema {
	if _, ok := s.defs[name]; !ok {
		s.defs[name] = nil // taken: a type may hold itself
		s.defs[name] = build()
	}
	return &jsonschema.Schema{Ref: "#/$defs/" + name}
}

// thing is the schema of a thing that may have a short form.
func (s schemas) thing(t reflect.Type) *jsonschema.Schema {
	o := s.object(t)
	if short := fieldsOf(t).short(); short != nil {
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{s.field(short.Type, short), o}}
	}
	return o
}

// wordsSchema is the schema of a map: words with their meaning, or needs with effects.
func wordsSchema(t reflect.Type) *jsonschema.Schema {
	if t.Key() == reflect.TypeFor[parley.Need]() {
		return &jsonschema.Schema{
			Type:                 "object",
			PropertyNames:        &jsonschema.Schema{Enum: values(parley.Needs())},
			AdditionalProperties: &jsonschema.Schema{Type: "string", Enum: values(parley.Effects())},
		}
	}
	return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Types: []string{"string", "number"}}}
}

// textSchema is the schema of a text.
func textSchema(t reflect.Type, f *field) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	switch {
	case f.name == "parley":
		s.Enum = values([]string{parley.FormatVersion})
	case f.name == "currency":
		s.Enum = values(parley.Currencies())
	case t == reflect.TypeFor[parley.LossKind]():
		s.Enum = values(parley.LossKinds())
	case f.name == "basis":
		s.Pattern = "^(" + strings.Join(parley.Bases(), "|") + `|base rate \(.*\))$`
	case f.name == "id" && parley.Required(f.StructField):
		s.Pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
	case f.Tag.Get("format") == "date":
		s.Format, s.Pattern = "date", `^\d{4}-\d{2}-\d{2}$`
	case t == f.Type && parley.Required(f.StructField):
		one := 1
		s.MinLength = &one
	}
	return s
}

// quantitySchema is the schema of a quantity: what an editor can show about it.
func quantitySchema(kind quantity.Kind) *jsonschema.Schema {
	s := &jsonschema.Schema{Types: []string{"string", "number"}}
	s.Description, s.Examples = quantityHelp(kind)
	return s
}

// quantityHelp says what a kind of quantity is, with examples that Parley reads.
func quantityHelp(kind quantity.Kind) (says string, examples []any) {
	switch kind {
	case quantity.Money:
		return "money, once or per event: an amount or a range, or a word of the scale", []any{"20k..400k", "£1.2M", "medium"}
	case quantity.Yearly:
		return "money per year: an amount or a range", []any{"9k per year", "3k..6k per year"}
	case quantity.Likelihood:
		return "a chance over a time, a rate, or a word of the scale", []any{"10%..30% within 2 years", "0.5..3 per year", "1 in 40 years", "very likely"}
	case quantity.Share:
		return "a share: per cent or a range of them, or a word of the scale", []any{"70%..95%", "5%", "most"}
	case quantity.Effort:
		return "person-time in days (d), weeks (w, 5 days) or months (m, 20 days), or a word of the scale", []any{"15d..40d", "6w", "medium"}
	case quantity.Duration:
		return "calendar time", []any{"6 weeks", "2 years", "7 days"}
	case quantity.Count:
		return "a number of people or things", []any{"31 000", "100..500"}
	case quantity.Worth:
		return "money per year, or feature points", []any{"100k..300k per year", "5 points"}
	}
	return "", nil
}

func values[S ~string](words []S) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}
