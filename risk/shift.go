package risk

import "math"

// Shift is how much more the years of one simulation lose than the same years of
// another: year by year, since both come from the same random numbers. Its
// standard errors are those of the differences, mostly far below those of either
// figure.
type Shift struct {
	before, after *Simulation
}

// Since compares a simulation with another over the same trials; false where the
// years of one are not kept in order (they are in [Years.Base] and after
// [Years.SimulateApart]) or not the same years.
func (s *Simulation) Since(before *Simulation) (Shift, bool) {
	same := s.Seed == before.Seed && len(s.inOrder) > 0 && len(s.inOrder) == len(before.inOrder)
	return Shift{before, s}, same
}

// over is the mean of a difference over the years with its standard error.
func (s Shift) over(difference func(before, after int64) float64) (mean, standardError float64) {
	n := float64(len(s.after.inOrder))
	for i, u := range s.after.inOrder {
		mean += difference(s.before.inOrder[i], u)
	}
	mean /= n
	squares := 0.0
	for i, u := range s.after.inOrder {
		d := difference(s.before.inOrder[i], u) - mean
		squares += d * d
	}
	return mean, math.Sqrt(squares / n / max(1, n-1))
}

// Mean is the difference of the mean losses, in currency, with its standard error.
func (s Shift) Mean() (difference, standardError float64) {
	return s.over(func(before, after int64) float64 { return fromUnits(after - before) })
}

// Exceedance is the difference of the chances of losing more than loss, with its
// standard error, which is never below 1/(n+1): that of a difference which no
// trial has shown.
func (s Shift) Exceedance(loss float64) (difference, standardError float64) {
	at := floorUnits(loss)
	difference, standardError = s.over(func(before, after int64) float64 { return indicator(after > at) - indicator(before > at) })
	return difference, max(standardError, 1/float64(len(s.after.inOrder)+1))
}

// Quantile is the difference of the p-quantiles. Its standard error is that of two
// quantiles as correlated as the events of staying at or below them are.
func (s Shift) Quantile(p float64) (difference, standardError float64) {
	before, after := s.before.sorted[rank(p, len(s.before.sorted))], s.after.sorted[rank(p, len(s.after.sorted))]
	var first, second, both float64 // shares of years at or below the quantile before, after, both
	n := float64(len(s.after.inOrder))
	for i, u := range s.after.inOrder {
		x, y := indicator(s.before.inOrder[i] <= before), indicator(u <= after)
		first += x / n
		second += y / n
		both += x * y / n
	}
	correlation := 0.0
	if spread := first * (1 - first) * second * (1 - second); spread > 0 {
		correlation = (both - first*second) / math.Sqrt(spread)
	}
	a, b := s.before.QuantileError(p), s.after.QuantileError(p)
	return fromUnits(after - before), math.Sqrt(max(0, a*a+b*b-2*correlation*a*b))
}

// Shortfall is the difference of the mean losses in the worst share 1−p of the
// years of each, p below 1. Its standard error is that of the mean difference of
// (X−q)⁺/(1−p).
func (s Shift) Shortfall(p float64) (difference, standardError float64) {
	a, _ := s.before.Shortfall(p)
	b, _ := s.after.Shortfall(p)
	before, after := s.before.sorted[rank(p, len(s.before.sorted))], s.after.sorted[rank(p, len(s.after.sorted))]
	_, standardError = s.over(func(x, y int64) float64 { return fromUnits(max(0, y-after) - max(0, x-before)) })
	return b - a, standardError / (1 - p)
}

func indicator(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
