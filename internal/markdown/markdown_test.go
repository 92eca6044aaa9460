package markdown

import (
	"html/template"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"
)

func TestHTML(t *testing.T) {
	known := func(name string) bool { return name == "helen" || name == "max@example.org" }
	for _, c := range []struct{ text, want string }{
		{"plain", "<p>plain</p>\n"},
		{"two\nlines", "<p>two<br>\nlines</p>\n"},
		{"*may* and **must**", "<p><em>may</em> and <strong>must</strong></p>\n"},
		{"# Why\n\nso", "<p><strong>Why</strong></p>\n<p>so</p>\n"},
		{"- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"},
		{"3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"},
		{"> said\n\nno", "<blockquote>\n<p>said</p>\n</blockquote>\n<p>no</p>\n"},
		{"`a<b`", "<p><code>a&lt;b</code></p>\n"},
		{"```sh\n<x>\n\ty\n```", "<pre>&lt;x&gt;\n\ty\n</pre>\n"},
		{"a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>\n"},
		{"[here](https://example.org/a?b=1&c)", `<p><a href="https://example.org/a?b=1&amp;c" rel="nofollow noopener noreferrer">here</a> <span class="soft">(example.org)</span></p>` + "\n"},
		{"<https://example.org/a>", `<p><a href="https://example.org/a" rel="nofollow noopener noreferrer">https://example.org/a</a></p>` + "\n"},
		{"<helen@example.org>", `<p><a href="mailto:helen@example.org" rel="nofollow noopener noreferrer">helen@example.org</a></p>` + "\n"},
		{"![cat](https://example.org/cat.png)", `<p><a href="https://example.org/cat.png" rel="nofollow noopener noreferrer">cat</a> <span class="soft">(example.org)</span></p>` + "\n"},
		{"[![a](https://one.example)](https://two.example)", `<p><a href="https://two.example" rel="nofollow noopener noreferrer">a</a> <span class="soft">(two.example)</span></p>` + "\n"},
		{"[bank.example](https://evil.example/)", `<p><a href="https://evil.example/" rel="nofollow noopener noreferrer">bank.example</a> <span class="soft">(evil.example)</span></p>` + "\n"},
		{"@helen, @max@example.org: why? @nobody", `<p><strong class="mention">@helen</strong>, <strong class="mention">@max@example.org</strong>: why? @nobody</p>` + "\n"},
		{"mail a@helen and `@helen`", "<p>mail a@helen and <code>@helen</code></p>\n"},
		{"&lt;b&gt; &copy; \\*", "<p>&lt;b&gt; © *</p>\n"},
		{"<b>x</b><!-- hid -->", "<p>&lt;b&gt;x&lt;/b&gt;&lt;!-- hid --&gt;</p>\n"},
		{"[a]: https://example.org \"t\"\n\n[a]", "<p>[a]: https://example.org &#34;t&#34;</p>\n<p>[a]</p>\n"},
		{"", ""},
	} {
		if got := string(HTML(c.text, known)); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// hostile is what somebody might say who means no good.
var hostile = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
	"[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))", "[x](&#106;avascript:alert(1))", "[x](javascript&colon;alert(1))",
	"[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:x)", "[x](//evil.example)", "[x](/t/leak/decide)", "[x](https:evil)", "[x](https://bank.example@evil.example)",
	"[x](file:///etc/passwd)", "<javascript:alert(1)>", "![x](javascript:alert(1))", "![x](https://evil.example/beacon.gif)", "[x](https://e.example/\" onclick=\"alert(1))",
	"[x](<https://e.example/ onclick=alert(1)>)", "[\"><script>](https://e.example)", "```\"><script>\n</code></pre><script>\n```", "`</code><script>`",
	"[x][y]\n\n[y]: javascript:alert(1)", "<!--><script>-->", "<![CDATA[<script>]]>", "<?php ?>", "\x00<scr\x00ipt>", "\u202etxt.exe\u2066", "@<script>", "@helen<script>",
	"[x](mailto:)", "[x](mailto:a@b.example?bcc=x)", "[x](https://\u202eexample.org)", "&#0; &#x110000; &nosuch;",
	strings.Repeat(">", 1500) + " x", strings.Repeat("- ", 800) + "x", strings.Repeat("[", 3000), strings.Repeat("*a ", 6000), strings.Repeat("_", 3000) + "x",
	strings.Repeat("![", 2000) + strings.Repeat("](x)", 2000), strings.Repeat("`a``", 4000), strings.Repeat("<", 9000), strings.Repeat("[a](<b", 1000), strings.Repeat("<b>", 30_000),
	strings.Repeat("1. ", 800) + "x", strings.Repeat("@helen ", 2500), strings.Repeat("@", 9000), "999999999999999999999. x",
}

// safe reports what in a text's elements does not belong on a page.
func safe(t interface{ Errorf(string, ...any) }, text string, page template.HTML) {
	nodes, err := html.ParseFragment(strings.NewReader(string(page)), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Errorf("%.60q: %v", text, err)
	}
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		switch n.Type {
		case html.TextNode:
		case html.ElementNode:
			allowed := map[string][]string{
				"p": nil, "em": nil, "strong": {"class"}, "ul": nil, "ol": {"start"}, "li": nil, "blockquote": nil, "pre": nil, "code": nil, "hr": nil, "br": nil,
				"a": {"href", "rel"}, "span": {"class"},
			}
			attrs, ok := allowed[n.Data]
			if !ok || depth > 3*deepest {
				t.Errorf("%.60q: <%s> at depth %d", text, n.Data, depth)
			}
			for _, a := range n.Attr {
				if !slices.Contains(attrs, a.Key) {
					t.Errorf("%.60q: <%s %s=%q>", text, n.Data, a.Key, a.Val)
				}
				if a.Key == "href" && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "mailto:") {
					t.Errorf("%.60q leads to %q", text, a.Val)
				}
			}
		default:
			t.Errorf("%.60q: a node of type %d", text, n.Type)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	for _, n := range nodes {
		walk(n, 0)
	}
}

func TestC1HostileText(t *testing.T) {
	for _, text := range hostile {
		page := HTML(text, func(string) bool { return true })
		safe(t, text, page)
		if strings.ContainsAny(string(page), "\u202e\u2066\x00") {
			t.Errorf("%.60q: marks that reorder are still there", text)
		}
	}
}

// TestF4DepthIsBounded: what stands deeper than is shown, in quotes, lists and words
// laid on, is there as what it says, and no page gets deeper by it.
func TestF4DepthIsBounded(t *testing.T) {
	const deep = 60
	var bullets, numbers strings.Builder
	for i := range deep {
		bullets.WriteString(strings.Repeat("  ", i) + "- x\n")
		numbers.WriteString(strings.Repeat("   ", i) + "1. x\n")
	}
	for name, c := range map[string]struct {
		text, element string
		most          int
	}{
		"quotes":           {strings.Repeat("> ", deep) + "x", "<blockquote>", deepest},
		"lists":            {bullets.String(), "<ul>", deepest / 2}, // each with its item
		"numbered lists":   {numbers.String(), "<ol>", deepest / 2},
		"words laid on":    {strings.Repeat("*a **b ", deep/2) + strings.Repeat("c** d* ", deep/2), "<em>", deepest},
		"lists and quotes": {strings.Repeat("> - ", deep/2) + "x", "<blockquote>", deepest},
	} {
		page := string(HTML(c.text, nil))
		safe(t, c.text, template.HTML(page)) //nolint:gosec // what is tested
		if n := strings.Count(page, c.element); n == 0 || n > c.most {
			t.Errorf("%s: %s stands there %d times, want 1 to %d", name, c.element, n, c.most)
		}
		if typed, shown := strings.Count(c.text, "x"), strings.Count(page, "x"); shown != typed {
			t.Errorf("%s: %d words of %d are there", name, shown, typed)
		}
	}
}

// TestC1LinksLeadWhereTheySay: an address that is made to look like another one, by a
// name before its host or by marks that reorder it, is no link.
func TestC1LinksLeadWhereTheySay(t *testing.T) {
	for _, to := range []string{"https://bank.example@evil.example/", "https://bank.example:443@evil.example/", "https://a.example/\u202egnp.exe", "https://a.example/\u2066x", "https:///x", "https://"} {
		for _, text := range []string{"[words](" + to + ")", "<" + to + ">", to, "![words](" + to + ")"} {
			if page := string(HTML(text, nil)); strings.Contains(page, "<a ") && strings.Contains(page, "evil") || strings.Contains(page, "%E2") {
				t.Errorf("%q becomes %s", text, page)
			}
		}
	}
}

// Whatever is put together of what means something in Markdown and HTML is safe.
func TestAnyTextIsSafe(t *testing.T) {
	pieces := []string{"<", ">", "\"", "'", "[", "]", "(", ")", "!", "*", "_", "`", "```", "\n", "\n\n", "- ", "1. ", "> ", "    ", "# ", "\\", "&", "&lt;", ";", "@", "helen", "javascript:", "https://", "a.example", "mailto:", "x", " ", "script", "\t", "---", "=", "\u202e"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 25).Draw(t, "pieces"), "")
		safe(t, text, HTML(text, func(string) bool { return true }))
	})
}

