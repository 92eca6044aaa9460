package quantity

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// family is one of each distribution, with parameters that strain it.
func family() map[string]Dist {
	return map[string]Dist{
		"constant":                 Constant(7),
		"constant zero":            Constant(0),
		"uniform":                  Uniform{2, 5},
		"uniform from zero":        Uniform{0, 80e3},
		"log-normal":               LogNormalFrom(20e3, 400e3),
		"log-normal narrow":        LogNormalFrom(1, 1.001),
		"log-normal wide":          LogNormalFrom(1, 1e5),
		"logit-normal":             LogitNormalFrom(0.2, 0.6),
		"logit-normal wide":        LogitNormalFrom(0.001, 0.999),
		"logit-normal rare":        LogitNormalFrom(1e-6, 1e-4),
		"two-piece log":            TwoPieceLogNormalFrom(20e3, 100e3, 400e3),
		"two-piece log narrow":     TwoPieceLogNormalFrom(3, 3.1, 3.3),
		"two-piece log one-sided":  TwoPieceLogNormal{Mu: 1, Below: 0, Above: 2},
		"two-piece logit":          TwoPieceLogitNormalFrom(0.1, 0.2, 0.5),
		"pert":                     PERT{20, 100, 900},
		"pert mode at min":         PERT{0, 0, 1},
		"pert mode at max":         PERT{3, 4, 4},
		"rate of constant":         RateOf{Constant(0.3), 2},
		"rate of uniform":          RateOf{Uniform{0, 0.2}, 2},
		"rate of logit-normal":     RateOf{LogitNormalFrom(0.8, 0.9), 2},
		"rate of almost certain":   RateOf{LogitNormalFrom(0.9, 0.999999), 1},
		"rate of two-piece":        RateOf{TwoPieceLogitNormalFrom(0.3, 0.9, 0.95), 2},
		"rate of pert":             RateOf{PERT{0.01, 0.02, 0.1}, 5},
		"scaled":                   Scaled{LogNormalFrom(3, 8), 7500},
		"scaled by zero":           Scaled{LogNormalFrom(3, 8), 0},
		"rate of uniform up to 1":  RateOf{Uniform{0.5, 1}, 1},
		"scaled rate of two-piece": Scaled{RateOf{TwoPieceLogitNormalFrom(0.3, 0.9, 0.95), 2}, 3},
	}
}

// spread reports whether d takes more than one value.
func spread(d Dist) bool { return d.Quantile(0.9) > d.Quantile(0.1) }

func TestQuantileInvertsCDF(t *testing.T) {
	for name, d := range family() {
		if !spread(d) {
			continue
		}
		for _, p := range []float64{1e-9, 1e-4, 0.01, 0.05, 0.25, 0.4999, 0.6, 0.75, 0.95, 0.99, 0.9999} {
			if name == "two-piece log one-sided" && p < 0.5 {
				continue // half of the mass is one point
			}
			x := d.Quantile(p)
			if got := d.CDF(x); math.Abs(got-p) > 1e-12*p+2e-15/(1-p)*math.Abs(x/(d.Quantile(0.95)-d.Quantile(0.05)))+1e-14 {
				t.Errorf("%s: CDF(Quantile(%v)) = %.17g", name, p, got)
			}
		}
	}
}

func TestQuantileIsMonotoneAndInRange(t *testing.T) {
	for name, d := range family() {
		last := d.Quantile(0)
		if d.CDF(last-1) != 0 {
			t.Errorf("%s: CDF below the smallest value is %v", name, d.CDF(last-1))
		}
		for i := 1; i < 1000; i++ {
			x := d.Quantile(float64(i) / 1000)
			if x < last || math.IsNaN(x) || math.IsInf(x, 0) {
				t.Fatalf("%s: quantile %d/1000 is %v after %v", name, i, x, last)
			}
			last = x
		}
		if d.Quantile(1) < last {
			t.Errorf("%s: quantile 1 is %v after %v", name, d.Quantile(1), last)
		}
	}
}

func TestStatedPercentiles(t *testing.T) {
	for _, c := range []struct {
		d           Dist
		p5, mid, hi float64
	}{
		{LogNormalFrom(20e3, 400e3), 20e3, math.Sqrt(20e3 * 400e3), 400e3},
		{LogitNormalFrom(0.2, 0.6), 0.2, logistic((logit(0.2) + logit(0.6)) / 2), 0.6},
		{TwoPieceLogNormalFrom(20e3, 100e3, 400e3), 20e3, 100e3, 400e3},
		{TwoPieceLogitNormalFrom(0.1, 0.2, 0.5), 0.1, 0.2, 0.5},
		{RateOf{LogitNormalFrom(0.8, 0.9), 2}, -math.Log(0.2) / 2, -math.Log(1-logistic((logit(0.8)+logit(0.9))/2)) / 2, -math.Log(0.1) / 2},
	} {
		near(t, "p5", c.d.Quantile(0.05), c.p5, 1e-13)
		near(t, "p50", c.d.Quantile(0.5), c.mid, 1e-13)
		near(t, "p95", c.d.Quantile(0.95), c.hi, 1e-13)
	}
}

