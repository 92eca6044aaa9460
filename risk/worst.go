package risk

import (
	"context"
	"fmt"
	"slices"
)

// Worst is what each of the years kept counts for in the mean loss of the worst
// share 1−p of them in another scenario, p in 0..1 but not 1: nothing, or the same for each
// of the worst, where these end within equal losses the fraction that belongs to
// them. It adds up to 1, and the mean loss with these weights is
// [Simulation.Shortfall].
func (y *Years) Worst(ctx context.Context, s Scenario, p float64) ([]float64, error) {
	if !(p >= 0 && p < 1) {
		return nil, fmt.Errorf("risk: the worst share of years beyond %v: want 0 or more and below 1", p)
	}
	stances, err := y.p.stances(s)
	if err != nil {
		return nil, err
	}
	changes, err := y.changes(stances)
	if err != nil {
		return nil, err
	}
	totals := slices.Clone(y.totals)
	if err := y.redraw(ctx, changes, totals); err != nil {
		return nil, err
	}
	q := sorted(totals, nil, y.o.Workers)[rank(p, len(totals))]
	above, equal := 0, 0
	for _, x := range totals {
		switch {
		case x > q:
			above++
		case x == q:
			equal++
		}
	}
	tail := float64(len(totals)) * (1 - p)
	weights := make([]float64, len(totals))
	for i, x := range totals {
		switch {
		case x > q:
			weights[i] = 1 / tail
		case x == q:
			weights[i] = max(0, tail-float64(above)) / tail / float64(equal)
		}
	}
	return weights, nil
}

// ThreatIn is what one threat loses on average in the years kept, in each of some
// scenarios, when the years count as the weights say, one for each year. The sum
// of all threats' is the mean loss with these weights. The error names an id the
// model does not have, that there is not one weight for each year, or that there are too many events
// or too large ones.
func (y *Years) ThreatIn(ctx context.Context, threat string, scenarios []Scenario, weights []float64) ([]float64, error) {
	at, ok := y.p.byThreat[threat]
	if !ok {
		return nil, fmt.Errorf("risk: %q is not a threat of this model", threat)
	}
	if len(weights) != len(y.totals) {
		return nil, fmt.Errorf("risk: %d weights for %d years: want one for each", len(weights), len(y.totals))
	}
	sources := make([]*source, len(scenarios)) // nil where it is absent
	for k, s := range scenarios {
		if err := y.p.check(s); err != nil {
			return nil, err
		}
		if st := y.p.stance(&y.p.threats[at], s); !st.absent {
			sources[k] = newSource(&y.p.threats[at], &st)
		}
	}
	for _, src := range sources {
		if src == nil {
			continue
		}
		if err := checkSize([]*source{src}, y.o); err != nil {
			return nil, err
		}
	}
	blocks := blocksOf(y.o.Trials)
	sums := make([]float64, blocks*len(scenarios))
	err := share1(ctx, blocks, y.o, func(b *bench, block int) error {
		own := weights[block*blockSize : min((block+1)*blockSize, len(weights))]
		b.open(block)
		for k, src := range sources {
			if src == nil {
				continue
			}
			err := b.run(src, &b.drawn)
			if err == nil {
				err = overflown(b.drawn.column[:len(own)])
			}
			for i, w := range own {
				if w > 0 {
					sums[k*blocks+block] += w * fromUnits(b.drawn.column[i])
				}
			}
			b.drawn.reset(0)
			if err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(scenarios))
	for k := range out {
		for _, v := range sums[k*blocks : (k+1)*blocks] { // in order, on any number of CPUs
			out[k] += v
		}
	}
	return out, nil
}
