package negotiate

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// ItemDecision is a decision in force that answers a threat in another way than
// by the item of a plan it stands beside.
type ItemDecision struct {
	Threat   string      `json:"threat"`
	Title    string      `json:"title"`
	Decision string      `json:"decision"` // short id
	Kind     parley.Kind `json:"kind"`
	Until    string      `json:"until,omitempty"` // a date or a stage
}

// Unanswered is a threat that needs a decision and that nothing is named against.
type Unanswered struct {
	Threat  string `json:"threat"`
	ShortID string `json:"id,omitempty"` // where there is a ledger
	Title   string `json:"title"`
}

// elsewise are the decisions in force on the threats an item acts against, or
// brings, that ask for something else than the item; and what that means.
func (l *loaded) elsewise(item string) ([]ItemDecision, string) {
	if l.product == nil {
		return nil, ""
	}
	var out []ItemDecision
	var said []string
	for _, id := range l.concerns(item) {
		d := l.product.InForce(id)
		if d == nil || d.Kind == parley.Mitigate || d.Kind == parley.Avoid && !slices.Contains(d.With, item) {
			continue
		}
		x := ItemDecision{Threat: id, Title: titleOf(l.model, id), Decision: d.Short, Kind: d.Kind, Until: d.Until}
		out = append(out, x)
		key := "plan.decided." + string(d.Kind)
		if d.Until != "" {
			key += ".until"
		}
		said = append(said, catalogue.T(key, "threat", x.Title, "id", d.Short, "until", plain.DateText(d.Until)))
	}
	return out, strings.Join(said, "; ")
}

// concerns are the threats a mitigation acts against, or a feature brings.
func (l *loaded) concerns(item string) []string {
	if f := l.model.Feature(item); f != nil {
		return f.Introduces
	}
	var out []string
	if x := l.model.Mitigation(item); x != nil {
		for _, a := range x.Against {
			out = append(out, a.Threat)
		}
	}
	return out
}

// unanswered lists the threats that wait for a decision and have nothing named
// against them: no mitigation, no treatment, no feature to leave out.
func (l *loaded) unanswered() []Unanswered {
	out := []Unanswered{}
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		acts := func(x parley.Mitigation) bool {
			return slices.ContainsFunc(x.Against, func(a parley.Against) bool { return a.Threat == t.ID })
		}
		if !t.NeedsDecision() || len(t.Treatments) > 0 || len(l.model.Introducing(t.ID)) > 0 || slices.ContainsFunc(l.model.Mitigations, acts) {
			continue
		}
		x := Unanswered{Threat: t.ID, Title: titleOf(l.model, t.ID)}
		if l.product != nil {
			if d := l.product.InForce(t.ID); d != nil && d.Kind != parley.Escalate {
				continue
			}
			if it := l.product.Item("threat", t.ID); it != nil {
				x.ShortID = it.Short
			}
		}
		out = append(out, x)
	}
	return out
}
