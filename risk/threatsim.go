package risk

import (
	"context"
	"math"
	"slices"
	"sort"
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
		out[i] = tail.describe(sources[i].t.id, col)
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

// tail is the worst years of a simulation: how much each trial counts among
// them, and their losses.
type tail struct {
	weight []float64 // by trial, 0..1
	loss   float64   // units
}

func newTail(totals []int64) tail {
	n := len(totals)
	sorted := slices.Clone(totals)
	sortUnits(sorted, make([]int64, n))
	from := sorted[rank(tailFrom, n)]
	above := n - sort.Search(n, func(i int) bool { return sorted[i] > from })
	at := n - above - sort.Search(n, func(i int) bool { return sorted[i] >= from })
	edge := max(0, (float64(n)*(1-tailFrom)-float64(above))/float64(at))
	t := tail{weight: make([]float64, n)}
	for i, u := range totals {
		switch {
		case u > from:
			t.weight[i] = 1
		case u == from:
			t.weight[i] = edge
		}
		t.loss += t.weight[i] * float64(u)
	}
	return t
}

// describe is what a threat's column of losses says.
func (t *tail) describe(id string, col []int64) SimulatedThreat {
	sum, squares, worst := 0.0, 0.0, 0.0
	for i, u := range col {
		x := float64(u)
		sum += x
		squares += x * x
		worst += t.weight[i] * x
	}
	n := float64(len(col))
	out := SimulatedThreat{ID: id, Mean: sum / n / unitsPer}
	out.StandardError = math.Sqrt(max(0, squares/n-sum/n*sum/n)/max(1, n-1)) / unitsPer
	if t.loss > 0 {
		out.TailShare = worst / t.loss
	}
	out.LossOneInTwenty = fromUnits(quantileOf(col, tailFrom))
	return out
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
