package file

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// WriteOptions say how a file is written. The zero value writes the model alone.
type WriteOptions struct {
	Header string // comment lines before everything else, without "#"
}

// Write writes a model as a negotiation file that reads back as the same
// model: fields in the order of the types, ids and quantities as typed, small
// things on one line. Control characters, which Read refuses, become U+FFFD.
func Write(w io.Writer, m *parley.Model) error { return WriteOptions{}.Write(w, m) }

// Write is [Write] with these options.
func (o WriteOptions) Write(w io.Writer, m *parley.Model) error {
	var b bytes.Buffer
	for line := range strings.Lines(o.Header) {
		fmt.Fprintln(&b, strings.TrimRight("# "+Visible(strings.TrimRight(line, "\r\n")), " "))
	}
	v := reflect.ValueOf(m).Elem()
	for _, f := range fieldsOf(v.Type()) {
		value := node(v.FieldByIndex(f.index), &f)
		if value == nil {
			continue
		}
		if b.Len() > 0 && f.name != "product" {
			b.WriteByte('\n')
		}
		section := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text(f.name), value}}
		data, err := yaml.Dump(section, yaml.WithLineWidth(-1), yaml.WithCompactSeqIndent(false))
		if err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
		b.Write(data)
	}
	if err := writeExtensions(&b, v); err != nil {
		return err
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write negotiation file: %w", err)
	}
	return nil
}

// node is the YAML of a value, nil for one that states nothing.
func node(v reflect.Value, f *field) *yaml.Node {
	if v.IsZero() {
		return nil
	}
	switch {
	case v.Type() == quantityType:
		return number(v.Interface().(quantity.Quantity).Text)
	case f != nil && f.Tag.Get("format") == "date":
		return number(v.String())
	}
	switch v.Kind() {
	case reflect.Pointer:
		return pointed(v.Elem(), f)
	case reflect.Slice:
		return list(v, f)
	case reflect.Struct:
		return thing(v)
	case reflect.Map:
		return words(v)
	case reflect.Bool:
		return plain(strconv.FormatBool(v.Bool()))
	case reflect.Int:
		return plain(strconv.FormatInt(v.Int(), 10))
	case reflect.Float64:
		return plain(strconv.FormatFloat(v.Float(), 'f', -1, 64))
	}
	return text(v.String())
}

// pointed is what a pointer points at, which is stated even when it is empty.
func pointed(v reflect.Value, f *field) *yaml.Node {
	if n := node(v, f); n != nil {
		return n
	}
	switch v.Kind() {
	case reflect.Bool:
		return plain("false")
	case reflect.Slice:
		return &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	}
	return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
}

func list(v reflect.Value, f *field) *yaml.Node {
	if v.Len() == 0 {
		return nil
	}
	n := &yaml.Node{Kind: yaml.SequenceNode}
	scalars := true
	for i := range v.Len() {
		item := node(v.Index(i), nil)
		if item == nil {
			item = empty(v.Index(i))
		}
		scalars = scalars && item.Kind == yaml.ScalarNode
		n.Content = append(n.Content, item)
	}
	if scalars || v.Len() == 1 && f != nil && f.name == "against" {
		inline(n)
	}
	return n
}

// empty is an entry of a list that states nothing.
func empty(v reflect.Value) *yaml.Node {
	if v.Kind() == reflect.Struct && v.Type() != quantityType {
		return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	}
	return text("")
}

func thing(v reflect.Value) *yaml.Node {
	fs := fieldsOf(v.Type())
	n := &yaml.Node{Kind: yaml.MappingNode}
	var only *field
	var value *yaml.Node
	for _, f := range fs {
		x := node(v.FieldByIndex(f.index), &f)
		if x == nil {
			continue
		}
		n.Content = append(n.Content, text(f.name), x)
		only, value = &f, x
	}
	n.Content = append(n.Content, extensions(v)...)
	if short := fs.short(); short != nil && len(n.Content) == 2 && only != nil && only.name == short.name {
		return value
	}
	if !block(v.Type()) {
		inline(n)
	}
	return n
}

func words(v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	m := map[string]string{}
	for it := v.MapRange(); it.Next(); {
		m[it.Key().String()] = it.Value().String()
	}
	if len(m) == 0 {
		return nil
	}
	for _, k := range slices.SortedFunc(maps.Keys(m), bySize) {
		n.Content = append(n.Content, text(k), text(m[k]))
	}
	inline(n)
	return n
}

// bySize orders the usual words of a scale from small to large, others after
// them by the alphabet.
func bySize(a, b string) int {
	rank := func(w string) int {
		if i := slices.Index([]string{"low", "medium", "high", "some", "half", "most", "nearly all"}, w); i >= 0 {
			return i
		}
		return math.MaxInt
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}

// block reports the things that are always written a field a line.
func block(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[parley.Product](), reflect.TypeFor[parley.Policy](), reflect.TypeFor[parley.Scale](),
		reflect.TypeFor[parley.Threat](), reflect.TypeFor[parley.Impact](), reflect.TypeFor[parley.Control](),
		reflect.TypeFor[parley.Mitigation](), reflect.TypeFor[parley.Feature](), reflect.TypeFor[parley.ClaimedDecision]():
		return true
	}
	return false
}

// inlineWidth is the length of the longest list or thing written on one line.
const inlineWidth = 110

// inline writes n on one line where it fits.
func inline(n *yaml.Node) {
	if length(n) <= inlineWidth {
		n.Style |= yaml.FlowStyle
	}
}

// length is about how long n is on one line; too long where it cannot be.
func length(n *yaml.Node) int {
	if n.Kind == yaml.ScalarNode {
		if strings.Contains(n.Value, "\n") {
			return inlineWidth + 1
		}
		return utf8.RuneCountInString(n.Value) + 2
	}
	sum := 2
	for _, c := range n.Content {
		sum += length(c)
	}
	return sum
}

// text is a text, quoted where YAML would read something else.
func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: clean(s)}
	if !simple(n.Value) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// simple reports a text that the library may write as it likes: nothing but
// what is seen, and line breaks only between lines or one at the end. The rest
// goes in double quotes, where everything can be written as an escape.
func simple(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) && r != '\n' {
			return false
		}
	}
	body := strings.TrimSuffix(s, "\n")
	return !strings.Contains(s, "\n") || body != "" && body == strings.TrimSpace(body)
}

// plain is a text that is known to need no quotes.
func plain(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

// number is a quantity or date: one of digits alone is written without the
// quotes that would keep YAML from reading it as a number.
func number(s string) *yaml.Node {
	if s != "" && strings.Trim(s, "0123456789.,-") == "" && s[0] >= '0' && s[0] <= '9' {
		return plain(s)
	}
	return text(s)
}

// clean replaces characters that Read refuses.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if control(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
