package file

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// decoder fills a model from nodes, remembering where everything stood.
type decoder struct {
	findings []Finding
	spots    map[string]spot // by path
	types    map[reflect.Type]fields
	count    int  // names and values seen
	broken   bool // the shape of a list or thing is wrong: what names it would be reported as missing
}

// spot is where a field stands.
type spot struct {
	key, value *yaml.Node // key nil for the items of a list
	field      string     // the path to show, which is shorter where the short form was used
	wrong      bool       // an error about it was reported
}

func (s spot) place() place {
	if s.key != nil && (s.value == nil || isNull(s.value)) {
		return place{s.key.Line, s.key.Column}
	}
	return place{s.value.Line, s.value.Column}
}

func (d *decoder) report(f Finding) {
	if f.Field != "" && !f.Warning {
		if s, ok := d.spots[f.Field]; ok {
			s.wrong = true
			d.spots[f.Field] = s
		} else {
			d.spots[f.Field] = spot{wrong: true, field: f.Field}
		}
	}
	d.findings = append(d.findings, f)
}

func (d *decoder) fail(n *yaml.Node, path, hint, format string, args ...any) {
	d.report(Finding{Line: n.Line, Column: n.Column, Field: path, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (d *decoder) fields(t reflect.Type) fields {
	fs, ok := d.types[t]
	if !ok {
		fs = fieldsOf(t)
		d.types[t] = fs
	}
	return fs
}

// shape notes that what stands at a path could not be read at all. Where that
// is a part of the file or an entry of one, whatever names what is in it would
// be reported too.
func (d *decoder) shape(path string) {
	if !strings.Contains(path, ".") {
		d.broken = true
	}
}

// value fills v from n, which stands at path.
func (d *decoder) value(v reflect.Value, n *yaml.Node, path string, f *field) {
	if isNull(n) {
		return // as if it were not there
	}
	if n.Kind == yaml.AliasNode { // reported by survey
		s := d.spots[path]
		s.wrong = true
		d.spots[path] = s
		return
	}
	if v.Type() == quantityType {
		if text, ok := d.scalar(n, path, f); ok {
			v.Set(reflect.ValueOf(quantity.Of(strings.TrimSpace(text))))
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if p.Elem().Kind() == reflect.Slice { // there, even when it is empty
			p.Elem().Set(reflect.MakeSlice(p.Elem().Type(), 0, 0))
		}
		d.value(p.Elem(), n, path, f)
		v.Set(p)
	case reflect.Slice:
		d.list(v, n, path, f)
	case reflect.Struct:
		d.thing(v, n, path, f)
	case reflect.Map:
		d.words(v, n, path, f)
	default:
		if text, ok := d.scalar(n, path, f); ok {
			d.basic(v, n, text, path)
		}
	}
}

// scalar is the text of a single value.
func (d *decoder) scalar(n *yaml.Node, path string, f *field) (string, bool) {
	if n.Kind == yaml.ScalarNode {
		return n.Value, true
	}
	d.fail(n, path, f.says(), "%s must be a single value, not %s", f.name, kindName(n))
	return "", false
}

// basic sets text, yes or no, and plain numbers.
func (d *decoder) basic(v reflect.Value, n *yaml.Node, text, path string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		switch strings.ToLower(text) {
		case "true", "false":
			v.SetBool(strings.EqualFold(text, "true"))
		default:
			d.fail(n, path, "write true or false", "%q is neither true nor false", text)
		}
	case reflect.Int:
		i, err := strconv.Atoi(text)
		if err != nil || i < 0 {
			d.fail(n, path, "a whole number, e.g. 40", "%q is not a whole number", text)
			return
		}
		v.SetInt(int64(i))
	case reflect.Float64:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			d.fail(n, path, "a plain number, e.g. 8", "%q is not a number", text)
			return
		}
		v.SetFloat(x)
	}
}

// list fills a slice.
func (d *decoder) list(v reflect.Value, n *yaml.Node, path string, f *field) {
	if n.Kind != yaml.SequenceNode {
		d.shape(path)
		hint := fmt.Sprintf("%s: [%s]", f.name, strings.TrimSpace(n.Value))
		if n.Kind == yaml.MappingNode || n.Value == "" {
			hint = `start each entry with "- "`
		}
		d.fail(n, path, hint, "%s must be a list, not %s", f.name, kindName(n))
		return
	}
	if len(n.Content) == 0 {
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.spots[at] = spot{value: c, field: at}
		if isNull(c) {
			d.shape(at)
			d.fail(c, at, f.says(), "this entry is empty")
			continue
		}
		d.value(out.Index(i), c, at, f)
	}
	v.Set(out)
}

// words fills a map of words. Any key is one (x-large may be a size).
func (d *decoder) words(v reflect.Value, n *yaml.Node, path string, f *field) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, path, f.name+": {word: value}", "%s must be a set of words, not %s", f.name, kindName(n))
		return
	}
	out := reflect.MakeMap(v.Type())
	for key, value := range d.pairs(n, path) {
		at := parley.JoinPath(path, key.Value)
		d.spots[at] = spot{key: key, value: value, field: at}
		if value.Kind != yaml.ScalarNode || isNull(value) {
			d.fail(value, at, fmt.Sprintf("%s: a single value", key.Value), "%s must be a single value, not %s", key.Value, kindName(value))
			continue
		}
		if v.Type().Key() == needType && !slices.Contains(parley.Needs(), parley.Need(key.Value)) {
			d.fail(key, at, fmt.Sprintf("the needs are: %s", joined(parley.Needs())), "%q is not a need", key.Value)
			continue
		}
		out.SetMapIndex(reflect.ValueOf(key.Value).Convert(v.Type().Key()),
			reflect.ValueOf(value.Value).Convert(v.Type().Elem()))
	}
	if out.Len() > 0 {
		v.Set(out)
	}
}

var needType = reflect.TypeFor[parley.Need]()

func joined[S ~string](words []S) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// isNull reports a value that is not there: nothing, ~ or null.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func kindName(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.MappingNode:
		return "a set of fields"
	case isNull(n):
		return "nothing"
	}
	return "a single value"
}
