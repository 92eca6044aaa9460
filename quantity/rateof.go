package quantity

import (
	"math"
	"math/rand/v2"
)

// RateOf is the yearly rate behind a chance over a number of years, draw by
// draw: λ = −ln(1−P)/Years, for events that come at a constant rate.
// Chance lies in 0..1 and reaches 1 with no weight; Years > 0.
type RateOf struct {
	Chance Dist
	Years  float64
}

// isLogit is the distribution of the chance's logit, where it has one: there
// 1−P keeps its digits however near P comes to 1.
func (d RateOf) isLogit() (latent, bool) {
	switch c := d.Chance.(type) {
	case LogitNormal:
		return c.latent(), true
	case TwoPieceLogitNormal:
		return c.latent(), true
	}
	return latent{}, false
}

// rate is −ln(1−p)/Years; a p that rounds to 1 counts as the number just below.
func (d RateOf) rate(p float64) float64 {
	return -math.Log1p(-min(p, 1-0x1p-53)) / d.Years
}

// rateOfLogit is rate for a chance given by its logit.
func (d RateOf) rateOfLogit(y float64) float64 { return softplus(y) / d.Years }

// Mean is by quadrature, except for a constant chance.
func (d RateOf) Mean() float64 { return Expect(d, identity) }

// Variance is by quadrature.
func (d RateOf) Variance() float64 { return centralMoment2(d, d.Mean()) }

// Quantile is the rate behind the quantile of the chance.
func (d RateOf) Quantile(p float64) float64 {
	if l, ok := d.isLogit(); ok {
		return d.rateOfLogit(l.quantile(p))
	}
	return d.rate(d.Chance.Quantile(p))
}

// CDF is the chance's at 1 − exp(−x·Years).
func (d RateOf) CDF(x float64) float64 {
	if l, ok := d.isLogit(); ok {
		if x <= 0 {
			return 0
		}
		return l.cdf(softplusInverse(x * d.Years))
	}
	return d.Chance.CDF(-math.Expm1(-x * d.Years))
}

// Rand is one draw.
func (d RateOf) Rand(r *rand.Rand) float64 {
	if l, ok := d.isLogit(); ok {
		return d.rateOfLogit(l.rand(r))
	}
	return d.rate(d.Chance.Rand(r))
}

func (d RateOf) expect(g func(float64) float64, kinks []float64) float64 {
	at := make([]float64, 0, len(kinks))
	if l, ok := d.isLogit(); ok {
		for _, k := range kinks {
			if k > 0 {
				at = append(at, softplusInverse(k*d.Years))
			}
		}
		return l.expect(func(y float64) float64 { return g(d.rateOfLogit(y)) }, at)
	}
	for _, k := range kinks {
		at = append(at, -math.Expm1(-k*d.Years))
	}
	return ExpectAt(d.Chance, func(p float64) float64 { return g(d.rate(p)) }, at...)
}

// softplus is ln(1+exp y), which is −ln(1−p) for p with logit y.
func softplus(y float64) float64 {
	return max(y, 0) + math.Log1p(math.Exp(-math.Abs(y)))
}

// softplusInverse is ln(exp(v)−1) for v > 0.
func softplusInverse(v float64) float64 {
	if v > 1 {
		return v + math.Log1p(-math.Exp(-v))
	}
	return math.Log(math.Expm1(v))
}
