package risk

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/quantity"
)

// drawParts is a threat with losses of its own chances behind two gates, all
// certain, in one cell that everything passes.
func drawParts(t *rapid.T) *threat {
	chance := rapid.Float64Range(0, 1)
	th := &threat{id: "t"}
	for g := range rapid.IntRange(0, 2).Draw(t, "gates") {
		th.gates = append(th.gates, constant(chance.Draw(t, fmt.Sprintf("gate %d", g))))
	}
	for k := range rapid.IntRange(1, 5).Draw(t, "kinds") {
		th.losses = append(th.losses, kindLoss{
			place: k, gate: rapid.IntRange(noGate, len(th.gates)-1).Draw(t, "gate"),
			amount: constant(float64(int(1) << k)), chance: constant(chance.Draw(t, "chance")),
		})
	}
	th.sumLosses()
	return th
}

// cellOfParts is the same as an event of the exact curve.
func cellOfParts(t *threat) eventCell {
	c := eventCell{weight: 1}
	for _, g := range t.gates {
		c.gates = append(c.gates, g.mean)
	}
	for k := range t.losses {
		l := &t.losses[k]
		c.kinds = append(c.kinds, component{weight: l.chance.mean, gate: l.gate, left: 1, dist: l.amount.dist})
	}
	return c
}

// TestOutcomesOfParts: the chances of all outcomes of an event add up to 1; from
// them follow the mean, the share without any loss and what the curve takes for it.
func TestOutcomesOfParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		th := drawParts(t)
		all, mean := 0.0, 0.0
		occurs := make([]float64, len(th.losses))
		for mask := range 1 << len(th.losses) {
			p := th.happens(mask)
			if p < 0 || p > 1 {
				t.Fatalf("outcome %b has the chance %v", mask, p)
			}
			all += p
			for k := range th.losses {
				if mask>>k&1 == 1 {
					occurs[k] += p
					mean += p * th.losses[k].amount.mean
				}
			}
		}
		cell := cellOfParts(th)
		none, known := th.noLoss()
		sum := eventSum{cells: []eventCell{cell}}
		for what, x := range map[string][2]float64{
			"all outcomes": {all, 1}, "mean": {mean, th.lossMean}, "no loss": {none, th.happens(0)}, "any loss": {sum.anyLoss(), 1 - none},
		} {
			if math.Abs(x[0]-x[1]) > 1e-12*max(1, x[1]) {
				t.Fatalf("%s: %v, want %v", what, x[0], x[1])
			}
		}
		if !known {
			t.Fatal("certain chances are not known")
		}
		for k := range occurs {
			if math.Abs(occurs[k]-th.occurs(k)) > 1e-12 || math.Abs(occurs[k]-cell.occurs(&cell.kinds[k])) > 1e-12 {
				t.Fatalf("kind %d happens in %v of outcomes; %v as stated, %v in the curve", k, occurs[k], th.occurs(k), cell.occurs(&cell.kinds[k]))
			}
		}
	})
}

// TestDrawnParts: the share of drawn events with each set of losses is the chance
// of that outcome, and the mean given a trial's inputs averages to the mean.
func TestDrawnParts(t *testing.T) {
	th := &threat{id: "t", gates: []input{newInput(quantity.LogitNormalFrom(0.2, 0.6)), constant(0.4)}}
	for k, gate := range []int{noGate, 0, 0, 1} {
		th.losses = append(th.losses, kindLoss{place: k, gate: gate, amount: constant(float64(int(1) << k)), chance: constant([]float64{0.9, 1, 0.5, 0.7}[k])})
	}
	th.sumLosses()
	th.multiply([]factor{{constant(1), RateItself}})
	src := &source{t: th, key: keyOf("t"), cells: []sourceCell{{prob: 1, pass: 1, left: 1}}}
	for k := range th.losses {
		src.severity = append(src.severity, samplerOf(th.losses[k].amount.dist))
	}
	b := newBench(5)
	counts, mean, events := make([]int, 16), 0.0, 0
	for block := range 12 {
		b.open(block)
		b.prepare(src)
		b.from = streamOf(5, 1, uint64(block))
		chances := streamOf(5, 2, uint64(block))
		for trial := range blockSize {
			b.amounts(src, trial, b.from.Uint64(), &chances)
			mask := 0
			for k, x := range b.x {
				if x > 0 {
					mask |= 1 << k
				}
			}
			counts[mask]++
			events++
			mean += b.own.lossMean(trial)
		}
	}
	n := float64(events)
	for mask, count := range counts {
		p := th.happens(mask) // linear in the uncertain chance, which counts at its mean
		if d := math.Abs(float64(count)/n - p); d > 4.5*math.Sqrt(p*(1-p)/n)+1e-12 {
			t.Errorf("outcome %04b in %v of events, want %v", mask, float64(count)/n, p)
		}
	}
	closeTo(t, "mean given the inputs", mean/n, th.lossMean, 0.01*th.lossMean)
}

// TestProduct holds the distribution of a rate of several parts against draws and
// the log-normal that a product of log-normals is.
func TestProduct(t *testing.T) {
	a, b := quantity.LogNormalFrom(2, 9), quantity.LogNormalFrom(0.1, 0.4)
	th := &threat{id: "t"}
	th.multiply([]factor{{newInput(a), RateItself}, {constant(0.5), RateAction}, {newInput(b), RateSusceptibility}})
	want := quantity.LogNormal{Mu: a.Mu + b.Mu + math.Log(0.5), Sigma: math.Hypot(a.Sigma, b.Sigma)}
	got := th.rate.dist
	closeTo(t, "mean", got.Mean(), want.Mean(), 1e-9)
	closeTo(t, "mean of the rate", th.rate.mean, want.Mean(), 1e-9)
	closeTo(t, "variance", got.Variance(), want.Variance(), 1e-9)
	for _, p := range []float64{0.05, 0.25, 0.5, 0.75, 0.95} {
		closeTo(t, "quantile", want.CDF(got.Quantile(p)), p, 1e-2)
		closeTo(t, "distribution function", got.CDF(want.Quantile(p)), p, 1e-2)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	below, n := 0, 20_000
	for range n {
		if got.Rand(rng) <= want.Quantile(0.3) {
			below++
		}
	}
	closeTo(t, "draws", float64(below)/float64(n), 0.3, 4.5*math.Sqrt(0.3*0.7/float64(n)))
	if len(th.factors) != 2 || th.factors[0].place != RateItself || th.factors[1].place != RateSusceptibility {
		t.Errorf("factors: %+v", th.factors)
	}
	for _, c := range []struct {
		name    string
		factors []factor
		mean    float64
		open    int
	}{
		{"certain", []factor{{constant(4), RateItself}, {constant(0.25), RateSusceptibility}}, 1, 0},
		{"nothing succeeds", []factor{{newInput(a), RateItself}, {constant(0), RateSusceptibility}}, 0, 0},
		{"one is uncertain", []factor{{constant(4), RateItself}, {newInput(b), RateSusceptibility}}, 4 * b.Mean(), 1},
	} {
		th := &threat{}
		th.multiply(c.factors)
		closeTo(t, c.name, th.rate.mean, c.mean, 1e-12)
		if len(th.factors) != c.open || th.rate.certain() != (c.open == 0) {
			t.Errorf("%s: %+v", c.name, th)
		}
	}
}
