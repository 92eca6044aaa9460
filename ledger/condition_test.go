package ledger

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/parleysec/parley"
)

func conditional(until string, c ...Condition) Terms {
	return Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "x", Until: until, Conditions: c}
}

func TestConditionsAreChecked(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	many := make([]Condition, maxConditions+1)
	for i := range many {
		many[i].Says = "x"
	}
	for name, c := range map[string]struct {
		terms Terms
		ok    bool
	}{
		"with a day":    {conditional("2026-12-31", Condition{"while the pilot has under 500 users", "2026-12-01"}), true},
		"on the end":    {conditional("2026-12-31", Condition{"x", "2026-12-31"}), true},
		"without a day": {conditional("2026-12-31", Condition{"x", ""}), true},
		"a stage":       {conditional("deployment", Condition{"x", "2028-12-31"}), true},
		"no words":      {conditional("2026-12-31", Condition{" … ", "2026-12-01"}), false},
		"no date":       {conditional("2026-12-31", Condition{"x", "soon"}), false},
		"over":          {conditional("2026-12-31", Condition{"x", "2026-11-21"}), false},
		"after the end": {conditional("2026-12-31", Condition{"x", "2027-01-01"}), false},
		"too many":      {conditional("2026-12-31", many...), false},
	} {
		err := Check(b.state, b.deciding(c.terms))
		var r Refusals
		if c.ok != (err == nil) || !c.ok && (!errors.As(err, &r) || !r.Has(BadCondition)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReviewDays: a condition is due on its own day, else with the decision, and
// after a look on the day that says.
func TestReviewDays(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	d := b.decide(conditional("2026-12-31", Condition{"a", "2026-12-01"}, Condition{"b", ""}))
	for n, want := range map[int]string{0: "", 1: "2026-12-01", 2: "2026-12-31", 3: ""} {
		if got := d.ReviewBy(n); got != want {
			t.Errorf("condition %d is due %q, want %q", n, got, want)
		}
	}
	look := func(n int, holds bool, because, next string) error {
		body := &ConditionReviewed{Decision: d.Short, Condition: n, Holds: holds, Because: because, Next: next}
		if err := CheckReview(b.shop().Decision(d.Short), body, "2026-11-22"); err != nil {
			return err
		}
		return b.try(Draft{Product: "shop", Body: body, By: "helen"})
	}
	for name, err := range map[string]error{
		"number":        look(3, true, "", "2026-12-15"),
		"no day":        look(1, true, "", ""),
		"today":         look(1, true, "", "2026-11-22"),
		"after the end": look(1, true, "", "2027-01-01"),
		"no reason":     look(1, false, " ", ""),
	} {
		if err == nil {
			t.Errorf("%s was recorded", name)
		}
	}
	if err := look(1, true, "412 users", "2026-12-15"); err != nil {
		t.Fatal(err)
	}
	d = b.shop().Decision(d.Short)
	if r := d.Reviewed(1); len(r) != 1 || r[0].By != "helen" || !r[0].Holds || d.ReviewBy(1) != "2026-12-15" || len(d.Reviewed(2)) != 0 {
		t.Errorf("%+v, next %s", r, d.ReviewBy(1))
	}
	if err := look(1, false, "612 users", ""); err != nil {
		t.Fatal(err)
	}
	b.add(Draft{Product: "shop", Body: &DecisionMoved{Decision: d.Short, To: Reopened, Because: "x"}})
	if err := look(1, true, "", "2026-12-16"); err == nil {
		t.Error("a condition of what was re-opened was confirmed")
	}
	if err := b.try(Draft{Product: "shop", Body: &ConditionReviewed{Decision: d.Short, Condition: 1, Holds: true, Next: "2026-12-16"}}); err == nil {
		t.Error("the fold took it")
	}
}

// TestConditionsOfOlderVersions were texts.
func TestConditionsOfOlderVersions(t *testing.T) {
	e := Event{Type: "decision.recorded", Version: 3, Body: json.RawMessage(`{"because":"x","conditions":["while few use it"],"kind":"accept","threats":["leak"]}`)}
	b, err := DecodeBody(e)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.(*DecisionRecorded).Conditions; len(got) != 1 || got[0] != (Condition{Says: "while few use it"}) {
		t.Errorf("%+v", got)
	}
	e.Version, e.Body = 4, json.RawMessage(`{"because":"x","conditions":[{"moon":1,"says":"x"}],"kind":"accept","threats":["leak"]}`)
	if _, err := DecodeBody(e); err == nil {
		t.Error("a field that is not known was taken")
	}
}
