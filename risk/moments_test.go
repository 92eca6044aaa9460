package risk_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/parleysec/parley/risk"
)

// normal95 is the 95th percentile of the normal distribution.
const normal95 = 1.6448536269514722

// logNormalMoments are E[X] and E[X²] of a log-normal loss with these 5th and 95th
// percentiles: e^(μ+σ²/2), e^(2μ+2σ²).
func logNormalMoments(low, high float64) (first, second float64) {
	mu, sigma := (math.Log(low)+math.Log(high))/2, (math.Log(high)-math.Log(low))/(2*normal95)
	return math.Exp(mu + sigma*sigma/2), math.Exp(2*mu + 2*sigma*sigma)
}

// overScores is the mean of a function of a standard normal score, by the
// trapezoidal rule, which for such an integrand is exact to rounding.
func overScores(f func(z float64) float64) float64 {
	const step = 1.0 / 64
	sum := 0.0
	for i := -9 * 64; i <= 9*64; i++ {
		z := float64(i) * step
		sum += f(z) * math.Exp(-z*z/2)
	}
	return sum * step / math.Sqrt(2*math.Pi)
}

// varianceOf is the variance of a year's loss over simulated years, with what its
// own standard error is where the years' excess kurtosis is at most 20.
func varianceOf(sim *risk.Simulation) (variance, standardError float64) {
	n := float64(sim.Trials)
	variance = sim.StandardError * sim.StandardError * n
	return variance, variance * math.Sqrt(22/n)
}

// TestVarianceOfAYear holds how years differ, which means do not show, against
// closed forms. Of a compound sum with a random rate Λ it is
// E[Λ]·E[X²] + Var(Λ)·E[X]² (Campbell's theorem and the law of total variance); of
// an event that comes at most once p·E[X²] − p²·E[X]².
func TestVarianceOfAYear(t *testing.T) {
	const low, high = 1000.0, 3000.0
	x, xx := logNormalMoments(low, high)
	rate, rates := logNormalMoments(1, 4)
	share := func(z float64) float64 { // logit-normal with percentiles 20 % and 80 %
		return 1 / (1 + math.Exp(-z*math.Log(4)/normal95))
	}
	stops := overScores(share)
	spread := overScores(func(z float64) float64 { return (share(z) - stops) * (share(z) - stops) })
	for _, c := range []struct {
		name, likelihood, against string
		want                      float64
	}{
		{"certain rate", "2 per year", "", 2 * xx},
		{"rare", "0.05 per year", "", 0.05 * xx},
		{"uncertain rate", "1..4 per year", "", rate*xx + (rates-rate*rate)*x*x},
		{"clustered", "2 per year, clustered: 80%", "", 2*xx + 0.64*4*x*x},
		{"at most once", "30% within 1 year, at_most_once: true", "", 0.3*xx - 0.09*x*x},
		{"certain share of events", "2 per year", "likelihood: 60%", 0.8 * xx},
		{"certain share of the loss", "2 per year", "impact: 60%", 2 * 0.16 * xx},
		{"uncertain share of events", "2 per year", "likelihood: 20%..80%", 2*(1-stops)*xx + 4*spread*x*x},
		{"uncertain share of the loss", "2 per year", "impact: 20%..80%", 2*((1-stops)*(1-stops)+spread)*xx + 4*spread*x*x},
	} {
		with, s := "", risk.Scenario{}
		if c.against != "" {
			with = "mitigations: [{id: m, title: M, cost: {once: 1}, against: [{threat: t, " + c.against + "}]}]"
			s.Mitigations = []string{"m"}
		}
		p := compile(t, oneThreat("horizon: 1 year", fmt.Sprintf("likelihood: %s, impact: {says: x, financial: %v..%v}", c.likelihood, low, high), with))
		got, se := varianceOf(simulate(t, p, s, risk.SimOptions{Trials: risk.Draws(60_000), TotalsOnly: true}))
		if math.Abs(got-c.want) > 4*se {
			t.Errorf("%s: variance %.5g ± %.2g, want %.5g", c.name, got, se, c.want)
		}
	}
}

// TestThreatsStoppedByOneLayerMoveTogether: with one uncertain share S for two
// threats the variance of their sum has Var(S)·(Σ λ·E[X])², with a share of its
// own for each only Var(S)·Σ (λ·E[X])².
func TestThreatsStoppedByOneLayerMoveTogether(t *testing.T) {
	const low, high, often = 1000.0, 3000.0, 60.0
	x, xx := logNormalMoments(low, high)
	share := func(z float64) float64 { return 1 / (1 + math.Exp(-z*math.Log(4)/normal95)) }
	stops := overScores(share)
	spread := overScores(func(z float64) float64 { return (share(z) - stops) * (share(z) - stops) })
	text := head + "policy: {horizon: 1 year}\nthreats:\n"
	for i := range 2 {
		text += fmt.Sprintf("  - {id: t%d, title: T, likelihood: %v per year, impact: {says: x, financial: %v..%v}}\n", i, often, low, high)
	}
	text += "mitigations:\n" +
		"  - {id: both, title: B, cost: {once: 1}, against: [{threat: t0, likelihood: 20%..80%}, {threat: t1, likelihood: 20%..80%}]}\n" +
		"  - {id: one, title: O, cost: {once: 1}, against: [{threat: t0, likelihood: 20%..80%}]}\n" +
		"  - {id: two, title: T, cost: {once: 1}, against: [{threat: t1, likelihood: 20%..80%}]}\n"
	p := compile(t, text)
	within, between := 2*often*(1-stops)*xx, spread*often*often*x*x
	for _, c := range []struct {
		with []string
		want float64
	}{{[]string{"both"}, within + 4*between}, {[]string{"one", "two"}, within + 2*between}} {
		got, se := varianceOf(simulate(t, p, risk.Scenario{Mitigations: c.with}, risk.SimOptions{Trials: risk.Draws(8000), TotalsOnly: true}))
		if math.Abs(got-c.want) > 4*se {
			t.Errorf("%v: variance %.5g ± %.2g, want %.5g", c.with, got, se, c.want)
		}
	}
	if between < within {
		t.Errorf("the years differ by chance, %v, more than by the share, %v: nothing is shown", within, between)
	}
}
