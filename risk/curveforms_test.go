package risk_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// TestCurveOfOneEvent: what happens at most once has its curve in closed form:
// exceedance P·(1 − F(x)), and the mean of the worst years by the log-normal's
// partial mean E[L; L > q] = E[L]·Φ(σ − (ln q − μ)/σ).
func TestCurveOfOneEvent(t *testing.T) {
	const chance = 0.3
	l := quantity.LogNormalFrom(5000, 80_000)
	p := compile(t, oneThreat("horizon: 1 year", "likelihood: 30% within 1 year, at_most_once: true, impact: {says: x, financial: 5k..80k}"))
	c, err := p.Curve(risk.Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", c.Mean, chance*l.Mean(), 1e-12)
	for _, x := range []float64{0, 1, 900, 5000, 20_000, 80_000, 1e6} {
		if got, want := c.Exceedance(x), chance*(1-l.CDF(x)); math.Abs(got-want) > 1e-6 {
			t.Errorf("exceedance of %v is %v, want %v", x, got, want)
		}
	}
	for _, q := range []float64{0.71, 0.8, 0.95, 0.999} {
		at := l.Quantile(1 - (1-q)/chance)
		near(t, "quantile", c.Quantile(q), at, 2e-4)
		z := (math.Log(at) - l.Mu) / l.Sigma
		near(t, "shortfall", c.Shortfall(q), chance*l.Mean()*quantity.NormalCDF(l.Sigma-z)/(1-q), 2e-4)
	}
	for _, q := range []float64{0, 0.3, 0.6999} {
		if got := c.Quantile(q); got != 0 {
			t.Errorf("quantile %v is %v in years of which 70 %% have no loss", q, got)
		}
	}
}

// TestCurveLaws on random portfolios: exceedance falls, quantiles are where it
// crosses, the mean of the worst years lies above the quantile and rises with it,
// nothing is below 0, and the end is no wall.
func TestCurveLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 13))
	for n := range risk.Draws(10) {
		c, err := compile(t, randomCertainFile(rng)).Curve(risk.Scenario{})
		if err != nil {
			t.Fatal(err)
		}
		at, exceed := c.Points(200)
		if len(at) != 200 || at[0] != 0 || exceed[0] != c.Exceedance(0) || c.Exceedance(-1) != 1 {
			t.Fatalf("portfolio %d begins with %v, %v", n, at[0], exceed[0])
		}
		for i := 1; i < len(at); i++ {
			if at[i] <= at[i-1] || exceed[i] > exceed[i-1] || exceed[i] < 0 {
				t.Fatalf("portfolio %d: %v at %v after %v at %v", n, exceed[i], at[i], exceed[i-1], at[i-1])
			}
		}
		end := at[len(at)-1]
		near(t, "twice as far", c.Exceedance(2*end), exceed[len(at)-1]/4, 1e-9)
		lower := c.Shortfall(0)
		near(t, "the worst of all years", lower, c.Mean, 1e-6)
		for _, p := range []float64{0.5, 0.9, 0.95, 0.99, 0.999} {
			q := c.Quantile(p)
			if q > 0 && math.Abs(c.Exceedance(q)-(1-p)) > 1e-9 {
				t.Errorf("portfolio %d: quantile %v is exceeded with chance %v", n, p, c.Exceedance(q))
			}
			worst := c.Shortfall(p)
			if worst < q || worst < lower {
				t.Errorf("portfolio %d: the worst %v of years lose %v, their least %v, more years %v", n, 1-p, worst, q, lower)
			}
			lower = worst
		}
	}
}
