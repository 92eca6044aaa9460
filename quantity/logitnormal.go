package quantity

import (
	"math"
	"math/rand/v2"
)

// LogitNormal is the distribution of 1/(1+exp(−(Mu + Sigma·Z))), Z standard
// normal, on 0..1; Sigma ≥ 0.
type LogitNormal struct {
	Mu, Sigma float64
}

// LogitNormalFrom is the logit-normal distribution whose 5th and 95th
// percentiles are p5 and p95, 0 < p5 < p95 < 1.
func LogitNormalFrom(p5, p95 float64) LogitNormal {
	a, b := logit(p5), logit(p95)
	return LogitNormal{Mu: (a + b) / 2, Sigma: (b - a) / (2 * z95)}
}

func (d LogitNormal) latent() latent { return latent{d.Mu, d.Sigma, d.Sigma} }

// Mean is by quadrature; it has no closed form.
func (d LogitNormal) Mean() float64 { return logitExpect(d.latent(), identity, nil) }

// Variance is by quadrature.
func (d LogitNormal) Variance() float64 { return centralMoment2(d, d.Mean()) }

// Quantile is the logistic function of Mu + Sigma·Φ⁻¹(p).
func (d LogitNormal) Quantile(p float64) float64 { return logistic(d.latent().quantile(p)) }

// CDF is Φ((logit x − Mu)/Sigma), 0 below 0 and 1 above 1.
func (d LogitNormal) CDF(x float64) float64 { return logitCDF(d.latent(), x) }

// Rand is one draw.
func (d LogitNormal) Rand(r *rand.Rand) float64 { return logistic(d.latent().rand(r)) }

func (d LogitNormal) expect(g func(float64) float64, kinks []float64) float64 {
	return logitExpect(d.latent(), g, kinks)
}

// logit is ln(x/(1−x)), infinite at 0 and 1.
func logit(x float64) float64 { return math.Log(x) - math.Log1p(-x) }

// logistic is the inverse of logit.
func logistic(y float64) float64 {
	if y >= 0 {
		return 1 / (1 + math.Exp(-y))
	}
	e := math.Exp(y)
	return e / (1 + e)
}

func identity(x float64) float64 { return x }

func logitCDF(l latent, x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	return l.cdf(logit(x))
}

func logitExpect(l latent, g func(float64) float64, kinks []float64) float64 {
	ys := make([]float64, 0, len(kinks))
	for _, k := range kinks {
		if k > 0 && k < 1 {
			ys = append(ys, logit(k))
		}
	}
	return l.expect(func(y float64) float64 { return g(logistic(y)) }, ys)
}
