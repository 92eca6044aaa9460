package quantity

import "math/rand/v2"

// Beta is the beta distribution on 0..1 with parameters A and B, both positive:
// what is known of a share after A−1 and B−1 results for and against it.
type Beta struct {
	A, B float64
}

// Mean is A/(A+B).
func (d Beta) Mean() float64 { return d.A / (d.A + d.B) }

// Variance is AB/((A+B)²(A+B+1)).
func (d Beta) Variance() float64 {
	n := d.A + d.B
	return d.A * d.B / (n * n * (n + 1))
}

// Quantile is the inverse of CDF.
func (d Beta) Quantile(p float64) float64 {
	x, _ := betaDist{d.A, d.B}.quantile(p)
	return x
}

// CDF is the regularised incomplete beta function.
func (d Beta) CDF(x float64) float64 { return betaDist{d.A, d.B}.cdf(x, 1-x) }

// Rand is one draw.
func (d Beta) Rand(r *rand.Rand) float64 { return d.Quantile(r.Float64()) }
