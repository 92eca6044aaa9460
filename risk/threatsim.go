package risk

import "context"

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

// losses are what one threat loses in some first trials: by trial, and of each
// block of them the sums, by kind too where it has several kinds.
type losses struct {
	col   []int64
	sums  []powerSums
	kinds []kindUnits
}

// newLosses makes room for so many threats.
func newLosses(threats, trials int) []*losses {
	out := make([]*losses, threats)
	for i := range out {
		out[i] = &losses{col: make([]int64, trials), sums: make([]powerSums, blocksOf(trials)), kinds: make([]kindUnits, blocksOf(trials))}
	}
	return out
}

// blocksOf is how many blocks have trials.
func blocksOf(trials int) int { return (trials + blockSize - 1) / blockSize }

// first are the losses in the first trials, whole blocks or all.
func (l *losses) first(trials int) losses {
	n := blocksOf(trials)
	return losses{l.col[:trials], l.sums[:n], l.kinds[:n]}
}

// mean is the mean loss of a trial, in currency, with its standard error.
func (l *losses) mean() (mean, standardError float64) {
	var all powerSums
	for _, s := range l.sums {
		all.add(s)
	}
	return all.mean(len(l.col))
}

// tailFrom is where the tail begins that threats have shares of.
const tailFrom = 0.95

// describe is what can be said about a threat from its losses.
func (b *bench) describe(src *source, tail *tail, own losses) SimulatedThreat {
	out := tail.describe(src.t.id, own)
	out.IfItHappens = b.ifItHappens(src)
	out.Kinds = src.meanKinds(own, out.Mean)
	return out
}

// meanKinds is the mean loss by kind; mean is that of all kinds.
func (src *source) meanKinds(own losses, mean float64) KindLosses {
	if len(src.t.losses) > 1 {
		return meanByKind(own.kinds, len(own.col))
	}
	var out KindLosses
	out[src.t.losses[0].place] = mean
	return out
}

// lossesOf simulates one source alone.
func (b *bench) lossesOf(ctx context.Context, src *source, trials int) (losses, error) {
	own := newLosses(1, trials)[0]
	for at := 0; at < trials; at += blockSize {
		if ctx.Err() != nil {
			return *own, ctx.Err()
		}
		b.open(at / blockSize)
		var into column
		if err := b.runApart(src, &into, own, at); err != nil {
			return *own, err
		}
	}
	return *own, nil
}

// describe is what a threat's losses say.
func (t *tail) describe(id string, own losses) SimulatedThreat {
	out := SimulatedThreat{ID: id, TailShare: t.share(t.of(own.col))}
	out.Mean, out.StandardError = own.mean()
	q, standardError := highQuantile(own.col, tailFrom)
	out.LossOneInTwenty, out.OneInTwentyErr = fromUnits(q), standardError/unitsPer
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
	b := newBench(o.Seed)
	own, err := b.lossesOf(ctx, sources[0], p.threatTrials(o.Trials))
	if err != nil {
		return SimulatedThreat{}, err
	}
	tail := newTail(own.col, nil, o.Workers)
	return b.describe(sources[0], &tail, own), nil
}
