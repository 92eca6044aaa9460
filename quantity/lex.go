package quantity

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the longest text read, in bytes.
const maxText = 200

type tokenKind uint8

const (
	end    tokenKind = iota
	number           // clean holds its digits
	word             // letters; text is in lower case
	mark             // a punctuation mark, currency symbols among them
	dots             // a range: "..", "…"
	dash             // a range or a hyphen
)

// token is a piece of a text.
type token struct {
	kind  tokenKind
	text  string // as typed, words in lower case
	raw   string // as typed
	col   int    // in characters, from 1
	clean string // a number's digits with at most one decimal point
	// thousands says that a number such as 1.200 may also mean 1200.
	thousands bool
	glued     bool // no space before it
}

// is reports whether the token is one of these words or marks.
func (t token) is(texts ...string) bool {
	if t.kind == end || t.kind == number {
		return false
	}
	for _, s := range texts {
		if t.text == s {
			return true
		}
	}
	return false
}

// lexer cuts a text into tokens.
type lexer struct {
	text  string
	runes []rune
	pos   int
	depth int // of brackets; inside them a comma separates
	out   []token
}

// lex cuts the text into tokens, the last of kind end.
func lex(text string) ([]token, *ParseError) {
	if len(text) > maxText {
		return nil, &ParseError{Text: text, Column: 1, Problem: "the text is too long for a quantity (more than 200 bytes)"}
	}
	if !utf8.ValidString(text) {
		return nil, &ParseError{Text: text, Column: 1, Problem: "the text is not valid UTF-8"}
	}
	l := &lexer{text: text, runes: []rune(text)}
	for l.pos < len(l.runes) {
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	last := len([]rune(strings.TrimRightFunc(text, unicode.IsSpace))) + 1
	return append(l.out, token{kind: end, col: last}), nil
}

// at is the rune i places on, 0 past the end.
func (l *lexer) at(i int) rune {
	if l.pos+i < len(l.runes) {
		return l.runes[l.pos+i]
	}
	return 0
}

func (l *lexer) emit(kind tokenKind, n int) {
	raw := string(l.runes[l.pos : l.pos+n])
	glued := l.pos > 0 && !unicode.IsSpace(l.runes[l.pos-1])
	l.out = append(l.out, token{kind: kind, text: strings.ToLower(raw), raw: raw, col: l.pos + 1, glued: glued})
	l.pos += n
}

func (l *lexer) next() *ParseError {
	r := l.at(0)
	switch {
	case unicode.IsSpace(r):
		l.pos++
	case isDigit(r):
		return l.number()
	case r == '.' && l.at(1) == '.':
		l.emit(dots, 2)
	case r == '…':
		l.emit(dots, 1)
	case r == '.' && isDigit(l.at(1)):
		return l.fail("a number needs a digit before the point", "0"+string(l.runes[l.pos:min(l.pos+2, len(l.runes))]))
	case strings.ContainsRune("-‐‑–—−", r):
		l.emit(dash, 1)
	case unicode.IsLetter(r):
		n := 1
		for unicode.IsLetter(l.at(n)) || unicode.Is(unicode.M, l.at(n)) || l.at(n) == '\'' && unicode.IsLetter(l.at(n+1)) {
			n++
		}
		l.emit(word, n)
	case strings.ContainsRune("%/(),;_", r) || unicode.Is(unicode.Sc, r):
		switch r {
		case '(':
			l.depth++
		case ')':
			l.depth--
		}
		l.emit(mark, 1)
	default:
		return l.fail("cannot read "+quote(string(r)), "")
	}
	return nil
}

func (l *lexer) fail(problem, want string) *ParseError {
	return &ParseError{Text: l.text, Column: l.pos + 1, Problem: problem, Want: want}
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
