package learning

import (
	"errors"
	"fmt"
	"math"

	"github.com/parleysec/parley/quantity"
)

// Observed is how many events there were in how much time.
type Observed struct {
	Events   int
	Exposure float64 // years, each weighted by how many events it was open to against a year as stated
	// Clustered is how much the rate differs from year to year: its standard
	// deviation over its mean, 0 for a steady rate.
	Clustered float64
}

// Rate is an estimated rate before and after what was seen.
type Rate struct {
	Prior     Figures `json:"prior"`     // events per year
	Posterior Figures `json:"posterior"` // events per year
}

// Why an estimate cannot learn.
var (
	ErrCertain  = errors.New("it was stated as a single figure, which nothing can move: state a range")
	ErrSurprise = errors.New("as estimated, what happened had a chance below one in a million: the estimate is wrong rather than imprecise; state it anew")
)

// surprised is the chance of what happened below which an estimate has nothing
// to say about it: updated, it would only repeat the ends of its range.
const surprised = 1e-6

// UpdateRate is a rate per year after some events: the prior times the
// likelihood of their number, Poisson with mean λ·Exposure, or negative binomial
// for clustered events, on a grid of ln λ. e is what the prior expects of the
// same observation ([Expect]).
func UpdateRate(prior quantity.Dist, o Observed, e Expected) (Rate, error) {
	if err := o.check(); err != nil {
		return Rate{}, err
	}
	if prior.Variance() == 0 {
		return Rate{}, ErrCertain
	}
	if min(e.AtLeast, e.AtMost) < surprised {
		return Rate{}, ErrSurprise
	}
	g := whole(prior, logs).update(func(rate float64) float64 { return o.logOf(o.Events, rate) })
	return Rate{Prior: figuresOf(prior), Posterior: g.figures()}, nil
}

func (o Observed) check() error {
	switch {
	case o.Events < 0 || !(o.Exposure > 0) || math.IsInf(o.Exposure, 0):
		return fmt.Errorf("learning: %d events in %g years is no observation: the time must be positive", o.Events, o.Exposure)
	case !(o.Clustered >= 0) || math.IsInf(o.Clustered, 0):
		return fmt.Errorf("learning: a clustering of %g has no meaning: it is a share from 0 up", o.Clustered)
	}
	return nil
}

// logOf is ln P(N = n) for the mean rate·Exposure: Poisson, or where the rate of
// each year is drawn from a gamma distribution with that mean and coefficient of
// variation c, negative binomial with shape Exposure/c², the sum of as many
// years (Johnson, Kemp and Kotz, Univariate Discrete Distributions, 5.3).
func (o Observed) logOf(n int, rate float64) float64 {
	mean, k := rate*o.Exposure, float64(n)
	if mean == 0 {
		if n == 0 {
			return 0
		}
		return math.Inf(-1)
	}
	factorial, _ := math.Lgamma(k + 1)
	if o.Clustered == 0 {
		return k*math.Log(mean) - mean - factorial
	}
	r := o.Exposure / (o.Clustered * o.Clustered)
	above, _ := math.Lgamma(r + k)
	below, _ := math.Lgamma(r)
	return above - below - factorial - r*math.Log1p(mean/r) + k*(math.Log(mean)-math.Log(r+mean))
}
