package brief

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// TestPoolOf: each person counts once, with the latest word; who says nothing of
// how likely it is does not count.
func TestPoolOf(t *testing.T) {
	read := func(text string) quantity.Quantity {
		q, err := quantity.Parse(text, quantity.Likelihood, quantity.Env{Horizon: 2, Scale: quantity.DefaultScale()})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	x := &parley.Threat{Estimates: []parley.Estimate{
		{By: "ines", At: "2026-03-01", Likelihood: read("1 per year")},
		{By: "tom", At: "2026-01-01", Likelihood: read("4 per year")},
		{By: "ines", At: "2026-01-01", Likelihood: read("50 per year")},
		{By: "helen"},
	}}
	p := poolOf(x)
	if p == nil || p.People != 2 || p.EventsPerYear != 2.5 || p.Apart != 4 {
		t.Fatalf("%+v", p)
	}
	if said := strings.Join(p.words(), ""); !strings.Contains(said, "Two people") || !strings.Contains(said, "4 times apart") {
		t.Error(said)
	}
	x.Estimates[1].Likelihood = read("1 per year")
	if said := strings.Join(poolOf(x).words(), ""); !strings.Contains(said, "agree") {
		t.Error(said)
	}
	x.Estimates = x.Estimates[:1]
	if p := poolOf(x); p != nil || p.words() != nil {
		t.Errorf("a pool of one: %+v", p)
	}
}
