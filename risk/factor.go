package risk

import (
	"math/rand/v2"
	"slices"
	"sort"
	"sync"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// factor is one of the inputs that multiply to a threat's rate.
type factor struct {
	input
	place int // among what a rate may be stated by
}

// What a rate may be stated by: the index of [StatedLikelihood].
const (
	RateItself         = iota // likelihood, attempts or contacts
	RateAction                // the share of contacts in which somebody acts
	RateSusceptibility        // the share of attempts that succeed
)

// readFair sets the rate of a threat that is taken apart:
// attempts × susceptibility, or contacts × action × susceptibility. How capability
// and strength differ is how one attempt differs from the next, so susceptibility
// is a single number where it follows from them.
func (t *threat) readFair(f *parley.Fair) {
	factors := []factor{{of(f.Attempts, 1), RateItself}}
	if !f.Contacts.IsZero() {
		factors = []factor{{of(f.Contacts, 0), RateItself}, {of(f.Action, 1), RateAction}}
	}
	if !f.Capability.IsZero() {
		v := Exceeds(f.Capability.Dist(), f.Strength.Dist())
		factors = append(factors, factor{constant(v), RateSusceptibility})
	} else {
		factors = append(factors, factor{of(f.Susceptibility, 1), RateSusceptibility})
	}
	t.multiply(factors)
}

// multiply sets the rate to the product of independent factors. Those that are
// certain only scale the others; the rate is an input like any other where one of
// them is uncertain.
func (t *threat) multiply(factors []factor) {
	scale, mean, second := 1.0, 1.0, 1.0
	var open []factor
	for _, f := range factors {
		mean *= f.mean
		second *= f.second
		if f.certain() {
			scale *= f.mean
		} else {
			open = append(open, f)
		}
	}
	switch {
	case len(open) == 0 || scale == 0:
		t.rate = constant(mean)
		return
	case scale != 1:
		open[0].input = newInput(quantity.Scaled{Dist: open[0].dist, Factor: scale})
	}
	t.factors = open
	if t.rate = open[0].input; len(open) > 1 {
		t.rate = input{dist: newProduct(open), mean: mean, second: second}
	}
}

// product is the distribution of a product of independent inputs. Its mean and
// variance are exact, its quantiles those of a lattice of 4093 points, good to
// a percent of probability.
type product struct {
	factors []factor
	at      func() []float64 // its values on the lattice, ascending
}

func newProduct(factors []factor) product {
	return product{factors, sync.OnceValue(func() []float64 {
		var out []float64
		latticePoints(len(factors), func(z []float64) {
			x := 1.0
			for i := range factors {
				x *= fromScore(factors[i].dist, z[i])
			}
			out = append(out, x)
		})
		slices.Sort(out)
		return out
	})}
}

// Mean is the product of the means.
func (d product) Mean() float64 {
	mean := 1.0
	for _, f := range d.factors {
		mean *= f.mean
	}
	return mean
}

// Variance is E[X²] − E[X]², E[X²] being the product of those of the factors.
func (d product) Variance() float64 {
	second, mean := 1.0, d.Mean()
	for _, f := range d.factors {
		second *= f.second
	}
	return second - mean*mean
}

// Quantile is that of the lattice's points.
func (d product) Quantile(p float64) float64 {
	at := d.at()
	return at[rank(p, len(at))]
}

// CDF is the share of the lattice's points that are not above x.
func (d product) CDF(x float64) float64 {
	at := d.at()
	n := sort.Search(len(at), func(i int) bool { return at[i] > x })
	return float64(n) / float64(len(at))
}

// Rand is one draw.
func (d product) Rand(r *rand.Rand) float64 {
	x := 1.0
	for _, f := range d.factors {
		x *= f.dist.Rand(r)
	}
	return x
}

// StatedRate is how often a threat is stated to happen, in events per year; of a
// single event, its chance. The error names an id the model does not have.
func (p *Portfolio) StatedRate(id string) (quantity.Dist, error) {
	t, err := p.find(id)
	if err != nil {
		return nil, err
	}
	return t.rate.dist, nil
}
