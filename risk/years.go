package risk

import (
	"context"
	"slices"
)

// mostKept bounds how many losses a [Years] keeps of its base beyond those in
// which single threats are told apart: 128 MB.
const mostKept = 1 << 24

// Years are the simulated years of a scenario, kept threat by threat, so that
// another scenario costs only the threats it touches, and of these only what was
// not asked before. They are safe for concurrent use.
type Years struct {
	p      *Portfolio
	o      SimOptions
	base   []stance
	kept   []*years // by threat; nil where it is absent
	totals []int64
	worst  tail
	sums   []tailSums // by threat, in the worst years
	sim    *Simulation
	others *yearStore
}

// years are those of one threat in one stance.
type years struct {
	src *source
	losses
	about SimulatedThreat
}

// Years simulates a scenario like [Portfolio.Simulate] and keeps its years. Only
// those of the base are taken apart where the options ask for the tail.
//
// Kept are 8 bytes for each loss of a threat in a trial, where with a loss in each
// that makes 128 MB at most, else in the trials in which threats are told apart (512 MB
// at most; of the trials beyond, a threat that is touched is drawn again); 16 bytes a
// trial; and up to 64 MB of threats that were touched, as they then stood.
func (p *Portfolio) Years(ctx context.Context, base Scenario, o SimOptions) (*Years, error) {
	o = o.withDefaults()
	stances, err := p.stances(base)
	if err != nil {
		return nil, err
	}
	y := &Years{p: p, o: o, base: stances, totals: make([]int64, o.Trials), others: &yearStore{}}
	y.o.Progress, y.o.Tail = nil, false
	sources := p.present(stances)
	if err := checkSize(sources, o); err != nil {
		return nil, err
	}
	apart := newLosses(len(sources), y.keptTrials())
	if err := simulateTotals(ctx, sources, o, y.totals, apart); err != nil {
		return nil, err
	}
	y.kept, y.sums = make([]*years, len(p.threats)), make([]tailSums, len(p.threats))
	at := make([]int, len(sources))
	for i, src := range sources {
		at[i] = p.byThreat[src.t.id]
		y.kept[at[i]] = &years{src: src, losses: *apart[i]}
	}
	y.sim, err = p.summary(ctx, o, y.told(y.totals), sorted(y.totals, nil, o.Workers), sources, apart, func(t *tail) teller {
		y.worst = *t
		return func(b *bench, i int, own losses) SimulatedThreat {
			y.sums[at[i]] = t.of(&own)
			y.kept[at[i]].about = b.describe(sources[i], t, own)
			return y.kept[at[i]].about
		}
	})
	if err == nil {
		y.sim.inOrder = y.totals
	}
	return y, err
}

// keptTrials is how many trials of each threat are kept: all, or whole blocks.
func (y *Years) keptTrials() int {
	if n := len(y.p.threats); y.o.Trials*n <= mostKept {
		return y.o.Trials
	}
	return y.columnTrials()
}

// told are the trials in which threats are told apart.
func (y *Years) told(totals []int64) []int64 { return totals[:y.columnTrials()] }

// columnTrials is how many trials of a threat are told apart.
func (y *Years) columnTrials() int {
	if y.o.TotalsOnly {
		return 0
	}
	return y.p.threatTrials(y.o.Trials)
}

// Base is the simulation of the scenario whose years are kept.
func (y *Years) Base() *Simulation { return y.sim }

// Bytes is about how much memory the years take at most.
func (y *Years) Bytes() int64 {
	n := int64(16 * len(y.totals))
	for _, k := range y.kept {
		if k != nil {
			n += k.bytes()
		}
	}
	return n + mostStored
}

// touched is a threat that meets something else than in the base.
type touched struct {
	at       int    // place among the threats
	old, now *years // nil where it is absent
	known    bool   // now was asked before
}

// Simulate draws the loss of one full year in another scenario, in the years
// kept: to the last bit what [Portfolio.Simulate] says with the same options,
// without [SimOptions].Tail. Threats that meet the same as in the base are not
// drawn again.
func (y *Years) Simulate(ctx context.Context, s Scenario) (*Simulation, error) {
	return y.simulate(ctx, s, false)
}

