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

// tailFrom is where the tail begins that threats have shares of.
const tailFrom = 0.95

// describe is what can be said about a threat from its losses.
func (b *bench) describe(src *source, tail *tail, own losses) SimulatedThreat {
	out := SimulatedThreat{ID: src.t.id, TailShare: tail.share(tail.of(&own))}
	out.Mean, out.StandardError = own.mean()
	q, standardError := b.highQuantile(&own, tailFrom)
	out.LossOneInTwenty, out.OneInTwentyErr = fromUnits(q), standardError/unitsPer
	out.IfItHappens = b.ifItHappens(src)
	out.Kinds = src.meanKinds(own, out.Mean)
	return out
}

// meanKinds is the mean loss by kind; mean is that of all kinds.
func (src *source) meanKinds(own losses, mean float64) KindLosses {
	if len(src.t.losses) > 1 {
		return meanByKind(own.kinds, own.trials)
	}
	var out KindLosses
	out[src.t.losses[0].place] = mean
	return out
}

// lossesOf simulates one source alone.
func (b *bench) lossesOf(ctx context.Context, src *source, trials int) (losses, error) {
	own := newLosses(1, trials)[0]
	var aside column // which nobody wants
	for block := range own.blocks {
		if ctx.Err() != nil {
			return *own, ctx.Err()
		}
		b.open(block)
		if err := b.runApart(src, &aside, own); err != nil {
			return *own, err
		}
	}
	return *own, nil
}

// SimulateThreat simulates one threat alone: what [Portfolio.Simulate] says
// about it in the same trials, without the rest. Its TailShare is 1 where it has
// losses at all.
func (p *Portfolio) SimulateThreat(ctx context.Context, id string, s Scenario, o SimOptions) (SimulatedThreat, error) {
	t, st, err := p.threatIn(id, s)
	if err != nil {
		return SimulatedThreat{}, err
	}
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
	tail := newTail(own.byTrial(), nil, o.Workers)
	return b.describe(sources[0], &tail, own), nil
}
