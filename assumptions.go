package parley

import (
	"reflect"

	"github.com/parleysec/parley/quantity"
)

// Assumption is a value that nobody stated and that the figures rest on.
type Assumption struct {
	Field string `json:"field"` // where it could be stated, e.g. policy.horizon
	Value string `json:"value"` // e.g. 2 years
	Says  string `json:"says"`  // what it does, in one sentence; filled in by whoever shows it
	// Of a word that the file's scale lacks: the word, the scale it was read with,
	// and how often. Of lead times: how many of how many name none.
	Word  string `json:"-"`
	Scale string `json:"-"`
	N, Of int    `json:"-"`
}

// Assumptions names the defaults that the model rests on because nobody set
// them: the yardstick, lead times, and the meaning of words that the file's
// own scale lacks. The model must be resolved. What they say is left to whoever
// shows them.
func (m *Model) Assumptions() []Assumption {
	out := m.Policy.assumptions()
	if n := m.withoutLeadTime(); n > 0 {
		out = append(out, Assumption{Field: "lead_time", Value: "none", N: n, Of: len(m.Mitigations) + len(m.Features)})
	}
	return append(out, m.assumedWords()...)
}

func (p Policy) assumptions() []Assumption {
	var out []Assumption
	assume := func(q quantity.Quantity, field, value string) {
		if q.IsZero() {
			out = append(out, Assumption{Field: "policy." + field, Value: value})
		}
	}
	assume(p.Horizon, "horizon", "2 years")
	assume(p.DiscountRate, "discount_rate", "5%")
	assume(p.CommonCause, "common_cause", "5%")
	assume(p.Unverified, "unverified", "50%")
	return out
}

func (m *Model) withoutLeadTime() int {
	n := 0
	for _, it := range m.backlog() {
		if it.LeadTime.IsZero() {
			n++
		}
	}
	return n
}

// assumedWords lists the words that were read with the default scale.
func (m *Model) assumedWords() []Assumption {
	standard := quantity.DefaultScale()
	uses := map[string]*Assumption{}
	number := map[string]int{}
	eachQuantity(reflect.ValueOf(m), "", "", func(q *quantity.Quantity, kind quantity.Kind, _, _ string) {
		part, words := scalePart(standard, kind)
		if q.Word == "" || q.Scale != standard.String() || words == nil {
			return
		}
		field := "policy.scale." + part + "." + q.Word
		number[field]++
		uses[field] = &Assumption{Field: field, Value: words[q.Word], Word: q.Word, Scale: q.Scale, N: number[field]}
	})
	var out []Assumption
	for _, field := range sortedKeys(uses) {
		out = append(out, *uses[field])
	}
	return out
}

// scalePart is the part of a scale that holds the words for a kind, and its name in files.
func scalePart(s quantity.Scale, kind quantity.Kind) (string, map[string]string) {
	switch kind {
	case quantity.Likelihood:
		return "likelihood", s.Likelihood
	case quantity.Money:
		return "impact", s.Impact
	case quantity.Effort:
		return "cost", s.Cost
	case quantity.Share:
		return "strength", s.Strength
	}
	return "", nil
}
