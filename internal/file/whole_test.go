package file

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// fill states every field of v with something of its form, so that a field
// that reading, writing or the schema forgets is missed.
func fill(v reflect.Value, f *field) {
	if v.Type() == quantityType {
		v.Set(reflect.ValueOf(quantity.Of(map[string]string{
			"money": "20k..400k", "yearly": "9k per year", "likelihood": "30% within 2 years", "share": "40%..60%",
			"effort": "3d..5d", "duration": "6 weeks", "count": "31 000", "worth": "100k per year",
		}[f.Tag.Get("quantity")])))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), f)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), f)
	case reflect.Struct:
		for _, f := range fieldsOf(v.Type()) {
			fill(v.FieldByIndex(f.index), &f)
		}
	case reflect.Map:
		key, value := "low", "1%..2%"
		if v.Type().Key() == needType {
			key, value = "usability", "worse"
		}
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), reflect.ValueOf(value).Convert(v.Type().Elem()))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(3)
	case reflect.Float64:
		v.SetFloat(8.5)
	case reflect.String:
		v.SetString(word(v.Type(), f))
	}
}

func word(t reflect.Type, f *field) string {
	switch words := parley.Words(f.StructField); {
	case words != nil:
		return words[0]
	case f.Tag.Get("format") == "date":
		return "2027-03-31"
	case f.name == "parley":
		return parley.FormatVersion
	case f.name == "currency":
		return "GBP"
	case f.name == "basis":
		return "base rate (a survey: 2025)"
	case t == reflect.TypeFor[parley.LossKind]():
		return "profit"
	}
	return f.name + "-1"
}

func whole() *parley.Model {
	m := &parley.Model{}
	fill(reflect.ValueOf(m).Elem(), nil)
	return m
}

// Every field there is is written, read back the same, and known to the schema.
func TestEveryField(t *testing.T) {
	m := whole()
	text := written(t, m)
	golden(t, "testdata/whole.golden.yaml", text)
	doc, _ := Read("whole.yaml", text) // its references lead nowhere
	if d := cmp.Diff(asJSON(t, m), asJSON(t, doc.Model)); d != "" {
		t.Errorf("(-written +read)\n%s", d)
	}
	for _, f := range Errors(doc.Findings) {
		if strings.Contains(f.Message, "unknown") || strings.Contains(f.Message, " must be a ") {
			t.Error(f)
		}
	}
	if err := compiled(t).Validate(parsed(t, text)); err != nil {
		t.Errorf("the schema refuses it: %v", err)
	}
}

// Every field refuses a shape that is not its own, at its place, and nothing
// that is read beside it is lost.
func TestEveryFieldRefusesAnotherShape(t *testing.T) {
	seen := 0
	eachField(reflect.TypeFor[parley.Model](), "", func(path string, f field) {
		if strings.Count(path, ".") > 4 || path == "parley" {
			return
		}
		seen++
		wrong := "[[]]"
		if f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Slice {
			wrong = "{a: {}}"
		}
		inner := nest(path, wrong)
		text := "{parley: v1, " + inner[1:]
		doc, err := Read("shape.yaml", []byte(text))
		if err == nil {
			t.Errorf("%s takes %s", path, wrong)
			return
		}
		want := strings.ReplaceAll(path, "[]", "[0]")
		for _, x := range doc.Findings {
			if x.Field == want && strings.Contains(x.Message, "must be") {
				return
			}
		}
		t.Errorf("%s as %s: %v", want, wrong, doc.Findings)
	})
	if seen < 100 {
		t.Errorf("only %d fields were tried", seen)
	}
}

// eachField visits the fields below a type, a list once as its first entry.
func eachField(t reflect.Type, path string, visit func(path string, f field)) {
	for _, f := range fieldsOf(t) {
		at := parley.JoinPath(path, f.name)
		visit(at, f)
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			if inner.Kind() == reflect.Slice {
				at += "[]"
			}
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner != quantityType {
			eachField(inner, at, visit)
		}
	}
}

// nest is YAML with value at path, everything else left out.
func nest(path, value string) string {
	first, rest, more := strings.Cut(path, ".")
	name, list := strings.CutSuffix(first, "[]")
	switch {
	case !more && !list:
		return fmt.Sprintf("{%s: %s}", name, value)
	case list:
		return braces(name, "["+nest(rest, value)+"]")
	}
	return braces(name, nest(rest, value))
}

func braces(name, inner string) string { return fmt.Sprintf("{%s: %s}", name, inner) }