func TestMentions(t *testing.T) {
	for text, want := range map[string]string{
		"@helen and @Max@example.org, and @helen again": "helen Max@example.org",
		"(@anna_b) @tom.": "anna_b tom", "a@b.example": "", "`@code` [@link](https://x.example) <@a>": "a", "```\n@fence\n```": "", "> @quoted\n\n- *@item*": "quoted item",
		"@": "", "@@helen": "helen", "@-": "", "@ölaf": "ölaf", "\\@helen": "helen", "@" + strings.Repeat("x", longest): "",
	} {
		if got := strings.Join(Mentions(text), " "); got != want {
			t.Errorf("%.40q mentions %q, want %q", text, got, want)
		}
	}
}

// TestWhatTakesLongToReadIsShownAsTyped: nobody makes a page unreadable with a text
// of which each byte opens something; ordinary texts are read.
func TestWhatTakesLongToReadIsShownAsTyped(t *testing.T) {
	const note = 20_000 // bytes of the longest note
	for _, unit := range []string{">", "> ", "- ", "* ", "+ ", "> - ", "1. ", "1) ", "123456789. ", "\t>", "[a](", "![a](", "[a](b", "[", "![", "a\n" + strings.Repeat("> - ", 60) + "x\n", strings.Repeat(">", 90) + "\r"} {
		text := strings.Repeat(unit, note/len(unit)) + strings.Repeat("x", note%len(unit))
		text = text[:note-len(" @helen")] + " @helen"
		if len(text) != note {
			t.Fatalf("%q: %d bytes", unit, len(text))
		}
		if got := string(HTML(text, nil)); !strings.HasPrefix(got, "<pre>") || strings.Count(got, "<") != 2 {
			t.Errorf("%q is read: %.80s", unit, got)
		}
		if got := Mentions(text); got != nil {
			t.Errorf("%q mentions %v", unit, got)
		}
	}
	for _, text := range []string{strings.Repeat("- a\n", 1000), strings.Repeat("> b\n", 1000), strings.Repeat("[a](https://a.example) ", 300), strings.Repeat("-", 100), "1234567890 " + strings.Repeat("x. ", 900)} {
		if got := string(HTML(text, nil)); strings.Contains(got, "<pre>") {
			t.Errorf("%.20q is not read", text)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, text := range hostile {
		if len(text) < 300 { // the long ones have a test of their own
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		safe(t, text, HTML(text, func(string) bool { return true }))
		Mentions(text)
	})
}
