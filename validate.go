package parley

import (
	"fmt"
	"strings"
)

// Validate reports everything wrong with a model that no single quantity
// shows: missing fields, words outside their list, ids, references, cycles,
// contradictions. Quantities are looked at where [Resolve] has read them.
func Validate(m *Model) []Problem {
	v := &validator{m: m, items: m.backlog()}
	v.fields()
	v.ids()
	v.references()
	v.backlog()
	v.policy()
	v.authority()
	v.rules()
	for i := range m.Threats {
		v.threat(&m.Threats[i], fmt.Sprintf("threats[%d]", i))
	}
	v.layers()
	v.records()
	return v.problems
}

// maxProblems is how many errors, and how many warnings, are reported at most:
// whoever has more repairs a cause, not each of them.
const maxProblems = 1000

type validator struct {
	m        *Model
	items    map[string]item // the backlog, by id
	problems []Problem
	errors   int // how many of the problems are errors
}

func (v *validator) fail(path, id, hint, format string, args ...any) {
	if v.errors < maxProblems {
		v.errors++
		v.problems = append(v.problems, Problem{Path: path, ID: id, Message: fmt.Sprintf(format, args...), Hint: hint})
	}
}

func (v *validator) warn(path, id, hint, format string, args ...any) {
	if len(v.problems)-v.errors < maxProblems {
		v.problems = append(v.problems, Problem{Path: path, ID: id, Message: fmt.Sprintf(format, args...), Hint: hint, Warning: true})
	}
}

// oneOf lists words for a message: a, b or c.
func oneOf[S ~string](words []S) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// meant is a hint that names the near word, or all of them when none is near.
func meant[S ~string](text string, words []S) string {
	known := make([]string, len(words))
	for i, w := range words {
		known[i] = string(w)
	}
	if n := Nearest(text, known); n != "" {
		return fmt.Sprintf("did you mean %s?", n)
	}
	return "one of: " + strings.Join(known, ", ")
}
