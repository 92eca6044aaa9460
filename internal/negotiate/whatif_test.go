package negotiate

import (
	"math"
	"testing"
)

// TestWhatIfSaysHowMuchItDiffers: every figure of the difference is the one after
// less the one before, at the same losses, and the simulated ones have the
// standard errors of differences: far smaller than those of either side, since
// the years are the same, and around the exact difference.
func TestWhatIfSaysHowMuchItDiffers(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r, err := d.WhatIf(t.Context(), d.tom, WhatIfRequest{Source: Source{Product: "shop"}, With: []string{"safe"}, Trials: 50_000})
	if err != nil {
		t.Fatal(err)
	}
	diff := r.Difference
	for q, x := range diff.Quantiles {
		if want := r.After.Quantiles[q] - r.Before.Quantiles[q]; x != want {
			t.Errorf("quantile %s moves by %v, want %v", q, x, want)
		}
		a, b := r.Before.QuantileErrors[q], r.After.QuantileErrors[q]
		if se := diff.QuantileErrors[q]; !(se > 0 && se <= math.Sqrt(a*a+b*b)*1.01) {
			t.Errorf("quantile %s: standard error %v of the difference, %v and %v of the sides", q, se, a, b)
		}
	}
	if len(diff.Quantiles) != 4 || diff.LossOneInTwenty != diff.Quantiles["0.95"] || *diff.OneInTwentyErr != diff.QuantileErrors["0.95"] {
		t.Errorf("%+v", diff)
	}
	if len(diff.Exceedance) == 0 || len(r.Before.Exceedance) != len(diff.Exceedance) || len(r.After.Exceedance) != len(diff.Exceedance) {
		t.Fatalf("%d, %d and %d losses", len(r.Before.Exceedance), len(r.After.Exceedance), len(diff.Exceedance))
	}
	for i, e := range diff.Exceedance {
		before, after := r.Before.Exceedance[i], r.After.Exceedance[i]
		if before.Loss != e.Loss || after.Loss != e.Loss || e.Probability != after.Probability-before.Probability {
			t.Errorf("%+v, before %+v, after %+v", e, before, after)
		}
		if se := e.StandardError; !(se > 0 && se <= math.Hypot(before.StandardError, after.StandardError)*1.01) {
			t.Errorf("more than %v: standard error %v of the difference, %v and %v of the sides", e.Loss, se, before.StandardError, after.StandardError)
		}
	}
	if z := (diff.Simulated - diff.ExpectedAnnualLoss) / *diff.StandardError; math.Abs(z) > 4 {
		t.Errorf("%v simulated, %v exactly: %.1f standard errors", diff.Simulated, diff.ExpectedAnnualLoss, z)
	}
	if *diff.ShortfallError <= 0 || diff.ExpectedShortfall95 != r.After.ExpectedShortfall95-r.Before.ExpectedShortfall95 {
		t.Errorf("%+v", diff)
	}
	for _, x := range r.Threats {
		if !(x.After < x.Before && x.ChanceAfter < x.ChanceBefore) || x.TailBefore < 0 || x.TailBefore > 1 || x.TailAfter < 0 || x.TailAfter > 1 {
			t.Errorf("%+v", x)
		}
	}
}

// TestRiskHasStandardErrors: every simulated figure of a price has one, before and
// after a change; where the curve is exact its figures have the error 0.
func TestRiskHasStandardErrors(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r, err := d.WhatIf(t.Context(), d.tom, WhatIfRequest{Source: Source{Product: "shop"}, With: []string{"safe"}, Trials: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []*RiskResult{r.Before, r.After} {
		if len(side.QuantileErrors) != 4 || side.ShortfallError == nil || *side.ShortfallError <= 0 {
			t.Errorf("%+v, %v", side.QuantileErrors, side.ShortfallError)
		}
		for _, x := range side.Threats {
			y := x.ThreatYears
			if y == nil || x.TailShareError == nil || y.StandardError == nil || y.OneInTwentyErr == nil {
				t.Fatalf("%s: %+v", x.ID, y)
			}
			if math.Abs(y.Simulated-x.ExpectedAnnualLoss) > 4**y.StandardError {
				t.Errorf("%s: %v simulated ± %v, %v exactly", x.ID, y.Simulated, *y.StandardError, x.ExpectedAnnualLoss)
			}
			if e := y.IfItHappens; !(e.P95 > e.P50 && e.P50 > 0) || e.Exact != (e.P50Error == 0 && e.P95Error == 0) {
				t.Errorf("%s: %+v", x.ID, e)
			}
			for _, k := range x.LossesByKind {
				if k.StandardError == nil || k.TailShare == nil || k.TailShareError == nil || math.Abs(*k.Simulated-k.ExpectedAnnualLoss) > 4**k.StandardError {
					t.Errorf("%s: %+v", x.ID, k)
				}
			}
		}
	}
	one, err := d.WhatIf(t.Context(), d.tom, WhatIfRequest{Source: Source{Product: "shop"}, With: []string{"safe"}, Trials: 1})
	if err != nil {
		t.Fatal(err)
	}
	if one.Before.QuantileErrors != nil || one.Before.ShortfallError != nil || one.Difference.StandardError != nil || one.Difference.QuantileErrors != nil || one.Before.Threats[0].OneInTwentyErr != nil {
		t.Errorf("one year knows its errors: %+v", one)
	}
	exact := Source{Name: "e.yaml", Data: []byte("parley: v1\nproduct: {id: e, name: E, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\nthreats: [{id: t, title: T, likelihood: 2 per year, impact: {says: x, financial: 1k..9k}}]\n")}
	p, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: exact, Trials: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	if p.Method != Exact || p.QuantileErrors["0.95"] != 0 || *p.ShortfallError != 0 || len(p.QuantileErrors) != 4 {
		t.Errorf("%+v, %v", p.QuantileErrors, *p.ShortfallError)
	}
}

// TestWhatIfOverAYear: a threat that changes says by how much its chance within a
// year does, exactly, and only where chances are told over one.
func TestWhatIfOverAYear(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	ask := func(over string) ThreatChange {
		t.Helper()
		r, err := d.WhatIf(t.Context(), d.tom, WhatIfRequest{Source: Source{Product: "shop"}, With: []string{"safe"}, Trials: 5000, Over: over})
		if err != nil || len(r.Threats) != 1 {
			t.Fatal(r, err)
		}
		return r.Threats[0]
	}
	if x := ask(""); x.YearBefore != nil || x.YearAfter != nil {
		t.Errorf("over the horizon: %+v", x)
	}
	x := ask("year")
	// 30 % within two years is 1 − √0.7 within one.
	if want := 1 - math.Sqrt(0.7); math.Abs(*x.YearBefore-want) > 1e-9 || !(*x.YearAfter < *x.YearBefore) || !(*x.YearAfter < x.ChanceAfter) {
		t.Errorf("%v then %v, want %v first", *x.YearBefore, *x.YearAfter, want)
	}
}
