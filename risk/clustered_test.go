package risk

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

const clusteredHead = "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 3 years, discount_rate: 0%, common_cause: 0%}\n"

// negativeBinomial is the chance of n events at mean m with shape k.
func negativeBinomial(n int, m, k float64) float64 {
	x := float64(n)
	a, _ := math.Lgamma(x + k)
	b, _ := math.Lgamma(k)
	c, _ := math.Lgamma(x + 1)
	return math.Exp(a - b - c + x*math.Log(m/(m+k)) + k*math.Log(k/(m+k)))
}

// TestClusteredCounts: with a loss of 1 an event a year's loss is the count,
// which is negative binomial; a barrier thins it and leaves the shape.
func TestClusteredCounts(t *testing.T) {
	t.Parallel()
	for _, cv := range []float64{0.3, 0.8, 1} {
		p := mustCompile(t, clusteredHead+fmt.Sprintf("threats: [{id: t, title: T, likelihood: 1.5 per year, clustered: %g%%, impact: {says: x, financial: 1}}]\n", 100*cv)+
			"mitigations: [{id: m, title: M, cost: {once: 0}, against: [{threat: t, likelihood: 60%}]}]\n")
		for mean, s := range map[float64]Scenario{1.5: {}, 0.6: {Mitigations: []string{"m"}}} {
			n := draws(200_000)
			sim, err := p.Simulate(t.Context(), s, SimOptions{Trials: n, Seed: 5})
			if err != nil {
				t.Fatal(err)
			}
			upTo, k := 0.0, 1/(cv*cv)
			for count := range 8 {
				upTo += negativeBinomial(count, mean, k)
				got, _ := sim.Exceedance(float64(count) + 0.5)
				closeTo(t, fmt.Sprintf("cv %v, mean %v: more than %d", cv, mean, count), got, 1-upTo, 4.5*math.Sqrt(upTo*(1-upTo)/float64(n)))
			}
			variance := mean + cv*cv*mean*mean
			closeTo(t, "mean", sim.Mean, mean, 4*math.Sqrt(variance/float64(n)))
			closeTo(t, "variance", sim.StandardError*sim.StandardError*float64(n), variance, 0.05*variance*math.Sqrt(200_000/float64(n)))
			e, err := p.Expect(s)
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, "expected", e.Annual, mean, 1e-12)
			closeTo(t, "chance in three years", e.Threats[0].ChanceWithinHorizon, 1-math.Pow(negativeBinomial(0, mean, k), 3), 1e-12)
			one, err := p.ChanceWithin(e.Threats[0].ID, s, 1)
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, "chance in one year", one, 1-negativeBinomial(0, mean, k), 1e-12)
		}
	}
}

// TestClusteredCurve compares the transform with the simulation, and with the
// chance of a year without loss; beside threats that are not clustered.
func TestClusteredCurve(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, clusteredHead+"threats:\n"+
		"  - {id: a, title: A, likelihood: 2 per year, clustered: 90%, impact: {says: x, financial: 2k..30k, reputation: {loss: 1k..9k, chance: 30%}}}\n"+
		"  - {id: b, title: B, likelihood: 0.4 per year, impact: {says: x, financial: 5k..50k}}\n"+
		"  - {id: c, title: C, likelihood: 1 per year, clustered: 50%, impact: {says: x, financial: 1k..20k}}\n")
	curve, err := p.Curve(Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	n := draws(400_000)
	sim, err := p.Simulate(t.Context(), Scenario{}, SimOptions{Trials: n, Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "none", 1-curve.Exceedance(0), negativeBinomial(0, 2, 1/0.81)*negativeBinomial(0, 1, 4)*math.Exp(-0.4), 1e-6)
	for _, q := range []float64{0.3, 0.5, 0.8, 0.95, 0.995} {
		at := sim.Quantile(q)
		want := curve.Exceedance(at)
		got, _ := sim.Exceedance(at)
		closeTo(t, fmt.Sprintf("exceedance of %v", at), got, want, 4.5*math.Sqrt(want*(1-want)/float64(n))+1e-6)
	}
}

// TestClusteredPaths: over three and a half years of dated events the count has
// the variance of independent years, half a one at the end, and falls evenly.
func TestClusteredPaths(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, strings.Replace(clusteredHead, "3 years", "42 months", 1)+
		"threats: [{id: t, title: T, likelihood: 1.5 per year, clustered: 80%, impact: {says: x, financial: 1}, treatments: [{id: stop, kind: avoid, title: S, cost: {once: 0}}]}]\n")
	for start, years := range map[float64][]float64{0: {1, 1, 1, 0.5}, 1.25: {0.75, 1, 0.5}} {
		c := Choice{Treatments: []string{"stop"}, Start: start}
		got, _ := sampleNetBenefit(t, p, c, draws(64))
		mean, variance := 0.0, 0.0
		for _, part := range years {
			mean += 1.5 * part
			variance += 1.5*part + 0.64*1.5*1.5*part*part
		}
		closeTo(t, "mean", got.mean(), mean, 4*got.standardError())
		n := got.standardError() * got.standardError() * got.n
		closeTo(t, "variance", n, variance, 0.03*variance*math.Sqrt(64/float64(draws(64))))
	}
	want := 1 - math.Pow(negativeBinomial(0, 1.5, 1/0.64), 3)*negativeBinomial(0, 0.75, 1/0.64)
	e, err := p.Expect(Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "chance", e.Threats[0].ChanceWithinHorizon, want, 1e-12)
}

// TestClusteredBounds: nearly no difference between years is none, a single event
// cannot be clustered, a range counts at its mean.
func TestClusteredBounds(t *testing.T) {
	file := func(fields string) string {
		return clusteredHead + "threats: [{id: t, title: T, " + fields + ", impact: {says: x, financial: 1}}]\n"
	}
	p := mustCompile(t, file("likelihood: 1 per year, clustered: 0.01%"))
	e, err := p.Expect(Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "nearly Poisson", e.Threats[0].ChanceWithinHorizon, -math.Expm1(-3), 1e-7)
	if p := mustCompile(t, file("likelihood: 1 per year, clustered: 0%")); p.threats[0].shape != 0 {
		t.Errorf("no difference between years has shape %v", p.threats[0].shape)
	}
	if p := mustCompile(t, file("likelihood: 1 per year, clustered: 40%..80%")); len(p.Warnings()) != 1 {
		t.Errorf("warnings: %+v", p.Warnings())
	}
	m := readModel(t, file("likelihood: 30% within 1 year, clustered: 50%"))
	m.Threats[0].AtMostOnce = true
	_, err = Compile(m, Options{})
	if err == nil || !strings.Contains(err.Error(), "cannot be clustered") {
		t.Errorf("a single event is clustered: %v", err)
	}
}
