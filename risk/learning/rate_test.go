package learning

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/quantity"
)

// erlang is a gamma distribution with a whole shape, for the closed form.
type erlang struct {
	shape int
	rate  float64 // per unit
}

func (d erlang) Mean() float64     { return float64(d.shape) / d.rate }
func (d erlang) Variance() float64 { return float64(d.shape) / d.rate / d.rate }
func (d erlang) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	// The chance of at least shape events of a Poisson process; summed from the
	// smaller side.
	sum, term := 0.0, math.Exp(-d.rate*x)
	for k := range d.shape {
		if k > 0 {
			term *= d.rate * x / float64(k)
		}
		sum += term
	}
	return 1 - sum
}

func (d erlang) Quantile(p float64) float64 {
	lo, hi := 0.0, 1e4*d.Mean()
	for range 200 {
		if mid := (lo + hi) / 2; d.CDF(mid) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// Rand is the time of the event that makes the shape full.
func (d erlang) Rand(r *rand.Rand) float64 {
	sum := 0.0
	for range d.shape {
		sum += r.ExpFloat64()
	}
	return sum / d.rate
}

// learn expects and updates, as one always follows the other.
func learn(prior quantity.Dist, o Observed) (Rate, error) {
	e, err := Expect(prior, o)
	if err != nil {
		return Rate{}, err
	}
	return UpdateRate(prior, o, e)
}

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if math.Abs(got-want) > relative*math.Abs(want) {
		t.Errorf("%s is %.6g, want %.6g within %.1g", what, got, want, relative)
	}
}

// TestRateGamma holds the grid to the closed form: a gamma prior with a Poisson
// number of events is a gamma posterior, its shape larger by the events, its
// rate by the time.
func TestRateGamma(t *testing.T) {
	for _, c := range []struct {
		prior  erlang
		events int
		years  float64
	}{
		{erlang{4, 8}, 0, 1},
		{erlang{4, 8}, 2, 1},
		{erlang{4, 8}, 5, 0.25},
		{erlang{2, 0.1}, 30, 1},
		{erlang{2, 0.1}, 400, 12},
		{erlang{9, 100}, 0, 30},
	} {
		got, err := learn(c.prior, Observed{Events: c.events, Exposure: c.years})
		if err != nil {
			t.Fatal(err)
		}
		want := figuresOf(erlang{c.prior.shape + c.events, c.prior.rate + c.years})
		near(t, "mean", got.Posterior.Mean, want.Mean, 2e-4)
		near(t, "p5", got.Posterior.P5, want.P5, 1e-3)
		near(t, "p50", got.Posterior.P50, want.P50, 1e-3)
		near(t, "p95", got.Posterior.P95, want.P95, 1e-3)
	}
}

// TestExpectGamma holds the number expected to the closed form: a gamma rate
// makes a Poisson number negative binomial.
func TestExpectGamma(t *testing.T) {
	prior := erlang{3, 2}
	o := Observed{Events: 6, Exposure: 1.5}
	got, err := Expect(prior, o)
	if err != nil {
		t.Fatal(err)
	}
	// Negative binomial with 3 successes of chance p: P(0) = p³.
	p := prior.rate / (prior.rate + o.Exposure)
	chance, below := math.Pow(p, 3), 0.0
	p5, p95 := -1, -1
	for n := 0; n < 100; n++ {
		if n > 0 {
			chance *= (1 - p) * float64(n+2) / float64(n)
		}
		if n == o.Events {
			near(t, "at least", got.AtLeast, 1-below, 5e-4)
			near(t, "at most", got.AtMost, below+chance, 5e-4)
		}
		below += chance
		if p5 < 0 && below > 0.05 {
			p5 = n
		}
		if p95 < 0 && below >= 0.95 {
			p95 = n
		}
	}
	near(t, "mean", got.Mean, 2.25, 1e-12)
	if got.P5 != p5 || got.P95 != p95 {
		t.Errorf("%d..%d events expected, want %d..%d", got.P5, got.P95, p5, p95)
	}
}

// TestExpectCertain: a single figure expects a Poisson number of events; the
// quantiles are read from a table of the Poisson distribution with mean 4.
func TestExpectCertain(t *testing.T) {
	got, err := Expect(quantity.Constant(2), Observed{Events: 3, Exposure: 2})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "at most", got.AtMost, 0.43347012, 1e-7)
	near(t, "at least", got.AtLeast, 1-0.23810331, 1e-7)
	if got.P5 != 1 || got.P95 != 8 {
		t.Errorf("%d..%d events expected, want 1..8", got.P5, got.P95)
	}
}

// TestClustered: with a certain mean the number is negative binomial, its
// variance the mean and the square of mean and clustering together.
func TestClustered(t *testing.T) {
	o := Observed{Exposure: 1, Clustered: 0.8}
	mean, square := 0.0, 0.0
	for n := range 2000 {
		p := math.Exp(o.logOf(n, 5))
		mean += p * float64(n)
		square += p * float64(n) * float64(n)
	}
	near(t, "mean", mean, 5, 1e-9)
	near(t, "variance", square-mean*mean, 5+25*0.64, 1e-9)
	steady, err := Expect(quantity.Constant(5), Observed{Exposure: 1})
	if err != nil {
		t.Fatal(err)
	}
	clustered, err := Expect(quantity.Constant(5), o)
	if err != nil {
		t.Fatal(err)
	}
	if clustered.P95 <= steady.P95 || clustered.P5 >= steady.P5 {
		t.Errorf("clustered events come %d..%d times, steady ones %d..%d: bad years must count", clustered.P5, clustered.P95, steady.P5, steady.P95)
	}
}

