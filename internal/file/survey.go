package file

import (
	"fmt"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// survey reports, anywhere in the tree, what YAML has and a negotiation file
// has not: aliases (a value that stands somewhere else; also how small files
// are made to grow without end), tags, and characters nobody would see.
func (d *decoder) survey(n *yaml.Node, depth int) bool {
	at := place{n.Line, n.Column}
	d.count++
	switch {
	case d.count > maxValues:
		d.report(tooMany())
		return false
	case depth > MaxDepth:
		d.report(Finding{Line: at.line, Column: at.column, Message: errDepth.Error(), Hint: "a negotiation file needs five or six"})
		return false
	case n.Kind == yaml.AliasNode:
		d.report(Finding{
			Line: at.line, Column: at.column, Message: fmt.Sprintf("*%s stands for a value written elsewhere, which is not read here", n.Value),
			Hint: "write the value out; a text that starts with * belongs in quotes",
		})
		return true
	case n.Style&yaml.TaggedStyle != 0:
		d.report(Finding{
			Line: at.line, Column: at.column, Message: fmt.Sprintf("the tag %s is not read here", n.Tag),
			Hint: "take it out; a text that starts with ! belongs in quotes",
		})
	case n.Kind == yaml.ScalarNode:
		d.characters(n)
	}
	for _, c := range n.Content {
		if !d.survey(c, depth+1) {
			return false
		}
	}
	return true
}

// characters reports characters that came in as an escape such as "\u0000",
// and warns of those that change the direction of what is read.
func (d *decoder) characters(n *yaml.Node) {
	for _, r := range n.Value {
		switch {
		case control(r):
			d.report(Finding{
				Line: n.Line, Column: n.Column, Message: fmt.Sprintf("the text holds a control character (U+%04X)", r),
				Hint: "take it out",
			})
			return
		case unicode.Is(unicode.Bidi_Control, r):
			d.report(Finding{
				Line: n.Line, Column: n.Column, Message: fmt.Sprintf("the text holds an invisible change of direction (U+%04X)", r),
				Hint: "take it out unless the text is in a script written from right to left", Warning: true,
			})
			return
		}
	}
}
