package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonReader turns the tokens of a JSON text into a tree.
type jsonReader struct {
	name  string
	data  []byte
	dec   *json.Decoder
	nodes int
	line  int   // of offset
	from  int   // offset of the start of line
	to    int64 // offset up to which lines are counted
}

func parseJSON(name string, data []byte) (*node, error) {
	r := &jsonReader{name: name, data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1}
	r.dec.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, r.fail("there is more after the end of the JSON value", "one JSON value a file")
	}
	return n, nil
}

func (r *jsonReader) value(depth int) (*node, error) {
	tok, err := r.dec.Token()
	if err != nil {
		return nil, r.syntax(err)
	}
	if r.nodes++; r.nodes > maxNodes {
		return nil, r.fail(fmt.Sprintf("more than %d values", maxNodes), "a threat model without attachments")
	}
	if depth > maxDepth {
		return nil, r.fail(fmt.Sprintf("nested more than %d deep", maxDepth), "a threat model as the tool writes it")
	}
	n := &node{}
	n.line, n.column = r.position()
	switch t := tok.(type) {
	case json.Delim:
		if t == '{' {
			n.kind = mapNode
			return n, r.object(n, depth)
		}
		n.kind = listNode
		return n, r.array(n, depth)
	case string:
		n.kind, n.text = textNode, t
	case json.Number:
		n.kind, n.text = numberNode, t.String()
	case bool:
		n.kind, n.text = boolNode, fmt.Sprint(t)
	}
	return n, nil
}

func (r *jsonReader) object(n *node, depth int) error {
	for r.dec.More() {
		tok, err := r.dec.Token()
		if err != nil {
			return r.syntax(err)
		}
		key, ok := tok.(string)
		if !ok {
			return r.fail("a key of a JSON object is not a text", "\"key\": value")
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.set(key, v)
	}
	return r.end()
}

func (r *jsonReader) array(n *node, depth int) error {
	for r.dec.More() {
		v, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, v)
	}
	return r.end()
}

func (r *jsonReader) end() error {
	if _, err := r.dec.Token(); err != nil {
		return r.syntax(err)
	}
	return nil
}

// position is the line and column of the last byte read.
func (r *jsonReader) position() (line, column int) {
	off := min(r.dec.InputOffset(), int64(len(r.data)))
	for i := r.to; i < off; i++ {
		if r.data[i] == '\n' {
			r.line++
			r.from = int(i) + 1
		}
	}
	r.to = max(r.to, off)
	return r.line, max(1, int(off)-r.from)
}

func (r *jsonReader) fail(problem, want string) error {
	line, column := r.position()
	return &Error{File: r.name, Line: line, Column: column, Problem: problem, Want: want}
}

func (r *jsonReader) syntax(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.fail("the JSON text ends in the middle", "the whole file")
	}
	return r.fail("this is not valid JSON: "+err.Error(), "JSON as the tool writes it")
}
