package negotiate

import (
	"strings"
	"testing"
)

// TestOneYearHasNoStandardError: a single simulated year says nothing about its
// own error, and a limit it does not exceed is too close to call.
func TestOneYearHasNoStandardError(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "loss: 100k", "loss: 1bn", 1))
	r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 1, Method: Simulate, At: []float64{1e12}})
	if err != nil {
		t.Fatal(err)
	}
	if l := r.ExpectedAnnualLoss; l.Simulated == nil || l.StandardError != nil || l.WhyNoError == "" {
		t.Errorf("one year: %+v", l)
	}
	if e := r.Exceedance[0]; e.Probability != 0 || e.StandardError != 0.5 {
		t.Errorf("never seen in one year: %+v", e)
	}
	if len(r.Appetite) != 1 || !r.Appetite[0].TooClose {
		t.Errorf("one year decides about a limit: %+v", r.Appetite)
	}
}
