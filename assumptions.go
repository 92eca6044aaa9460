package parley

import (
	"fmt"
	"reflect"

	"github.com/parleysec/parley/quantity"
)

// Assumption is a value that nobody stated and that the figures rest on.
type Assumption struct {
	Field string `json:"field"` // where it could be stated, e.g. policy.horizon
	Value string `json:"value"` // e.g. 2 years
	Says  string `json:"says"`  // what it does, in one sentence
}

// Assumptions names the defaults that the model rests on because nobody set
// them: the yardstick, lead times, and the meaning of words that the file's
// own scale lacks. The model must be resolved.
func (m *Model) Assumptions() []Assumption {
	out := m.Policy.assumptions()
	if n := m.withoutLeadTime(); n > 0 {
		out = append(out, Assumption{
			Field: "lead_time", Value: "none",
			Says: fmt.Sprintf("%s of the mitigations and features named no lead time: they take effect at once.", count(n, len(m.Mitigations)+len(m.Features))),
		})
	}
	return append(out, m.assumedWords()...)
}

func (p Policy) assumptions() []Assumption {
	var out []Assumption
	assume := func(q quantity.Quantity, field, value, says string) {
		if q.IsZero() {
			out = append(out, Assumption{"policy." + field, value, says})
		}
	}
	assume(p.Horizon, "horizon", "2 years", "Decisions look two years ahead.")
	assume(p.DiscountRate, "discount_rate", "5%", "Money a year later counts 5 % less.")
	assume(p.CommonCause, "common_cause", "5%", "One in twenty failures of a layer defeats the other layers too.")
	assume(p.Unverified, "unverified", "50%", "A control whose checks have never reported gets half its credit where evidence is read.")
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

// count is "all" or "3 of 7" for a sentence.
func count(n, of int) string {
	if n == of {
		return "All"
	}
	return fmt.Sprintf("%d of %d", n, of)
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
		uses[field] = &Assumption{
			Field: field, Value: words[q.Word],
			Says: fmt.Sprintf("“%s” means %s, by the default scale %s (used %s).", q.Word, words[q.Word], q.Scale, times(number[field])),
		}
	})
	var out []Assumption
	for _, field := range sortedKeys(uses) {
		out = append(out, *uses[field])
	}
	return out
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
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
