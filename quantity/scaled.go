package quantity

import "math/rand/v2"

// Scaled is Factor times a variable distributed as Dist; Factor ≥ 0.
type Scaled struct {
	Dist   Dist
	Factor float64
}

// Mean is Factor times the mean.
func (d Scaled) Mean() float64 { return d.Factor * d.Dist.Mean() }

// Variance is Factor² times the variance.
func (d Scaled) Variance() float64 { return d.Factor * d.Factor * d.Dist.Variance() }

// Quantile is Factor times the quantile.
func (d Scaled) Quantile(p float64) float64 {
	if d.Factor == 0 { // also where the quantile is infinite
		return 0
	}
	return d.Factor * d.Dist.Quantile(p)
}

// CDF is the chance of at most x.
func (d Scaled) CDF(x float64) float64 {
	if d.Factor == 0 {
		return Constant(0).CDF(x)
	}
	return d.Dist.CDF(x / d.Factor)
}

// Rand is one draw.
func (d Scaled) Rand(r *rand.Rand) float64 { return d.Factor * d.Dist.Rand(r) }

func (d Scaled) expect(g func(float64) float64, kinks []float64) float64 {
	if d.Factor == 0 {
		return g(0)
	}
	at := make([]float64, len(kinks))
	for i, k := range kinks {
		at[i] = k / d.Factor
	}
	return ExpectAt(d.Dist, func(x float64) float64 { return g(d.Factor * x) }, at...)
}
