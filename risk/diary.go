package risk

import (
	"context"
	"math"
)

// diary follows the dated events of one block of trials up to the horizon, with
// a choice and without it.
type diary struct {
	b        *bench
	decay    float64
	base     *table
	with     []*table
	cash     [blockSize]float64 // discounted benefits less costs
	avoided  [blockSize]float64 // discounted losses avoided
	expected [blockSize]float64 // the same, expected given the trial's inputs
	dated    [2][]datedLoss     // without and with, where a transfer per year wants them in order
}

func newDiary(b *bench) *diary { return &diary{b: b, base: &table{}} }

// follow sets cash, avoided and expected for a choice.
func (d *diary) follow(c *comparison) error {
	d.decay = c.decay
	clear(d.cash[:])
	clear(d.avoided[:])
	clear(d.expected[:])
	d.drawCash(c.cash)
	for i := range c.threats {
		if err := d.contrast(&c.threats[i]); err != nil {
			return err
		}
	}
	return nil
}

// checkDated refuses choices whose events up to the horizon nobody would wait for.
func checkDated(cs []*comparison, trials int) error {
	all, most, busiest := 0.0, 0.0, ""
	for _, c := range cs {
		for i := range c.threats {
			ct := &c.threats[i]
			load := 0.0
			for _, s := range append([]side{ct.base}, ct.phases...) {
				if s.src != nil {
					load = max(load, s.src.load()*ct.until)
				}
			}
			if all += load; load > most {
				most, busiest = load, ct.t.id
			}
		}
	}
	return checkEvents(all, most, most, busiest, trials)
}

// followAll follows all choices block by block. For each block, which may be any
// goroutine's, note gives what is to be done with the diary of each choice, one
// after the other.
func followAll(ctx context.Context, cs []*comparison, o SimOptions, note func(block int) func(i int, d *diary)) error {
	if err := checkDated(cs, o.Trials); err != nil {
		return err
	}
	return share1(ctx, blocksOf(o.Trials), o, func(b *bench, block int) error {
		b.open(block)
		d, do := newDiary(b), note(block)
		for i, c := range cs {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := d.follow(c); err != nil {
				return err
			}
			do(i, d)
		}
		return nil
	})
}

func (d *diary) drawCash(flows []cashflow) {
	for _, f := range flows {
		if f.in.certain() {
			for i := range d.cash {
				d.cash[i] += f.rate * f.in.mean
			}
			continue
		}
		z := d.b.scores.of(f.key.id, f.key.what, f.key.kind)
		for i := range d.cash {
			d.cash[i] += f.rate * fromScore(f.in.dist, z[i])
		}
	}
}

func (d *diary) contrast(c *contrast) error {
	d.b.own.set(c.t, d.b.scores)
	d.b.x = make([]float64, len(c.t.losses))
	if c.base.src != nil {
		d.base.set(c.base.src, d.b.scores, false)
	}
	for len(d.with) < len(c.phases) {
		d.with = append(d.with, &table{})
	}
	for k := range c.phases {
		if c.phases[k].src != nil {
			d.with[k].set(c.phases[k].src, d.b.scores, false)
		}
	}
	d.expect(c)
	var err error
	if c.t.once {
		err = d.single(c)
	} else {
		err = d.recurring(c)
	}
	if err == nil && c.yearly() {
		d.settleDated(c)
	}
	return err
}

// expect adds the losses a choice avoids, expected given the trial's inputs:
// flows while each phase lasts. What transfers pay goes with the rate.
func (d *diary) expect(c *contrast) {
	scale := 1 / c.t.passes
	if c.t.once {
		scale /= c.t.over
	}
	for trial := range blockSize {
		rate := d.b.own.rate(trial)
		flow := rate * scale * d.b.own.lossMean(trial)
		relative := 1.0
		if c.t.rate.mean > 0 {
			relative = rate / c.t.rate.mean
		}
		before := flow*d.base.inherentShare(c.base.src, trial) - relative*c.base.recovered
		for k := range c.phases {
			ph := &c.phases[k]
			after := flow*d.with[k].inherentShare(ph.src, trial) - relative*ph.recovered
			d.expected[trial] += (before - after) * ph.annuity
		}
	}
}

// inherentShare is the share of inherent loss that is left in one trial, 0 for
// a threat that does not exist.
func (tab *table) inherentShare(src *source, trial int) float64 {
	if src == nil {
		return 0
	}
	sum := 0.0
	for i := range src.cells {
		pass, left := tab.at(i, trial)
		sum += src.cells[i].prob * pass * left
	}
	return sum
}

// anySource is a source of the threat on either side.
func (c *contrast) anySource() *source {
	if c.base.src != nil {
		return c.base.src
	}
	for k := range c.phases {
		if c.phases[k].src != nil {
			return c.phases[k].src
		}
	}
	return nil
}

