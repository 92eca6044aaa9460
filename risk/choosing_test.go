package risk

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/quantity"
)

// TestHighQuantileIsThatOfAll: chosen among few or not, the quantile and its error
// are those of all losses sorted, however rare losses are, with ties, and where the
// first block is not like the rest.
func TestHighQuantileIsThatOfAll(t *testing.T) {
	b := newBench(1)
	rapid.Check(t, func(t *rapid.T) {
		units := make([]int64, rapid.SampledFrom([]int{1, 2, 50, blockSize, blockSize + 1, 20_000}).Draw(t, "trials"))
		chance := rapid.SampledFrom([]float64{0, 0.01, 0.049, 0.05, 0.051, 0.3, 1}).Draw(t, "chance of a loss")
		round := int64(1) << rapid.SampledFrom([]int{0, 20, 40}).Draw(t, "rounded to bits")
		later := rapid.SampledFrom([]int64{1, 0, 1000}).Draw(t, "later losses are so many times as large")
		s := streamOf(rapid.Uint64().Draw(t, "seed"))
		for i := range units {
			if s.float() < chance {
				units[i] = int64(s.Uint64()>>24) / round * round
				if i >= blockSize {
					units[i] *= later
				}
			}
		}
		p := rapid.SampledFrom([]float64{0.5, 0.95, 0.999, 1}).Draw(t, "p")
		got, se := b.highQuantile(keep(units), p)
		slices.Sort(units)
		r := ranksOf(p, len(units))
		if want := float64(units[r.high]-units[r.low]) / 2; got != units[r.at] || se != want {
			t.Fatalf("%d ± %v, want %d ± %v", got, se, units[r.at], want)
		}
	})
}

// TestTailOverBlocks: a threat's share of the worst years is what one by one the
// worst of sorted years say, the atom counting by its fraction, over more blocks
// than one.
func TestTailOverBlocks(t *testing.T) {
	s := streamOf(4)
	const n = 2*blockSize + 700
	totals, own := make([]int64, n), make([]int64, n)
	for i := range totals {
		own[i] = int64(s.Uint64() % 50 * (s.Uint64() % 2))
		totals[i] = own[i] + int64(s.Uint64()%50)
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(totals[b] - totals[a]) })
	edge, above := totals[order[n/20]], 0.0
	part, whole, atEdge, partAtEdge := 0.0, 0.0, 0.0, 0.0
	for i, u := range totals {
		switch {
		case u > edge:
			above++
			part += float64(own[i])
			whole += float64(u)
		case u == edge:
			atEdge++
			partAtEdge += float64(own[i])
		}
	}
	fraction := (n*(1-tailFrom) - above) / atEdge
	want := (part + fraction*partAtEdge) / (whole + fraction*atEdge*float64(edge))
	tail := newTail(totals, nil, 2)
	closeTo(t, "share", tail.share(tail.of(keep(own))), want, 1e-12)
	closeTo(t, "of all", tail.share(tail.of(keep(totals))), 1, 1e-12)
}

// TestProductOfLogNormals is log-normal: logarithms add up.
func TestProductOfLogNormals(t *testing.T) {
	x, y := quantity.LogNormalFrom(2, 9), quantity.LogNormalFrom(0.1, 0.3)
	d := newProduct([]factor{{newInput(x), RateItself}, {newInput(y), RateItself}})
	want := quantity.LogNormal{Mu: x.Mu + y.Mu, Sigma: math.Hypot(x.Sigma, y.Sigma)}
	closeTo(t, "mean", d.Mean(), want.Mean(), 1e-9)
	closeTo(t, "variance", d.Variance(), want.Variance(), 1e-9)
	for _, p := range []float64{0.05, 0.5, 0.95} {
		q := want.Quantile(p)
		closeTo(t, "quantile", d.Quantile(p), q, 0.02*q)
		closeTo(t, "distribution", d.CDF(q), p, 0.01) // good to a percent of probability
	}
	b := newBench(1)
	b.from = streamOf(2)
	sum := 0.0
	const draws = 20_000
	for range draws {
		sum += d.Rand(b.rnd)
	}
	closeTo(t, "mean of draws", sum/draws, want.Mean(), 4*math.Sqrt(want.Variance()/draws))
}
