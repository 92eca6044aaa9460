package file

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// load parses data into a tree of nodes; nil with the findings when it cannot.
func load(data []byte, src source) (*yaml.Node, []Finding) {
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(limits{}))
	if err != nil {
		return nil, []Finding{{Line: 1, Column: 1, Message: err.Error()}}
	}
	var doc, second yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF) || err == nil && nothing(&doc):
		return nil, []Finding{{
			Line: 1, Column: 1, Message: "the file is empty",
			Hint: "parley init writes one to start from; it begins with parley: v1",
		}}
	case err != nil:
		return nil, []Finding{syntax(err, src)}
	}
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
		return doc.Content[0], nil
	case err != nil:
		return nil, []Finding{syntax(err, src)}
	}
	return doc.Content[0], []Finding{{
		Line: second.Line, Column: second.Column, Message: "a second document starts here",
		Hint: "one file is one product: put it into a file of its own, or take the line --- out",
	}}
}

func nothing(doc *yaml.Node) bool { return len(doc.Content) == 0 || isNull(doc.Content[0]) }

// limits stops the library at MaxDepth. Aliases are refused later, so none is expanded.
type limits struct{}

var errDepth = fmt.Errorf("lists and fields lie more than %d deep in each other", MaxDepth)

// CheckDepth implements yaml.LoaderLimitsPlugin.
func (limits) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > MaxDepth {
		return errDepth
	}
	return nil
}

// CheckAlias implements yaml.LoaderLimitsPlugin.
func (limits) CheckAlias(int, int) error { return nil }

// syntax turns an error of the library into a finding that says what to do.
func syntax(err error, src source) Finding {
	f := Finding{Line: 1, Column: 1, Message: "this is not YAML: " + err.Error()}
	le, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return f
	}
	f.Message = le.Message
	if at := where(le); at.Line > 0 {
		f.Line, f.Column = at.Line, max(at.Column, 1)
	}
	if f.Line > len(src) { // the end of the file
		f.Line = len(src)
		f.Column = len([]rune(src.line(f.Line))) + 1
	}
	f.Message, f.Hint = explain(le, src.after(place{f.Line, f.Column}))
	return f
}

// where is the place to point at: an open quote is noticed at the end of the
// file, far from where it has to be closed.
func where(le *yaml.LoadError) yaml.Mark {
	if unclosed(le) || strings.Contains(le.ContextMsg, "alias") || strings.Contains(le.ContextMsg, "anchor") {
		return le.ContextMark
	}
	return le.Mark
}

// unclosed reports a quote that goes on to the end.
func unclosed(le *yaml.LoadError) bool {
	return strings.Contains(le.ContextMsg, "quoted scalar") &&
		(strings.Contains(le.Message, "unexpected end of stream") || strings.Contains(le.Message, "unexpected document indicator"))
}

// explain says in plain words what the library found at the text rest.
func explain(le *yaml.LoadError, rest string) (message, hint string) {
	opened := le.ContextMark.Line
	switch m := le.Message; {
	case m == errDepth.Error():
		return m, "a negotiation file needs five or six"
	case strings.HasPrefix(m, "mapping values are not allowed"):
		return "there is a second \": \" in this value, or the line is indented too far",
			`put a text with ": " in quotes, e.g. title: "Login: guessed passwords"; fields of one thing start in the same column`
	case strings.Contains(m, "tab character"), strings.HasPrefix(rest, "\t"):
		return "a tab is used to indent", "indent with spaces"
	case strings.HasPrefix(m, "found character that cannot start any token"):
		first, _, _ := strings.Cut(rest, " ")
		return fmt.Sprintf("a value cannot start with %.1q", first), "put the text in quotes"
	case strings.Contains(m, "expected ',' or ']'"):
		return fmt.Sprintf("the list that [ opens in line %d is not closed", opened), "close it with ], and separate with commas"
	case strings.Contains(m, "expected ',' or '}'"):
		return fmt.Sprintf("the fields that { opens in line %d are not closed", opened), "close them with }, and separate with commas"
	case strings.Contains(m, "expected '-' indicator"), strings.Contains(m, "expected key"), strings.Contains(m, "could not find expected ':'"):
		return "this line does not fit to those above it", "check its indentation, and that each field is written name: value"
	case unclosed(le):
		return "the quote that opens here is not closed", "close it, with the same kind of quote"
	case strings.Contains(m, "unknown anchor"), strings.Contains(le.ContextMsg, "alias"), strings.Contains(le.ContextMsg, "anchor"):
		return "a value cannot start with * or &", "put the text in quotes"
	case strings.Contains(m, "escape"):
		return `in double quotes, \ starts an escape, and this is none`, `write \\ for one \, or use single quotes`
	}
	return "this is not YAML: " + le.Message, "see docs/file.md for how a negotiation file is written"
}
