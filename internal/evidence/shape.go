package evidence

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"
)

// shape is what readers tell a format from.
type shape struct {
	root  xml.Name // of an XML file
	kind  byte     // '<', or the first byte of the JSON value: { [ n …
	lines bool     // several JSON values follow each other
	keys  map[string]byte
	texts map[string]string
	items map[string][]string // by key of an array: the keys of its first object; "" is the outermost array
	size  int                 // items of the outermost array

	longest int // items of the longest array anywhere
}

// has reports whether the outermost object has the key with a value that
// begins with the byte: { [ or " or 0 for any.
func (s *shape) has(key string, first byte) bool {
	k, ok := s.keys[key]
	return ok && (first == 0 || k == first)
}

// only reports whether the outermost object has no other keys.
func (s *shape) only(keys ...string) bool {
	for k := range s.keys {
		if !slices.Contains(keys, k) {
			return false
		}
	}
	return true
}

// item reports whether the first object of an array has a key.
func (s *shape) item(array string, keys ...string) bool {
	for _, want := range keys {
		if !slices.Contains(s.items[array], want) {
			return false
		}
	}
	return true
}

// xmlRoot reports whether the file is XML with this outermost element.
func (s *shape) xmlRoot(names ...string) bool {
	for _, n := range names {
		if s.kind == '<' && s.root.Local == n {
			return true
		}
	}
	return false
}

// shapeOf looks at the whole of a JSON file, which checks it on the way, or at
// the outermost element of an XML file.
func shapeOf(data []byte) (*shape, *Error) {
	sh := &shape{keys: map[string]byte{}, texts: map[string]string{}, items: map[string][]string{}}
	s := newScan(data)
	sh.kind = s.peek()
	switch sh.kind {
	case '<':
		x := newXMLScan(data)
		el, _ := x.root()
		sh.root = el.Name
		return sh, x.err
	case '{', '[', 'n':
	default:
		if line := firstObject(data); line != nil {
			sh.kind = '{'
			s = newScan(line)
			s.object(func(key []byte) { sh.key(s, string(key)) })
			sh.lines = true
			return sh, nil
		}
		return sh, at(data, s.pos, "is neither JSON nor XML")
	}
	sh.value(s)
	sh.longest = s.longest
	if s.err != nil {
		return sh, s.err
	}
	sh.lines = s.more()
	return sh, nil
}

// triedLines is how many lines are looked through for the first JSON object.
const triedLines = 1000

// firstObject is the first line that begins like a JSON object.
func firstObject(data []byte) []byte {
	for range triedLines {
		line, rest, more := bytes.Cut(data, []byte("\n"))
		if bytes.HasPrefix(line, []byte("{\"")) {
			return line
		}
		if !more {
			return nil
		}
		data = rest
	}
	return nil
}

func (sh *shape) value(s *scan) {
	switch sh.kind {
	case '{':
		s.object(func(key []byte) { sh.key(s, string(key)) })
	case '[':
		sh.array(s, "")
	default:
		s.skip()
	}
}

func (sh *shape) key(s *scan, key string) {
	first := s.peek()
	sh.keys[key] = first
	switch {
	case first == '"':
		if t := s.text(); len(t) <= shareable {
			sh.texts[key] = t
		}
	case first == '[':
		sh.array(s, key)
	}
}

func (sh *shape) array(s *scan, name string) {
	n := 0
	s.array(func() {
		n++
		if n > 1 || s.peek() != '{' {
			return
		}
		s.object(func(key []byte) { sh.items[name] = append(sh.items[name], string(key)) })
	})
	if name == "" {
		sh.size = n
	}
}

// begins reports whether a text of the outermost object begins so.
func (sh *shape) begins(key, with string) bool { return strings.HasPrefix(sh.texts[key], with) }
