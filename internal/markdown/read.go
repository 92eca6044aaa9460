package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// deepest is how far below one another elements are shown: quotes of quotes and lists
// of lists beyond it stand as what they say, at that depth.
const deepest = 12

// longest is up to how many bytes a text is read as Markdown; a longer one is shown
// as it was typed. Notes on the record are shorter.
const longest = 20_000

// What a text that is read as Markdown holds at most: the time that takes grows with
// the square of what opens and never ends. Nobody means to write that much of it.
const (
	mostMarks    = 100  // of quotes and lists at the beginning of one line
	mostTargets  = 300  // "](", of links
	mostBrackets = 1000 // "[", of links and pictures
)

// asTyped reports whether a text is shown as it was typed, rather than read.
func asTyped(s string) bool {
	if len(s) > longest || strings.Count(s, "](") > mostTargets || strings.Count(s, "[") > mostBrackets {
		return true
	}
	for line := range strings.SplitSeq(s, "\n") {
		marks := 0
		for _, r := range line {
			if strings.ContainsRune(">-+*.)0123456789", r) {
				marks++
			} else if !unicode.IsSpace(r) {
				break
			}
		}
		if marks > mostMarks {
			return true
		}
	}
	return false
}

// reader knows CommonMark without raw HTML and without link definitions: both would
// keep something from being seen that was said.
func reader() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
	)
}

// read is the tree of a text, with what it was read from.
func read(s string) (ast.Node, []byte) {
	source := []byte(strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD"))
	return reader().Parse(text.NewReader(source)), source
}

// Mentions are the names behind an @ in a text, each once, in order: what may be a
// mention of somebody, with the dots and dashes of an address. What stands in code or
// in a link mentions nobody, nor does a text that is shown as it was typed.
func Mentions(s string) []string {
	if asTyped(s) || !strings.Contains(s, "@") {
		return nil
	}
	root, source := read(s)
	var out []string
	seen := map[string]bool{}
	var walk func(ast.Node)
	walk = func(n ast.Node) {
		for c := n.FirstChild(); c != nil; {
			switch c.(type) {
			case *ast.Link, *ast.Image, *ast.AutoLink, *ast.CodeSpan:
				c = c.NextSibling()
			case *ast.Text:
				var said string
				said, c = run(c, source)
				for _, p := range parts(said) {
					if p.name != "" && !seen[p.name] {
						seen[p.name] = true
						out = append(out, p.name)
					}
				}
			default:
				walk(c)
				c = c.NextSibling()
			}
		}
	}
	walk(root)
	return out
}

// run is what adjacent pieces of text say together, and the node after them: the
// reader cuts where an emphasis might have begun. It ends with a line.
func run(n ast.Node, source []byte) (string, ast.Node) {
	var b strings.Builder
	for n != nil {
		t, ok := n.(*ast.Text)
		if !ok {
			break
		}
		n = n.NextSibling()
		b.WriteString(meant(t.Segment.Value(source)))
		if t.SoftLineBreak() || t.HardLineBreak() {
			break
		}
	}
	return b.String(), n
}

// meant is a piece of Markdown text with its escapes and character references read.
func meant(b []byte) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(b))))
}

// part is a piece of text, and the name it mentions, "" for none.
type part struct{ text, name string }

// parts cuts a text before and after what may be mentions.
func parts(s string) []part {
	var out []part
	from := 0
	for i := 0; i < len(s); {
		if s[i] != '@' || i > 0 && inName(lastRune(s[:i])) {
			i++
			continue
		}
		name := s[i+1:]
		if first, _ := utf8.DecodeRuneInString(name); !unicode.IsLetter(first) && !unicode.IsDigit(first) {
			i++
			continue
		}
		if end := strings.IndexFunc(name, func(r rune) bool { return !inName(r) && r != '@' }); end >= 0 {
			name = name[:end]
		}
		name = strings.TrimRight(name, ".-_%+@")
		out = append(out, part{text: s[from:i]}, part{s[i : i+1+len(name)], name})
		i += 1 + len(name)
		from = i
	}
	return append(out, part{text: s[from:]})
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// inName reports whether a character may stand in the name of a person.
func inName(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._%+-", r)
}
