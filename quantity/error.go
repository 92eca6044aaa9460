package quantity

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParseError says what is wrong with a text, where, and what would be right.
// All that its methods return is safe to print: characters that could disturb
// a terminal or the direction of writing are replaced.
type ParseError struct {
	Text    string // as given
	Column  int    // of the mistake, in characters from 1; one past the end where something is missing
	Problem string // what is wrong, e.g. "the range is upside down"
	Want    string // what would be right, e.g. "20k..400k"
}

// Error is the problem, the text with a caret under the column, and an example
// of what would be right, on a line each.
func (e *ParseError) Error() string {
	s := e.Problem + "\n" + e.Excerpt()
	if e.Want != "" {
		s += "\n  write: " + e.Want
	}
	return s
}

// Line is the same in one line, for lists of findings.
func (e *ParseError) Line() string {
	s := e.Problem
	if e.Text != "" {
		s = fmt.Sprintf("%s: column %d: %s", quote(e.Text), e.Column, e.Problem)
	}
	if e.Want != "" {
		s += "; write: " + e.Want
	}
	return s
}

// Excerpt is the text, indented by four, and below it a caret under the column.
// Of a long text it shows the part around the column.
func (e *ParseError) Excerpt() string {
	const width = 60
	text, col := []rune(clean(e.Text)), max(e.Column, 1)-1
	col = min(col, len(text))
	from := 0
	if len(text) > width {
		from = min(max(col-width/2, 0), len(text)-width)
		text = text[from : from+width]
	}
	return "    " + string(text) + "\n    " + strings.Repeat(" ", col-from) + "^"
}

// clean replaces, one for one, every character that does not print as itself
// in one place: controls, marks that change the direction of writing, halves
// of characters, accents without a letter.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r) || unicode.Is(unicode.M, r):
			return '\uFFFD'
		}
		return r
	}, s)
}

// quote shows a piece of a text in a sentence.
func quote(s string) string {
	const most = 40
	r := []rune(clean(s))
	if len(r) > most {
		r = append(r[:most:most], '…')
	}
	return "“" + string(r) + "”"
}