// recurring follows a threat that comes at a rate: its candidates over trials,
// levels and time.
func (d *diary) recurring(c *contrast) error {
	b, src := d.b, c.anySource()
	varying := !c.t.rate.certain() || c.t.shape > 0
	density := blockSize * c.t.rate.mean
	if varying {
		b.rate.set(b.pathRates(src, c.until))
		density = b.rate.sum
	}
	for i := range src.cells {
		cell := &src.cells[i]
		most := d.most(c, i)
		for k := 1; k < len(cell.edges) && cell.edges[k-1] < most; k++ {
			low, high := cell.edges[k-1], cell.edges[k]
			at := uint64(i)<<16 | uint64(k)
			b.from = streamOf(b.seed, src.key, b.block, at, forTimes, forLosses)
			marks := streamOf(b.seed, src.key, b.block, at, forTimes, forMarks)
			chances := streamOf(b.seed, src.key, b.block, at, forTimes, forChances)
			for range marks.poisson(density / c.t.passes * cell.prob * (high - low) * c.until) {
				u := b.from.Uint64()
				_, _, spare := zigSplit(u)
				trial := int(spare)
				if varying {
					trial = b.rate.pick(marks.share())
				}
				level, time := low+(high-low)*marks.float(), b.timeOf(c, trial, marks.float())
				b.amounts(src, trial, u, &chances)
				if err := d.event(c, i, i, trial, level, level, time); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// most is the most that passes in a cell on any side in any trial.
func (d *diary) most(c *contrast, cell int) float64 {
	most := 0.0
	if c.base.src != nil {
		most = d.base.most[cell]
	}
	for k := range c.phases {
		if c.phases[k].src != nil {
			most = math.Max(most, d.with[k].most[cell])
		}
	}
	return most
}

// never is a level that nothing passes.
const never = 2

// single follows a threat that happens at most once, at any time of its
// timeframe with equal chance.
func (d *diary) single(c *contrast) error {
	b, src := d.b, c.anySource()
	marks := streamOf(b.seed, src.key, b.block, forTimes, forMarks)
	for trial := range blockSize {
		happens, level, where, time := marks.float(), marks.float(), marks.float(), c.t.over*marks.float()
		if time >= c.until {
			continue
		}
		inherent := b.own.rate(trial) / c.t.passes
		meet := func(s *side, tab *table) (cell int, at float64) {
			if s == nil || s.src == nil {
				return 0, never
			}
			if cell, kept := tab.meets(inherent, trial, happens, level, where); kept {
				return cell, -1
			}
			return 0, never
		}
		baseCell, baseLevel := meet(&c.base, d.base)
		withCell, withLevel := baseCell, baseLevel
		if k := c.phaseAt(time); k >= 0 {
			withCell, withLevel = meet(&c.phases[k], d.with[k])
		}
		if baseLevel == never && withLevel == never {
			continue
		}
		b.from = streamOf(b.seed, src.key, b.block, uint64(trial), forTimes, forLosses)
		chances := streamOf(b.seed, src.key, b.block, uint64(trial), forTimes, forChances)
		b.amounts(src, trial, b.from.Uint64(), &chances)
		if err := d.event(c, baseCell, withCell, trial, baseLevel, withLevel, time); err != nil {
			return err
		}
	}
	return nil
}

// event counts one candidate: without the choice where its level is below what
// passes there, and with it likewise. Its amounts stand in the bench.
func (d *diary) event(c *contrast, baseCell, withCell, trial int, baseLevel, withLevel, time float64) error {
	k := c.phaseAt(time)
	if k < 0 && !c.yearly() {
		return nil // nothing is finished yet: the same on both sides
	}
	with, tab := &c.base, d.base
	if k >= 0 {
		with, tab = &c.phases[k], d.with[k]
	}
	before, err := d.loss(0, &c.base, d.base, baseCell, trial, baseLevel, time)
	if err != nil {
		return err
	}
	after, err := d.loss(1, with, tab, withCell, trial, withLevel, time)
	if err != nil {
		return err
	}
	if before != after {
		d.avoided[trial] += (before - after) * expTable.exp(-d.decay*time)
	}
	return nil
}

// loss is what one candidate costs on one side; with transfers per year it is
// put down for settleDated instead.
func (d *diary) loss(which int, s *side, tab *table, cell, trial int, level, time float64) (float64, error) {
	if s.src == nil {
		return 0, nil
	}
	pass, left := tab.at(cell, trial)
	if level >= pass {
		return 0, nil
	}
	var buf [8]float64
	x := buf[:0]
	for _, v := range d.b.x {
		x = append(x, v*left)
	}
	sum := netOf(x, d.b.contracts(s.src, trial))
	if !(sum < mostUnits/unitsPer) {
		return 0, tooLarge(s.src.t)
	}
	if s.src.yearly {
		d.dated[which] = append(d.dated[which], datedLoss{trial: trial, time: time, side: s, x: append([]float64(nil), x...)})
		return 0, nil
	}
	return sum, nil
}

// phaseAt is the phase in force at a time, −1 before the first.
func (c *contrast) phaseAt(time float64) int {
	at := -1
	for k := range c.phases {
		if c.phases[k].from <= time {
			at = k
		}
	}
	return at
}
