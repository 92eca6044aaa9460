package risk

import "math"

// Simulated losses add up in integers of 1/1024 of the currency, so that totals
// do not depend on the order of events. One event may be up to 2⁵⁶ of these,
// 7·10¹³ of the currency; a trial would need 128 such events to overflow.
const (
	unitsPer  = 1024
	mostUnits = 1 << 56
)

// maxLog bounds |ln| of an amount: above it an event is too large, below minus
// it nothing. maxSteps is the same in steps of the table of exponentials.
const (
	maxLog   = 31
	maxSteps = maxLog * stepsPer
	largest  = 2.904884966524743e13 // e to maxLog
)

// toUnits rounds an amount; ok is false where it is not a number or too large.
func toUnits(x float64) (units int64, ok bool) {
	x *= unitsPer
	if !(x < mostUnits) {
		return 0, false
	}
	return int64(x + 0.5), true
}

func fromUnits(u int64) float64 { return float64(u) / unitsPer }

// floorUnits is the largest number of units that is not above an amount.
func floorUnits(x float64) int64 {
	x = math.Floor(x * unitsPer)
	if x >= math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(max(x, -1))
}
