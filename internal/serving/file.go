package serving

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley/internal/catalogue"
)

// MaxFile is the largest file of settings, in bytes.
const MaxFile = 64 << 10

// entry is one line of the file of settings.
type entry struct {
	line int
	text string
	list bool
}

// parseFile reads a file of settings: one mapping of names to texts, numbers or
// lists of them, and nothing else.
func parseFile(b []byte) (map[string]entry, error) {
	out := map[string]entry{}
	if len(b) > MaxFile {
		return nil, errors.New(catalogue.T("cli.serve.file-size", "n", MaxFile>>10))
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return out, nil
	} else if err != nil {
		return nil, err
	}
	if err := dec.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New(catalogue.T("cli.serve.one-document"))
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New(catalogue.T("cli.serve.no-mapping"))
	}
	pairs := doc.Content[0].Content
	for i := 0; i+1 < len(pairs); i += 2 {
		k, v := pairs[i], pairs[i+1]
		e, err := entryOf(k, v)
		if err != nil {
			return nil, err
		}
		if _, twice := out[k.Value]; twice {
			return nil, errors.New(catalogue.T("cli.serve.twice", "line", k.Line, "name", k.Value))
		}
		out[k.Value] = e
	}
	return out, nil
}

func entryOf(k, v *yaml.Node) (entry, error) {
	e := entry{line: k.Line}
	plain := func(n *yaml.Node) bool {
		return n.Kind == yaml.ScalarNode && n.Anchor == "" && n.Tag != "!!null" && n.Tag != "!!binary"
	}
	if plain(k) && plain(v) {
		e.text = v.Value
		return e, nil
	}
	if !plain(k) || v.Kind != yaml.SequenceNode {
		return e, errors.New(catalogue.T("cli.serve.one-value", "line", k.Line, "name", k.Value))
	}
	var texts []string
	for _, item := range v.Content {
		if !plain(item) {
			return e, errors.New(catalogue.T("cli.serve.one-value", "line", item.Line, "name", k.Value))
		}
		texts = append(texts, item.Value)
	}
	e.text, e.list = strings.Join(texts, ","), true
	return e, nil
}
