package risk

import (
	"math"

	"github.com/parleysec/parley/quantity"
)

// Exceeds is P(A > B) for independent A and B: the share of attempts by people of
// capability A that controls of strength B do not withstand (The Open Group,
// O-RT, susceptibility). For two logit-normal scores it is
// Φ((μ_A−μ_B)/√(σ_A²+σ_B²)), for two single numbers 1 or 0, else the mean of
// P(B < A), by quadrature cut at the normal scores −8..8 of B, between which its
// distribution function is smooth however narrow it is.
func Exceeds(a, b quantity.Dist) float64 {
	if x, ok := a.(quantity.LogitNormal); ok {
		if y, ok := b.(quantity.LogitNormal); ok {
			return quantity.NormalCDF((x.Mu - y.Mu) / math.Hypot(x.Sigma, y.Sigma))
		}
	}
	if x, ok := a.(quantity.Constant); ok {
		if y, ok := b.(quantity.Constant); ok {
			if x > y {
				return 1
			}
			return 0
		}
	}
	if y, ok := b.(quantity.Constant); ok {
		return 1 - a.CDF(float64(y))
	}
	var cuts []float64
	for z := -8.0; z <= 8; z++ {
		cuts = append(cuts, fromScore(b, z))
	}
	return quantity.ExpectAt(a, b.CDF, append(cuts, b.Quantile(0), b.Quantile(1))...)
}
