package file

import (
	"strings"
	"testing"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"Größe 31 000 £": "Größe 31 000 £", "a\tb": "a b", "\x1b[31m": `\u001b[31m`, "a\u200bb": `a\u200bb`,
		"\U000e0041": `\U000e0041`, "\xff": "\ufffd", "日本": "日本", "\u202eabc": `\u202eabc`,
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%+q) = %q, want %q", in, got, want)
		}
	}
}

// The caret stands under the character, however wide what stands before it is.
func TestCaret(t *testing.T) {
	long := strings.Repeat("x", 200)
	for _, c := range []struct {
		line   string
		column int
		text   string
		caret  int
	}{
		{"abc: d", 6, "abc: d", 5},
		{"日本: d", 5, "日本: d", 6},
		{"🎉、ａ: d", 6, "🎉、ａ: d", 8},
		{"e\u0301: d", 5, "e\u0301: d", 3},
		{"\ta: d", 5, " a: d", 4},
		{"\u202ea: d", 5, `\u202ea: d`, 9},
		{"short", 99, "short", 5},
		{long, 1, long[:110] + "…", 0},
		{long, 150, "…" + long[:110] + "…", 61},
		{long, 200, "…" + long[:61], 61},
	} {
		text, caret := window(c.line, c.column)
		if text != c.text || caret != c.caret {
			t.Errorf("window(%q, %d) = %q, %d; want %q, %d", c.line, c.column, text, caret, c.text, c.caret)
		}
	}
}
