package risk_test

import (
	"fmt"
	"testing"

	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// TestTornado holds each bar against the net benefit of a file in which the input
// is the number at its percentile, the others being the ranges they were.
func TestTornado(t *testing.T) {
	inputs := []struct {
		id     string
		what   risk.Stated
		ranged string
		dist   quantity.Dist
		format func(x float64) string
	}{
		{"t", risk.StatedLikelihood, "0.5..2 per year", quantity.LogNormalFrom(0.5, 2), func(x float64) string { return fmt.Sprintf("%.15g per year", x) }},
		{"m", risk.StatedEvents, "30%..90%", quantity.LogitNormalFrom(0.3, 0.9), func(x float64) string { return fmt.Sprintf("%.13f%%", 100*x) }},
		{"m", risk.StatedCoverage, "50%..80%", quantity.LogitNormalFrom(0.5, 0.8), func(x float64) string { return fmt.Sprintf("%.13f%%", 100*x) }},
		{"m", risk.StatedOnce, "1k..9k", quantity.LogNormalFrom(1e3, 9e3), func(x float64) string { return fmt.Sprintf("%.12g", x) }},
	}
	text := func(changed int, x float64) string {
		v := make([]any, len(inputs))
		for i, in := range inputs {
			v[i] = in.ranged
			if i == changed {
				v[i] = in.format(x)
			}
		}
		return head + fmt.Sprintf("policy: {horizon: 3 years, common_cause: 0%%, discount_rate: 4%%}\n"+
			"threats: [{id: t, title: T, likelihood: %[1]s, impact: {says: x, financial: 2k..20k}}]\n"+
			"mitigations: [{id: m, title: M, coverage: %[3]s, cost: {once: %[4]s}, against: [{threat: t, likelihood: %[2]s, impact: 20%%}]}]\n", v...)
	}
	net := func(text string) float64 {
		v, inexact, err := compile(t, text).NetBenefit(risk.Choice{Mitigations: []string{"m"}})
		if err != nil || inexact != "" {
			t.Fatal(err, inexact)
		}
		return v
	}
	swings, err := compile(t, text(-1, 0)).Tornado(risk.Choice{Mitigations: []string{"m"}})
	if err != nil || len(swings) != len(inputs) {
		t.Fatalf("%v, %+v", err, swings)
	}
	for i, in := range inputs {
		for _, s := range swings {
			if s.ID != in.id || s.What != in.what {
				continue
			}
			near(t, string(in.what)+" low", s.Low, net(text(i, in.dist.Quantile(0.05))), 1e-7)
			near(t, string(in.what)+" high", s.High, net(text(i, in.dist.Quantile(0.95))), 1e-7)
			in.id = ""
		}
		if in.id != "" {
			t.Errorf("no bar for %s", in.what)
		}
	}
	for i := 1; i < len(swings); i++ {
		if swings[i].Width() > swings[i-1].Width() {
			t.Errorf("bar %d is wider than the one before", i)
		}
	}
	if _, err := compile(t, text(-1, 0)).Tornado(risk.Choice{Mitigations: []string{"nobody"}}); err == nil {
		t.Error("an unknown mitigation is no error")
	}
}
