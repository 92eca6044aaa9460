package quantity

import "math"

// z95 is Φ⁻¹(0.95): a 90 % interval reaches from z95 standard deviations below
// the median to z95 above it.
const z95 = 1.6448536269514722

// NormalCDF is Φ(x), the chance that a standard normal variable is at most x,
// with a relative error near the machine's also far in the lower tail.
func NormalCDF(x float64) float64 {
	return 0.5 * math.Erfc(-x/math.Sqrt2)
}

// normalDensity is φ(x), the density of the standard normal distribution.
func normalDensity(x float64) float64 {
	const invSqrt2Pi = 0.3989422804014326779399461
	return invSqrt2Pi * math.Exp(-0.5*x*x)
}

// NormalQuantile is Φ⁻¹(p): minus infinity for 0, infinity for 1, NaN outside 0..1.
//
// The middle is math.Erfinv. In the tails, where 1−2p loses the digits of p,
// it starts from Abramowitz and Stegun 26.2.23 (error below 4.5e-4) and takes
// two Halley steps, each of which cubes the error.
func NormalQuantile(p float64) float64 {
	switch {
	case math.IsNaN(p) || p < 0 || p > 1:
		return math.NaN()
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	case p > 0.925:
		return -lowerTailQuantile(1 - p) // exact: 1−p loses nothing for p ≥ ½
	case p < 0.075:
		return lowerTailQuantile(p)
	}
	return math.Sqrt2 * math.Erfinv(2*p-1)
}

// lowerTailQuantile is Φ⁻¹(p) for 0 < p < 0.075.
func lowerTailQuantile(p float64) float64 {
	t := math.Sqrt(-2 * math.Log(p))
	x := (2.515517+t*(0.802853+t*0.010328))/(1+t*(1.432788+t*(0.189269+t*0.001308))) - t
	for range 2 {
		u := (NormalCDF(x) - p) / normalDensity(x)
		x -= u / (1 + 0.5*x*u)
	}
	return x
}
