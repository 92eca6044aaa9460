package parley

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// fields checks what each field says about itself in its tags: whether it must
// be there, the words it may hold, the form of a date.
func (v *validator) fields() {
	v.walk(reflect.ValueOf(v.m).Elem(), "", "")
}

// walk checks the fields below x. path names x, id is that of the nearest
// thing with one.
func (v *validator) walk(x reflect.Value, path, id string) {
	switch x.Kind() {
	case reflect.Pointer:
		v.walk(x.Elem(), path, id)
	case reflect.Slice:
		for i := range x.Len() {
			v.walk(x.Index(i), indexed(path, i), id)
		}
	case reflect.Struct:
		if f := x.FieldByName("ID"); f.IsValid() && f.Kind() == reflect.String && f.String() != "" {
			id = f.String()
		}
		v.inside(x, path, id)
	}
}

func (v *validator) inside(x reflect.Value, path, id string) {
	t := x.Type()
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case f.Anonymous:
			v.inside(x.Field(i), path, id)
		case f.IsExported():
			v.field(x.Field(i), f, path, id)
		}
	}
}

// field checks one field of what is at within.
func (v *validator) field(x reflect.Value, f reflect.StructField, within, id string) {
	if x.IsZero() || x.Kind() == reflect.Slice && x.Len() == 0 {
		if Required(f) && f.Type.Kind() != reflect.Float64 {
			name := FieldName(f)
			v.fail(JoinPath(within, name), id, name+": "+f.Tag.Get("jsonschema"), "%s is missing", name)
		}
		return
	}
	path := JoinPath(within, FieldName(f))
	if words := Words(f); words != nil && x.Kind() == reflect.String && !slices.Contains(words, x.String()) {
		v.fail(path, id, meant(x.String(), words), "%s cannot be %q; it is %s", FieldName(f), x.String(), oneOf(words))
	}
	if f.Tag.Get("format") == "date" {
		if _, err := time.Parse(time.DateOnly, x.String()); err != nil {
			v.fail(path, id, "a date such as 2027-03-31", "%q is not a date", x.String())
		}
	}
	v.lengths(x, path, id)
	if f.Type != quantityType && holds(f.Type) {
		v.walk(x, path, id)
	}
}

// How many characters a text may have at most. None has a reason to be longer, and each
// is shown, sent and kept.
const (
	MaxLine   = 1_000   // a title, a name, an id, what stands in a list
	MaxReason = 10_000  // why something was done
	MaxText   = 100_000 // what is said or noted
)

// MaxOf is how many characters the text of a field may have in a file.
func MaxOf(field string) int {
	switch field {
	case "says", "notes", "care":
		return MaxText
	case "because", "not_applicable", "also":
		return MaxReason
	}
	return MaxLine
}

// lengths checks how long a text is, or each of a list.
func (v *validator) lengths(x reflect.Value, path, id string) {
	switch {
	case x.Kind() == reflect.Slice && x.Type().Elem().Kind() == reflect.String:
		for i := range x.Len() {
			v.lengths(x.Index(i), indexed(path, i), id)
		}
	case x.Kind() == reflect.String && x.Len() > MaxLine: // in bytes, which are no fewer
		field, _, _ := strings.Cut(path[strings.LastIndexByte(path, '.')+1:], "[")
		if n, most := utf8.RuneCountInString(x.String()), MaxOf(field); n > most {
			v.fail(path, id, "shorten it, and keep the long text where it belongs, with a link to it", "%s has %d characters, and may have %d", field, n, most)
		}
	}
}

// Required reports whether a field must be stated in files.
func Required(f reflect.StructField) bool {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return !strings.Contains(options, "omit")
}

// Words lists the words a field may hold, nil when any will do.
func Words(f reflect.StructField) []string {
	if tag := f.Tag.Get("enum"); tag != "" {
		return strings.Split(tag, ",")
	}
	return nil
}
