package risk

import (
	"math"
	"math/rand/v2"

	"github.com/parleysec/parley/quantity"
)

// sampler draws the amount of one kind of loss.
//
// A log-normal one, of one piece or two, is exp(mu + spread·z + skew·|z|): the
// deviations above and below the median are spread ± skew. That needs no branch
// on the sign of z, which no processor could predict. They are kept in steps of
// the table of exponentials.
type sampler struct {
	form         sampling
	mu           float64 // the constant itself for fixed
	spread, skew float64
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
		return sampler{form: fixed, mu: float64(d)}
	case quantity.LogNormal:
		return sampler{form: logNormal, mu: d.Mu * stepsPer, spread: d.Sigma * stepsPer}
	case quantity.TwoPieceLogNormal:
		return sampler{form: logNormal, mu: d.Mu * stepsPer, spread: (d.Above + d.Below) / 2 * stepsPer, skew: (d.Above - d.Below) / 2 * stepsPer}
	}
	return sampler{form: anyDist, dist: d}
}

// plain reports whether the hot loop can draw it: log-normal of one piece, and
// countable wherever a normal variable is settled by its layer.
func (s *sampler) plain() bool {
	return s.form == logNormal && s.skew == 0 && math.Abs(s.mu)+zigR*s.spread < maxSteps
}

// draw is one amount; u is the next number of from, on which rnd draws too.
func (s *sampler) draw(from *stream, rnd *rand.Rand, u uint64) float64 {
	switch s.form {
	case fixed:
		return s.mu
	case logNormal:
		return s.at(from.normalFrom(u))
	}
	return s.dist.Rand(rnd)
}

// at is a log-normal amount at a normal score.
func (s *sampler) at(z float64) float64 {
	y := s.mu + float64(s.spread*z) + float64(s.skew*math.Abs(z)) // not fused
	if math.Abs(y) > maxSteps {
		return math.Exp(y / stepsPer)
	}
	return expTable.steps(y)
}
