package markdown

import (
	"html"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/parleysec/parley/internal/brief/plain"
)

// HTML is a text as elements of a page: paragraphs, emphasis, lists, quotes, code,
// rules and links. known says of a name behind an @ whether it is that of somebody who
// is asked here; nil for nobody. A text that is too long, or holds more of what opens than
// anybody means to write, is shown as it was typed.
func HTML(s string, known func(name string) bool) template.HTML {
	w := &writer{known: known}
	if asTyped(s) {
		w.pre(s)
	} else {
		var root ast.Node
		root, w.source = read(s)
		w.children(root, 0)
	}
	return template.HTML(w.b.String()) //nolint:gosec // only elements of this package, around escaped text
}

// writer writes the elements it knows and nothing else.
type writer struct {
	b      strings.Builder
	source []byte
	known  func(string) bool
	linked bool // within a link, which holds no other one
}

// text writes what somebody wrote, with nothing in it that hides, reorders or marks up.
func (w *writer) text(s string) { w.b.WriteString(html.EscapeString(plain.Visible(s))) }

func (w *writer) pre(s string) {
	w.b.WriteString("<pre>")
	w.text(s)
	w.b.WriteString("</pre>\n")
}

// within writes the children of a node between tags, which stand no deeper than is shown.
func (w *writer) within(n ast.Node, depth int, open, shut string) {
	if depth >= deepest {
		open, shut = "", ""
	}
	w.b.WriteString(open)
	w.children(n, depth+1)
	w.b.WriteString(shut)
}

func (w *writer) children(n ast.Node, depth int) {
	for c := n.FirstChild(); c != nil; {
		if _, ok := c.(*ast.Text); ok {
			c = w.said(c)
			continue
		}
		w.node(c, depth)
		c = c.NextSibling()
	}
}

// said writes a run of text up to the end of its line.
func (w *writer) said(c ast.Node) ast.Node {
	s, next := run(c, w.source)
	for _, p := range parts(s) {
		if p.name != "" && w.known != nil && w.known(p.name) {
			w.b.WriteString(`<strong class="mention">`)
			w.text(p.text)
			w.b.WriteString("</strong>")
			continue
		}
		w.text(p.text)
	}
	last := c
	for c != next {
		last, c = c, c.NextSibling()
	}
	if t, ok := last.(*ast.Text); ok && (t.SoftLineBreak() || t.HardLineBreak()) {
		w.b.WriteString("<br>\n") // people end lines where they mean them to end
	}
	return next
}

func (w *writer) node(n ast.Node, depth int) {
	switch n := n.(type) {
	case *ast.Paragraph:
		w.b.WriteString("<p>")
		w.children(n, depth)
		w.b.WriteString("</p>\n")
	case *ast.TextBlock:
		w.children(n, depth)
	case *ast.Heading: // the headings of the page are its own
		w.b.WriteString("<p><strong>")
		w.children(n, depth)
		w.b.WriteString("</strong></p>\n")
	case *ast.Blockquote:
		w.within(n, depth, "<blockquote>\n", "</blockquote>\n")
	case *ast.List:
		w.list(n, depth)
	case *ast.ListItem:
		w.within(n, depth, "<li>", "</li>\n")
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		w.code(n)
	case *ast.ThematicBreak:
		w.b.WriteString("<hr>\n")
	case *ast.CodeSpan:
		w.b.WriteString("<code>")
		w.text(spanned(n, w.source))
		w.b.WriteString("</code>")
	case *ast.Emphasis:
		tag := "em"
		if n.Level > 1 {
			tag = "strong"
		}
		w.within(n, depth, "<"+tag+">", "</"+tag+">")
	case *ast.Link:
		w.link(n, string(n.Destination), depth)
	case *ast.Image: // nothing is fetched from elsewhere: the picture is a link to it
		w.link(n, string(n.Destination), depth)
	case *ast.AutoLink:
		w.address(string(n.URL(w.source)), n.AutoLinkType == ast.AutoLinkEmail)
	case *ast.String:
		w.text(string(n.Value))
	default:
		w.children(n, depth)
	}
}

func (w *writer) list(n *ast.List, depth int) {
	if depth+1 >= deepest {
		w.children(n, depth+1)
		return
	}
	if !n.IsOrdered() {
		w.within(n, depth, "<ul>\n", "</ul>\n")
		return
	}
	open := "<ol>\n"
	if n.Start != 1 {
		open = `<ol start="` + strconv.Itoa(n.Start) + "\">\n"
	}
	w.within(n, depth, open, "</ol>\n")
}

// code writes a block of code, its lines as they are.
func (w *writer) code(n ast.Node) {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(w.source))
	}
	w.pre(b.String())
}

// spanned is the text of a span of code, its line breaks as blanks.
func spanned(n ast.Node, source []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.WriteString(strings.ReplaceAll(string(t.Segment.Value(source)), "\n", " "))
		}
	}
	return b.String()
}

// link writes a link with where it leads behind it, unless its words say so; one that
// leads nowhere a link may is its words, and what it was.
func (w *writer) link(n ast.Node, destination string, depth int) {
	to, host := address(meant([]byte(destination)))
	if to == "" {
		w.children(n, depth)
		w.text(" (" + destination + ")")
		return
	}
	if w.linked {
		w.children(n, depth)
		return
	}
	w.linked = true
	defer func() { w.linked = false }()
	w.anchor(to)
	empty := w.b.Len()
	w.within(n, depth, "", "")
	words := html.UnescapeString(w.b.String()[empty:])
	if strings.TrimSpace(words) == "" {
		w.text(to)
		words = to
	}
	w.b.WriteString("</a>")
	if words != to {
		w.b.WriteString(` <span class="soft">(`)
		w.text(host)
		w.b.WriteString(")</span>")
	}
}

// address writes an address that was typed as one.
func (w *writer) address(typed string, mail bool) {
	if mail {
		typed = "mailto:" + typed
	}
	to, _ := address(typed)
	if to == "" {
		w.text(typed)
		return
	}
	w.anchor(to)
	w.text(strings.TrimPrefix(typed, "mailto:"))
	w.b.WriteString("</a>")
}

func (w *writer) anchor(to string) {
	w.b.WriteString(`<a href="` + html.EscapeString(to) + `" rel="nofollow noopener noreferrer">`)
}

// address is where a link may lead, and whom it asks there; "" for nowhere: to what is
// not http, https or mail, to a host without a name, or with a name and password, with
// which addresses are made to look like others.
func address(typed string) (to, host string) {
	u, err := url.Parse(typed)
	if err != nil || u.User != nil || strings.ContainsFunc(typed, func(r rune) bool { return r < ' ' }) || plain.Visible(typed) != typed {
		return "", ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Hostname() == "" {
			return "", ""
		}
		return u.String(), u.Host
	case "mailto":
		if who, _, _ := strings.Cut(u.Opaque, "?"); strings.Contains(who, "@") {
			return "mailto:" + u.Opaque, u.Opaque
		}
	}
	return "", ""
}
