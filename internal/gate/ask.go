package gate

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/types"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// Answer is what a gate says.
type Answer struct {
	Pass bool `json:"pass"` // no rule fails
	Mode Mode `json:"mode"`
	// ModeSays says whose choice the mode is, and since when; "" where nobody asked.
	ModeSays string `json:"mode_says"`
	Policy   string `json:"policy"` // file, or "default"
	Stage    string `json:"stage"`
	// StageSays says what to make of the stage where the product states none, "" else.
	StageSays string `json:"stage_says,omitempty"`
	// AsOfSays says of what day the record and the figures are, where that is not today.
	AsOfSays string `json:"as_of_says,omitempty"`
	// ControlsSays says that no control is verified, and why, where none is; "" else.
	ControlsSays string   `json:"controls_says,omitempty"`
	Results      []Result `json:"results"`
}

// Stops reports whether a pipeline has to stop.
func (a *Answer) Stops() bool { return !a.Pass && a.Mode == Block }

// Result is what one rule came to.
type Result struct {
	Rule    string    `json:"rule"`
	Says    string    `json:"says"`
	Pass    bool      `json:"pass"`
	Skipped bool      `json:"skipped"` // it does not apply at this stage, or is not known
	Unknown bool      `json:"unknown"` // skipped since it asks for what only a ledger knows, and this is a file alone
	Reason  string    `json:"reason"`  // why it fails, "" else
	Refs    []string  `json:"refs"`    // ids of what fails it
	Failing []Failing `json:"failing"` // each with its reason

	Excepted []Exception `json:"excepted"` // what would fail it, but for decisions in force
}

// Failing is one thing that fails a rule.
type Failing struct {
	Ref    string `json:"ref"`
	Reason string `json:"reason"`
	Kind   string `json:"kind,omitempty"` // of a layer: what it lacks to be verified, one of the Lacks constants
	Line   int    `json:"line,omitempty"` // of the file asked about, from 1; 0 where there is none
}

// Place says at which line of the file asked about what fails a rule, or would,
// stands; 0 where that is not known.
func (a *Answer) Place(line func(ref string) int) {
	for i := range a.Results {
		r := &a.Results[i]
		for j := range r.Failing {
			r.Failing[j].Line = line(r.Failing[j].Ref)
		}
		for j := range r.Excepted {
			r.Excepted[j].Line = line(r.Excepted[j].Ref)
		}
	}
}

// Exception is one thing that would fail a rule, and the decisions in force
// that let it.
type Exception struct {
	Ref       string   `json:"ref"`
	Reason    string   `json:"reason"`         // why it would fail
	Decisions []string `json:"decisions"`      // ids
	Says      string   `json:"says"`           // which decisions, whose, and until when
	Line      int      `json:"line,omitempty"` // as of a [Failing]
}

// Ask asks every rule of a policy. An expression that cannot be worked out is
// an error that names the rule; the gate gives no answer then.
func (p *Policy) Ask(ctx context.Context, f *Facts) (*Answer, error) {
	out := &Answer{Pass: true, Mode: p.Mode, Policy: p.Name, Stage: f.Product.Stage, Results: []Result{}}
	limits := p.Limits
	if limits == nil {
		limits = map[string]float64{}
	}
	vars := f.variables()
	vars["limits"], vars["limit_texts"], vars["policy"] = limits, f.texts(limits), p.said()
	for i := range p.rules {
		r, err := p.rules[i].ask(ctx, f, vars)
		if err != nil {
			return nil, err
		}
		out.Pass = out.Pass && r.Pass
		out.Results = append(out.Results, r)
	}
	return out, nil
}

// variables are the facts as expressions see them.
func (f *Facts) variables() map[string]any {
	return map[string]any{
		"product": f.Product, "threats": f.Threats, "decisions": f.Decisions, "layers": f.Layers,
		"appetite": f.Appetite, "obligations": f.Obligations, "activities": f.Activities,
	}
}

// texts are the limits of a policy in words.
func (f *Facts) texts(limits map[string]float64) map[string]string {
	out := make(map[string]string, len(limits))
	for name, x := range limits {
		out[name] = strconv.FormatFloat(x, 'f', -1, 64)
		if f.Money != nil {
			out[name] = f.Money(x)
		}
	}
	return out
}

