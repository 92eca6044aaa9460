package risk

import (
	"slices"
	"sync"

	"github.com/parleysec/parley/quantity"
)

// legTerm is a term of a contract that is a range, and what others pay by it.
type legTerm struct {
	*openTerm
	recovered *recovery
}

// recovery is the expected recovery of one full year given the score of a term.
type recovery struct {
	mean  float64 // over the term, currency
	at    func(z float64) float64
	rough func(z float64) float64 // by straight lines between some scores, for what is good to two digits
}

// bend is how a term moves the net benefit of one option.
type bend struct {
	option int
	weight float64 // net benefit per unit of recovery
	*recovery
}

// more is what more is recovered at a score than on average.
func (r *recovery) more(z float64) float64 { return r.at(z) - r.mean }

// relative is what is recovered at a score, as a multiple of the mean.
func (r *recovery) relative(z float64) float64 {
	if r.mean == 0 {
		return 1
	}
	return r.rough(z) / r.mean
}

// scoreItself is an input whose value is its score.
var scoreItself = input{dist: standardNormal{}}

// standardNormal is read at its scores alone.
type standardNormal struct{ quantity.Dist }

// termsOf are the open terms of the contracts that a threat meets, which pay mean
// in an expected full year.
func (p *Portfolio) termsOf(t *threat, s *stance, mean float64, estimated bool) []legTerm {
	var out []legTerm
	for i, tr := range s.transfers {
		for _, o := range tr.open {
			if o.key.kind == termShare && !estimated { // in proportion to the share
				at := func(z float64) float64 { return mean * fromScore(o.in.dist, z) / o.in.mean }
				out = append(out, legTerm{o, &recovery{mean: mean, at: at, rough: at}})
				continue
			}
			given := func(z float64) float64 {
				known := *s
				known.transfers = slices.Clone(s.transfers)
				known.transfers[i] = tr.fixed(o, fromScore(o.in.dist, z))
				back, _, _ := p.recovered(t, &known)
				return back.Sum()
			}
			r := newRecovery(given, estimated)
			if !estimated {
				r.mean = mean // what the price says, to the last digit
			}
			out = append(out, legTerm{o, r})
		}
	}
	return out
}

// Scores at which a recovery is read where it is given by straight lines between
// them: how far they reach, and how many there are to either side. Each of an
// estimate takes a simulation.
const (
	roughReach, roughSteps     = 6, 24
	sampledReach, sampledSteps = 3, 3
)

func newRecovery(given func(z float64) float64, estimated bool) *recovery {
	r := &recovery{at: given, rough: lines(given, roughReach, roughSteps)}
	if estimated {
		r.at = lines(given, sampledReach, sampledSteps)
		r.rough = r.at
	}
	for _, n := range scorePoints {
		r.mean += n.weight * r.at(n.at)
	}
	return r
}

// lines is a function read at steps equal distances to either side of 0, with
// straight lines between them and as at the ends beyond.
func lines(f func(z float64) float64, reach float64, steps int) func(z float64) float64 {
	nodes := sync.OnceValue(func() []float64 {
		at := make([]float64, 2*steps+1)
		for k := range at {
			at[k] = f(reach * float64(k-steps) / float64(steps))
		}
		return at
	})
	return func(z float64) float64 {
		return readLine(nodes(), z, reach, float64(steps)/reach)
	}
}
