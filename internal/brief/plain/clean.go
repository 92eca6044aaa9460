package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from files and people safe to print on one line of a
// terminal: line breaks and tabs become blanks, runs of blanks one; control
// characters (escape sequences among them), marks that reorder or hide text and
// bytes that are no text become U+FFFD, so that they are seen and do nothing.
func Clean(s string) string {
	var b strings.Builder
	blank := true
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case unicode.IsSpace(r):
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
			continue
		case dangerous(r):
			r = utf8.RuneError
		}
		b.WriteRune(r)
		blank = false
	}
	return strings.TrimSuffix(b.String(), " ")
}

// Visible is a text with what would move, reorder or hide what stands around it shown
// as U+FFFD, its blanks and lines as they are. It is for pages, which take no
// terminal's escapes but show text in the order that marks ask for.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && dangerous(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// dangerous reports whether a character can move the cursor, change colours,
// reorder or hide what stands around it. Joiners (U+200C, U+200D) stay: some
// scripts need them.
func dangerous(r rune) bool {
	switch {
	case r == '\u200c' || r == '\u200d':
		return false
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
		return true
	case unicode.Is(unicode.Variation_Selector, r):
		return r > '\ufe0f' // the supplement can carry hidden data
	}
	// Letters that print as nothing.
	return r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0'
}

// Width is the number of terminal columns a cleaned text takes.
func Width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wide reports whether a character takes two columns (Unicode Standard Annex
// 11, the blocks in use).
func wide(r rune) bool {
	return r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf && r != 0x303f ||
		r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f ||
		r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff ||
		r >= 0x20000 && r <= 0x3fffd
}

// NarrowestWrap is the least width in columns that [Wrap] breaks a text to.
const NarrowestWrap = 8

// Wrap breaks a text into lines of at most width columns between words, or of
// [NarrowestWrap] where width is less. Words longer than a line are cut.
func Wrap(s string, width int) []string {
	width = max(width, NarrowestWrap)
	var lines []string
	line, used := "", 0
	flush := func() {
		if line != "" {
			lines = append(lines, line)
		}
		line, used = "", 0
	}
	for word := range strings.FieldsSeq(s) {
		for _, piece := range cut(word, width) {
			w := Width(piece)
			if used > 0 && used+1+w > width {
				flush()
			}
			if used > 0 {
				line, used = line+" ", used+1
			}
			line, used = line+piece, used+w
		}
	}
	flush()
	return lines
}

// cut splits a word into pieces of at most width columns.
func cut(word string, width int) []string {
	if Width(word) <= width {
		return []string{word}
	}
	var out []string
	start, used := 0, 0
	for i, r := range word {
		w := Width(string(r))
		if used+w > width {
			out = append(out, word[start:i])
			start, used = i, 0
		}
		used += w
	}
	return append(out, word[start:])
}

// Pad fills a text with blanks to width columns, on its left for numbers.
func Pad(s string, width int, left bool) string {
	gap := strings.Repeat(" ", max(0, width-Width(s)))
	if left {
		return gap + s
	}
	return s + gap
}

// Fit shortens a text to at most width columns, with an ellipsis where it is cut.
func Fit(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	used := 0
	for i, r := range s {
		w := Width(string(r))
		if used+w > width-1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
		used += w
	}
	return s
}
