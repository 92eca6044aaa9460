package negotiate

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// shortEnough refuses to record a text that is longer than any has a reason to be, whichever way
// it comes: a title or name beyond [parley.MaxLine], a reason beyond [parley.MaxReason],
// anything else beyond [parley.MaxText]. What comes in a file was looked at there.
func shortEnough(drafts []ledger.Draft) error {
	for _, d := range drafts {
		if err := shortIn(reflect.ValueOf(d.Body), ""); err != nil {
			return err
		}
		if err := textIsShort("by", d.By); err != nil {
			return err
		}
	}
	return nil
}

// shortIn looks at the texts of what an event says; path names it, as in its JSON.
func shortIn(x reflect.Value, path string) error {
	switch x.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !x.IsNil() {
			return shortIn(x.Elem(), path)
		}
	case reflect.String:
		return textIsShort(path, x.String())
	case reflect.Slice, reflect.Array:
		if x.Type().Elem().Kind() == reflect.Uint8 {
			return nil // JSON of a file, or bytes that no reader sees
		}
		for i := range x.Len() {
			if err := shortIn(x.Index(i), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for each := x.MapRange(); each.Next(); {
			if err := shortIn(each.Value(), fmt.Sprintf("%s.%v", path, each.Key())); err != nil {
				return err
			}
		}
	case reflect.Struct:
		return shortFields(x, path)
	}
	return nil
}

func shortFields(x reflect.Value, path string) error {
	for i := range x.NumField() {
		f := x.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		within := path
		if name := parley.FieldName(f); !f.Anonymous && name != "" {
			within = parley.JoinPath(path, name)
		}
		if err := shortIn(x.Field(i), within); err != nil {
			return err
		}
	}
	return nil
}

func textIsShort(path, text string) error {
	if len(text) <= parley.MaxLine {
		return nil
	}
	field, most := path[strings.LastIndexByte(path, '.')+1:], parley.MaxText
	switch field {
	case "title", "name", "by":
		most = parley.MaxLine
	case "because":
		most = parley.MaxReason
	}
	if n := utf8.RuneCountInString(text); n > most {
		return parley.Errorf(parley.Invalid, "record it", "%s", catalogue.T("long.text", "field", path, "n", n, "most", most)).WithHint(catalogue.T("long.hint"))
	}
	return nil
}
