package risk

import (
	"math"
	"testing"

	"github.com/parleysec/parley/quantity"
)

// wrapped hides the family of a distribution.
type wrapped struct{ quantity.Dist }

func TestSumOf(t *testing.T) {
	x := newInput(quantity.LogNormalFrom(10, 40))
	f := sumOf([]part{{constant(5), 2}, {x, 3}})
	closeTo(t, "mean", f.Mean, 10+3*x.mean, 1e-12)
	closeTo(t, "p5", f.P5, 40, 1e-9)
	closeTo(t, "p95", f.P95, 130, 1e-9)
	closeTo(t, "a constant", sumOf([]part{{constant(5), 2}}).P95, 10, 0)

	// Two uniforms: the sum is triangular on 0..2, its 5 % quantile √0.1.
	u := newInput(quantity.Uniform{Min: 0, Max: 1})
	f = sumOf([]part{{u, 1}, {u, 1}})
	closeTo(t, "p5 of a triangle", f.P5, math.Sqrt(0.1), 5e-3)
	closeTo(t, "p95 of a triangle", f.P95, 2-math.Sqrt(0.1), 5e-3)
}

// TestLattice integrates a product of two uncertain inputs and a smooth function
// of three, whose means are known.
func TestLattice(t *testing.T) {
	d := quantity.LogNormalFrom(0.5, 2)
	dists := []quantity.Dist{d, d, quantity.Uniform{Min: 0, Max: 1}}
	x := make([]float64, 3)
	got := expectLattice(dists, x, func() float64 { return math.Exp(-x[2]) * x[0] / (1 + x[1]) })
	want := (1 - math.Exp(-1)) * d.Mean() * quantity.Expect(d, func(v float64) float64 { return 1 / (1 + v) })
	closeTo(t, "lattice", got, want, 2e-4*want)
	got = expectPair(dists[:2], x[:2], func() float64 { return x[0] / (1 + x[1]) })
	closeTo(t, "pair", got, want/(1-math.Exp(-1)), 1e-9*want)
}

// TestFromScore is the quantile at Φ(z), by another way.
func TestFromScore(t *testing.T) {
	chance := quantity.LogitNormalFrom(0.2, 0.6)
	for _, d := range []quantity.Dist{
		quantity.Constant(3), quantity.LogNormalFrom(1, 9), quantity.TwoPieceLogNormalFrom(1, 2, 9), chance,
		quantity.TwoPieceLogitNormalFrom(0.1, 0.3, 0.4),
		quantity.RateOf{Chance: chance, Years: 2},
		quantity.RateOf{Chance: quantity.TwoPieceLogitNormalFrom(0.1, 0.3, 0.4), Years: 2},
		quantity.RateOf{Chance: quantity.Uniform{Min: 0, Max: 0.4}, Years: 2},
		quantity.Uniform{Min: 2, Max: 5},
		quantity.PERT{Min: 1, Mode: 2, Max: 9},
		quantity.Scaled{Dist: quantity.LogNormalFrom(1, 9), Factor: 3},
		chanceOver{quantity.LogNormalFrom(0.1, 2), 3},
	} {
		for _, z := range []float64{-3, -1, -0.1, 0, 0.4, 2.5} {
			want := d.Quantile(quantity.NormalCDF(z))
			if got := fromScore(d, z); math.Abs(got-want) > 1e-9*math.Abs(want) {
				t.Errorf("%T at %v: %v, want %v", d, z, got, want)
			}
		}
	}
}

// TestChanceOver holds the distribution of a chance against its definition.
func TestChanceOver(t *testing.T) {
	d := chanceOver{quantity.LogNormalFrom(0.1, 2), 3}
	for _, p := range []float64{0.05, 0.5, 0.99} {
		q := d.Quantile(p)
		closeTo(t, "quantile", q, 1-math.Exp(-3*d.Rate.Quantile(p)), 1e-12)
		closeTo(t, "distribution", d.CDF(q), p, 1e-9)
	}
	closeTo(t, "beyond", d.CDF(1), 1, 0)
	mean := quantity.Expect(wrapped{d}, func(x float64) float64 { return x })
	closeTo(t, "mean", d.Mean(), mean, 1e-9)
	closeTo(t, "variance", d.Variance(), quantity.Expect(wrapped{d}, func(x float64) float64 { return (x - mean) * (x - mean) }), 1e-9)
}

// TestQuantilesAndShortfall on a sample small enough to work out by hand.
func TestQuantilesAndShortfall(t *testing.T) {
	s := &Simulation{}
	for _, x := range []int64{0, 0, 0, 0, 0, 10, 10, 20, 20, 40} {
		s.sorted = append(s.sorted, x*unitsPer)
	}
	for p, want := range map[float64]float64{0: 0, 0.5: 0, 0.51: 10, 0.7: 10, 0.71: 20, 0.9: 20, 0.95: 40, 1: 40} {
		closeTo(t, "quantile", s.Quantile(p), want, 0)
	}
	for loss, want := range map[float64]float64{-1: 1, 0: 0.5, 9.99: 0.5, 10: 0.3, 20: 0.1, 40: 0} {
		got, _ := s.Exceedance(loss)
		closeTo(t, "exceedance", got, want, 1e-15)
	}
	for p, want := range map[float64]float64{0.9: 40, 0.8: 30, 0.75: (40 + 20 + 10) / 2.5, 0.5: 20, 0: 10} {
		got, _ := s.Shortfall(p)
		closeTo(t, "shortfall", got, want, 1e-9)
	}
	if got := s.Losses(5); len(got) != 5 || got[0] != 0 || got[4] != 40 {
		t.Errorf("losses to draw: %v", got)
	}
}

// TestEventQuantiles compares the quantiles of an event's loss by the mixture
// over dependency states with those of a sample.
func TestEventQuantiles(t *testing.T) {
	p := mustCompile(t, `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 1 year}
dependencies: [{id: d, title: D, down: 30%}]
threats: [{id: t, title: T, likelihood: 1 per year, impact: {says: x, financial: 100..5000}}]
mitigations: [{id: m, title: M, relies_on: [d], against: [{threat: t, likelihood: 60%, impact: 80%}]}]
`)
	sources, err := p.sources(Scenario{Mitigations: []string{"m"}})
	if err != nil {
		t.Fatal(err)
	}
	exact, ok := sources[0].exactEvent()
	if !ok {
		t.Fatal("no closed form")
	}
	b := newBench(3)
	sampled := b.sampledEvent(sources[0])
	closeTo(t, "median", sampled.P50, exact.P50, 0.06*exact.P50)
	closeTo(t, "bad case", sampled.P95, exact.P95, 0.06*exact.P95)
}
