package risk

import (
	"errors"
	"fmt"
	"math"

	"github.com/parleysec/parley"
)

// Clustered events. The rate of such a threat is multiplied, year by year and
// independently, by a gamma variable with mean 1 and standard deviation cv, so
// that events gather in bad years: the count of a year is negative binomial with
// variance λ + cv²·λ² (Klugman, Panjer and Willmot, Loss Models, section 6.3).
// Barriers thin a mixed Poisson process like any other: the mixing stays. The
// mean of a year does not change.

// readClustered sets the shape 1/cv². It counts at its mean where it is a range.
func (p *Portfolio) readClustered(t *threat, src *parley.Threat) error {
	if src.Clustered.IsZero() {
		return nil
	}
	in := newInput(src.Clustered.Dist())
	switch {
	case t.once:
		return errors.New("it happens at most once and cannot be clustered: leave out one of the two")
	case !(in.mean >= 0 && in.mean <= 1):
		return fmt.Errorf("clustered is %v; a share from 0%% to 100%% is wanted", in.mean)
	case !in.certain():
		p.warnings = append(p.warnings, Warning{Threat: t.id, Message: fmt.Sprintf("clustered is a range; it counts at its mean, %.3g", in.mean)})
	}
	if in.mean > 0 {
		t.shape = 1 / (in.mean * in.mean)
	}
	return nil
}

// gammaMixed is E[exp(−x·G)] = (1 + x/k)^−k for G of mean 1 and shape k.
func gammaMixed(shape, x float64) float64 { return math.Exp(-shape * math.Log1p(x/shape)) }

// noEvent is the chance of no event at a rate within some years that begin now.
func (t *threat) noEvent(rate, years float64) float64 {
	if t.shape == 0 {
		return math.Exp(-years * rate)
	}
	whole := math.Floor(years)
	return math.Pow(gammaMixed(t.shape, rate), whole) * gammaMixed(t.shape, rate*(years-whole))
}

// gamma is a gamma variable with a shape of at least 1 (Marsaglia and Tsang, ACM
// Transactions on Mathematical Software 26 (2000) 363).
func (s *stream) gamma(shape float64) float64 {
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := s.normal()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-s.float()) < x*x/2+d*(1-v+math.Log(v)) {
			return d * v
		}
	}
}

// yearlyRates are the rates of a clustered threat in each trial of a block.
type yearlyRates struct {
	rates [blockSize]float64    // over one year, or on average over a path
	upTo  []*[blockSize]float64 // by year of a path: the share of events up to its end
}

// yearFactors are the factors of one year in each trial.
func (b *bench) yearFactors(src *source, year int, into *[blockSize]float64) {
	from := streamOf(b.seed, src.key, b.block, forClusters, uint64(year))
	for i := range into {
		into[i] = from.gamma(src.t.shape) / src.t.shape
	}
}

// yearRates are the rates of one year by trial.
func (b *bench) yearRates(src *source) *[blockSize]float64 {
	if src.t.shape == 0 {
		return &b.own.rates
	}
	b.yearFactors(src, 0, &b.years.rates)
	for i := range b.years.rates {
		b.years.rates[i] *= b.own.rate(i)
	}
	return &b.years.rates
}

// pathRates are the mean rates up to a time by trial; for a clustered threat it
// notes which share of its events falls in which year.
func (b *bench) pathRates(src *source, until float64) *[blockSize]float64 {
	if src.t.shape == 0 {
		return &b.own.rates
	}
	n := int(math.Ceil(until))
	b.years.upTo = room(b.years.upTo, n)
	sum := &b.years.rates
	clear(sum[:])
	for year := range n {
		upTo, length := b.years.upTo[year], math.Min(1, until-float64(year))
		b.yearFactors(src, year, upTo)
		for i := range sum {
			sum[i] += upTo[i] * length
			upTo[i] = sum[i]
		}
	}
	for i := range sum {
		for year := range n {
			b.years.upTo[year][i] /= sum[i]
		}
		sum[i] *= b.own.rate(i) / until
	}
	return sum
}

// timeOf is the time of an event at a share u in 0..1 of those of its trial.
func (b *bench) timeOf(c *contrast, trial int, u float64) float64 {
	if c.t.shape == 0 {
		return c.until * u
	}
	before := 0.0
	for year := 0; ; year++ {
		upTo := b.years.upTo[year][trial]
		length := math.Min(1, c.until-float64(year))
		if u < upTo || float64(year+1) >= c.until {
			return float64(year) + length*math.Min(1, (u-before)/(upTo-before))
		}
		before = upTo
	}
}
