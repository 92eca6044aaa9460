package risk

import (
	"math"
	"math/rand/v2"

	"github.com/parleysec/parley/quantity"
)

// at is the chance at one rate.
func (d chanceOver) at(rate float64) float64 { return -math.Expm1(-rate * d.Years) }

// Mean is by quadrature over the rate.
func (d chanceOver) Mean() float64 { return quantity.Expect(d.Rate, d.at) }

// Variance is by quadrature over the rate.
func (d chanceOver) Variance() float64 {
	m := d.Mean()
	return quantity.Expect(d.Rate, func(x float64) float64 { return (d.at(x) - m) * (d.at(x) - m) })
}

// Quantile is the chance at the rate's quantile.
func (d chanceOver) Quantile(p float64) float64 { return d.at(d.Rate.Quantile(p)) }

// CDF is the rate's at −ln(1−p)/Years.
func (d chanceOver) CDF(p float64) float64 {
	if p >= 1 {
		return 1
	}
	return d.Rate.CDF(-math.Log1p(-p) / d.Years)
}

// Rand is one draw.
func (d chanceOver) Rand(r *rand.Rand) float64 { return d.at(d.Rate.Rand(r)) }