func TestRateRefused(t *testing.T) {
	rate := quantity.LogNormalFrom(0.5, 3)
	for name, c := range map[string]struct {
		prior quantity.Dist
		o     Observed
		want  error
	}{
		"a single figure": {quantity.Constant(1), Observed{Events: 1, Exposure: 1}, ErrCertain},
		"far too many":    {rate, Observed{Events: 400, Exposure: 1}, ErrSurprise},
		"far too few":     {rate, Observed{Events: 0, Exposure: 300}, ErrSurprise},
		"no time":         {rate, Observed{Events: 1}, nil},
		"less than none":  {rate, Observed{Events: -1, Exposure: 1}, nil},
		"no end":          {rate, Observed{Events: 1, Exposure: math.Inf(1)}, nil},
		"odd clusters":    {rate, Observed{Events: 1, Exposure: 1, Clustered: math.NaN()}, nil},
		"too frequent":    {quantity.LogNormalFrom(1e5, 1e6), Observed{Events: 1, Exposure: 1}, nil},
	} {
		_, err := learn(c.prior, c.o)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRateLaws: more events never lower a rate, more quiet time never raises it,
// a posterior is no wider than some mixture of both says, and nothing is NaN.
func TestRateLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(0.01, 2).Draw(t, "p5")
		prior := quantity.LogNormalFrom(lo, lo*rapid.Float64Range(1.5, 30).Draw(t, "ratio"))
		o := Observed{
			Events: rapid.IntRange(0, 5).Draw(t, "events"), Exposure: rapid.Float64Range(0.1, 4).Draw(t, "years"),
			Clustered: rapid.SampledFrom([]float64{0, 0.5, 1.5}).Draw(t, "clustered"),
		}
		f, ok := learnt(t, prior, o)
		if !ok {
			return
		}
		more, longer := o, o
		more.Events++
		longer.Exposure *= 1.5
		if up, ok := learnt(t, prior, more); ok && up.Mean < f.Mean*(1-1e-6) {
			t.Errorf("one event more lowers the rate from %g to %g", f.Mean, up.Mean)
		}
		if down, ok := learnt(t, prior, longer); ok && down.Mean > f.Mean*(1+1e-6) {
			t.Errorf("more time without more events raises the rate from %g to %g", f.Mean, down.Mean)
		}
		if !(f.P5 > 0 && f.P5 < f.P50 && f.P50 < f.P95 && f.Mean > f.P5 && f.Mean < f.P95*2) {
			t.Errorf("%+v are no figures of a distribution", f)
		}
	})
}

// learnt is the rate after what was seen; false where that was too surprising to
// learn from, which is said then and only then.
func learnt(t *rapid.T, prior quantity.Dist, o Observed) (Figures, bool) {
	t.Helper()
	e, err := Expect(prior, o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := UpdateRate(prior, o, e)
	if surprise := min(e.AtLeast, e.AtMost) < 1e-6; surprise != errors.Is(err, ErrSurprise) || !surprise && err != nil {
		t.Fatalf("%+v, of which at least so many have the chance %g, at most so many %g: %v", o, e.AtLeast, e.AtMost, err)
	}
	return r.Posterior, err == nil
}

// TestRateScaleFree: time in other units changes nothing but the unit.
func TestRateScaleFree(t *testing.T) {
	year, err := learn(quantity.LogNormalFrom(0.5, 3), Observed{Events: 4, Exposure: 2})
	if err != nil {
		t.Fatal(err)
	}
	month, err := learn(quantity.LogNormalFrom(0.5/12, 3.0/12), Observed{Events: 4, Exposure: 24})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", 12*month.Posterior.Mean, year.Posterior.Mean, 1e-9)
	near(t, "p95", 12*month.Posterior.P95, year.Posterior.P95, 1e-9)
}

// TestRateBruteForce: a rate behind a chance, against a sum over 200 000
// equal steps of the chance's own probability.
func TestRateBruteForce(t *testing.T) {
	prior := quantity.RateOf{Chance: quantity.LogitNormalFrom(0.2, 0.6), Years: 2}
	o := Observed{Events: 3, Exposure: 1.5}
	got, err := learn(prior, o)
	if err != nil {
		t.Fatal(err)
	}
	const steps = 200_000
	sum, first := 0.0, 0.0
	for i := range steps {
		rate := prior.Quantile((float64(i) + 0.5) / steps)
		w := math.Exp(3*math.Log(rate*o.Exposure) - rate*o.Exposure)
		sum += w
		first += w * rate
	}
	near(t, "mean", got.Posterior.Mean, first/sum, 1e-4)
}
