package file

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// keepExtension keeps a key of somebody else in the thing that has it; where
// that has no place for one, such as a set of words, it is passed over.
func keepExtension(v reflect.Value, key string, value *yaml.Node) {
	x := v.FieldByName(extended)
	if !x.IsValid() {
		return
	}
	data, err := yaml.Dump(oneLine(value), yaml.WithLineWidth(-1))
	if err != nil {
		return // what cannot be written, such as an alias, was reported as read
	}
	if x.IsNil() {
		x.Set(reflect.MakeMap(x.Type()))
	}
	x.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(strings.TrimSpace(string(data))))
}

// oneLine is a copy of a node that is written on one line, without comments.
func oneLine(n *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: clean(n.Value), Style: n.Style &^ (yaml.LiteralStyle | yaml.FoldedStyle)}
	switch {
	case n.Kind != yaml.ScalarNode:
		out.Style |= yaml.FlowStyle
	case !simple(out.Value) || strings.Contains(out.Value, "\n") || out.Style != n.Style:
		out.Style = yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		out.Content = append(out.Content, oneLine(c))
	}
	return out
}

// extensions are the keys of somebody else in a thing, with their values, as
// they are written behind its own.
func extensions(v reflect.Value) []*yaml.Node {
	x := v.FieldByName(extended)
	if !x.IsValid() || x.IsZero() {
		return nil
	}
	kept, _ := x.Interface().(map[string]string)
	var out []*yaml.Node
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		if extension(key) { // from a record nobody checked, it may be anything
			out = append(out, text(key), extensionValue(kept[key]))
		}
	}
	return out
}

// extensionValue reads a value back that was kept as YAML; what is none is a text.
func extensionValue(kept string) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(kept), &doc); err != nil || doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return text(kept)
	}
	return oneLine(doc.Content[0])
}

// writeExtensions writes the keys of somebody else at the end of the file.
func writeExtensions(b *bytes.Buffer, v reflect.Value) error {
	for pair := range slices.Chunk(extensions(v), 2) {
		data, err := yaml.Dump(&yaml.Node{Kind: yaml.MappingNode, Content: pair}, yaml.WithLineWidth(-1))
		if err != nil {
			return fmt.Errorf("write %s: %w", pair[0].Value, err)
		}
		b.WriteByte('\n')
		b.Write(data)
	}
	return nil
}
