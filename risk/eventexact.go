package risk

import (
	"math"

	"github.com/parleysec/parley/quantity"
)

// maxOutcomes bounds the outcomes of an event whose losses are all single
// numbers: cells times combinations of kinds that happen.
const maxOutcomes = 1 << 16

// exactEvent is for events cut by certain shares only, with one kind of loss or
// kinds that are all single numbers, at certain chances.
func (src *source) exactEvent() (EventLoss, bool) {
	none, known := src.t.noLoss()
	if src.varying || !known || src.uncertainTerms() {
		return EventLoss{}, false
	}
	if events, ok := src.outcomes(); ok {
		return EventLoss{P50: weightedQuantile(events, 0.5), P95: weightedQuantile(events, 0.95), Exact: true}, true
	}
	if len(src.t.losses) != 1 {
		return EventLoss{}, false
	}
	// What contracts leave rises with the loss, so it has the loss's quantiles.
	e := eventLoss(none, func(p float64) float64 { return netOf([]float64{src.eventQuantile(p)}, src.transfers) })
	e.Exact = true
	return e, true
}

// netOf is the sum of losses by kind after what transfers per event pay. It
// overwrites x.
func netOf(x []float64, transfers []*transfer) float64 {
	settle(x, transfers, false)
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum
}

// outcomes lists every loss of one event with its weight, where the losses are
// single numbers.
func (src *source) outcomes() ([]weighted, bool) {
	n := len(src.t.losses)
	for k := range src.t.losses {
		if _, ok := src.t.losses[k].amount.dist.(quantity.Constant); !ok {
			return nil, false
		}
	}
	if len(src.cells)<<n > maxOutcomes {
		return nil, false
	}
	var out []weighted
	x := make([]float64, n)
	for _, c := range src.cells {
		for happen := range 1 << n {
			for k := range x {
				x[k] = 0
				if happen>>k&1 == 1 {
					x[k] = src.t.losses[k].amount.mean * c.left
				}
			}
			if w := c.prob * c.pass * src.t.happens(happen); w > 0 {
				out = append(out, weighted{loss: netOf(x, src.transfers), weight: w})
			}
		}
	}
	return out, true
}

// eventQuantile finds the quantile of the mixture over cells between the least
// and the largest quantile of its parts, by bisection to the last bit or so.
func (src *source) eventQuantile(p float64) float64 {
	x, total := src.t.losses[0].amount.dist, 0.0
	q := x.Quantile(p)
	low, high := math.Inf(1), 0.0
	for _, c := range src.cells {
		if w := c.prob * c.pass; w > 0 {
			total += w
			low, high = min(low, c.left*q), max(high, c.left*q)
		}
	}
	if total == 0 || low == high {
		return high
	}
	for range 100 {
		mid := low + (high-low)/2
		below := 0.0
		for _, c := range src.cells {
			if w := c.prob * c.pass; w > 0 {
				below += w * cdfAt(x.CDF, mid, c.left)
			}
		}
		if reaches(below, p, total) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// cdfAt is the distribution function of left times X.
func cdfAt(cdf func(float64) float64, x, left float64) float64 {
	if left == 0 {
		return 1
	}
	return cdf(x / left)
}

// happens is the chance that exactly the kinds of loss of a mask happen in an
// event, where chances are certain.
func (t *threat) happens(mask int) float64 {
	chance := 1.0
	for g := noGate; g < len(t.gates); g++ {
		open, none := 1.0, 1.0 // of just these behind the gate where it opens, and where it does not
		for k := range t.losses {
			l := &t.losses[k]
			switch {
			case l.gate != g:
			case mask>>k&1 == 1:
				open *= l.chance.mean
				none = 0
			default:
				open *= 1 - l.chance.mean
			}
		}
		if g != noGate {
			open = t.gates[g].mean*open + (1-t.gates[g].mean)*none
		}
		chance *= open
	}
	return chance
}
