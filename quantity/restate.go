package quantity

import (
	"math"
	"strconv"
)

// Restated is the canonical text of the same statement with another 90 %
// interval, in the unit of Dist: a chance stays a chance over its timeframe, a
// rate a rate, an amount an amount. The ends are rounded to two digits, a chance
// or share near 1 by its distance from 1. Of a quantity that is not parsed, or
// stated in points, it is "", and so it is where no interval can be written:
// 0 < p5 < p95 < ∞ must hold, and 1 be beyond a share.
func (q Quantity) Restated(p5, p95 float64) string {
	if q.Kind == None || q.Form == Points || !(p5 > 0) || !(p95 > p5) || math.IsInf(p95, 0) {
		return ""
	}
	if q.Form == Chance {
		p5, p95 = -math.Expm1(-p5*q.Over), -math.Expm1(-p95*q.Over)
	}
	round := significant
	if onLogit(q.Kind, q.Form) {
		if p95 >= 1-leastPositive {
			return ""
		}
		round = func(x float64, digits int) float64 {
			if x > 0.5 { // and free of what 1 less a binary fraction leaves behind
				return significant(1-significant(1-x, digits), 12)
			}
			return significant(x, digits)
		}
	}
	for digits := 2; digits <= 6; digits++ { // ends that fall together get more digits
		if lo, hi := round(p5, digits), round(p95, digits); lo < hi {
			return writeFigures(figures{interval, []float64{lo, hi}}, q.Kind, q.Form, q.Over)
		}
	}
	return ""
}

// significant rounds a positive number to so many significant digits, as they
// would be written.
func significant(x float64, digits int) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64)
	if err != nil {
		return x
	}
	return y
}
