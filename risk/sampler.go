package risk

import (
	"math"
	"math/rand/v2"

	"github.com/parleysec/parley/quantity"
)

// sampler draws the amount of one kind of loss.
type sampler struct {
	form         sampling
	mu           float64
	below, above float64 // standard deviations on either side of the median; the constant itself for fixed
	dist         quantity.Dist
}

type sampling uint8

const (
	fixed     sampling = iota
	logNormal          // one or two pieces
	anyDist
)

func samplerOf(d quantity.Dist) sampler {
	switch d := d.(type) {
	case quantity.Constant:
		return sampler{form: fixed, below: float64(d)}
	case quantity.LogNormal:
		return sampler{form: logNormal, mu: d.Mu, below: d.Sigma, above: d.Sigma}
	case quantity.TwoPieceLogNormal:
		return sampler{form: logNormal, mu: d.Mu, below: d.Below, above: d.Above}
	}
	return sampler{form: anyDist, dist: d}
}

// draw is one amount; u is the next number of from, on which rnd draws too.
func (s *sampler) draw(from *stream, rnd *rand.Rand, u uint64) float64 {
	switch s.form {
	case fixed:
		return s.below
	case logNormal:
		z := from.normalFrom(u)
		y := s.mu + z*pick(z, s.below, s.above)
		if math.Abs(y) > maxLog {
			return math.Exp(y)
		}
		return exp(y)
	}
	return s.dist.Rand(rnd)
}
