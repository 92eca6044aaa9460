package file

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

const (
	referencePath = "../../docs/file.md"
	fieldsBegin   = "<!-- fields: generated from the Go types by go test ./internal/file -update -->\n"
	fieldsEnd     = "<!-- end of fields -->\n"
)

// TestReferenceIsCurrent holds the tables of docs/file.md to the types.
func TestReferenceIsCurrent(t *testing.T) {
	data, err := os.ReadFile(referencePath)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), fieldsBegin)
	_, after, ok2 := strings.Cut(rest, fieldsEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the fields", referencePath)
	}
	golden(t, referencePath, []byte(before+fieldsBegin+reference()+fieldsEnd+after))
}

// TestReferenceExamples reads what docs/file.md shows as whole files.
func TestReferenceExamples(t *testing.T) {
	data, err := os.ReadFile(referencePath)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, block := range strings.Split(string(data), "```yaml\n")[1:] {
		text, _, _ := strings.Cut(block, "```")
		if strings.HasPrefix(text, "parley:") {
			found++
			if doc, err := Read("docs/file.md", []byte(text)); err != nil || len(doc.Findings) > 0 {
				t.Errorf("%v %v", err, doc.Findings)
			}
		}
	}
	if found == 0 {
		t.Error("no example")
	}
}

// reference is a table for each thing, in the order in which the file comes to them.
func reference() string {
	var b strings.Builder
	types := []reflect.Type{reflect.TypeFor[parley.Model]()}
	for i := 0; i < len(types); i++ {
		t := types[i]
		fmt.Fprintf(&b, "\n### %s\n\n| field | form | |\n| --- | --- | --- |\n", sectionHeading(t))
		for _, f := range fieldsOf(t) {
			inner := f.Type
			for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct && inner != quantityType && !contains(types, inner) {
				types = append(types, inner)
			}
			name := "`" + f.name + "`"
			if parley.Required(f.StructField) && f.Type.Kind() != reflect.Float64 {
				name += " (needed)"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", name, form(f.Type, &f), f.says())
		}
	}
	b.WriteByte('\n')
	return b.String()
}

func contains(ts []reflect.Type, t reflect.Type) bool {
	for _, x := range ts {
		if x == t {
			return true
		}
	}
	return false
}

// sectionHeading is what a type is called in prose.
func sectionHeading(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[parley.Model]():
		return "The file"
	case reflect.TypeFor[parley.ClaimedDecision]():
		return "Decision recorded elsewhere"
	}
	return t.Name()
}

func form(t reflect.Type, f *field) string {
	switch {
	case t == quantityType:
		return quantityLink(f.Tag.Get("quantity"))
	case parley.Words(f.StructField) != nil && t.Kind() == reflect.String:
		return strings.Join(parley.Words(f.StructField), ", ")
	case f.Tag.Get("format") == "date":
		return "date"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return form(t.Elem(), f)
	case reflect.Slice:
		return "list: " + form(t.Elem(), f)
	case reflect.Struct:
		link := fmt.Sprintf("[%s](#%s)", strings.ToLower(sectionHeading(t)), strings.ReplaceAll(strings.ToLower(sectionHeading(t)), " ", "-"))
		if short := fieldsOf(t).short(); short != nil {
			return form(short.Type, short) + ", or " + link
		}
		return link
	case reflect.Map:
		if t.Key() == needType {
			return "need: effect"
		}
		return "word: meaning"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Float64:
		return "number"
	}
	return "text"
}

// quantityLink names a kind of quantity and where its grammar is.
func quantityLink(kind string) string {
	name, anchor := kind, kind
	switch kind {
	case "yearly":
		name, anchor = "money per year", "money-per-year"
	case "worth":
		name, anchor = "money per year or points", "counts-and-worth"
	case "share":
		anchor = "shares"
	case "effort", "duration":
		anchor = "effort-and-time"
	case "count":
		anchor = "counts-and-worth"
	}
	return fmt.Sprintf("[%s](quantities.md#%s)", name, anchor)
}
