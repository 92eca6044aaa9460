package risk

import (
	"context"
	"math"
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

// describe is what can be said about a threat from its column.
func (b *bench) describe(src *source, tail *tail, col []int64) SimulatedThreat {
	out := tail.describe(src.t.id, col)
	out.IfItHappens = b.ifItHappens(src)
	return out
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

// describe is what a threat's column of losses says.
func (t *tail) describe(id string, col []int64) SimulatedThreat {
	out := SimulatedThreat{ID: id, TailShare: t.share(t.of(col))}
	sum, squares, quantile := columnFigures(col, tailFrom)
	n := float64(len(col))
	out.Mean = sum / n / unitsPer
	out.StandardError = math.Sqrt(max(0, squares/n-sum/n*sum/n)/max(1, n-1)) / unitsPer
	out.LossOneInTwenty = fromUnits(quantile)
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
	return b.describe(sources[0], &tail, col), nil
}
