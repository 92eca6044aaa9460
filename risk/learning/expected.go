package learning

import (
	"math"

	"github.com/parleysec/parley/quantity"
)

// Expected is how many events an estimate expects in the time observed, and how
// what was seen stands in that.
type Expected struct {
	Mean    float64 `json:"mean"`     // events
	P5      int     `json:"p5"`       // events: at least 95 % of the time there are as many or more
	P95     int     `json:"p95"`      // events: at least 95 % of the time there are no more
	AtLeast float64 `json:"at_least"` // chance of as many events as were seen, or more
	AtMost  float64 `json:"at_most"`  // chance of as many events as were seen, or fewer
}

// mostEvents bounds how far the number of events is counted; an estimate that
// expects more has no use for single events.
const mostEvents = 100_000

// rounding is how far a sum of chances may be off.
const rounding = 1e-12

// TooFrequentError says that an estimate expects more events than are counted one by one.
type TooFrequentError struct{ Mean float64 }

// Error names how many.
func (*TooFrequentError) Error() string {
	return "more events are expected than can be counted one by one"
}

// Expect is the prior predictive distribution of the number of events: the
// chance of a number at a rate, averaged over what the rate may be.
func Expect(prior quantity.Dist, o Observed) (Expected, error) {
	if err := o.check(); err != nil {
		return Expected{}, err
	}
	mean := prior.Mean() * o.Exposure
	if mean > mostEvents/10 {
		return Expected{}, &TooFrequentError{mean}
	}
	chance := predictive(prior, o)
	out := Expected{Mean: mean, P5: -1, P95: -1}
	below := 0.0
	for n := 0; n < mostEvents; n++ {
		p := chance(n)
		if n == o.Events {
			out.AtLeast, out.AtMost = max(0, 1-below), min(1, below+p)
		}
		below += p
		if out.P5 < 0 && below > 0.05+rounding {
			out.P5 = n
		}
		if out.P95 < 0 && below >= 0.95-rounding {
			out.P95 = n
		}
		if out.P95 >= 0 && n >= o.Events {
			return out, nil
		}
	}
	return Expected{}, &TooFrequentError{mean}
}

// predictive is the chance of each number of events.
func predictive(prior quantity.Dist, o Observed) func(int) float64 {
	if prior.Variance() == 0 {
		return func(n int) float64 { return math.Exp(o.logOf(n, prior.Mean())) }
	}
	lo, hi := span(prior, logs)
	g := newGrid(prior, logs, lo, hi)
	return func(n int) float64 {
		return g.mean(func(rate float64) float64 { return math.Exp(o.logOf(n, rate)) })
	}
}
