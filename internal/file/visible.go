package file

import (
	"fmt"
	"strings"
	"unicode"
)

// Visible is the text with everything that would not be seen, or would change
// how the rest is seen (control characters, changes of direction, characters
// without width, broken UTF-8), written as an escape such as \u202e. A tab is a space.
func Visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteString(visible(r))
	}
	return b.String()
}

func visible(r rune) string {
	switch {
	case r == '\t':
		return " "
	case unicode.IsPrint(r):
		return string(r)
	case r > 0xffff:
		return fmt.Sprintf("\\U%08x", r)
	}
	return fmt.Sprintf("\\u%04x", r)
}

// columns is how many columns of a terminal a text takes, near enough for a
// caret: accents take none; the scripts of East Asia, their punctuation and
// full-width forms, and emoji take two (after Unicode Standard Annex 11).
func columns(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
			r >= 0x3000 && r <= 0x303f, r >= 0xff01 && r <= 0xff60, r >= 0x1f300 && r <= 0x1faff:
			n += 2
		default:
			n++
		}
	}
	return n
}

// Lines longer than excerptWidth are shown around the place only.
const (
	excerptWidth = 110
	excerptLeft  = 60 // shown before the place in a long line
)

// window is the part of a line to show, and the columns before the caret when
// it stands under the given character (from 1).
func window(line string, column int) (text string, caret int) {
	runes := []rune(line)
	at := min(max(column-1, 0), len(runes))
	from, to := 0, len(runes)
	before, after := "", ""
	if len(runes) > excerptWidth {
		from = max(0, at-excerptLeft)
		to = min(len(runes), from+excerptWidth)
		if from > 0 {
			before = "…"
		}
		if to < len(runes) {
			after = "…"
		}
	}
	head := before + Visible(string(runes[from:at]))
	return head + Visible(string(runes[at:to])) + after, columns(head)
}
