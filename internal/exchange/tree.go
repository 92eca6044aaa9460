package exchange

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Limits of a tree. A model drawn by people stays far below them.
const (
	maxDepth = 100       // nesting
	maxNodes = 2_000_000 // values, aliases counted each time they are used
)

// nodeKind is the shape of a value in a JSON or YAML file.
type nodeKind uint8

const (
	nullNode nodeKind = iota
	textNode          // a string
	numberNode
	boolNode
	listNode
	mapNode
)

func (k nodeKind) String() string {
	return [...]string{"nothing", "a text", "a number", "true or false", "a list", "a map"}[k]
}

// node is a value of a JSON or YAML file with its position. A nil *node is a
// value that is absent; every method works on it.
type node struct {
	kind   nodeKind
	text   string // of a scalar, as written
	keys   []string
	items  []*node // of a list, or the values of a map in the order of keys
	index  map[string]int
	again  []string // keys that stand twice; the last value counts
	line   int      // from 1
	column int
}

// parseTree reads JSON or YAML. A file without content, or with comments alone,
// is a node of no kind. It returns nil and an *[Error] for anything else.
func parseTree(name string, data []byte) (*node, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, &Error{File: name, Problem: "this is not UTF-8 text", Want: "a JSON or YAML file in UTF-8"}
	}
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 {
		return &node{line: 1}, nil
	}
	if trimmed[0] == '{' || trimmed[0] == '[' {
		return parseJSON(name, data)
	}
	return parseYAML(name, data)
}

// set puts a value under a key; a key given before gets the new value.
func (n *node) set(key string, v *node) {
	if n.index == nil {
		n.index = map[string]int{}
	}
	if i, ok := n.index[key]; ok {
		n.items[i] = v
		n.again = append(n.again, key)
		return
	}
	n.index[key] = len(n.items)
	n.keys = append(n.keys, key)
	n.items = append(n.items, v)
}

// get is the value under a key, nil when there is none.
func (n *node) get(key string) *node {
	if n == nil || n.kind != mapNode {
		return nil
	}
	if i, ok := n.index[key]; ok {
		return n.items[i]
	}
	return nil
}

// at follows keys downwards.
func (n *node) at(keys ...string) *node {
	for _, k := range keys {
		n = n.get(k)
	}
	return n
}

// has reports whether a key is there, with any value.
func (n *node) has(key string) bool { return n.get(key) != nil }

func (n *node) isMap() bool  { return n != nil && n.kind == mapNode }
func (n *node) isList() bool { return n != nil && n.kind == listNode }

// list is the elements of a list, none for anything else.
func (n *node) list() []*node {
	if !n.isList() {
		return nil
	}
	return n.items
}

// entries is the values of a map, none for anything else.
func (n *node) entries() []*node {
	if !n.isMap() {
		return nil
	}
	return n.items
}

// str is the text of a scalar, "" for anything else.
func (n *node) str() string {
	if n == nil || n.kind == listNode || n.kind == mapNode || n.kind == nullNode {
		return ""
	}
	return strings.TrimSpace(n.text)
}

// strings is the scalars of a list, or a single scalar.
func (n *node) strings() []string {
	var out []string
	for _, e := range n.list() {
		if s := e.str(); s != "" {
			out = append(out, s)
		}
	}
	if s := n.str(); s != "" {
		out = append(out, s)
	}
	return out
}

// size is the number of elements.
func (n *node) size() int {
	if n == nil {
		return 0
	}
	return len(n.items)
}
