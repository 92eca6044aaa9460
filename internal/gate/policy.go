package gate

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
)

//go:embed default.yaml
var defaultPolicy []byte

// Default is the policy that asks where nobody wrote another: the text of the
// file anybody can copy and change.
func Default() []byte { return slices.Clone(defaultPolicy) }

// DefaultName is the name of the policy that [Default] gives.
const DefaultName = "default"

// Mode says what a gate does when a rule fails.
type Mode = parley.GateMode

// The modes.
const (
	Advise = parley.GateAdvise // says so
	Block  = parley.GateBlock  // says so, and stops the pipeline
)

// Policy is what a gate asks, ready to be asked.
type Policy struct {
	Name   string
	Mode   Mode
	Limits map[string]float64
	rules  []rule
}

// Bounds of a policy.
const (
	largestPolicy = 256 << 10 // bytes
	mostRules     = 200
	longestText   = 4_000 // bytes of one expression
)

// Error is what is wrong with a policy, and where.
type Error struct {
	File   string
	Line   int    // from 1; 0: the file as a whole
	Column int    // in characters, from 1
	Rule   string // id, "" outside the rules
	Err    error
}

// Error names the file, the line, the column and the rule.
func (e *Error) Error() string {
	where := e.File
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", where, e.Line, e.Column)
	}
	if e.Rule != "" {
		return fmt.Sprintf("%s: rule %s: %v", where, e.Rule, e.Err)
	}
	return fmt.Sprintf("%s: %v", where, e.Err)
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Read reads a policy. Everything that is wrong with it is reported at once,
// each as an *[Error].
func Read(name string, data []byte) (*Policy, error) {
	if len(data) > largestPolicy {
		return nil, &Error{File: name, Err: fmt.Errorf("a policy has at most %d kB", largestPolicy>>10)}
	}
	r := &reading{file: name, lines: strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")}
	if at := slices.IndexFunc(r.lines, func(l string) bool { return !utf8.ValidString(l) || strings.ContainsRune(l, 0) }); at >= 0 {
		return nil, &Error{File: name, Line: at + 1, Column: 1, Err: errors.New("this line is no text: save the file as UTF-8, without control characters")}
	}
	top := r.tree(data)
	if top == nil {
		return nil, errors.Join(r.wrong...)
	}
	r.noAliases(top)
	doc := r.document(top)
	if doc == nil {
		return nil, errors.Join(r.wrong...)
	}
	p, err := r.policy(top, doc)
	if err != nil {
		return nil, err
	}
	if len(r.wrong) > 0 {
		return nil, errors.Join(r.wrong...)
	}
	return p, nil
}

// empty is the error of a file that says nothing.
func empty(file string) error {
	return &Error{File: file, Err: errors.New("the policy is empty; parley gate --print-policy prints one to start from")}
}

// policy makes what was read ready to be asked, as far as nothing is wrong with it.
// The error is one of the program.
func (r *reading) policy(top *yaml.Node, doc *document) (*Policy, error) {
	p := &Policy{Name: r.file, Mode: Advise, Limits: doc.limits}
	switch n := doc.version; {
	case n == nil:
		r.bad(top, "", "the first line is parley-gate: v1, and it is missing")
	case n.Value != "v1":
		r.bad(n, "", "the first line is parley-gate: v1, not %s", said(n))
	}
	if n := doc.mode; n != nil {
		if p.Mode = Mode(n.Value); p.Mode != Advise && p.Mode != Block {
			r.bad(n, "", "mode is advise or block, not %s", said(n))
		}
	}
	lang, err := newLanguage()
	if err != nil {
		return nil, err
	}
	for _, text := range doc.rules {
		x, ok := lang.rule(r, text, doc.limits)
		if ok && slices.ContainsFunc(p.rules, func(o rule) bool { return o.id == x.id }) {
			r.bad(text.node("id"), x.id, "there is another rule of that name: each has its own")
			continue
		}
		p.rules = append(p.rules, x)
	}
	return p, nil
}

// position is where a stage stands, 1 to 8; 0 for none.
func position(stage string) int {
	return slices.Index(parley.Stages(), parley.Stage(stage)) + 1
}
