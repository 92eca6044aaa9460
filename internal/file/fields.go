package file

import (
	"reflect"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// field is one field of a thing in a file.
type field struct {
	name  string
	index []int // for reflect.Value.FieldByIndex
	reflect.StructField
}

// fields are the fields of a type of thing, in order. Fields of embedded types
// stand where the embedded type does.
type fields []field

func fieldsOf(t reflect.Type) fields {
	var out fields
	for _, f := range reflect.VisibleFields(t) {
		if !f.IsExported() || f.Anonymous || f.Name == extended {
			continue
		}
		if name := parley.FieldName(f); name != "" && name != "-" {
			out = append(out, field{name, f.Index, f})
		}
	}
	return out
}

func (fs fields) find(name string) *field {
	for i := range fs {
		if fs[i].name == name {
			return &fs[i]
		}
	}
	return nil
}

func (fs fields) names() []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.name
	}
	return out
}

// short is the field that may stand alone for the whole thing, nil when there is none.
func (fs fields) short() *field {
	for i := range fs {
		if fs[i].Tag.Get("short") == "true" {
			return &fs[i]
		}
	}
	return nil
}

// says is what a field is, for people.
func (f *field) says() string { return f.Tag.Get("jsonschema") }

// extended is the field of parley.Extended that keeps keys of somebody else.
const extended = "X"

// extension reports keys that belong to somebody else and are passed on.
func extension(key string) bool { return strings.HasPrefix(key, "x-") }

var quantityType = reflect.TypeFor[quantity.Quantity]()

// synonyms are names from other tools and from everyday speech, with the
// fields that may be meant; the first that exists in a place is.
func synonyms(word string) []string {
	switch strings.ToLower(word) {
	case "probability", "chance", "frequency", "odds", "rate":
		return []string{"likelihood", "chance"}
	case "damage", "severity", "consequence", "consequences":
		return []string{"impact"}
	case "name", "summary":
		return []string{"title"}
	case "description", "comment", "comments", "note":
		return []string{"notes", "says"}
	case "text":
		return []string{"says"}
	case "effort", "price", "costs":
		return []string{"cost", "effort"}
	case "depends_on", "needs":
		return []string{"requires", "relies_on"}
	case "mitigates", "threats":
		return []string{"against"}
	case "efficacy", "strength", "reduces":
		return []string{"likelihood", "against"}
	case "reason":
		return []string{"because"}
	case "assumptions", "settings":
		return []string{"policy"}
	}
	return nil
}
