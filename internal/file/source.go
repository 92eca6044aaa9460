package file

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits on what is read: a file within them is read within a second or two
// and some hundred megabytes; a real one is far smaller.
const (
	// MaxSize is the size of the largest file, in bytes.
	MaxSize = 10 << 20
	// MaxDepth is how deep lists and fields may lie in each other.
	MaxDepth = 40
	// maxValues is how many names and values a file may hold; 10 MB of an
	// ordinary one hold fewer.
	maxValues = 600_000
	// maxMarks bounds maxValues before the file is parsed: each value takes at
	// least one of the characters that separate values in YAML, and a text may
	// hold some too.
	maxMarks = 1_500_000
	// maxFindings is how many findings are reported; the last says that there are more.
	maxFindings = 1000
)

// place is a position in a file: line and column from 1, columns in characters.
type place struct{ line, column int }

// source is the text of a file by lines.
type source []string

// newSource splits text where the YAML library counts lines.
func newSource(text string) source {
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	return strings.Split(text, "\n")
}

// line is a line of the file, "" where there is none.
func (s source) line(n int) string {
	if n < 1 || n > len(s) {
		return ""
	}
	return s[n-1]
}

// after is the rest of a line from a place on.
func (s source) after(p place) string {
	line := s.line(p.line)
	for range p.column - 1 {
		if line == "" {
			return ""
		}
		_, n := utf8.DecodeRuneInString(line)
		line = line[n:]
	}
	return line
}

// at is the place of a byte offset.
func at(data []byte, offset int) place {
	before := data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return place{bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1}
}

// checkBytes reports what keeps data from being read at all.
func checkBytes(data []byte) (Finding, bool) {
	fail := func(offset int, message, hint string) (Finding, bool) {
		p := at(data, offset)
		return Finding{Line: p.line, Column: p.column, Message: message, Hint: hint}, true
	}
	switch {
	case len(data) > MaxSize:
		return Finding{
			Line: 1, Column: 1,
			Message: fmt.Sprintf("the file has %d bytes, more than the %d MB that are read", len(data), MaxSize>>20),
			Hint:    "one file is one product: split it",
		}, true
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fail(0, "the file is in UTF-16, not UTF-8", "save it as UTF-8")
	case !utf8.Valid(data):
		offset := 0
		for {
			r, n := utf8.DecodeRune(data[offset:])
			if r == utf8.RuneError && n == 1 {
				return fail(offset, fmt.Sprintf("byte %#02x is not UTF-8", data[offset]), "save the file as UTF-8")
			}
			offset += n
		}
	}
	for i, r := range string(data) {
		if control(r) {
			return fail(i, fmt.Sprintf("there is a control character (U+%04X)", r), "take it out; in a text, write what is meant")
		}
	}
	if n := marks(data); n > maxMarks {
		return tooMany(), true
	}
	return Finding{}, false
}

func tooMany() Finding {
	return Finding{
		Line: 1, Column: 1, Message: fmt.Sprintf("the file holds more than the %d values that are read", maxValues),
		Hint: "one file is one product: split it",
	}
}

// control reports characters that have no place in a text that people read:
// the control characters but tab and line breaks, and U+FFFE and U+FFFF.
func control(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r', r == 0x85:
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
		return true
	}
	return false
}

// marks counts the characters that separate values.
func marks(data []byte) int {
	n := 0
	for _, c := range data {
		switch c {
		case '\n', '\r', ',', ':', '[', '{', '?':
			n++
		}
	}
	return n
}
