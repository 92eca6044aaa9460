package quantity

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestBetaShare holds the moments and quantiles against closed forms: Beta(a, 1)
// has the distribution function xᵃ, Beta(½, ½) the arcsine law.
func TestBetaShare(t *testing.T) {
	for _, a := range []float64{0.2, 1, 1.6, 30} {
		d := Beta{a, 1}
		for _, p := range []float64{0.001, 0.05, 0.5, 0.95, 0.999} {
			if got, want := d.Quantile(p), math.Pow(p, 1/a); math.Abs(got-want) > 1e-12*want {
				t.Errorf("Beta(%v, 1) at %v: %v, want %v", a, p, got, want)
			}
		}
		if got, want := d.CDF(0.3), math.Pow(0.3, a); math.Abs(got-want) > 1e-13 {
			t.Errorf("Beta(%v, 1) up to 0.3: %v, want %v", a, got, want)
		}
		mean, second := a/(a+1), a/(a+2)
		if math.Abs(d.Mean()-mean) > 1e-15 || math.Abs(d.Variance()-(second-mean*mean)) > 1e-15 {
			t.Errorf("Beta(%v, 1): mean %v, variance %v", a, d.Mean(), d.Variance())
		}
	}
	arc := Beta{0.5, 0.5}
	for _, p := range []float64{0.01, 0.3, 0.9} {
		s := math.Sin(math.Pi * p / 2)
		if got := arc.Quantile(p); math.Abs(got-s*s) > 1e-12 {
			t.Errorf("arcsine law at %v: %v, want %v", p, got, s*s)
		}
	}
	r, sum := rand.New(rand.NewPCG(1, 2)), 0.0
	const n = 20_000
	for range n {
		sum += arc.Rand(r)
	}
	if math.Abs(sum/n-0.5) > 4*math.Sqrt(0.125/n) {
		t.Errorf("mean of draws %v", sum/n)
	}
}
