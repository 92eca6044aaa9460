package negotiate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// TestTotalsOnly: without threats taken apart every figure of all threats
// together has the bits it has with them, also where years are kept.
func TestTotalsOnly(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	for _, m := range []Method{Auto, Simulate} {
		req := RiskRequest{Source: Source{Product: "shop"}, Trials: 20_000, Method: m, At: []float64{1e4, 1e5}}
		whole, err := d.Risk(t.Context(), d.tom, req)
		if err != nil {
			t.Fatal(err)
		}
		req.TotalsOnly = true
		totals, err := d.Risk(t.Context(), d.tom, req)
		if err != nil {
			t.Fatal(err)
		}
		for what, pair := range map[string][2]any{
			"expected":   {whole.ExpectedAnnualLoss, totals.ExpectedAnnualLoss},
			"quantiles":  {whole.Quantiles, totals.Quantiles},
			"exceedance": {whole.Exceedance, totals.Exceedance},
			"appetite":   {whole.Appetite, totals.Appetite},
			"method":     {whole.Method, totals.Method},
			"shortfall":  {whole.ExpectedShortfall95, totals.ExpectedShortfall95},
		} {
			if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
				t.Errorf("%s: %s differ:\n%s", m, what, diff)
			}
		}
		if len(totals.Threats) != len(whole.Threats) || totals.Threats[0].TailShare != 0 || totals.Threats[0].TailShareError != nil {
			t.Errorf("%s: threats taken apart: %+v", m, totals.Threats)
		}
	}
}
