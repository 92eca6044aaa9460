package exchange

import (
	"bytes"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// yamlReader copies a YAML document into a tree, with every alias expanded.
type yamlReader struct {
	name  string
	nodes int
}

func parseYAML(name string, data []byte) (*node, error) {
	var doc yaml.Node
	limits := yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(2 * maxDepth)))
	if err := yaml.Load(data, &doc, limits); err != nil {
		if commentsAlone(data) {
			return &node{line: 1}, nil
		}
		return nil, yamlError(name, err)
	}
	r := &yamlReader{name: name}
	root := &doc
	if doc.Kind == yaml.DocumentNode && len(doc.Content) > 0 {
		root = doc.Content[0]
	}
	return r.value(root, 0)
}

// commentsAlone reports whether a YAML text has no content.
func commentsAlone(data []byte) bool {
	for l := range bytes.Lines(data) {
		if l = bytes.TrimSpace(l); len(l) > 0 && l[0] != '#' && !bytes.Equal(l, []byte("---")) {
			return false
		}
	}
	return true
}

func yamlError(name string, err error) error {
	e := &Error{File: name, Problem: "this is not valid YAML: " + err.Error(), Want: "a JSON or YAML file as the tool writes it"}
	if le, ok := errors.AsType[*yaml.LoadError](err); ok {
		e.Line, e.Column = le.Mark.Line, le.Mark.Column
		e.Problem = "this is not valid YAML: " + le.Message
	}
	return e
}

func (r *yamlReader) value(y *yaml.Node, depth int) (*node, error) {
	if r.nodes++; r.nodes > maxNodes {
		return nil, r.fail(y, fmt.Sprintf("more than %d values once aliases are expanded", maxNodes), "a threat model without aliases of aliases")
	}
	if depth > maxDepth {
		return nil, r.fail(y, fmt.Sprintf("nested more than %d deep", maxDepth), "a threat model as the tool writes it")
	}
	n := &node{line: y.Line, column: y.Column}
	switch y.Kind {
	case yaml.AliasNode:
		return r.value(y.Alias, depth+1)
	case yaml.SequenceNode:
		n.kind = listNode
		for _, c := range y.Content {
			v, err := r.value(c, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, v)
		}
	case yaml.MappingNode:
		n.kind = mapNode
		return n, r.mapping(n, y, depth)
	case yaml.ScalarNode:
		n.kind, n.text = scalarKind(y), y.Value
	}
	return n, nil
}

func (r *yamlReader) mapping(n *node, y *yaml.Node, depth int) error {
	var merged []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		v, err := r.value(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		key := y.Content[i]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return r.fail(key, "a key is not a text", "key: value")
		}
		if key.ShortTag() == "!!merge" {
			merged = append(merged, append(v.list(), v)...)
			continue
		}
		n.set(key.Value, v)
	}
	for _, m := range merged {
		if !m.isMap() {
			continue
		}
		for i, k := range m.keys {
			if !n.has(k) {
				n.set(k, m.items[i])
			}
		}
	}
	return nil
}

func scalarKind(y *yaml.Node) nodeKind {
	switch y.ShortTag() {
	case "!!null":
		return nullNode
	case "!!bool":
		return boolNode
	case "!!int", "!!float":
		return numberNode
	}
	return textNode
}

func (r *yamlReader) fail(y *yaml.Node, problem, want string) error {
	return &Error{File: r.name, Line: y.Line, Column: y.Column, Problem: problem, Want: want}
}
