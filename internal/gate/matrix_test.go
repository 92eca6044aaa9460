package gate

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// TestShippedMatrix: every stage has something that is expected there, each says
// who asks for it, and of every expression both answers can be had.
func TestShippedMatrix(t *testing.T) {
	m, err := Activities(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Shipped || !strings.Contains(string(DefaultMatrix()), "activities:") {
		t.Error("it is not the shipped one")
	}
	seen := map[parley.Stage]bool{}
	ids := []string{}
	threat := Threat{ID: "t", Asks: true, Priced: true, Decided: true}
	layer := Layer{ID: "l", Checks: 1, Standing: "verified"}
	good := &Facts{Product: Product{Owner: "priya"}, Threats: []Threat{threat}, Layers: []Layer{layer}, Appetite: []Limit{{}}}
	threat.Decided, threat.Priced, layer.Standing = false, false, "failing"
	bad := &Facts{Threats: []Threat{threat}, Layers: []Layer{layer}}
	for _, a := range m.Activities {
		if a.Title == "" || a.Source == "" || slices.Contains(ids, a.ID) || len(a.Expected) == 0 || a.For != "" && a.For != "product" && a.For != "feature" {
			t.Errorf("%+v", a)
		}
		ids = append(ids, a.ID)
		for _, e := range a.Expected {
			seen[e.Stage] = true
			if e.Says == "" || !slices.Contains(parley.Stages(), e.Stage) || e.Tier != "" && !slices.Contains(parley.Tiers(), e.Tier) {
				t.Errorf("%s: %+v", a.ID, e)
			}
			if e.ShownBy == "" {
				continue
			}
			for f, want := range map[*Facts]bool{good: true, bad: false} {
				if got, err := m.Shows(context.Background(), e, f); err != nil || got != want {
					t.Errorf("%s: %s is %v, want %v (%v)", a.ID, e.ShownBy, got, want, err)
				}
			}
		}
	}
	for _, s := range parley.Stages() {
		if !seen[s] {
			t.Errorf("nothing is expected at %s", s)
		}
	}
}

// TestMatrixErrors: an expression that is none is found with its place, and shows
// nothing while the others go on; one that takes for ever comes to an end.
func TestMatrixErrors(t *testing.T) {
	one := func(shown string) []parley.Activity {
		return []parley.Activity{{ID: "mine", Expected: []parley.Expectation{{Stage: parley.Testing, Says: "x", ShownBy: shown}}}}
	}
	for text, want := range map[string]struct {
		says   string
		column int
	}{
		"size(threads) > 0": {`"threads" is not known: did you mean threats?`, 6}, "1 + 1": {"it gives a whole number (int)", 0},
		"limits.x > 1.0": {`no limit "x"`, 0}, "product.lost": {`there is no field "lost" here: did you mean loss?`, 8},
	} {
		list := append(one("true"), one(text)...)
		m, err := Activities(list)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := m.Shows(t.Context(), list[0].Expected[0], &Facts{}); !got || err != nil {
			t.Errorf("beside %s: %v, %v", text, got, err)
		}
		if got, err := m.Shows(t.Context(), list[1].Expected[0], &Facts{}); got || err == nil || !strings.Contains(err.Error(), want.says) {
			t.Errorf("%s: %v, %v, want %q", text, got, err, want.says)
		}
		ps, err := Problems(&parley.Model{Policy: parley.Policy{Activities: list}})
		if err != nil || len(ps) != 1 || ps[0].Path != "policy.activities[1].expected[0].shown_by" || ps[0].Column != want.column || !strings.Contains(ps[0].Message, want.says) {
			t.Errorf("%s: %+v, %v", text, ps, err)
		}
	}
	slow := "threats.all(a, threats.all(b, threats.all(c, a.loss + b.loss >= c.loss)))"
	m, err := Activities(one(slow))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Shows(context.Background(), m.Activities[0].Expected[0], &Facts{Threats: make([]Threat, 200)}); err == nil || !strings.Contains(err.Error(), "100000 steps") {
		t.Errorf("%v", err)
	}
	if _, err := readMatrix([]byte("activities: [{id: a, titel: b}]")); err == nil {
		t.Error("a misspelt field is taken")
	}
}
