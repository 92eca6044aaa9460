package risk

import (
	"math"
	"testing"
)

// TestAddUp: a block's sums are those of its losses one by one, and every loss
// goes to its own trial.
func TestAddUp(t *testing.T) {
	s := streamOf(11)
	var own, into, before column
	sum, squares := 0.0, 0.0
	for i := range own {
		own[i], into[i] = int64(s.Uint64()>>(20+s.Uint64()%40)), int64(i)
		before[i] = into[i]
		sum += float64(own[i])
		squares += float64(own[i]) * float64(own[i])
	}
	got := addUp(&own, &into)
	closeTo(t, "sum", got.sum, sum, 1e-12*sum)
	closeTo(t, "sum of squares", got.squares, squares, 1e-12*squares)
	for i := range into {
		if into[i] != before[i]+own[i] {
			t.Fatalf("trial %d has %d, want %d", i, into[i], before[i]+own[i])
		}
	}
}

// TestPowerSumsMean against the textbook's sample variance, two passes.
func TestPowerSumsMean(t *testing.T) {
	x := []float64{3, 0, 0, 7, 5, 0, 1, 12}
	var p powerSums
	mean, variance := 0.0, 0.0
	for _, v := range x {
		p.add(powerSums{v * unitsPer, v * unitsPer * v * unitsPer})
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	got, se := p.mean(len(x))
	closeTo(t, "mean", got, mean, 1e-14)
	closeTo(t, "standard error", se, math.Sqrt(variance/float64(len(x))), 1e-14)
	one := powerSums{5 * unitsPer, 25 * unitsPer * unitsPer}
	if got, se = one.mean(1); got != 5 || se != 0 {
		t.Errorf("of one value: %v ± %v", got, se)
	}
}
