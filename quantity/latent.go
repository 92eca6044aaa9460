package quantity

import (
	"math"
	"math/rand/v2"
)

// latent is the distribution on the logarithmic or logit scale behind the
// log-normal and logit-normal families: normal with one standard deviation
// below the median and another above, half of the mass on either side. Equal
// deviations make it the normal distribution.
type latent struct {
	median, below, above float64
}

// latentFrom has the 5th, 50th and 95th percentiles a ≤ m ≤ b.
func latentFrom(a, m, b float64) latent {
	return latent{median: m, below: (m - a) / z95, above: (b - m) / z95}
}

// at is the point z standard deviations from the median.
func (l latent) at(z float64) float64 {
	sd := l.above
	if z < 0 {
		sd = l.below
	}
	if sd == 0 { // an infinite z times no spread is no distance
		return l.median
	}
	return l.median + sd*z
}

func (l latent) quantile(p float64) float64 { return l.at(NormalQuantile(p)) }

func (l latent) rand(r *rand.Rand) float64 { return l.at(r.NormFloat64()) }

// z is the inverse of at.
func (l latent) z(y float64) float64 {
	d := y - l.median
	sd := l.above
	if d < 0 {
		sd = l.below
	}
	if d == 0 || sd == 0 {
		if d == 0 && l.above > 0 {
			return 0
		}
		return math.Inf(int(math.Copysign(1, d)))
	}
	return d / sd
}

func (l latent) cdf(y float64) float64 { return NormalCDF(l.z(y)) }

// expect is E[h(Y)], Y having this distribution; h may have kinks at the given
// values of Y. It integrates h·φ over z on either side of the median.
func (l latent) expect(h func(y float64) float64, kinks []float64) float64 {
	return l.half(-1, l.below, h, kinks) + l.half(1, l.above, h, kinks)
}

// half is the contribution of the side with the given sign and deviation.
//
// With h growing like exp(2y), as for second moments on the logarithmic scale,
// the integrand peaks 2 sd from the centre, hence the reach. The panels are so
// short that h, seen from z, is as smooth as seen from y: the functions that
// matter (logistic, exp(−exp y)) have their nearest trouble about π off the
// real axis of y.
func (l latent) half(sign, sd float64, h func(float64) float64, kinks []float64) float64 {
	if sd == 0 {
		return 0.5 * h(l.median)
	}
	reach := min(10+2*sd, maxZ)
	cuts := make([]float64, 0, len(kinks))
	for _, k := range kinks {
		if z := sign * (k - l.median) / sd; z > 0 && z < reach {
			cuts = append(cuts, z)
		}
	}
	return integratePanels(0, reach, min(1, 2/sd), cuts, func(z float64) float64 {
		return normalDensity(z) * h(l.median+sign*sd*z)
	})
}

// maxZ is where the normal density leaves the range of normal floating-point numbers.
const maxZ = 37.5