// said is whose rules a policy holds, in words.
func (p *Policy) said() string {
	if p.Name == DefaultName {
		return catalogue.T("gate.policy.default")
	}
	return catalogue.T("gate.policy.file", "name", p.Name)
}

func (r *rule) ask(ctx context.Context, f *Facts, vars map[string]any) (Result, error) {
	out := Result{Rule: r.id, Says: r.says, Pass: true, Refs: []string{}, Failing: []Failing{}, Excepted: []Exception{}}
	if at := int(f.Product.Position); at < r.from || at > r.until {
		out.Skipped = true
		return out, nil
	}
	if r.ledger && !f.Product.Recorded {
		out.Skipped, out.Unknown, out.Reason = true, true, catalogue.T("gate.junit.unknown")
		return out, nil
	}
	if r.each == "" {
		return out, r.one(ctx, f, vars, f.Product.ID, &out)
	}
	for _, it := range lists[r.each].of(f) {
		vars["it"] = it
		if r.when.expression != nil {
			v, err := r.when.evaluate(ctx, vars)
			if err != nil {
				return out, err
			}
			if v == types.False {
				continue
			}
		}
		if err := r.one(ctx, f, vars, refOf(it), &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// one asks about one element, or about the product.
func (r *rule) one(ctx context.Context, f *Facts, vars map[string]any, ref string, out *Result) error {
	v, err := r.require.evaluate(ctx, vars)
	if err != nil {
		return err
	}
	if v == types.True {
		return nil
	}
	reason := r.says
	if r.reason.expression != nil {
		if v, err = r.reason.evaluate(ctx, vars); err != nil {
			return err
		}
		reason = fmt.Sprint(v.Value())
	}
	by, err := r.excepted(ctx, f, vars)
	if err != nil {
		return err
	}
	if len(by) > 0 {
		x := Exception{Ref: ref, Reason: strings.TrimSpace(reason), Decisions: []string{}}
		var said []string
		for _, d := range by {
			x.Decisions = append(x.Decisions, d.ID)
			said = append(said, d.excepts())
		}
		x.Says = catalogue.T("gate.excepted", "decisions", strings.Join(said, "; "))
		out.Excepted = append(out.Excepted, x)
		return nil
	}
	out.Pass = false
	out.Refs = append(out.Refs, ref)
	out.Failing = append(out.Failing, Failing{Ref: ref, Reason: reason, Kind: kindOf(vars["it"])})
	if out.Reason != "" {
		out.Reason += "; "
	}
	out.Reason += strings.TrimSpace(reason)
	return nil
}

// excepted are the decisions that let an element fail the rule. Only decisions
// can: one that is none, is not in force or is past its end makes no exception
// of any of them.
func (r *rule) excepted(ctx context.Context, f *Facts, vars map[string]any) ([]Decision, error) {
	if r.except.expression == nil {
		return nil, nil
	}
	v, err := r.except.evaluate(ctx, vars)
	if err != nil {
		return nil, err
	}
	ids, err := v.ConvertToNative(reflect.TypeFor[[]string]())
	if err != nil {
		return nil, r.except.failed(err)
	}
	var out []Decision
	for _, id := range ids.([]string) {
		i := slices.IndexFunc(f.Decisions, func(d Decision) bool { return d.ID == id && d.Status == inForce && !d.Overdue })
		if i < 0 {
			return nil, nil
		}
		out = append(out, f.Decisions[i])
	}
	return out, nil
}

// inForce is the status of a decision that holds.
const inForce = "in force"

// excepts says which decision it is, whose, and until when.
func (d Decision) excepts() string {
	if d.Until == "" {
		return catalogue.T("gate.excepted.by", "decision", d.Headline, "by", d.By)
	}
	return catalogue.T("gate.excepted.until", "decision", d.Headline, "by", d.By, "until", plain.DateText(d.Until))
}

// kindOf is what a layer lacks; nothing of what is none.
func kindOf(it any) string {
	if x, ok := it.(Layer); ok {
		return x.Lacks
	}
	return ""
}

// refOf is the id of an element.
func refOf(it any) string {
	switch it := it.(type) {
	case Threat:
		return it.ID
	case Decision:
		return it.ID
	case Layer:
		return it.ID
	case Obligation:
		return it.ID
	case Activity:
		return it.Of + "/" + it.ID
	case Limit:
		return fmt.Sprintf("appetite %.0f", it.Loss)
	}
	return ""
}
