package risk

import (
	"context"
	"slices"
)

// threatTrials bounds how many trials single threats are told apart in: their
// columns are simulated once more, a threat at a time.
const threatTrials = 32 * blockSize

// tailFrom is where the tail begins that threats have shares of.
const tailFrom = 0.95

// simulateThreats is what can be said about each threat, from the first trials.
func simulateThreats(ctx context.Context, sources []*source, o SimOptions, totals []int64) ([]SimulatedThreat, int, error) {
	n := min(len(totals), threatTrials)
	tail := newTail(totals[:n])
	out := make([]SimulatedThreat, len(sources))
	o.Progress = nil
	err := share1(ctx, len(sources), o, func(b *bench, i int) error {
		col := make([]int64, n)
		if err := b.columnOf(ctx, sources[i], col); err != nil {
			return err
		}
		out[i].ID = sources[i].t.id
		out[i].Mean, out[i].StandardError = meanOf(col)
		out[i].TailShare = tail.share(col, totals)
		out[i].LossOneInTwenty = fromUnits(quantileOf(col, 0.95))
		out[i].IfItHappens = b.ifItHappens(sources[i])
		return nil
	})
	return out, n, err
}

// columnOf simulates one source alone over the first len(col) trials.
func (b *bench) columnOf(ctx context.Context, src *source, col []int64) error {
	for at := 0; at < len(col); at += blockSize {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		b.open(at / blockSize)
		var into column
		if err := b.run(src, &into); err != nil {
			return err
		}
		copy(col[at:], into[:])
	}
	return nil
}

// tail is the worst years of a simulation.
type tail struct {
	from   int64   // the quantile at which it begins
	weight float64 // of trials exactly there
	mean   float64 // sum of losses in it, weighted
}

func newTail(totals []int64) tail {
	sorted := slices.Clone(totals)
	sortUnits(sorted, make([]int64, len(sorted)))
	n := len(sorted)
	t := tail{from: sorted[rank(tailFrom, n)]}
	above, at := 0, 0
	for _, u := range sorted {
		if u > t.from {
			above++
		} else if u == t.from {
			at++
		}
	}
	t.weight = max(0, (float64(n)*(1-tailFrom)-float64(above))/float64(at))
	for _, u := range sorted {
		t.mean += t.of(u) * fromUnits(u)
	}
	return t
}

// of is the weight of a trial with this total.
func (t *tail) of(total int64) float64 {
	switch {
	case total > t.from:
		return 1
	case total == t.from:
		return t.weight
	}
	return 0
}

// share is the part of the tail's losses that a threat's column makes.
func (t *tail) share(col, totals []int64) float64 {
	if t.mean == 0 {
		return 0
	}
	sum := 0.0
	for i, u := range col {
		if u != 0 {
			sum += t.of(totals[i]) * fromUnits(u)
		}
	}
	return sum / t.mean
}

// SimulateThreat simulates one threat alone: what [Portfolio.Simulate] says
// about it in the same trials, without the rest. Its TailShare is 1 where it has
// losses at all.
func (p *Portfolio) SimulateThreat(ctx context.Context, id string, s Scenario, o SimOptions) (SimulatedThreat, error) {
	t, err := p.find(id)
	if err != nil {
		return SimulatedThreat{}, err
	}
	if err := p.check(s); err != nil {
		return SimulatedThreat{}, err
	}
	st := p.stance(t, s)
	if st.absent {
		return SimulatedThreat{ID: id}, nil
	}
	o = o.withDefaults()
	sources := []*source{newSource(t, &st)}
	if err := checkSize(sources, o); err != nil {
		return SimulatedThreat{}, err
	}
	totals := make([]int64, min(o.Trials, threatTrials))
	b := newBench(o.Seed)
	if err := b.columnOf(ctx, sources[0], totals); err != nil {
		return SimulatedThreat{}, err
	}
	out, _, err := simulateThreats(ctx, sources, o, totals)
	if err != nil {
		return SimulatedThreat{}, err
	}
	return out[0], nil
}
