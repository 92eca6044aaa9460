package risk

import (
	"slices"
	"sync"

	"github.com/parleysec/parley/quantity"
)

// AnnualFigure is the expected loss of a threat in one full year of a scenario,
// in currency, as far as its rate and its layers' shares are uncertain: the
// mean is that of [Portfolio.ExpectThreat] before what others pay, the interval
// is exact where only the rate is uncertain, else from a lattice of 1021 points,
// good to about two digits. That one year differs from the next is not in it.
func (p *Portfolio) AnnualFigure(id string, s Scenario) (Figure, error) {
	t, err := p.find(id)
	if err != nil {
		return Figure{}, err
	}
	if err := p.check(s); err != nil {
		return Figure{}, err
	}
	st := p.stance(t, s)
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
	rate := t.rate.mean
	dists, set := t.uncertainShares(s)
	ev := t.evaluator(s)
	annual := func() float64 {
		passes, lost := 0.0, 0.0
		for i := range t.cells {
			pass, left := ev.cell(&t.cells[i])
			passes += t.cells[i].prob * pass
			lost += t.cells[i].prob * pass * left
		}
		events := rate / t.passes
		if t.once && events*passes > 1 {
			events = 1 / passes
		}
		return events * t.perYear() * lost * t.lossMean
	}
	if len(dists) == 0 && !t.once { // proportional to the rate
		rate = 1
		unit := annual()
		return unit * t.rate.dist.Quantile(0.05), unit * t.rate.dist.Quantile(0.95)
	}
	dists = append(dists, t.rate.dist)
	x := make([]float64, len(dists))
	out, scores := make([]float64, rangeSize), rangeScores()
	for k := range out {
		at := k
		for i, d := range dists {
			x[i] = fromScore(d, scores[at])
			at = at * rangeFactor % rangeSize
		}
		for i, put := range set {
			put(ev, x[i])
		}
		rate = x[len(set)]
		out[k] = annual()
	}
	slices.Sort(out)
	return out[rank(0.05, len(out))], out[rank(0.95, len(out))]
}

// uncertainShares lists the uncertain shares of the barriers in front, each
// with how to set it.
func (t *threat) uncertainShares(s *stance) (dists []quantity.Dist, set []func(*evaluator, float64)) {
	add := func(in input, put func(*evaluator, float64)) {
		if !in.certain() {
			dists, set = append(dists, in.dist), append(set, put)
		}
	}
	for j := range t.barriers {
		b := &t.barriers[j]
		if !s.in[j] {
			continue
		}
		switch {
		case s.broken[j]: // one share, for events and loss alike
			add(b.degraded, func(ev *evaluator, x float64) {
				if b.onEvents {
					ev.e[j] = x
				}
				if b.onLoss {
					ev.f[j] = x
				}
			})
		default:
			if b.onEvents {
				add(b.events, func(ev *evaluator, x float64) { ev.e[j] = x })
			}
			if b.onLoss {
				add(b.loss, func(ev *evaluator, x float64) { ev.f[j] = x })
			}
		}
		add(b.coverage, func(ev *evaluator, x float64) { ev.v[j] = x })
	}
	return dists, set
}
