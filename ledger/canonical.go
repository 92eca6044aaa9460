package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds how deeply a JSON value may nest; the deepest body written
// here nests less than ten levels.
const maxDepth = 100

// Canonical rewrites one JSON value in the canonical form of RFC 8785: no
// space, object keys sorted by their UTF-16 code units, numbers as shortest
// IEEE 754 doubles, strings with the fewest escapes. Two texts that mean the
// same have the same canonical form. It refuses duplicate keys, text that is
// not UTF-8, numbers beyond a double and values nested deeper than 100.
func Canonical(text []byte) ([]byte, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("canonical JSON: the text is not UTF-8")
	}
	if !json.Valid(text) {
		var value json.RawMessage
		return nil, fmt.Errorf("canonical JSON: %w", json.Unmarshal(text, &value))
	}
	c := canonicaliser{text: text, out: make([]byte, 0, len(text))}
	if err := c.value(0); err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	return c.out, nil
}

// canonicalOf is the canonical JSON of a Go value.
func canonicalOf(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Canonical(b)
}

// canonicaliser rewrites a text that is valid JSON, from front to back.
type canonicaliser struct {
	text []byte
	at   int // in text
	out  []byte
}

// peek is the next byte that is no space.
func (c *canonicaliser) peek() byte {
	for c.text[c.at] == ' ' || c.text[c.at] == '\t' || c.text[c.at] == '\n' || c.text[c.at] == '\r' {
		c.at++
	}
	return c.text[c.at]
}

// next goes past an opening bracket or a comma to the next value of a list or
// object; it reports false, having gone past the end, where there is none.
func (c *canonicaliser) next(end byte) bool {
	if c.peek() != end {
		c.at++
		if c.peek() != end {
			return true
		}
	}
	c.at++
	return false
}

func (c *canonicaliser) value(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	switch c.peek() {
	case '{':
		return c.object(depth)
	case '[':
		return c.array(depth)
	case '"':
		_, err := c.string()
		return err
	case 't', 'n':
		c.literal(len("true"))
		return nil
	case 'f':
		c.literal(len("false"))
		return nil
	}
	return c.number()
}

func (c *canonicaliser) literal(n int) {
	c.out = append(c.out, c.text[c.at:c.at+n]...)
	c.at += n
}

func (c *canonicaliser) array(depth int) error {
	c.out = append(c.out, '[')
	for first := true; c.next(']'); first = false {
		if !first {
			c.out = append(c.out, ',')
		}
		if err := c.value(depth + 1); err != nil {
			return err
		}
	}
	c.out = append(c.out, ']')
	return nil
}

// member is one field of an object: its key, and where it was written.
type member struct {
	key      string
	from, to int
}

func (c *canonicaliser) object(depth int) error {
	c.out = append(c.out, '{')
	start := len(c.out)
	var few [16]member
	members := few[:0]
	for c.next('}') {
		from := len(c.out)
		key, err := c.string()
		if err != nil {
			return err
		}
		c.peek()
		c.at++ // the colon
		c.out = append(c.out, ':')
		if err := c.value(depth + 1); err != nil {
			return err
		}
		c.out = append(c.out, ',')
		members = append(members, member{string(key), from, len(c.out)})
	}
	if !slices.IsSortedFunc(members, inOrder) {
		c.sort(start, members)
	}
	for i := 1; i < len(members); i++ {
		if members[i].key == members[i-1].key {
			return fmt.Errorf("the key %q stands twice", members[i].key)
		}
	}
	if len(members) > 0 {
		c.out = c.out[:len(c.out)-1] // the last comma
	}
	c.out = append(c.out, '}')
	return nil
}

// sort brings the members written from a place on into their order.
func (c *canonicaliser) sort(start int, members []member) {
	slices.SortStableFunc(members, inOrder)
	written := slices.Clone(c.out)
	c.out = c.out[:start]
	for _, m := range members {
		c.out = append(c.out, written[m.from:m.to]...)
	}
}

// inOrder compares keys by their UTF-16 code units. Bytes are in that order as
// long as neither has a character from U+E000 on, the first byte of which is 0xEE.
func inOrder(a, b member) int {
	late := func(s string) bool {
		for i := range len(s) {
			if s[i] >= 0xEE {
				return true
			}
		}
		return false
	}
	if !late(a.key) && !late(b.key) {
		return strings.Compare(a.key, b.key)
	}
	return slices.Compare(utf16.Encode([]rune(a.key)), utf16.Encode([]rune(b.key)))
}

// number writes a number as the shortest text that reads back as the same
// double. encoding/json formats doubles as ECMAScript does, which is what
// RFC 8785 asks for.
func (c *canonicaliser) number() error {
	from := c.at
	whole := true // digits alone
	for ; c.at < len(c.text) && strings.IndexByte("+-.eE0123456789", c.text[c.at]) >= 0; c.at++ {
		whole = whole && '0' <= c.text[c.at] && c.text[c.at] <= '9'
	}
	n := c.text[from:c.at]
	if whole && len(n) <= exactDigits {
		c.out = append(c.out, n...)
		return nil
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil || math.IsInf(f, 0) {
		return fmt.Errorf("the number %s is beyond a double", n)
	}
	if f == 0 {
		c.out = append(c.out, '0') // also for -0
		return nil
	}
	b, err := json.Marshal(f)
	c.out = append(c.out, b...)
	return err
}

// exactDigits is how many digits of a whole number a double always keeps.
const exactDigits = 15

// string writes a string, and gives it as it reads.
func (c *canonicaliser) string() ([]byte, error) {
	from := c.at
	escaped := false
	for c.at++; c.text[c.at] != '"'; c.at++ {
		if c.text[c.at] == '\\' {
			escaped = true
			c.at++
		}
	}
	c.at++
	quoted := c.text[from:c.at]
	if !escaped {
		c.out = append(c.out, quoted...)
		return quoted[1 : len(quoted)-1], nil
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return nil, err
	}
	c.out = appendString(c.out, s)
	return []byte(s), nil
}

const hexDigits = "0123456789abcdef"

func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c >= 0x20:
			out = append(out, c)
		case c == '\b':
			out = append(out, `\b`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\f':
			out = append(out, `\f`...)
		case c == '\r':
			out = append(out, `\r`...)
		default:
			out = append(out, `\u00`...)
			out = append(out, hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(out, '"')
}
