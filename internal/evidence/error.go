package evidence

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
)

// Error says why a file cannot be read and where.
type Error struct {
	File   string // name of the file
	Format string // name of the reader, "" when none knows the file
	Line   int    // from 1; 0 when the place is the whole file
	Column int    // in bytes, from 1
	Says   string // what is wrong
	Want   string // what would be right, "" when the text says it
}

// Error is one line for people.
func (e *Error) Error() string {
	where := printable(e.File)
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", where, e.Line, e.Column)
	}
	return where + ": " + e.Says
}

// at is an error at an offset of the data.
func at(data []byte, offset int, says string) *Error {
	offset = max(0, min(offset, len(data)))
	before := data[:offset]
	return &Error{
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: offset - bytes.LastIndexByte(before, '\n'),
		Says:   says,
	}
}

// longest is the most characters of a file's text that are repeated to people.
const longest = 200

// printable makes text of a file fit to be shown: nothing that steers a
// terminal or turns the direction of text, and no more than longest.
func printable(s string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		default:
			return r
		}
	}, s)
	if runes := []rune(clean); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return clean
}
