package quantity

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestExpect(t *testing.T) {
	wide := LogNormalFrom(1, 1e5)
	pert := PERT{20, 100, 900}
	for _, c := range []struct {
		name string
		d    Dist
		g    func(float64) float64
		want float64
	}{
		{"one", wide, func(float64) float64 { return 1 }, 1},
		{"mean of a wide log-normal", wide, identity, wide.Mean()},
		{"second moment", wide, func(x float64) float64 { return x * x }, wide.Variance() + wide.Mean()*wide.Mean()},
		{"reciprocal", wide, func(x float64) float64 { return 1 / x }, math.Exp(-wide.Mu + wide.Sigma*wide.Sigma/2)},
		{"Laplace", LogNormalFrom(20e3, 400e3), func(x float64) float64 { return math.Exp(-x / 1e5) }, 0.409398897971971184013},
		{"Laplace, wide", wide, func(x float64) float64 { return math.Exp(-x / 1e5) }, 0.917027908812919558092},
		{"Laplace, two-piece", TwoPieceLogNormalFrom(20e3, 100e3, 400e3), func(x float64) float64 { return math.Exp(-x / 1e5) }, 0.389940849851047675379},
		{"Laplace, PERT", pert, func(x float64) float64 { return math.Exp(-10 * (x - 20) / 880) }, 0.233136016813790390112},
		{"Laplace, uniform", Uniform{0, 1}, func(x float64) float64 { return math.Exp(-1000 * x) }, (1 - math.Exp(-1000)) / 1000},
		{"square, PERT", pert, func(x float64) float64 { return x * x }, pert.Variance() + 220*220},
		{"survival within the horizon", RateOf{LogitNormalFrom(0.2, 0.6), 2}, func(l float64) float64 { return math.Exp(-2 * l) }, 1 - 0.387229918809564867201},
		{"constant", Constant(3), func(x float64) float64 { return x * x }, 9},
		{"scaled", Scaled{Uniform{0, 1}, 6}, func(x float64) float64 { return x * x }, 12},
		{"scaled by zero", Scaled{wide, 0}, math.Cos, 1},
		{"one-sided", TwoPieceLogNormal{0, 0, 1}, func(float64) float64 { return 1 }, 1},
	} {
		near(t, c.name, Expect(c.d, c.g), c.want, 1e-11)
	}
}

// E[max(0, X − 50k)] in closed form, computed with 40 digits.
func TestExpectAtKink(t *testing.T) {
	g := func(x float64) float64 { return max(0, x-50e3) }
	for _, c := range []struct {
		d    Dist
		want float64
	}{
		{LogNormalFrom(20e3, 400e3), 90262.87330638186388503},
		{LogNormalFrom(1, 1e5), 137807.5600404315859693},
		{Uniform{0, 80e3}, 30e3 * 30e3 / 2 / 80e3},
		{Constant(60e3), 10e3},
		{Scaled{Uniform{0, 8}, 10e3}, 30e3 * 30e3 / 2 / 80e3},
		{Uniform{0, 40e3}, 0},
		{RateOf{Uniform{0, 1}, 1.0 / 50e3}, 50e3 * math.Exp(-1)}, // exponential
	} {
		near(t, "E[max(0, X−50k)]", ExpectAt(c.d, g, 50e3), c.want, 1e-10)
	}
}

// Kinks in every order, twice, outside and at the median change nothing.
func TestExpectAtAnyKinks(t *testing.T) {
	for name, d := range family() {
		if math.IsInf(d.Variance(), 0) {
			continue
		}
		want := Expect(d, identity)
		got := ExpectAt(d, identity, d.Quantile(0.7), -5, 0, d.Quantile(0.5), d.Quantile(0.2), d.Quantile(0.2), d.Quantile(1), 1e300)
		if want != 0 || got != 0 {
			near(t, name, got, want, 1e-12)
		}
	}
}

// A limit and a deductible, for every distribution, against many draws.
func TestExpectAgainstDraws(t *testing.T) {
	const n = 40000
	for name, d := range family() {
		lo, hi := d.Quantile(0.3), d.Quantile(0.8)
		g := func(x float64) float64 { return min(hi-lo, max(0, x-lo)) }
		r := rand.New(rand.NewPCG(5, 6))
		sum, squares := 0.0, 0.0
		for range n {
			y := g(d.Rand(r))
			sum += y
			squares += y * y
		}
		mean := sum / n
		se := math.Sqrt(max(0, squares/n-mean*mean) / n)
		if got := ExpectAt(d, g, lo, hi); math.Abs(got-mean) > 5*se+1e-12*mean {
			t.Errorf("%s: %v, by draws %v ± %v", name, got, mean, se)
		}
	}
}

// foreign hides a distribution of this package behind its methods.
type foreign struct{ Dist }

func TestExpectOfForeignDist(t *testing.T) {
	d := LogNormalFrom(20e3, 400e3)
	near(t, "Laplace", Expect(foreign{d}, func(x float64) float64 { return math.Exp(-x / 1e5) }), 0.409398897971971184013, 1e-10)
	near(t, "kink", ExpectAt(foreign{Uniform{0, 80e3}}, func(x float64) float64 { return max(0, x-50e3) }, 50e3), 5625, 1e-9)
}
