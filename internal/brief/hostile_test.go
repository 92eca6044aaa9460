package brief

import (
	"bytes"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/quantity"
)

// hostile is what somebody might put into a file that others print, or paste
// into a tracker.
const hostile = "\x1b[2J\u202eevil\u202c @all fixes #1 GH-2 [x](javascript:1) ![i](http://e/i) <img src=x> <!-- c --> `code` | cell www.e.org\n# head\n```\n/close"

// poison puts the hostile text into every free text of a model.
func poison(v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), field)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[quantity.Quantity]() {
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				poison(v.Field(i), f.Name)
			}
		}
	case reflect.String:
		switch field {
		case "Title", "Says", "Who", "Owner", "Care", "Because", "By", "Name", "Source", "NotApplicable", "Notes", "Ask", "Tool", "Until", "Basis":
			v.SetString(hostile)
		}
	}
}

const hostileModel = `
parley: v1
product: {id: p, name: P, currency: GBP}
policy: {person_day: 600}
dependencies: [{id: dep, title: D, down: 1%}]
controls: [{id: c, title: C, relies_on: [dep], against: [{threat: t, likelihood: 50%}]}]
threats:
  - id: t
    title: T
    likelihood: 15%..25% within 2 years
    basis: expert
    impact: {says: S, people: {who: W, how_many: 10, harm: grave}, financial: 10k..100k}
    obligation: {says: S, source: L}
    treatments: [{id: ins, kind: transfer, title: I, premium: 1k per year, deductible: 5k}]
    estimates: [{by: B, at: 2026-01-01, likelihood: 10% within 2 years}]
  - {id: a, title: A, triage: aware, care: C}
  - {id: n, title: N, triage: aware, care: C, impact: {says: S, financial: 1k..2k}, obligation: {says: S, not_applicable: N}}
mitigations:
  - id: m
    title: M
    scope: outside
    ask: W
    cost: {effort: 5d..10d, once: 1k}
    against: [{threat: t, likelihood: 60%..80%}]
    benefits: [{says: B, value: 1k..5k per year}]
    effect_on_needs: {usability: worse}
decisions: [{threats: [t], kind: accept, because: B, by: X, until: testing, source: {tool: T}}]
`

func hostilePages(t *testing.T) (text, markdown string) {
	t.Helper()
	m := read(t, hostileModel)
	poison(reflect.ValueOf(m).Elem(), "")
	r := briefs(t, m, &model.Plan{Chosen: []string{"m"}}, Options{Trials: 200, Futures: 50})
	var a, b bytes.Buffer
	for _, id := range []string{"", "t", "a", "n"} {
		if err := Text(&a, r, id, 80); err != nil {
			t.Fatal(err)
		}
		if err := Markdown(&b, r, id); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(a.String(), "evil"); n < 30 {
		t.Fatalf("only %d hostile texts were printed", n)
	}
	return a.String(), b.String()
}

func TestC6TerminalIsNeverTakenOver(t *testing.T) {
	text, _ := hostilePages(t)
	for i, line := range strings.Split(text, "\n") {
		for _, r := range line {
			if unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("line %d holds %U: %q", i+1, r, line)
			}
		}
	}
}

// alive is Markdown, and what trackers act on, that no text of ours uses.
var alive = regexp.MustCompile("(^|[^\\\\])[`\\[\\]<>~]|@\\w|#\\d|://|(?i:www\\.|\\bGH-\\d)|(?m:^/)")

func TestMarkdownIsNeverTakenOver(t *testing.T) {
	_, markdown := hostilePages(t)
	for i, line := range strings.Split(markdown, "\n") {
		if m := alive.FindString(strings.ReplaceAll(line, `\\`, "xx")); m != "" {
			t.Errorf("line %d: %q is alive: %q", i+1, m, line)
		}
		if strings.HasPrefix(line, "#") && !regexp.MustCompile(`^#{1,3} `).MatchString(line) {
			t.Errorf("line %d is no heading of ours: %q", i+1, line)
		}
		if strings.Contains(line, "evil") && strings.HasPrefix(line, "|") {
			if n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); n != 6 {
				t.Errorf("line %d has %d cell borders, not 6: %q", i+1, n, line)
			}
		}
	}
}
