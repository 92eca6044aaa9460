package evidence

import (
	"bytes"
	"encoding/json"
	"strconv"
)

const (
	deepest    = 200       // levels of nesting in a JSON text
	fewKeys    = 32        // up to here keys of one object are compared one by one
	mostKeys   = 10_000    // keys of one object that is walked
	mostItems  = 4_000_000 // items of all arrays that are walked
	mostShared = 1 << 16   // different texts that are kept once
	shareable  = 256       // bytes of a text that may be kept once
)

// scan walks a JSON text that is in memory, without building it. It is strict
// (RFC 8259; a key that stands twice in an object it walks is an error), keeps
// the first error and does nothing after it. A value that a callback leaves
// unread is skipped, and still checked.
type scan struct {
	data   []byte
	pos    int
	depth  int
	err    *Error
	keys   [][]byte          // of the open objects
	items  int               // of the arrays that were walked
	shared map[string]string // texts that come again and again

	longest int   // items of the longest array
	room    *room // what the file may still hold; nil for no limit
}

func newScan(data []byte) *scan { return &scan{data: data, shared: map[string]string{}} }

func (s *scan) fail(says string) { s.failAt(s.pos, says) }

func (s *scan) failAt(offset int, says string) {
	if s.err == nil {
		s.err = at(s.data, offset, says)
	}
	s.pos = len(s.data)
}

// peek is the first byte of the next value or mark, 0 at the end.
func (s *scan) peek() byte {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// end reports an error when something follows the last value.
func (s *scan) end() {
	if s.more() {
		s.fail("something follows the end of the JSON text")
	}
}

// more reports whether anything but blanks follows.
func (s *scan) more() bool {
	s.peek()
	return s.err == nil && s.pos < len(s.data)
}

// null takes a null, if one is next.
func (s *scan) null() bool {
	if s.peek() != 'n' {
		return false
	}
	s.word("null")
	return true
}

func (s *scan) word(w string) {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(w)) {
		s.unexpected(w)
		return
	}
	s.pos += len(w)
}

func (s *scan) unexpected(want string) {
	if s.peek(); s.pos == len(s.data) {
		s.fail("the file ends too early: it is cut short")
		return
	}
	s.fail("want " + want + " here")
}

// take takes one mark.
func (s *scan) take(mark byte, want string) bool {
	if s.err != nil {
		return false
	}
	if s.peek() != mark {
		s.unexpected(want)
		return false
	}
	s.pos++
	return true
}

func (s *scan) down() bool {
	s.depth++
	if s.depth > deepest {
		s.fail("nested deeper than " + strconv.Itoa(deepest) + " levels")
		return false
	}
	return true
}

// object walks an object, or null, which has no keys. The key is valid during
// the call alone.
func (s *scan) object(each func(key []byte)) {
	if s.err != nil || s.null() || !s.take('{', "an object") || !s.down() {
		return
	}
	first := len(s.keys)
	var many map[string]bool
	for n := 0; s.err == nil; n++ {
		if s.peek() == '}' {
			if n > 0 {
				s.fail("want a key after the comma")
				return
			}
			break
		}
		start := s.pos
		key := s.bytes()
		if s.err == nil && s.twice(key, first, &many) {
			s.failAt(start, "the key "+strconv.Quote(printable(string(key)))+" stands twice in one object")
		}
		if !s.take(':', "a colon") {
			return
		}
		s.value(func() { each(key) })
		if s.err != nil || s.peek() != ',' {
			break
		}
		s.pos++
	}
	s.keys = s.keys[:first]
	s.take('}', "a comma or the end of the object")
	s.depth--
}

func (s *scan) twice(key []byte, first int, many *map[string]bool) bool {
	own := s.keys[first:]
	if len(own) < fewKeys {
		for _, k := range own {
			if bytes.Equal(k, key) {
				return true
			}
		}
		s.keys = append(s.keys, key)
		return false
	}
	if *many == nil {
		*many = make(map[string]bool, 2*fewKeys)
		for _, k := range own {
			(*many)[string(k)] = true
		}
	}
	if (*many)[string(key)] {
		return true
	}
	if len(*many) >= mostKeys {
		s.fail("an object has more than " + strconv.Itoa(mostKeys) + " keys")
	}
	(*many)[string(key)] = true
	return false
}

// value calls f and skips what it left.
func (s *scan) value(f func()) {
	s.peek()
	start := s.pos
	f()
	if s.err == nil && s.pos == start {
		s.skip()
	}
}

// array walks an array, or null, which has no items.
func (s *scan) array(each func()) {
	s.arrayOf(func() {
		if s.items++; s.items > mostItems {
			s.fail("holds more than " + strconv.Itoa(mostItems) + " entries")
			return
		}
		if s.room != nil && s.room.over {
			s.fail(tooMuch())
			return
		}
		each()
	})
}

func (s *scan) arrayOf(each func()) {
	if s.err != nil || s.null() || !s.take('[', "an array") || !s.down() {
		return
	}
	for n := 0; s.err == nil; n++ {
		s.longest = max(s.longest, n)
		if s.peek() == ']' {
			if n > 0 {
				s.fail("want a value after the comma")
				return
			}
			break
		}
		s.value(each)
		if s.err != nil || s.peek() != ',' {
			break
		}
		s.pos++
	}
	s.take(']', "a comma or the end of the array")
	s.depth--
}

