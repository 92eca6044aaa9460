package gate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/plainyaml"
)

// document is a policy file as written.
type document struct {
	version, mode *yaml.Node // nil: not there
	limits        map[string]float64
	rules         []ruleText
}

// ruleText is one rule as written: the texts of its fields, and where they stand.
type ruleText struct {
	at    *yaml.Node
	field map[string]*yaml.Node
}

// ruleFields are the fields of a rule, policyFields those of a policy.
var (
	ruleFields   = []string{"id", "says", "from", "until", "needs", "each", "when", "require", "except", "reason"}
	policyFields = []string{"parley-gate", "mode", "limits", "rules"}
)

// text is what a field says, "" where it is not there.
func (t *ruleText) text(field string) string {
	if n := t.field[field]; n != nil && n.Tag != "!!null" {
		return n.Value
	}
	return ""
}

// node is where a field stands; the rule itself where there is none.
func (t *ruleText) node(field string) *yaml.Node {
	if n := t.field[field]; n != nil {
		return n
	}
	return t.at
}

// reading collects what is wrong with a file.
type reading struct {
	file  string
	lines []string
	wrong []error
}

func (r *reading) bad(n *yaml.Node, rule, format string, args ...any) {
	r.wrong = append(r.wrong, &Error{File: r.file, Line: n.Line, Column: n.Column, Rule: rule, Err: fmt.Errorf(format, args...)})
}

// tree is the file as nodes; nil where it is no YAML.
func (r *reading) tree(data []byte) *yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(plainFile{}))
	var doc, second yaml.Node
	if err == nil {
		err = loader.Load(&doc)
	}
	switch {
	case err == nil && len(doc.Content) > 0:
	case err == nil, errors.Is(err, io.EOF):
		r.wrong = append(r.wrong, empty(r.file))
		return nil
	default:
		r.wrong = append(r.wrong, r.syntax(err))
		return nil
	}
	switch err := loader.Load(&second); {
	case err == nil:
		r.bad(&second, "", "a second document starts here: one file is one policy; take the line --- out")
	case !errors.Is(err, io.EOF):
		r.wrong = append(r.wrong, r.syntax(err))
	}
	return doc.Content[0]
}

// syntax is an error of the library in plain words, with its place.
func (r *reading) syntax(err error) error {
	le, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return &Error{File: r.file, Err: fmt.Errorf("this is not YAML: %w", err)}
	}
	at := plainyaml.Where(le)
	out := &Error{File: r.file, Line: at.Line, Column: max(at.Column, 1)}
	if at.Line > len(r.lines) { // the end of the file
		out.Line, out.Column = len(r.lines), len([]rune(r.lines[len(r.lines)-1]))+1
	}
	if le.Message == errDeep.Error() {
		out.Err = errDeep
		return out
	}
	message, hint := plainyaml.Explain(le, r.from(out.Line, out.Column))
	if hint != "" {
		message += ": " + hint
	}
	out.Err = errors.New(message)
	return out
}

// from is the rest of a line from a column on, both from 1.
func (r *reading) from(line, column int) string {
	if line < 1 || line > len(r.lines) {
		return ""
	}
	text := []rune(r.lines[line-1])
	return string(text[min(max(column-1, 0), len(text)):])
}

// noAliases refuses what stands for another text, by which a small file becomes a
// huge one.
func (r *reading) noAliases(n *yaml.Node) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.bad(n, "", "a policy has no aliases (& and *): write the text out")
		return
	}
	for _, x := range n.Content {
		r.noAliases(x)
	}
}

// document reads the nodes of a policy.
func (r *reading) document(top *yaml.Node) *document {
	d := &document{limits: map[string]float64{}}
	if top.Kind != yaml.MappingNode {
		r.bad(top, "", "a policy has fields, and this is %s: it begins with parley-gate: v1; parley gate --print-policy prints one", kindName(top))
		return nil
	}
	fields := r.fields(top, "", "a policy", policyFields)
	d.version, d.mode = fields["parley-gate"], fields["mode"]
	if n := fields["limits"]; n != nil {
		r.limits(n, d.limits)
	}
	switch n := fields["rules"]; {
	case n == nil:
		r.bad(top, "", "there are no rules: add them under rules, each with id, says and require")
	case n.Kind != yaml.SequenceNode:
		r.bad(n, "", "rules is a list, and this is %s: begin each rule with a hyphen, as - id: tested", kindName(n))
	case len(n.Content) == 0:
		r.bad(n, "", "there are no rules: write each with id, says and require")
	case len(n.Content) > mostRules:
		r.bad(n, "", "a policy has at most %d rules, this one %d", mostRules, len(n.Content))
	default:
		for _, x := range n.Content {
			r.rule(x, d)
		}
	}
	return d
}

func (r *reading) rule(n *yaml.Node, d *document) {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "", "a rule has fields, and this is %s: write - id: NAME, then says and require in lines below it", kindName(n))
		return
	}
	t := ruleText{at: n}
	before := len(r.wrong)
	t.field = r.fields(n, idOf(n), "a rule", ruleFields)
	for _, name := range ruleFields {
		if x := t.field[name]; x != nil && x.Kind != yaml.ScalarNode {
			r.bad(x, idOf(n), "%s is a text, and this is %s: put the text in quotes", name, kindName(x))
		}
	}
	if len(r.wrong) == before {
		d.rules = append(d.rules, t)
	}
}

func (r *reading) limits(n *yaml.Node, into map[string]float64) {
	if n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.bad(n, "", "limits is a list of NAME: NUMBER, one in each line, and this is %s", kindName(n))
		return
	}
	fields := r.fields(n, "", "", nil)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		x := fields[name]
		v, err := strconv.ParseFloat(strings.ReplaceAll(x.Value, "_", ""), 64)
		switch {
		case x.Kind != yaml.ScalarNode || err != nil:
			r.bad(x, "", "limit %s is a number, as 10000 or 0.5, and this is %s: amounts are in the product's currency, without k or M", name, said(x))
		case math.IsNaN(v) || math.IsInf(v, 0):
			r.bad(x, "", "limit %s is a number that can be compared, and this is %s", name, said(x))
		default:
			into[name] = v
		}
	}
}

// fields are the values of a mapping by name; nil for known says that any name may be.
func (r *reading) fields(n *yaml.Node, rule, of string, known []string) map[string]*yaml.Node {
	out, at := map[string]*yaml.Node{}, map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := key.Value
		switch {
		case key.Kind != yaml.ScalarNode:
			r.bad(key, rule, "a field has a name, and this is %s", kindName(key))
		case key.Tag == "!!merge":
			r.bad(key, rule, "a policy has no <<: write the fields out")
		case at[name] > 0:
			r.bad(key, rule, "%s stands here a second time, first in line %d: keep one", name, at[name])
		case known != nil && !slices.Contains(known, name):
			r.bad(key, rule, "%s is no field of %s: %s", strconv.Quote(name), of, parley.Suggest(name, known))
		default:
			out[name], at[name] = value, key.Line
		}
	}
	return out
}

// idOf is the id that a rule says, "" where it says none.
func idOf(n *yaml.Node) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "id" && n.Content[i+1].Kind == yaml.ScalarNode {
			return n.Content[i+1].Value
		}
	}
	return ""
}

// kindName is what a value is, in plain words.
func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a set of fields"
	}
	if n.Tag == "!!null" {
		return "nothing"
	}
	return "a text"
}

// said is a value as written, where it is one text.
func said(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		return strconv.Quote(n.Value)
	}
	return kindName(n)
}
