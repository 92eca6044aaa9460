package file

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
)

// thing fills a struct: its fields, or the one that may stand for all.
func (d *decoder) thing(v reflect.Value, n *yaml.Node, path string, f *field) {
	fs := d.fields(v.Type())
	if n.Kind != yaml.MappingNode {
		if short := fs.short(); short != nil && n.Kind == yaml.ScalarNode {
			s := d.spots[path]
			d.spots[parley.JoinPath(path, short.name)] = spot{key: s.key, value: n, field: path}
			d.value(v.FieldByIndex(short.index), n, path, short)
			return
		}
		d.shape(path)
		name, hint := "this entry", fmt.Sprintf("{%s: …}", strings.Join(fs.names()[:min(3, len(fs))], ": …, "))
		if !strings.HasSuffix(path, "]") {
			name, hint = f.name, f.name+": "+hint
		}
		d.fail(n, path, hint, "%s must be a set of fields (name: value), not %s", name, kindName(n))
		return
	}
	for key, value := range d.pairs(n, path) {
		if extension(key.Value) {
			keepExtension(v, key.Value, value)
			continue
		}
		name := key.Value
		known := fs.find(name)
		if known == nil {
			if known = d.unknown(fs, n, key, value, path); known == nil {
				continue
			}
		}
		at := parley.JoinPath(path, known.name)
		d.spots[at] = spot{key: key, value: value, field: at, wrong: d.spots[at].wrong}
		d.value(v.FieldByIndex(known.index), value, at, known)
	}
}

// pairs goes through the fields of a mapping, reporting names that cannot be
// read and those given twice, of which the first is taken.
func (d *decoder) pairs(n *yaml.Node, path string) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(k, v *yaml.Node) bool) {
		first := make(map[string]int, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			switch line, twice := first[key.Value]; {
			case key.Kind != yaml.ScalarNode:
				d.fail(key, path, "name: value", "a field's name must be plain text")
			case key.ShortTag() == "!!merge":
				d.fail(key, path, "write the fields out", "<< takes over fields written elsewhere, which is not read here")
			case twice:
				d.fail(key, parley.JoinPath(path, key.Value), "keep one of them", "%s is given twice; first in line %d", key.Value, line)
			default:
				first[key.Value] = key.Line
				if !yield(key, value) {
					return
				}
			}
		}
	}
}

// unknown reports a field that is not known. Where it can only be a slip for
// one that is not there, that one is returned, so that its value is checked
// and what depends on it is not reported as missing.
func (d *decoder) unknown(fs fields, n, key, value *yaml.Node, path string) *field {
	name := key.Value
	report := func(hint, format string, args ...any) {
		d.report(Finding{
			Line: key.Line, Column: key.Column, Field: parley.JoinPath(path, name),
			Message: fmt.Sprintf(format, args...), Hint: hint,
		})
	}
	meant := d.meant(fs, n, name)
	switch {
	case meant == nil && n.Style&yaml.FlowStyle != 0 && isNull(value):
		report("a comma inside { } starts the next field: put a text with a comma in quotes", "unknown field %q", name)
		return nil
	case meant == nil:
		d.broken = d.broken || path == ""
		report("the fields here are: "+strings.Join(fs.names(), ", "), "unknown field %q", name)
		return nil
	}
	report(fmt.Sprintf("did you mean %s?", meant.name), "unknown field %q", name)
	if has(n, meant.name) {
		return nil
	}
	at := parley.JoinPath(path, meant.name)
	d.spots[at] = spot{wrong: true, field: at}
	return meant
}

// meant is the known field that a name was probably meant to be.
func (d *decoder) meant(fs fields, n *yaml.Node, name string) *field {
	if len(d.findings) > maxFindings {
		return nil // looking for near names is the slow part
	}
	if near := parley.Nearest(name, fs.names()); near != "" {
		return fs.find(near)
	}
	for _, s := range synonyms(name) {
		if f := fs.find(s); f != nil && !has(n, s) {
			return f
		}
	}
	if i := slices.IndexFunc(fs, func(f field) bool { return f.name == strings.NewReplacer("-", "_", " ", "_").Replace(name) }); i >= 0 {
		return &fs[i]
	}
	return nil
}

func has(n *yaml.Node, name string) bool {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return true
		}
	}
	return false
}
