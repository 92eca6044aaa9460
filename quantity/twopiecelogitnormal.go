package quantity

import "math/rand/v2"

// TwoPieceLogitNormal is [TwoPieceLogNormal] on the logit scale, for chances
// and shares in 0..1: the median is the logistic function of Mu, and half of
// the mass lies on either side of it.
type TwoPieceLogitNormal struct {
	Mu, Below, Above float64
}

// TwoPieceLogitNormalFrom is the two-piece logit-normal distribution with these
// 5th, 50th and 95th percentiles, 0 < p5 ≤ p50 ≤ p95 < 1.
func TwoPieceLogitNormalFrom(p5, p50, p95 float64) TwoPieceLogitNormal {
	l := latentFrom(logit(p5), logit(p50), logit(p95))
	return TwoPieceLogitNormal{l.median, l.below, l.above}
}

func (d TwoPieceLogitNormal) latent() latent { return latent{d.Mu, d.Below, d.Above} }

// Mean is by quadrature.
func (d TwoPieceLogitNormal) Mean() float64 { return logitExpect(d.latent(), identity, nil) }

// Variance is by quadrature.
func (d TwoPieceLogitNormal) Variance() float64 { return centralMoment2(d, d.Mean()) }

// Quantile is the logistic function of the median plus the deviation of p's
// side times Φ⁻¹(p).
func (d TwoPieceLogitNormal) Quantile(p float64) float64 { return logistic(d.latent().quantile(p)) }

// CDF is Φ((logit x − Mu)/sd), sd that of the side of x.
func (d TwoPieceLogitNormal) CDF(x float64) float64 { return logitCDF(d.latent(), x) }

// Rand is one draw.
func (d TwoPieceLogitNormal) Rand(r *rand.Rand) float64 { return logistic(d.latent().rand(r)) }

func (d TwoPieceLogitNormal) expect(g func(float64) float64, kinks []float64) float64 {
	return logitExpect(d.latent(), g, kinks)
}
