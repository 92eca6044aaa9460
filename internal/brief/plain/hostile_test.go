package plain_test

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"github.com/parleysec/parley/internal/brief/plain"
)

// hostileTitles are what somebody could call a threat who wants something to happen
// in a pull request.
var hostileTitles = []string{
	// Mentions.
	"@all", "ask @org/team now", "(@ann)", "x@all", "@@all", "&#64;all", "@\u200dall", "mail a.b+c@d.example", "ann@example.org",
	// Closing words, and numbers of issues, requests and tickets.
	"fixes #1", "Closes: #12", "resolved o/r#3", "close GH-7", "Fixes gh-7", "closes GL-7", "implements gl-12", "Fixes PROJ-7", "closing: PROJ_X-12",
	"Resolves issue PROJ-1 and PROJ-2", "Closes AB#12", "fixes https://example.org/o/r/issues/1", "closes\n#4", "fixes !5", "#1", "see !12", "(#1)", "closes &12",
	// What GitLab links: labels, epics, milestones, snippets, alerts, things by name.
	"~bug", `~"two words"`, "~12", "&12", "%12", `%"v 1"`, "%v1", "$12", "^alert#3", "[vulnerability:3]", "[issue:o/r/3]", "[feature_flag:1]", `*iteration:"a"`,
	// Marks of changes, tables of contents, pages of a wiki.
	"{+ added +}", "{- gone -}", "[+ added +]", "[- gone -]", "[[_TOC_]]", "[TOC]", "[[page]]", "[[[page]]]", "[[[[x",
	// Fences, headings, lists, tables, lines, quotes, commands, includes.
	"```\ncode\n```", "`code`", "~~~", "~~~\ncode", "# Big", "## Big ##", "===", "---", "***", "___", "- x", "* x", "+ x", "1. x", "12) x", "- [ ] task", "- [x] done",
	"> quoted", ">>> quoted", "> [!NOTE]", "| a | b |", "a | b\n--|--", ":-- | --:", ":--", "/close", "/label ~bug", "::include{file=x}", "+++", "[^1]", "[^1]: note", ": term", "    code",
	// Emphasis, formulas, line breaks, escapes.
	"**strong**", "__strong__", "*x*", "_x_", "~~gone~~", "~gone~", "==x==", "$x$", "$$x$$", "$`x`$", "x\\", "x  \ny", `\[x](y)`, `\\`, "&lt;b&gt;", "&copy;", "&amp;#35;1", "x^2^",
	// HTML.
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- hidden -->", "-->", "<details><summary>x", "</details>", "<a href=//e>x</a>", "<?x?>", "<![CDATA[x]]>",
	// Links, images, addresses.
	"[x](javascript:alert(1))", "[x](//e)", "![x](http://e/x.png)", "[x][y]", "[x]: http://e", "<http://e>", "<javascript:x>", "<a@b.example>", "http://e.example/x", "HTTPS://E.EXAMPLE",
	"www.example.org", "WWW.Example.org", "ftp://e.example", "mailto:a@b.example", "xmpp:a@b.example/x", "](http://e)", "x](y) [z",
	// Order, hiding, control characters.
	"\u202egnp.exe", "a\u2066b\u2069", "a\u200bb", "\x1b[31mred", "a\x00b", "a\rb", "a\u2028# b", "\u00ad@all", "\U000e0041x", "\xff\xfe",
	// Cells and orders to what runs a pipeline.
	"=cmd|'/c calc'!A1", "::error::x", "##vso[task.x]",
}

// live is what a page makes into a link, a mention or a reference in words that were
// already set: it does not see what was escaped before.
var live = []*regexp.Regexp{
	regexp.MustCompile(`@[\w-]`),
	regexp.MustCompile(`(?i)\bG[HL]-\d`),
	regexp.MustCompile(`[#!]\d`),
	regexp.MustCompile(`~["\w]`),
	regexp.MustCompile(`&\d`),
	regexp.MustCompile(`%["\w]`),
	regexp.MustCompile(`\[\w+:`),
	regexp.MustCompile(`[\[{][-+]`),
	regexp.MustCompile(`\[\[|\[TOC`),
	regexp.MustCompile(`(?i)\b(?:clos|fix|resolv|implement)\w*:? +(?:issues? +)?[A-Z][A-Z0-9_]*-\d`),
	regexp.MustCompile(`(?i)\w://|\bwww\.`),
}

// TestHostileTitlesInMarkdown: rendered with every extension that forges use, a title
// is its own words and nothing else, wherever it stands; and nothing in those words
// leads anywhere.
func TestHostileTitlesInMarkdown(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList))
	tag := regexp.MustCompile(`<[^>]*>`)
	for _, place := range []struct {
		name, before, after, html string
		tags                      []string
	}{
		{name: "paragraph", tags: []string{"<p>", "</p>"}},
		{name: "second line", before: "x\n", tags: []string{"<p>", "</p>"}},
		{name: "line before", after: "\nx", tags: []string{"<p>", "</p>"}},
		{name: "heading", before: "### ", tags: []string{"<h3>", "</h3>"}},
		{name: "list", before: "- ", tags: []string{"<ul>", "<li>", "</li>", "</ul>"}},
		{name: "within", before: "- “", after: "” is open", tags: []string{"<ul>", "<li>", "</li>", "</ul>"}},
	} {
		for _, title := range hostileTitles {
			var b bytes.Buffer
			if err := md.Convert([]byte(place.before+plain.Markdown(title)+place.after), &b); err != nil {
				t.Fatal(err)
			}
			if tags := tag.FindAllString(b.String(), -1); !slices.Equal(tags, place.tags) {
				t.Errorf("%q, %s: made %q", title, place.name, b.String())
				continue
			}
			said := strings.TrimSpace(html.UnescapeString(tag.ReplaceAllString(b.String(), "")))
			bare := func(s string) string { return strings.TrimLeft(s, "#- \n") }
			want := bare(place.before) + plain.Clean(title) + place.after
			if got := strings.ReplaceAll(said, "\u200b", ""); got != strings.TrimSpace(want) {
				t.Errorf("%q, %s: says %q, want %q", title, place.name, got, want)
			}
			if place.name != "paragraph" {
				continue
			}
			for _, x := range live {
				if m := x.FindString(said); m != "" {
					t.Errorf("%q: %q is left in %q", title, m, said)
				}
			}
			if strings.HasPrefix(plain.Markdown(title), "/") {
				t.Errorf("%q begins as a command", title)
			}
		}
	}
}