// skip checks the next value and passes over it.
func (s *scan) skip() {
	switch c := s.peek(); {
	case s.err != nil:
	case c == '{':
		s.skipObject()
	case c == '[':
		s.arrayOf(s.skip)
	case c == '"':
		s.rawString()
	case c == 't':
		s.word("true")
	case c == 'f':
		s.word("false")
	case c == 'n':
		s.word("null")
	case c == '-' || c >= '0' && c <= '9':
		s.number()
	default:
		s.unexpected("a value")
	}
}

// skipObject passes over an object without looking for keys that stand twice.
func (s *scan) skipObject() {
	s.pos++
	if !s.down() {
		return
	}
	for n := 0; s.err == nil; n++ {
		if n == 0 && s.peek() == '}' {
			break
		}
		if s.peek() != '"' {
			s.unexpected("a key")
			return
		}
		s.rawString()
		if !s.take(':', "a colon") {
			return
		}
		s.skip()
		if s.err != nil || s.peek() != ',' {
			break
		}
		s.pos++
	}
	s.take('}', "a comma or the end of the object")
	s.depth--
}

// rawString is what stands between the quotes, and whether it has escapes.
func (s *scan) rawString() (raw []byte, escaped bool) {
	if !s.take('"', "a string") {
		return nil, false
	}
	start := s.pos
	for i := s.pos; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			s.pos = i + 1
			return s.data[start:i], escaped
		case c == '\\':
			n := escape(s.data[i:])
			if n == 0 {
				s.failAt(i, "this escape does not exist in JSON")
				return nil, false
			}
			escaped = true
			i += n - 1
		case c < ' ':
			s.failAt(i, "a control character stands in a string")
			return nil, false
		}
	}
	s.failAt(len(s.data), "the file ends inside a string: it is cut short")
	return nil, false
}

// escape is the length of the escape that b starts with, 0 when it is none.
func escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(b) < 6 {
			return 0
		}
		for _, c := range b[2:6] {
			if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
				return 0
			}
		}
		return 6
	default:
		return 0
	}
}

// bytes is a string; without escapes it is part of the data.
func (s *scan) bytes() []byte {
	s.peek()
	start := s.pos
	raw, escaped := s.rawString()
	if s.err != nil || !escaped {
		return raw
	}
	var text string
	if err := json.Unmarshal(s.data[start:s.pos], &text); err != nil {
		s.failAt(start, "this string cannot be read")
		return nil
	}
	return []byte(text)
}

// text is a string, or "" for null.
func (s *scan) text() string {
	if s.err != nil || s.null() {
		return ""
	}
	b := s.bytes()
	if len(b) > shareable {
		return string(b)
	}
	if t, ok := s.shared[string(b)]; ok {
		return t
	}
	t := string(b)
	if len(s.shared) < mostShared {
		s.shared[t] = t
	}
	return t
}

// number is the text of a number, checked.
func (s *scan) number() []byte {
	start := s.pos
	if s.pos < len(s.data) && s.data[s.pos] == '-' {
		s.pos++
	}
	switch {
	case s.pos < len(s.data) && s.data[s.pos] == '0':
		s.pos++
	case s.digits() == 0:
		s.failAt(start, "want a number here")
		return nil
	}
	if s.pos < len(s.data) && s.data[s.pos] == '.' {
		s.pos++
		if s.digits() == 0 {
			s.failAt(start, "this number has no digits after the point")
			return nil
		}
	}
	if s.pos < len(s.data) && s.data[s.pos]|0x20 == 'e' {
		s.pos++
		if s.pos < len(s.data) && (s.data[s.pos] == '+' || s.data[s.pos] == '-') {
			s.pos++
		}
		if s.digits() == 0 {
			s.failAt(start, "this number has no digits in its exponent")
			return nil
		}
	}
	return s.data[start:s.pos]
}

func (s *scan) digits() int {
	start := s.pos
	for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos - start
}

// float is a finite number.
func (s *scan) float() float64 {
	if s.err != nil {
		return 0
	}
	s.peek()
	start := s.pos
	text := s.number()
	if s.err != nil {
		return 0
	}
	if len(text) > 64 {
		s.failAt(start, "this number is too long")
		return 0
	}
	x, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		s.failAt(start, "this number is too large")
		return 0
	}
	return x
}

// integer is a whole number of at most 9 digits.
func (s *scan) integer() int {
	s.peek()
	start := s.pos
	x := s.float()
	if s.err == nil && (x != float64(int64(x)) || x < -999_999_999 || x > 999_999_999) {
		s.failAt(start, "want a whole number of at most 9 digits")
		return 0
	}
	return int(x)
}

// boolean is true or false; null is false.
func (s *scan) boolean() bool {
	switch {
	case s.err != nil || s.null():
		return false
	case s.peek() == 't':
		s.word("true")
		return s.err == nil
	case s.peek() == 'f':
		s.word("false")
	default:
		s.unexpected("true or false")
	}
	return false
}

// scalar is the text of a string, number, truth value or null (""): for values
// that tools write now one way, now the other.
func (s *scan) scalar() string {
	switch c := s.peek(); {
	case s.err != nil:
		return ""
	case c == '"' || c == 'n':
		return s.text()
	case c == '{' || c == '[':
		s.fail("want a text or a number here")
		return ""
	default:
		start := s.pos
		s.skip()
		if s.err != nil {
			return ""
		}
		return string(s.data[start:s.pos])
	}
}
