package risk

import "math"

// guideSteps is how many equal steps of the running sum have an entry in the guide:
// two for each trial, so that the trial wanted is mostly the one it names, or the
// next.
const (
	guideBits  = blockBits + 1
	guideSteps = 1 << guideBits
)

// trialRates picks trials in proportion to their rates, in constant time on
// average: a table over equal steps of the running sum says where to begin.
type trialRates struct {
	sum   float64
	upTo  [blockSize]float64 // running sum; infinite at the last, so that every search ends
	guide [guideSteps]int16  // a trial not beyond the one at which the step begins
}

// leastSum is what a sum of rates has to be at least: with less no event ever comes,
// and a share of it is not exact any more. It counts as nothing.
const leastSum = 0x1p-900

func (r *trialRates) set(rates *[blockSize]float64) {
	sum := 0.0
	for i, x := range rates {
		sum += x
		r.upTo[i] = sum
	}
	if sum < leastSum {
		sum = 0
	}
	r.sum, r.upTo[blockSize-1] = sum, math.Inf(1)
	clear(r.guide[:])
	scale := guideSteps / sum * (1 + 0x1p-40) // a step later than it may be, never earlier
	for _, x := range r.upTo[:blockSize-1] {
		if step := int(x*scale) + 1; uint(step) < guideSteps { // also where the sum is 0, and nothing is picked
			r.guide[step]++
		}
	}
	trial := int16(0)
	for g, n := range r.guide {
		trial += n
		r.guide[g] = trial
	}
}

// pick is the trial at a share of the sum, of 2⁵³. Trials are as hard to foresee as
// the share: the first steps are taken without a branch.
func (r *trialRates) pick(share uint64) int {
	at := float64(share) * 0x1p-53 * r.sum
	i := uint(r.guide[share>>(53-guideBits)%guideSteps]) % blockSize
	i += notAbove(r.upTo[i], at)
	i += notAbove(r.upTo[i%blockSize], at)
	for i = i % blockSize; r.upTo[i] <= at; i = (i + 1) % blockSize {
	}
	return int(i)
}

// notAbove is 1 where x ≤ y, else 0, for numbers that are not negative: these are
// ordered as their bits.
func notAbove(x, y float64) uint {
	return uint((math.Float64bits(x) - math.Float64bits(y) - 1) >> 63)
}
