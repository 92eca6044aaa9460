package brief

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/quantity"
)

// TestOverAYear: chances told over a year are those of a year, everything else stays
// what it is over the horizon.
func TestOverAYear(t *testing.T) {
	m := read(t, whole)
	two, one := briefs(t, m, nil, Options{Trials: 4096, Futures: 100}), briefs(t, m, nil, Options{Trials: 4096, Futures: 100, Over: OverYear})
	if two.ToldYears() != 2 || one.ToldYears() != 1 || one.HorizonYears != 2 {
		t.Fatalf("told over %v and %v years of %v", two.ToldYears(), one.ToldYears(), one.HorizonYears)
	}
	rates, once := m.Threat("big").Likelihood.Dist(), m.Threat("rare").Likelihood.Stated // once within four years
	for id, want := range map[string]float64{"small": -math.Expm1(-1), "big": meanOf(rates, func(rate float64) float64 { return -math.Expm1(-rate) }), "rare": once.Mean() / 4, "new": -math.Expm1(-1)} {
		x := one.Threat(id)
		if got := x.Told(); got == nil || math.Abs(*got-want) > 1e-5 {
			t.Errorf("%s: within a year %v, want %v", id, *got, want)
		}
		if y := two.Threat(id); *x.ChanceWithinHorizon != *y.ChanceWithinHorizon || *x.ExpectedAnnualLoss != *y.ExpectedAnnualLoss || y.ChanceWithinYear != nil {
			t.Errorf("%s: the figures of the horizon moved, or those of a year were there unasked", id)
		}
		if !strings.Contains(x.Words.Risk, "next year") || strings.Contains(x.Words.Risk, "two years") {
			t.Errorf("%s: %q", id, x.Words.Risk)
		}
	}
	big := one.Threat("big")
	if r := big.ChanceWithinYearRange; r == nil || math.Abs(r[0]+math.Expm1(-rates.Quantile(0.05))) > 1e-9 || math.Abs(r[1]+math.Expm1(-rates.Quantile(0.95))) > 1e-9 {
		t.Errorf("big: %v", big.ChanceWithinYearRange)
	}
	if r := one.Threat("rare").ChanceWithinYearRange; r == nil || math.Abs(r[0]-once.Quantile(0.05)/4) > 1e-9 || math.Abs(r[1]-once.Quantile(0.95)/4) > 1e-9 {
		t.Errorf("rare: %v", r)
	}
	i := slices.IndexFunc(big.Options, func(o Option) bool { return o.ID == "half" })
	want := meanOf(rates, func(rate float64) float64 { return -math.Expm1(-rate / 2) })
	if o := big.Options[i]; math.Abs(*o.ToldAfter()-want) > 1e-5 || !strings.Contains(o.Words.Leaves, "within one year") {
		t.Errorf("half leaves %v, want %v: %q", *o.ToldAfter(), want, o.Words.Leaves)
	}
	for k, o := range big.Options {
		if was := two.Threat("big").Options[k].NetBenefit; (was == nil) != (o.NetBenefit == nil) || was != nil && *was != *o.NetBenefit {
			t.Errorf("%s: what it is worth moved with the timeframe", o.ID)
		}
	}
	var text strings.Builder
	if err := Text(&text, one, "big", 100); err != nil {
		t.Fatal(err)
	}
	if got := text.String(); !strings.Contains(got, "Chances are told over a year") || strings.Contains(got, "of 100 within two years") {
		t.Error(got)
	}
}

// meanOf is E[f(X)] by brute force, over evenly spaced quantiles.
func meanOf(d quantity.Dist, f func(float64) float64) float64 {
	const n = 200_000
	sum := 0.0
	for i := range n {
		sum += f(d.Quantile((float64(i) + 0.5) / n))
	}
	return sum / n
}
