package quantity

import "math/rand/v2"

// Dist is a one-dimensional probability distribution. Implementations are
// small immutable values and safe for concurrent use.
type Dist interface {
	Mean() float64              // exact: closed form, or quadrature with relative error below 1e-10
	Variance() float64          // same accuracy as Mean
	Quantile(p float64) float64 // smallest x with CDF(x) ≥ p, p in 0..1
	CDF(x float64) float64
	Rand(r *rand.Rand) float64 // one draw; the number of draws taken from r may vary
}

// Constant is a quantity known for certain.
type Constant float64

// Mean is the constant.
func (c Constant) Mean() float64 { return float64(c) }

// Variance is 0.
func (c Constant) Variance() float64 { return 0 }

// Quantile is the constant for every p.
func (c Constant) Quantile(float64) float64 { return float64(c) }

// CDF is 1 from the constant on, 0 below it.
func (c Constant) CDF(x float64) float64 {
	if x < float64(c) {
		return 0
	}
	return 1
}

// Rand is the constant.
func (c Constant) Rand(*rand.Rand) float64 { return float64(c) }

func (c Constant) expect(g func(float64) float64, _ []float64) float64 { return g(float64(c)) }
