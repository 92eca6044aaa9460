package learning

import (
	"errors"
	"math"
	"slices"

	"github.com/parleysec/parley/quantity"
)

// Pooled is what several people estimate together.
type Pooled struct {
	Figures
	People int `json:"people"`
	// Apart is the largest of their middles over the smallest: how far they
	// disagree. 1: not at all.
	Apart float64 `json:"apart"`
}

// Agreed is the factor up to which people's middles count as the same.
const Agreed = 1.5

// ErrAlone says that there is nobody to pool with.
var ErrAlone = errors.New("learning: a pool takes two people or more")

// Pool is the linear opinion pool with equal weights: the chance of anything is
// the mean of the chances that each gives it (Stone, The Opinion Pool, Annals of
// Mathematical Statistics 32, 1961). It keeps disagreement: the pool of two
// narrow estimates far apart is wide. Estimates are of positive quantities.
func Pool(estimates []quantity.Dist) (Pooled, error) {
	if len(estimates) < 2 {
		return Pooled{}, ErrAlone
	}
	out := Pooled{People: len(estimates), Figures: Figures{Mean: average(estimates, quantity.Dist.Mean)}}
	least, most := math.Inf(1), 0.0
	lo, hi := math.Inf(1), 0.0
	for _, d := range estimates {
		middle := d.Quantile(0.5)
		least, most = min(least, middle), max(most, middle)
		lo, hi = min(lo, d.Quantile(0.01)), max(hi, d.Quantile(0.99))
	}
	if least > 0 {
		out.Apart = most / least
	}
	cdf := func(x float64) float64 {
		return average(estimates, func(d quantity.Dist) float64 { return d.CDF(x) })
	}
	out.P5, out.P50, out.P95 = below(cdf, 0.05, lo, hi), below(cdf, 0.5, lo, hi), below(cdf, 0.95, lo, hi)
	return out, nil
}

// average is the mean of a figure over the estimates. It adds from the smallest
// on, so that who comes first does not matter to the last bit.
func average(estimates []quantity.Dist, of func(quantity.Dist) float64) float64 {
	var all []float64
	for _, d := range estimates {
		all = append(all, of(d)/float64(len(estimates)))
	}
	slices.Sort(all)
	sum := 0.0
	for _, x := range all {
		sum += x
	}
	return sum
}

// below is the smallest value that a share p lies at or below, between two that
// surround it.
func below(cdf func(float64) float64, p, lo, hi float64) float64 {
	for range 100 { // each step halves what is left: 100 are more than a double holds
		mid := lo + (hi-lo)/2
		if mid == lo || mid == hi {
			break
		}
		if cdf(mid) < p-rounding {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}
