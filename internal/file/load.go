package file

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley/internal/plainyaml"
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
	if at := plainyaml.Where(le); at.Line > 0 {
		f.Line, f.Column = at.Line, max(at.Column, 1)
	}
	if f.Line > len(src) { // the end of the file
		f.Line = len(src)
		f.Column = len([]rune(src.line(f.Line))) + 1
	}
	f.Message, f.Hint = explain(le, src.after(place{f.Line, f.Column}))
	return f
}

// explain says in plain words what the library found at the text rest.
func explain(le *yaml.LoadError, rest string) (message, hint string) {
	if le.Message == errDepth.Error() {
		return le.Message, "a negotiation file needs five or six"
	}
	message, hint = plainyaml.Explain(le, rest)
	return message, cmp.Or(hint, "see docs/file.md for how a negotiation file is written")
}
