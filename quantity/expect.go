package quantity

import (
	"math"
	"slices"
)

// Expect is E[g(X)] for X distributed as d, by quadrature with a relative error
// below 1e-10 for smooth g. It is deterministic: the same d and g give the same
// bits. Where g has a kink or a jump, use [ExpectAt].
func Expect(d Dist, g func(x float64) float64) float64 {
	return ExpectAt(d, g)
}

// ExpectAt is [Expect] for a g that is smooth except at the kinks, which are
// values of X in any order; those outside its range do not matter.
//
// Distributions from elsewhere are integrated through their quantile function,
// which is as accurate only when that is smooth.
func ExpectAt(d Dist, g func(x float64) float64, kinks ...float64) float64 {
	if e, ok := d.(interface {
		expect(g func(float64) float64, kinks []float64) float64
	}); ok {
		return e.expect(g, kinks)
	}
	zs := make([]float64, len(kinks))
	for i, k := range kinks {
		zs[i] = NormalQuantile(d.CDF(k))
	}
	return latent{below: 1, above: 1}.expect(func(z float64) float64 {
		return g(d.Quantile(NormalCDF(z)))
	}, zs)
}

// centralMoment2 is E[(X−mean)²]; unlike E[X²]−mean² it keeps its digits when
// the spread is small.
func centralMoment2(d Dist, mean float64) float64 {
	return Expect(d, func(x float64) float64 { return (x - mean) * (x - mean) })
}

// integratePanels is the integral of f over lo..hi by Gauss–Legendre quadrature
// on panels no wider than width, cut also at the given points.
func integratePanels(lo, hi, width float64, cuts []float64, f func(float64) float64) float64 {
	edges := []float64{lo, hi}
	for _, c := range cuts {
		if c > lo && c < hi {
			edges = append(edges, c)
		}
	}
	slices.Sort(edges)
	sum := 0.0
	for i := 1; i < len(edges); i++ {
		from, to := edges[i-1], edges[i]
		n := math.Ceil((to - from) / width)
		step := (to - from) / n
		for k := range int(n) {
			sum += gauss16(from+float64(k)*step, step/2, f)
		}
	}
	return sum
}

// gauss16 is the integral of f over from..from+2·half by the Gauss–Legendre
// rule with 16 points.
func gauss16(from, half float64, f func(float64) float64) float64 {
	mid, sum := from+half, 0.0
	for _, n := range gaussNodes {
		sum += n.weight * (f(mid-half*n.at) + f(mid+half*n.at))
	}
	return half * sum
}

// gaussNodes are the positive roots of the Legendre polynomial P₁₆ and their
// weights 2/((1−x²)P₁₆'(x)²), computed to 45 digits by Newton's method.
var gaussNodes = [8]struct{ at, weight float64 }{
	{0.9894009349916499325961, 0.0271524594117540948517},
	{0.9445750230732325760779, 0.0622535239386478928628},
	{0.8656312023878317438804, 0.0951585116824927848099},
	{0.7554044083550030338951, 0.1246289712555338720524},
	{0.6178762444026437484466, 0.1495959888165767320815},
	{0.4580167776572273863424, 0.1691565193950025381893},
	{0.2816035507792589132304, 0.1826034150449235888667},
	{0.0950125098376374401853, 0.1894506104550684962853},
}
