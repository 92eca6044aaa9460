package negotiate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley"
)

// TestRiskWithWhatIsFinished: the price with things finished is the after of a
// what-if, and without anything it is the price as things are.
func TestRiskWithWhatIsFinished(t *testing.T) {
	d := newDesk(t)
	src := Source{Name: "shop.yaml", Data: []byte(shop)}
	price := func(with ...string) (*RiskResult, error) {
		return d.Risk(t.Context(), d.tom, RiskRequest{Source: src, With: with, Trials: 2000, Method: Simulate, At: []float64{5e4}})
	}
	w, err := d.WhatIf(t.Context(), d.tom, WhatIfRequest{Source: src, With: []string{"safe"}, Trials: 2000, At: []float64{5e4}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		with []string
		want *RiskResult
	}{{nil, w.Before}, {[]string{"safe"}, w.After}} {
		got, err := price(c.with...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("with %v:\n%s", c.with, diff)
		}
	}
	if w.Before.Exceedance[0].Probability == w.After.Exceedance[0].Probability {
		t.Error("the sample does not tell before from after")
	}
	if _, err := price("nonsense"); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("with what is not there: %v", err)
	}
}
