package quantity

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestZeroQuantity(t *testing.T) {
	var q Quantity
	if !q.IsZero() || q.Parsed() || q.Mean() != 0 || q.Dist() != Constant(0) || q.Format() != "" || q.String() != "" {
		t.Errorf("the zero quantity states something: %#v", q)
	}
}

func TestQuantityIsItsText(t *testing.T) {
	type file struct {
		Cost Quantity `json:"cost"`
	}
	var f file
	if err := json.Unmarshal([]byte(`{"cost":"20k..400k"}`), &f); err != nil {
		t.Fatal(err)
	}
	if f.Cost.Text != "20k..400k" || f.Cost.Parsed() || f.Cost.Format() != "20k..400k" {
		t.Errorf("read %#v", f.Cost)
	}
	q, err := Parse(f.Cost.Text, Money, pounds())
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(file{q})
	if err != nil || string(out) != `{"cost":"20k..400k"}` {
		t.Errorf("wrote %s, %v", out, err)
	}
	if !q.Parsed() || q.String() != "20k..400k" {
		t.Errorf("parsed: %v, %q", q.Parsed(), q)
	}
}

func TestQuantityEqual(t *testing.T) {
	parse := func(text string, kind Kind) Quantity {
		q, err := Parse(text, kind, pounds())
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	a := parse("5..9", Money)
	if d := cmp.Diff(a, parse("5..9", Money)); d != "" {
		t.Error(d)
	}
	for _, b := range []Quantity{parse("5..8", Money), parse("5 .. 9", Money), parse("5..9", Count), Of("5..9"), {}} {
		if a.Equal(b) {
			t.Errorf("%#v equals %#v", a, b)
		}
	}
	// The same text with another horizon is not the same statement.
	p, err := Parse("30%", Likelihood, Env{Horizon: 1})
	if err != nil || p.Equal(parse("30%", Likelihood)) {
		t.Errorf("30%% over 1 and 2 years are equal; %v", err)
	}
}

func TestKindString(t *testing.T) {
	seen := map[string]bool{}
	for k := None; k <= Worth; k++ {
		if s := k.String(); s == "" || seen[s] {
			t.Errorf("kind %d is called %q", k, s)
		} else {
			seen[s] = true
		}
	}
}
