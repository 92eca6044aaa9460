package gate

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

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

// document is a policy file.
type document struct {
	Version string             `yaml:"parley-gate"`
	Mode    Mode               `yaml:"mode"`
	Limits  map[string]float64 `yaml:"limits"`
	Rules   []yaml.Node        `yaml:"rules"`
}

// ruleText is one rule as written.
type ruleText struct {
	ID      string `yaml:"id"`
	Says    string `yaml:"says"`
	From    string `yaml:"from"`
	Until   string `yaml:"until"`
	Needs   string `yaml:"needs"`
	Each    string `yaml:"each"`
	When    string `yaml:"when"`
	Require string `yaml:"require"`
	Except  string `yaml:"except"`
	Reason  string `yaml:"reason"`
}

// Error is what is wrong with a policy, and where.
type Error struct {
	File string
	Line int    // 0: the file as a whole
	Rule string // id, "" outside the rules
	Err  error
}

// Error names the file, the line and the rule.
func (e *Error) Error() string {
	where := e.File
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", where, e.Line)
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
	bad := func(line int, rule string, format string, args ...any) error {
		return &Error{File: name, Line: line, Rule: rule, Err: fmt.Errorf(format, args...)}
	}
	if len(data) > largestPolicy {
		return nil, bad(0, "", "a policy has at most %d kB", largestPolicy>>10)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, bad(0, "", "the policy is empty; parley gate --print-policy prints one to start from")
	}
	var doc document
	if err := strict(data, &doc); err != nil {
		return nil, bad(0, "", "%s", plainYAML(err))
	}
	var wrong []error
	if doc.Version != "v1" {
		wrong = append(wrong, bad(1, "", "the first line is parley-gate: v1, not %q", doc.Version))
	}
	if doc.Mode == "" {
		doc.Mode = Advise
	}
	if doc.Mode != Advise && doc.Mode != Block {
		wrong = append(wrong, bad(0, "", "mode is advise or block, not %q", doc.Mode))
	}
	if len(doc.Rules) == 0 {
		wrong = append(wrong, bad(0, "", "there are no rules"))
	}
	if len(doc.Rules) > mostRules {
		return nil, bad(0, "", "a policy has at most %d rules, this one %d", mostRules, len(doc.Rules))
	}
	p := &Policy{Name: name, Mode: doc.Mode, Limits: doc.Limits}
	lang, err := newLanguage()
	if err != nil {
		return nil, err
	}
	for i := range doc.Rules {
		n := &doc.Rules[i]
		var text ruleText
		if err := strictNode(n, &text); err != nil {
			wrong = append(wrong, bad(n.Line, text.ID, "%s", plainYAML(err)))
			continue
		}
		r, err := lang.rule(text, doc.Limits)
		if err == nil && slices.ContainsFunc(p.rules, func(o rule) bool { return o.id == r.id }) {
			err = errors.New("there is another rule of that name")
		}
		if err != nil {
			wrong = append(wrong, bad(n.Line, text.ID, "%w", err))
			continue
		}
		p.rules = append(p.rules, r)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return p, nil
}

// position is where a stage stands, 1 to 8; 0 for none.
func position(stage string) int {
	return slices.Index(parley.Stages(), parley.Stage(stage)) + 1
}

// plainYAML is a message of the YAML reader on one line.
func plainYAML(err error) string {
	text := strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "\n", " ")), " ")
	return strings.NewReplacer(" not found in type gate.ruleText", " is no field of a rule", " not found in type gate.document", " is no field of a policy").Replace(text)
}
