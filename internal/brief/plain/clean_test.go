package plain

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Customer records stolen", "Customer records stolen"},
		{"accents and other scripts", "naïve — 顧客 — العملاء", "naïve — 顧客 — العملاء"},
		{"colour", "\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"},
		{"window title", "\x1b]0;owned\x07", "\ufffd]0;owned\ufffd"},
		{"8-bit control sequence", "\u009b2Jgone", "\ufffd2Jgone"},
		{"lines and tabs", " two\r\nlines\tand a  gap ", "two lines and a gap"},
		{"line separator", "a\u2028b", "a b"},
		{"backspace", "safe\b\b\b\bevil", "safe\ufffd\ufffd\ufffd\ufffdevil"},
		{"reordered", "pay \u202e000,01£", "pay \ufffd000,01£"},
		{"isolated", "\u2066x\u2069", "\ufffdx\ufffd"},
		{"hidden", "ad\u200bmin\u00ad\ufeff", "ad\ufffdmin\ufffd\ufffd"},
		{"tag characters", "ok\U000e0041\U000e0042", "ok\ufffd\ufffd"},
		{"joiners that scripts need", "می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"},
		{"not text", "a\xffb\xc3", "a\ufffdb\ufffd"},
		{"nothing", " \n ", ""},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCleanIsHarmlessAndStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		got := Clean(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) || r == '\u202e' }) {
			t.Fatalf("%q became %q", s, got)
		}
		if again := Clean(got); again != got {
			t.Fatalf("%q became %q, then %q", s, got, again)
		}
	})
}

func TestMarkdown(t *testing.T) {
	const z = "\u200b"
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Customer records stolen, 31,000 of them", "Customer records stolen, 31,000 of them"},
		{"mention", "ask @all", "ask @" + z + "all"},
		{"closing word", "fixes #1", `fixes \#` + z + "1"},
		{"closing word with repository", "Closes o/r#12", `Closes o/r\#` + z + "12"},
		{"closing word, other spelling", "resolves GH-7", "resolves GH" + z + "-7"},
		{"closing word with an address", "fixes https://example.org/i/1", "fixes https:" + z + "//example.org/i/1"},
		{"link", "[x](javascript:alert(1))", `\[x\]\(javascript:alert\(1\)\)`},
		{"image", "![](http://e/x.png)", `\!` + z + `\[\]\(http:` + z + `//e/x.png\)`},
		{"bare host", "see www.example.org", "see www" + z + ".example.org"},
		{"html", "<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"},
		{"comment", "<!-- hidden -->", `&lt;\!` + z + `-- hidden --&gt;`},
		{"entity", "&#64;all", `&amp;\#` + z + `64;all`},
		{"code fence", "```\nrm\n```", "\\`\\`\\` rm \\`\\`\\`"},
		{"heading", "# Big", `\#` + z + ` Big`},
		{"list", "- [ ] task", `\- \[ \] task`},
		{"numbered list", "1. first", `1\. first`},
		{"underline", "---", `\---`},
		{"command", "/close", `\/close`},
		{"table", "a | b", `a \| b`},
		{"struck out", "~~no~~", `\~` + z + `\~` + z + `no\~` + z + `\~` + z},
		{"formula", "$x$", `\$x\$`},
		{"backslash before", `\[x]`, `\\\[x\]`},
		{"two lines", "ok\n\n# Big", `ok \#` + z + ` Big`},
		{"address for mail", "mail a@b.org", "mail a@" + z + "b.org"},
	} {
		if got := Markdown(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// live is what must not be left in a text.
var live = regexp.MustCompile("(^|[^\\\\])[`*_\\[\\]<>|~]|@\\w|#\\d|!\\d|://|(?i:www\\.|\\bGH-\\d)|^[-+=/]|\n")

func TestC5MarkdownLeavesNothingLive(t *testing.T) {
	alphabet := rapid.SampledFrom([]string{"@", "#", "1", "a", "`", "[", "]", "(", ")", "\\", "<", ">", "!", "-", "|", "*", "_", "~", "www.", "GH-", "://", "\n", " ", "/", "&"})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(alphabet).Draw(t, "parts"), "")
		got := Markdown(s)
		// Escaped backslashes would hide that what follows them is live.
		if m := live.FindString(strings.ReplaceAll(got, `\\`, "xx")); m != "" {
			t.Fatalf("%q became %q: %q is live", s, got, m)
		}
	})
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"", 20, ""},
		{"one two three", 9, "one two/three"},
		{"exactly eight", 13, "exactly eight"},
		{"aaaaaaaaaaaaaaaaaaaa bb", 8, "aaaaaaaa/aaaaaaaa/aaaa bb"},
		{"顧客情報漏洩", 8, "顧客情報/漏洩"},
	} {
		if got := strings.Join(Wrap(c.in, c.width), "/"); got != c.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestWrapKeepsWordsAndWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Clean(rapid.String().Draw(t, "text"))
		width := rapid.IntRange(8, 60).Draw(t, "width")
		lines := Wrap(s, width)
		for _, l := range lines {
			if Width(l) > width {
				t.Fatalf("%q is %d columns wide, not %d", l, Width(l), width)
			}
		}
		strip := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if strip(strings.Join(lines, "")) != strip(s) {
			t.Fatalf("%q became %q", s, lines)
		}
	})
}

func TestPadAndFit(t *testing.T) {
	for got, want := range map[string]string{
		Pad("ab", 4, false):         "ab  ",
		Pad("£1k", 5, true):         "  £1k",
		Pad("too long", 3, true):    "too long",
		Fit("Customer records", 10): "Customer…",
		Fit("short", 10):            "short",
		Fit("顧客情報", 6):              "顧客…",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
