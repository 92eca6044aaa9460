package learning

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/quantity"
)

// TestLossByHand: 10k to 1M has the median 100k; two losses of 400k against a
// range that counts as four move the middle by a third of the way, on the
// logarithm.
func TestLossByHand(t *testing.T) {
	got, err := UpdateLoss(quantity.LogNormalFrom(1e4, 1e6), []float64{4e5, 4e5})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "median", got.Posterior.P50, 1e5*math.Cbrt(4), 1e-9)
	// The spread is 1.4 (ln 10 over 1.645); of one event √(4/5) of it; with the
	// middle known from six losses √(7/6) of that.
	sd := math.Log(10) / 1.6448536269514722 * math.Sqrt(4.0/5*7/6)
	near(t, "p95", got.Posterior.P95, got.Posterior.P50*math.Exp(1.6448536269514722*sd), 1e-9)
	near(t, "p5", got.Posterior.P5, got.Posterior.P50*math.Exp(-1.6448536269514722*sd), 1e-9)
	if got.Seen != 2 {
		t.Errorf("%+v", got)
	}
}

// TestLossNoNews: losses at the median leave the middle where it was, and the
// range no wider.
func TestLossNoNews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(1, 1e6).Draw(t, "p5")
		prior := quantity.LogNormalFrom(lo, lo*rapid.Float64Range(1.1, 500).Draw(t, "ratio"))
		n := rapid.IntRange(1, 30).Draw(t, "losses")
		seen := make([]float64, n)
		for i := range seen {
			seen[i] = prior.Quantile(0.5)
		}
		got, err := UpdateLoss(prior, seen)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.Posterior.P50/got.Prior.P50-1) > 1e-9 || got.Posterior.P95 > got.Prior.P95*(1+1e-9) {
			t.Errorf("from %+v to %+v", got.Prior, got.Posterior)
		}
	})
}

// TestLossSequential: losses one after the other teach what they teach together.
func TestLossSequential(t *testing.T) {
	prior := quantity.LogNormalFrom(2e4, 4e5)
	one, err := UpdateLoss(prior, []float64{5e4})
	if err != nil {
		t.Fatal(err)
	}
	both, err := UpdateLoss(prior, []float64{5e4, 9e5})
	if err != nil {
		t.Fatal(err)
	}
	// After one loss the prior counts as five: the second moves a sixth of the way.
	near(t, "median", both.Posterior.P50, math.Pow(one.Posterior.P50, 5.0/6)*math.Pow(9e5, 1.0/6), 1e-9)
}

func TestLossRefused(t *testing.T) {
	for name, c := range map[string]struct {
		prior  quantity.Dist
		losses []float64
		want   error
	}{
		"nothing seen":    {quantity.LogNormalFrom(1, 2), nil, ErrNoLosses},
		"a single figure": {quantity.Constant(5), []float64{4}, ErrCertain},
		"from nothing":    {quantity.Constant(0), []float64{4}, ErrCertain},
		"no loss":         {quantity.LogNormalFrom(1, 2), []float64{0}, nil},
		"no figure":       {quantity.LogNormalFrom(1, 2), []float64{math.NaN()}, nil},
		"no end":          {quantity.LogNormalFrom(1, 2), []float64{math.Inf(1)}, nil},
	} {
		if _, err := UpdateLoss(c.prior, c.losses); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestShareBeta holds the grid of shares to the closed form: a beta prior with
// so many stopped and passed is a beta posterior.
func TestShareBeta(t *testing.T) {
	for _, c := range []struct {
		a, b            float64
		stopped, passed int
	}{{2, 3, 1, 0}, {2, 3, 0, 4}, {8, 2, 50, 10}, {3, 3, 300, 40}} {
		got, err := UpdateShare(quantity.Beta{A: c.a, B: c.b}, c.stopped, c.passed)
		if err != nil {
			t.Fatal(err)
		}
		want := figuresOf(quantity.Beta{A: c.a + float64(c.stopped), B: c.b + float64(c.passed)})
		near(t, "mean", got.Posterior.Mean, want.Mean, 1e-3)
		near(t, "p5", got.Posterior.P5, want.P5, 2e-3)
		near(t, "p95", got.Posterior.P95, want.P95, 2e-3)
	}
}

func TestShareRefused(t *testing.T) {
	share := quantity.LogitNormalFrom(0.4, 0.8)
	for name, c := range map[string]struct {
		prior           quantity.Dist
		stopped, passed int
		want            error
	}{
		"nothing met":     {share, 0, 0, nil},
		"less than none":  {share, -1, 3, nil},
		"a single figure": {quantity.Constant(0.5), 1, 1, ErrCertain},
		"never":           {quantity.LogitNormalFrom(0.97, 0.99), 0, 40, ErrSurprise},
	} {
		if _, err := UpdateShare(c.prior, c.stopped, c.passed); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := UpdateShare(quantity.LogitNormalFrom(0.001, 0.999999999), 3, 1); err != nil || !(got.Posterior.Mean > 0) {
		t.Errorf("a share that reaches to 1: %+v, %v", got, err)
	}
}
