package quantity

import (
	"math"
	"math/rand/v2"
)

// TwoPieceLogNormal is the distribution of exp(Mu + Below·Z) for Z < 0 and
// exp(Mu + Above·Z) for Z ≥ 0, Z standard normal: the median is exp(Mu) and
// half of the mass lies on either side of it.
type TwoPieceLogNormal struct {
	Mu, Below, Above float64
}

// TwoPieceLogNormalFrom is the two-piece log-normal distribution with these
// 5th, 50th and 95th percentiles, 0 < p5 ≤ p50 ≤ p95: on the logarithmic scale
// Below = (m−a)/1.6449, Above = (b−m)/1.6449.
func TwoPieceLogNormalFrom(p5, p50, p95 float64) TwoPieceLogNormal {
	l := latentFrom(math.Log(p5), math.Log(p50), math.Log(p95))
	return TwoPieceLogNormal{l.median, l.below, l.above}
}

func (d TwoPieceLogNormal) latent() latent { return latent{d.Mu, d.Below, d.Above} }

// Mean is exp(Mu)·(exp(Below²/2)·Φ(−Below) + exp(Above²/2)·Φ(Above)).
func (d TwoPieceLogNormal) Mean() float64 { return math.Exp(d.Mu) * d.moment(1) }

// moment is the n-th moment of the distribution divided by exp(n·Mu).
func (d TwoPieceLogNormal) moment(n float64) float64 {
	b, a := n*d.Below, n*d.Above
	return math.Exp(b*b/2)*NormalCDF(-b) + math.Exp(a*a/2)*NormalCDF(a)
}

// Variance is closed like Mean, or by quadrature where the difference of
// moments would cancel.
func (d TwoPieceLogNormal) Variance() float64 {
	if max(d.Below, d.Above) < 0.5 {
		return centralMoment2(d, d.Mean())
	}
	m := d.moment(1)
	return math.Exp(2*d.Mu) * (d.moment(2) - m*m)
}

// Quantile is exp of the median plus the deviation of p's side times Φ⁻¹(p).
func (d TwoPieceLogNormal) Quantile(p float64) float64 { return math.Exp(d.latent().quantile(p)) }

// CDF is Φ((ln x − Mu)/sd), sd that of the side of x; 0 for x ≤ 0.
func (d TwoPieceLogNormal) CDF(x float64) float64 { return logCDF(d.latent(), x) }

// Rand is one draw.
func (d TwoPieceLogNormal) Rand(r *rand.Rand) float64 { return math.Exp(d.latent().rand(r)) }

func (d TwoPieceLogNormal) expect(g func(float64) float64, kinks []float64) float64 {
	return logExpect(d.latent(), g, kinks)
}
