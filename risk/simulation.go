package risk

import (
	"math"
	"sort"
)

// Simulation is the loss of one full year over many trials, in the model's
// currency.
type Simulation struct {
	Trials        int
	Seed          uint64
	Mean          float64
	StandardError float64 // of Mean
	Threats       []SimulatedThreat
	ThreatTrials  int         // how many of the trials Threats are from
	Tail          *TailShares // of these trials; nil where it was not asked for
	sorted        []int64
	inOrder       []int64 // of the trials; nil where not kept
}

// SimulatedThreat is what a simulation says about one threat present in the
// scenario.
type SimulatedThreat struct {
	ID              string
	Mean            float64    // loss in one full year
	StandardError   float64    // of Mean
	TailShare       float64    // its part of the mean loss in the worst 5 % of years; the shares add up to 1
	LossOneInTwenty float64    // the smallest loss not exceeded in at least 95 % of years
	OneInTwentyErr  float64    // its standard error, by the rule of [Simulation.QuantileError]
	Kinds           KindLosses // Mean by kind
	IfItHappens     EventLoss
}

// Quantile is the smallest loss x that at least a share p of the trials does
// not exceed; p in 0..1.
func (s *Simulation) Quantile(p float64) float64 { return fromUnits(s.sorted[rank(p, len(s.sorted))]) }

// rank is the index of the p-quantile in n sorted values: ⌈p·n⌉ − 1, taking a
// product within rounding of an integer for that integer.
func rank(p float64, n int) int {
	k := int(math.Ceil(p*float64(n)*(1-1e-15))) - 1
	return min(max(k, 0), n-1)
}

// QuantileError is the standard error of a quantile: half the distance between
// the order statistics one standard deviation of the count above and below it.
func (s *Simulation) QuantileError(p float64) float64 {
	d := countError(p, float64(len(s.sorted)))
	return (s.Quantile(min(1, p+d)) - s.Quantile(max(0, p-d))) / 2
}

// countError is one standard deviation of the share of n trials below the
// p-quantile.
func countError(p, n float64) float64 { return math.Sqrt(p * (1 - p) / n) }

// ErrorsKnown reports whether the standard errors of means and quantiles say
// anything: one trial has none, and they are 0 then.
func (s *Simulation) ErrorsKnown() bool { return len(s.sorted) > 1 }

// Exceedance is the share of trials that lost more than loss, with its standard
// error, which is √(p(1−p)/n) for many trials and never 0 (Wilson's rule: 1/(n+1)
// where no trial or every one did).
func (s *Simulation) Exceedance(loss float64) (probability, standardError float64) {
	at := floorUnits(loss)
	n := len(s.sorted)
	above := n - sort.Search(n, func(i int) bool { return s.sorted[i] > at })
	return float64(above) / float64(n), shareError(above, n)
}

// Shortfall is the mean loss in the worst share 1−p of the trials, p in 0..1;
// where that ends within equal losses, they count by the fraction that belongs
// to it. Its standard error is that of Rockafellar and Uryasev's form,
// q + E[(X−q)⁺]/(1−p).
func (s *Simulation) Shortfall(p float64) (mean, standardError float64) {
	n := float64(len(s.sorted))
	k := rank(p, len(s.sorted))
	q := s.sorted[k]
	tail := n * (1 - p)
	if tail <= 0 {
		return fromUnits(s.sorted[len(s.sorted)-1]), 0
	}
	sum, squares := 0.0, 0.0
	for _, x := range s.sorted[k:] {
		d := fromUnits(x - q)
		sum += d
		squares += d * d
	}
	variance := max(0, squares/n-(sum/n)*(sum/n)) / n
	return fromUnits(q) + sum/tail, math.Sqrt(variance) / (1 - p)
}

// Losses are the trials' losses in ascending order, at most n of them, evenly
// chosen by rank: what a curve is drawn from.
func (s *Simulation) Losses(n int) []float64 {
	n = min(n, len(s.sorted))
	out := make([]float64, n)
	for i := range out {
		out[i] = fromUnits(s.sorted[(2*i+1)*len(s.sorted)/(2*n)])
	}
	return out
}

// meanOf is the mean of losses in units with its standard error.
func meanOf(units []int64) (mean, standardError float64) {
	n := float64(len(units))
	sum, _ := powersAbout(0, units)
	mean = sum / n
	_, squares := powersAbout(mean, units)
	return mean, math.Sqrt(squares / n / max(1, n-1))
}

// powersAbout are the sums of the distances of losses from a centre, in currency,
// and of their squares: by turns, so that no addition waits for the one before.
func powersAbout(centre float64, units []int64) (sum, squares float64) {
	var s, q [2]float64
	for ; len(units) > 1; units = units[2:] {
		x, y := fromUnits(units[0])-centre, fromUnits(units[1])-centre
		s[0] += x
		s[1] += y
		q[0] += x * x
		q[1] += y * y
	}
	for _, u := range units {
		x := fromUnits(u) - centre
		s[0] += x
		q[0] += x * x
	}
	return s[0] + s[1], q[0] + q[1]
}
