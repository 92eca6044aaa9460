package risk

import (
	"slices"
	"sync"
)

// AnnualFigure is the expected loss of a threat in one full year of a scenario,
// in currency, as far as its rate and its layers' shares are uncertain: the
// mean is that of [Portfolio.ExpectThreat] before what others pay, the interval
// is exact where only the rate is uncertain, else from a lattice of 1021 points,
// good to about two digits. That one year differs from the next is not in it.
func (p *Portfolio) AnnualFigure(id string, s Scenario) (Figure, error) {
	t, st, err := p.threatIn(id, s)
	if err != nil {
		return Figure{}, err
	}
	e := p.expectLoss(t, &st)
	f := Figure{Mean: e.Annual + e.Recovered}
	f.P5, f.P95 = f.Mean, f.Mean
	if st.absent {
		return f, nil
	}
	f.P5, f.P95 = t.annualRange(&st)
	return f, nil
}

// A smaller Korobov lattice, for ends of intervals. The factor has the least
// worst-case error P₂ (weight 0.3 for each coordinate) over two to six
// dimensions together, of all factors.
const (
	rangeSize   = 1021
	rangeFactor = 223
)

// rangeScores are the normal scores of its points.
var rangeScores = sync.OnceValue(func() []float64 { return scoresOf(rangeSize) })

func (t *threat) annualRange(s *stance) (p5, p95 float64) {
	d := t.drawn(s)
	var open []openInput
	for _, x := range t.openInputs(s) {
		switch x.key.what {
		case forRate, forChances, forGates:
		default:
			open = append(open, x)
		}
	}
	if len(open) == 0 && !t.once { // proportional to the rate
		d.rate = 1
		unit := d.annual()
		return unit * t.rate.dist.Quantile(0.05), unit * t.rate.dist.Quantile(0.95)
	}
	out, scores := make([]float64, rangeSize), rangeScores()
	for k := range out {
		at := k
		next := func(in input) float64 {
			x := fromScore(in.dist, scores[at])
			at = at * rangeFactor % rangeSize
			return x
		}
		for _, x := range open {
			x.put(d, next(x.in))
		}
		for i := range t.factors {
			d.multiplied(i, next(t.factors[i].input))
		}
		out[k] = d.annual()
	}
	slices.Sort(out)
	return out[rank(0.05, len(out))], out[rank(0.95, len(out))]
}
