package quantity

import (
	"math"
	"math/rand/v2"
)

// LogNormal is the distribution of exp(Mu + Sigma·Z), Z standard normal; Sigma ≥ 0.
type LogNormal struct {
	Mu, Sigma float64
}

// LogNormalFrom is the log-normal distribution whose 5th and 95th percentiles
// are p5 and p95, 0 < p5 < p95: Mu = (ln p5 + ln p95)/2,
// Sigma = (ln p95 − ln p5)/(2·1.6449).
func LogNormalFrom(p5, p95 float64) LogNormal {
	a, b := math.Log(p5), math.Log(p95)
	return LogNormal{Mu: (a + b) / 2, Sigma: (b - a) / (2 * z95)}
}

func (d LogNormal) latent() latent { return latent{d.Mu, d.Sigma, d.Sigma} }

// Mean is exp(Mu + Sigma²/2).
func (d LogNormal) Mean() float64 { return math.Exp(d.Mu + d.Sigma*d.Sigma/2) }

// Variance is (exp(Sigma²) − 1)·exp(2·Mu + Sigma²).
func (d LogNormal) Variance() float64 {
	s2 := d.Sigma * d.Sigma
	return math.Expm1(s2) * math.Exp(2*d.Mu+s2)
}

// Quantile is exp(Mu + Sigma·Φ⁻¹(p)).
func (d LogNormal) Quantile(p float64) float64 { return math.Exp(d.latent().quantile(p)) }

// CDF is Φ((ln x − Mu)/Sigma), 0 for x ≤ 0.
func (d LogNormal) CDF(x float64) float64 { return logCDF(d.latent(), x) }

// Rand is one draw.
func (d LogNormal) Rand(r *rand.Rand) float64 { return math.Exp(d.latent().rand(r)) }

func (d LogNormal) expect(g func(float64) float64, kinks []float64) float64 {
	return logExpect(d.latent(), g, kinks)
}

func logCDF(l latent, x float64) float64 {
	if x <= 0 {
		return 0
	}
	return l.cdf(math.Log(x))
}

func logExpect(l latent, g func(float64) float64, kinks []float64) float64 {
	ys := make([]float64, 0, len(kinks))
	for _, k := range kinks {
		if k > 0 {
			ys = append(ys, math.Log(k))
		}
	}
	return l.expect(func(y float64) float64 { return g(math.Exp(y)) }, ys)
}
