package risk_test

import (
	"math"
	"testing"

	"github.com/parleysec/parley/risk"
)

// TestShift: over many seeds, each difference between two scenarios differs by as
// much as its standard error says, and lies around the difference of the figures;
// the mean's lies around the exact one.
func TestShift(t *testing.T) {
	p := compile(t, tailFile)
	with := risk.Scenario{Mitigations: []string{"m"}}
	exact := expect(t, p, with).Annual - expect(t, p, risk.Scenario{}).Annual
	names := []string{"mean", "exceedance", "quantile", "shortfall"}
	var x, squares, errors [4]float64
	n := risk.Draws(150)
	seeds := float64(n)
	for seed := range n {
		y, err := p.Years(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 4096, Seed: uint64(seed + 1)})
		if err != nil {
			t.Fatal(err)
		}
		after, err := y.SimulateApart(t.Context(), with)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := after.Since(y.Base())
		if !ok {
			t.Fatal("not the same years")
		}
		for i, f := range []func() (float64, float64){
			s.Mean, func() (float64, float64) { return s.Exceedance(60e3) },
			func() (float64, float64) { return s.Quantile(0.9) }, func() (float64, float64) { return s.Shortfall(0.9) },
		} {
			d, se := f()
			x[i] += d
			squares[i] += d * d
			errors[i] += se
		}
		before, _ := y.Base().Exceedance(60e3)
		chance, _ := after.Exceedance(60e3)
		d, _ := s.Exceedance(60e3)
		near(t, "exceedance", d, chance-before, 1e-9)
		d, _ = s.Mean()
		near(t, "mean", d, after.Mean-y.Base().Mean, 1e-9)
	}
	for i, name := range names {
		spread := math.Sqrt((squares[i] - x[i]*x[i]/seeds) / (seeds - 1))
		near(t, name+": standard error", errors[i]/seeds, spread, 0.25*math.Sqrt(150/seeds))
	}
	if z := (x[0]/seeds - exact) / (errors[0] / seeds / math.Sqrt(seeds)); math.Abs(z) > 4.5 {
		t.Errorf("the mean difference is %v, %v exactly: %.1f standard errors", x[0]/seeds, exact, z)
	}
}

// TestShiftIsOfTheSameYears: years that are not kept in order, or of another
// seed, are not compared; nothing changed is no difference, but for the least
// error of a chance.
func TestShiftIsOfTheSameYears(t *testing.T) {
	p := compile(t, tailFile)
	o := risk.SimOptions{Trials: 5000}
	y, err := p.Years(t.Context(), risk.Scenario{}, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Seed = 2
	other, err := p.Years(t.Context(), risk.Scenario{}, o)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := y.Simulate(t.Context(), risk.Scenario{Mitigations: []string{"m"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := other.Base().Since(y.Base()); ok {
		t.Error("years of two seeds are compared")
	}
	if _, ok := plain.Since(y.Base()); ok {
		t.Error("years out of order are compared")
	}
	s, ok := y.Base().Since(y.Base())
	if !ok {
		t.Fatal("not the same years as themselves")
	}
	for _, f := range []func() (float64, float64){s.Mean, func() (float64, float64) { return s.Quantile(0.95) }, func() (float64, float64) { return s.Shortfall(0.95) }} {
		if d, se := f(); d != 0 || se > 0.01 {
			t.Errorf("nothing changed by %v ± %v", d, se)
		}
	}
	if d, se := s.Exceedance(1e4); d != 0 || se != 1.0/5001 {
		t.Errorf("no chance changed by %v ± %v", d, se)
	}
}
