package learning

import (
	"fmt"
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

// mostExpected bounds the mean number of events that is counted one by one, and
// mostEvents how far: an estimate that expects more has no use for single events.
const (
	mostExpected = 1_000
	mostEvents   = 20_000
)

// rounding is how far a sum of chances may be off.
const rounding = 1e-12

// TooFrequentError says that an estimate expects more events than are counted one by one.
type TooFrequentError struct{ Mean float64 }

// Error names how many.
func (e *TooFrequentError) Error() string {
	return fmt.Sprintf("learning: about %.0f events are expected, more than are counted one by one", e.Mean)
}

// Expect is the prior predictive distribution of the number of events: the
// chance of a number at a rate, averaged over what the rate may be.
func Expect(prior quantity.Dist, o Observed) (Expected, error) {
	if err := o.check(); err != nil {
		return Expected{}, err
	}
	mean := prior.Mean() * o.Exposure
	if mean > mostExpected || o.Events > mostEvents {
		return Expected{}, &TooFrequentError{max(mean, float64(o.Events))}
	}
	c := newCounter(prior, o)
	out := Expected{Mean: mean, P5: -1, P95: -1}
	below := 0.0
	for n := range mostEvents + 1 {
		p := c.next()
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

// counter gives the chances of 0, 1, 2 … events, one after the other.
type counter struct {
	o      Observed
	n      int
	means  []float64 // number of events at each rate
	weight []float64 // of each rate
	log    []float64 // ln of the chance of n events at each rate
}

func newCounter(prior quantity.Dist, o Observed) *counter {
	c := &counter{o: o, means: []float64{prior.Mean() * o.Exposure}, weight: []float64{1}}
	if prior.Variance() > 0 {
		g := whole(prior, logs)
		c.means, c.weight = make([]float64, cells), g.weight
		for i := range c.means {
			c.means[i] = g.middle(i) * o.Exposure
		}
	}
	c.log = make([]float64, len(c.means))
	for i, m := range c.means {
		c.log[i] = o.logOf(0, m/o.Exposure)
	}
	return c
}

// next is the chance of n events, and steps on to n+1: a Poisson chance grows by
// mean/(n+1), a negative binomial one by (r+n)/(n+1)·mean/(r+mean).
func (c *counter) next() float64 {
	p := 0.0
	r := c.o.Exposure / (c.o.Clustered * c.o.Clustered)
	for i, m := range c.means {
		if c.log[i] > faint {
			p += c.weight[i] * math.Exp(c.log[i])
		}
		switch {
		case m == 0:
			c.log[i] = math.Inf(-1)
		case c.o.Clustered == 0:
			c.log[i] += math.Log(m / float64(c.n+1))
		default:
			c.log[i] += math.Log((r + float64(c.n)) / float64(c.n+1) * (m / (r + m)))
		}
	}
	c.n++
	return p
}

// faint is the logarithm of a chance that adds nothing.
const faint = -60
