package risk

import (
	"context"
	"math"
	"slices"
	"sort"
)

// mostThreatTrials bounds how many trials single threats are told apart in, and
// mostApart in how many trials of all threats together: 512 MB.
const (
	mostThreatTrials = 32 * blockSize
	mostApart        = 1 << 26
)

// threatTrials is how many of some trials single threats are told apart in.
func (p *Portfolio) threatTrials(trials int) int {
	return min(trials, mostThreatTrials, apartTrials(len(p.threats)))
}

// apartTrials is how many trials of so many threats can be kept apart: whole blocks.
func apartTrials(threats int) int {
	return max(1, mostApart/blockSize/max(1, threats)) * blockSize
}

// newColumns are columns of losses by trial, one for each source.
func newColumns(sources, trials int) [][]int64 {
	out := make([][]int64, sources)
	for i := range out {
		out[i] = make([]int64, trials)
	}
	return out
}

// tailFrom is where the tail begins that threats have shares of.
const tailFrom = 0.95

// describeThreats is what can be said about each threat from its column.
func describeThreats(ctx context.Context, sources []*source, o SimOptions, tail *tail, apart [][]int64) ([]SimulatedThreat, error) {
	out := make([]SimulatedThreat, len(sources))
	o.Progress = nil
	err := share1(ctx, len(sources), o, func(b *bench, i int) error {
		out[i] = tail.describe(sources[i].t.id, apart[i])
		out[i].IfItHappens = b.ifItHappens(sources[i])
		return nil
	})
	return out, err
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

// tail is the worst years of a simulation: which trials are among them, how much
// each counts, and their losses.
type tail struct {
	trials []int32
	weight []float64 // of each of these trials, 0..1
	loss   float64   // units
}

// newTail finds the worst of the first trials of a simulation; sorted are the
// losses of all of its trials in order.
func newTail(totals, sorted []int64, workers int) tail {
	n := len(totals)
	if n != len(sorted) {
		sorted = slices.Clone(totals)
		sortOn(sorted, workers)
	}
	from := sorted[rank(tailFrom, n)]
	above := n - sort.Search(n, func(i int) bool { return sorted[i] > from })
	at := n - above - sort.Search(n, func(i int) bool { return sorted[i] >= from })
	edge := max(0, (float64(n)*(1-tailFrom)-float64(above))/float64(at))
	var t tail
	for i, u := range totals {
		if u < from || u == from && edge == 0 {
			continue
		}
		weight := 1.0
		if u == from {
			weight = edge
		}
		t.trials, t.weight = append(t.trials, int32(i)), append(t.weight, weight)
		t.loss += weight * float64(u)
	}
	return t
}

// share is a threat's part of the losses in the worst years.
func (t *tail) share(col []int64) float64 {
	if t.loss <= 0 {
		return 0
	}
	worst := 0.0
	for i, trial := range t.trials {
		worst += t.weight[i] * float64(col[trial])
	}
	return worst / t.loss
}

// describe is what a threat's column of losses says.
func (t *tail) describe(id string, col []int64) SimulatedThreat {
	out := SimulatedThreat{ID: id, TailShare: t.share(col)}
	sum, squares := 0.0, 0.0
	for _, u := range col {
		x := float64(u)
		sum += x
		squares += x * x
	}
	n := float64(len(col))
	out.Mean = sum / n / unitsPer
	out.StandardError = math.Sqrt(max(0, squares/n-sum/n*sum/n)/max(1, n-1)) / unitsPer
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
	col := make([]int64, p.threatTrials(o.Trials))
	b := newBench(o.Seed)
	if err := b.columnOf(ctx, sources[0], col); err != nil {
		return SimulatedThreat{}, err
	}
	tail := newTail(col, nil, o.Workers)
	out, err := describeThreats(ctx, sources, o, &tail, [][]int64{col})
	if err != nil {
		return SimulatedThreat{}, err
	}
	return out[0], nil
}