// Moments whose expected values were computed with 40 digits.
func TestMoments(t *testing.T) {
	for _, c := range []struct {
		d              Dist
		mean, variance float64
	}{
		{LogitNormalFrom(0.2, 0.6), 0.387229918809564867201, 0.014800431406169293365},
		{LogitNormalFrom(0.8, 0.9), 0.854504812142322521260, 0.000938858028341895279},
		{LogitNormalFrom(0.01, 0.1), 0.040790871740792878272, 0.000948897674806209718},
		{LogitNormalFrom(0.001, 0.999), 0.5, 0.162491781261569764088},
		{RateOf{LogitNormalFrom(0.2, 0.6), 2}, 0.255821799026286581273, 0.011667648802029969797},
		{RateOf{LogitNormalFrom(0.8, 0.9), 2}, 0.974822473303957236028, 0.011099393505001745298},
		{RateOf{LogitNormalFrom(0.01, 0.1), 2}, 0.021095242737955098694, 0.000279980043901708976},
		{RateOf{LogitNormalFrom(0.001, 0.999), 2}, 0.911333909912546306983, 1.424083467970211812847},
		{TwoPieceLogitNormalFrom(0.1, 0.2, 0.5), 0.242033697911932302813, 0.015896440046903999293},
		{TwoPieceLogitNormalFrom(0.3, 0.9, 0.95), 0.788776717747443639576, 0.043365056365726002014},
		{TwoPieceLogNormalFrom(20000, 100000, 400000), 140616.7580123959925853, 21431754179.94216149892},
		{TwoPieceLogNormalFrom(3, 3.1, 3.3), 3.123801052066425232566, 0.008664754644161875297},
		{TwoPieceLogNormalFrom(1, 10, 100000), 64342158.33420650294556, 1.7138880899447226264853e29},
		{Uniform{0, 12}, 6, 12},
		{RateOf{Uniform{0, 0.2}, 2}, 0.053712897371580488467, 0.003919852878463126047 - 0.053712897371580488467*0.053712897371580488467},
		{RateOf{Uniform{0, 1}, 2}, 0.5, 0.25}, // an exponential variable of mean 1/2
		{PERT{0, 5, 10}, 5, 25.0 / 7},
		{RateOf{Constant(0.05), 1}, 0.0512932943875505334, 0},
		{Scaled{Uniform{0, 12}, 3}, 18, 108},
	} {
		near(t, "mean", c.d.Mean(), c.mean, 1e-12)
		near(t, "variance", c.d.Variance(), c.variance, 1e-11)
	}
}

// TestMomentsBySimpson compares with Simpson's rule over the normal variable
// behind the quantile function, on either side of the median: another method
// altogether, which knows of each distribution only its quantiles.
func TestMomentsBySimpson(t *testing.T) {
	for name, d := range family() {
		if !spread(d) || name == "two-piece log one-sided" {
			continue
		}
		m1, m2 := 0.0, 0.0
		const n, reach = 16384, 32.0
		for i := range n + 1 {
			w := reach / n / 3 * [...]float64{2, 4}[i%2]
			if i == 0 || i == n {
				w /= 2
			}
			z := reach * float64(i) / n
			lo, hi := d.Quantile(NormalCDF(-z)), upper(d, z)
			w *= normalDensity(z)
			m1 += w * (lo + hi)
			m2 += w * (lo*lo + hi*hi)
		}
		near(t, name+": mean", d.Mean(), m1, 1e-9)
		if v := m2 - m1*m1; v > 1e-3*m2 {
			near(t, name+": variance", d.Variance(), v, 1e-7)
		}
	}
}

// upper is the quantile z standard deviations above the median, where 1−p of
// the normal distribution has lost its digits.
func upper(d Dist, z float64) float64 {
	switch d := d.(type) {
	case interface{ latent() latent }:
		y := d.latent().at(z)
		switch d.(type) {
		case LogNormal, TwoPieceLogNormal:
			return math.Exp(y)
		}
		return logistic(y)
	case RateOf:
		if l, ok := d.isLogit(); ok {
			return d.rateOfLogit(l.at(z))
		}
	case Scaled:
		return d.Factor * upper(d.Dist, z)
	}
	return d.Quantile(min(NormalCDF(z), 1-0x1p-53))
}

// TestRand compares draws with the distribution by the Kolmogorov–Smirnov
// statistic; the seed is fixed, the limit is passed once in 10^8.
func TestRand(t *testing.T) {
	const n = 20000
	limit := math.Sqrt(-0.5*math.Log(1e-8/2)) / math.Sqrt(n)
	for name, d := range family() {
		r := rand.New(rand.NewPCG(1, 2))
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = d.Rand(r)
		}
		slices.Sort(xs)
		if !spread(d) {
			if xs[0] != d.Mean() || xs[n-1] != d.Mean() {
				t.Errorf("%s: draws from %v to %v, want %v", name, xs[0], xs[n-1], d.Mean())
			}
			continue
		}
		worst := 0.0
		for i, x := range xs {
			if i+1 < n && xs[i+1] == x {
				continue // an atom counts once, at its top
			}
			worst = max(worst, math.Abs(d.CDF(x)-float64(i+1)/n))
		}
		if worst > limit {
			t.Errorf("%s: draws are %.4f off the distribution, limit %.4f", name, worst, limit)
		}
	}
}

func TestRandIsReproducible(t *testing.T) {
	for name, d := range family() {
		a, b := rand.New(rand.NewPCG(3, 4)), rand.New(rand.NewPCG(3, 4))
		for range 10 {
			if x, y := d.Rand(a), d.Rand(b); x != y {
				t.Errorf("%s: %v and %v with the same seed", name, x, y)
			}
		}
	}
}
