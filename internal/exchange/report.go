package exchange

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Report says what became of the content of the imported files.
type Report struct {
	Format  string   `json:"format"`         // name of the format
	Files   []string `json:"files"`          // as given
	Mapped  []Line   `json:"mapped"`         // taken over as the source states it
	Guessed []Line   `json:"guessed"`        // not stated, or not in Parley's terms: by which rule it was filled in
	Dropped []Line   `json:"dropped"`        // in the source, not in the negotiation file
	Next    []string `json:"next,omitempty"` // what to do to get more out of the source
	Into    *Merge   `json:"into,omitempty"` // what came of a product that it was brought into
}

// Line is one thing a report says.
type Line struct {
	What  string   `json:"what"`            // what it is about
	Count int      `json:"count"`           // how often; 0 where what is a sentence
	Where []string `json:"where,omitempty"` // places in the source or ids in the result, at most [MaxWhere]
	Why   string   `json:"why,omitempty"`   // the reason, or the rule applied
}

// noCurrency is said of a source without a currency.
const noCurrency = "the source does not state it: GBP"

// CurrencyStated reports whether the source says in which currency its amounts are.
func (r *Report) CurrencyStated() bool {
	return !slices.ContainsFunc(r.Guessed, func(l Line) bool { return l.Why == noCurrency })
}

// aboutProduct are what a report says of the product itself.
var aboutProduct = []string{"product", "currency", "stage", "meaning of words"}

// WithoutProduct is the report of an import into a product that is there, of which
// the source says nothing.
func (r *Report) WithoutProduct() *Report {
	out := *r
	of := func(l Line) bool { return slices.Contains(aboutProduct, l.What) }
	out.Mapped = slices.DeleteFunc(slices.Clone(r.Mapped), of)
	out.Guessed = slices.DeleteFunc(slices.Clone(r.Guessed), of)
	return &out
}

// MaxWhere is how many places a line of a report names.
const MaxWhere = 5

// add counts one more of the same thing. Its texts may come from the source:
// what cannot be seen in them, and what could steer a terminal, is left out.
func add(lines []Line, n int, what, where, why string) []Line {
	what, where, why = oneLine(what), oneLine(where), oneLine(why)
	i := slices.IndexFunc(lines, func(l Line) bool { return l.What == what && l.Why == why })
	if i < 0 {
		i = len(lines)
		lines = append(lines, Line{What: what, Why: why})
	}
	l := &lines[i]
	l.Count += n
	if where != "" && len(l.Where) < MaxWhere && !slices.Contains(l.Where, where) {
		l.Where = append(l.Where, where)
	}
	return lines
}

// oneLine is a text as one line of visible characters.
func oneLine(s string) string {
	s, _ = visible(s)
	return strings.Join(strings.Fields(s), " ")
}

func (r *Report) mapped(n int, what string)       { r.Mapped = addSome(r.Mapped, n, what, "", "") }
func (r *Report) guessed(what, where, why string) { r.Guessed = add(r.Guessed, 1, what, where, why) }

func (r *Report) dropped(n int, what, where, why string) {
	r.Dropped = addSome(r.Dropped, n, what, where, why)
}

func addSome(lines []Line, n int, what, where, why string) []Line {
	if n == 0 {
		return lines
	}
	return add(lines, n, what, where, why)
}

// WriteText writes the report for people, one line a thing.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Imported %s (%s)\n", oneLine(strings.Join(r.Files, ", ")), r.Format)
	for _, part := range []struct {
		title string
		lines []Line
	}{{"Mapped", r.Mapped}, {"Guessed: please confirm", r.Guessed}, {"Dropped", r.Dropped}} {
		if len(part.lines) == 0 {
			continue
		}
		b.WriteString(part.title + "\n")
		for _, l := range part.lines {
			b.WriteString("  " + l.text() + "\n")
		}
	}
	r.Into.writeText(&b)
	if len(r.Next) > 0 {
		b.WriteString("Next\n")
		for _, n := range r.Next {
			b.WriteString("  " + oneLine(n) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (l Line) text() string {
	s := fmt.Sprintf("%d × %s", l.Count, l.What)
	if l.Count == 0 {
		s = l.What
	}
	if l.Why != "" {
		s += ": " + l.Why
	}
	if len(l.Where) > 0 {
		s += " (" + strings.Join(l.Where, ", ")
		if l.Count > len(l.Where) && len(l.Where) == MaxWhere {
			s += ", …"
		}
		s += ")"
	}
	return s
}