// SimulateApart is Simulate with the worst years taken apart by kind, as with
// [SimOptions].Tail, for which threats with several kinds are drawn again.
func (y *Years) SimulateApart(ctx context.Context, s Scenario) (*Simulation, error) {
	return y.simulate(ctx, s, true)
}

func (y *Years) simulate(ctx context.Context, s Scenario, tail bool) (*Simulation, error) {
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
	sim, err := y.summary(ctx, stances, changes, totals, tail)
	if err == nil {
		y.others.add(changes)
		if tail {
			sim.inOrder = totals
		}
	}
	return sim, err
}

// changes are the threats that meet something else than in the base.
func (y *Years) changes(stances []stance) ([]touched, error) {
	var changes []touched
	for i := range stances {
		if y.base[i].same(&stances[i]) {
			continue
		}
		c := touched{at: i, old: y.kept[i]}
		if !stances[i].absent {
			if c.now = y.others.find(i, &stances[i]); c.now != nil {
				c.known = true
			} else {
				c.now = &years{src: newSource(&y.p.threats[i], &stances[i]), losses: *newLosses(1, y.keptTrials())[0]}
				if err := checkSize([]*source{c.now.src}, y.o); err != nil {
					return nil, err
				}
			}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// redraw puts the losses of the threats touched in the place of what they were.
func (y *Years) redraw(ctx context.Context, changes []touched, totals []int64) error {
	if len(changes) == 0 {
		return ctx.Err()
	}
	return share1(ctx, blocksOf(y.o.Trials), y.o, func(b *bench, block int) error {
		b.open(block)
		var sum column
		own := totals[block*blockSize : min((block+1)*blockSize, len(totals))]
		copy(sum[:], own)
		for i := range changes {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			c := &changes[i]
			if err := c.old.addTo(b, &sum, -1, true); err != nil {
				return err
			}
			if err := c.now.addTo(b, &sum, 1, c.known); err != nil {
				return err
			}
		}
		copy(own, sum[:])
		return overflown(own)
	})
}

// addTo adds a threat's losses in the block at work, times one or minus one, to a
// sum; where it is absent there are none. They are as kept where they are known,
// else drawn, and kept as far as there is room.
func (k *years) addTo(b *bench, sum *column, sign int64, known bool) error {
	switch {
	case k == nil:
		return nil
	case int(b.block) >= len(k.blocks):
		err := b.run(k.src, &b.drawn)
		for i, u := range b.drawn.column {
			sum[i] += sign * u
		}
		b.drawn.reset(0)
		return err
	case known:
		k.blocks[b.block].addTo(sum, sign)
		return nil
	}
	return b.runApart(k.src, sum, &k.losses)
}

// summary says of the totals what [Portfolio.Simulate] would.
func (y *Years) summary(ctx context.Context, stances []stance, changes []touched, totals []int64, apartToo bool) (*Simulation, error) {
	var sources []*source
	var apart []*losses
	var at []int              // places among the threats
	now := map[int]*touched{} // by place
	for i := range changes {
		now[changes[i].at] = &changes[i]
	}
	for i := range stances {
		switch {
		case stances[i].absent:
			continue
		case now[i] != nil:
			apart, sources = append(apart, &now[i].now.losses), append(sources, now[i].now.src)
		default:
			apart, sources = append(apart, &y.kept[i].losses), append(sources, y.kept[i].src)
		}
		at = append(at, i)
	}
	o := y.o
	o.Tail = apartToo
	return y.p.summary(ctx, o, y.told(totals), sorted(totals, nil, o.Workers), sources, apart, func(t *tail) teller {
		moved := t.from(&y.worst)
		return func(b *bench, k int, own losses) SimulatedThreat {
			i := at[k]
			var out SimulatedThreat
			switch c := now[i]; {
			case c == nil:
				out = y.kept[i].about
				out.TailShare = t.share(moved.apply(y.sums[i], &own))
			case c.known:
				out = c.now.about
				out.TailShare = t.share(t.of(&own))
			default:
				out = b.describe(c.now.src, t, own)
				c.now.about = out
			}
			return out
		}
	})
}
