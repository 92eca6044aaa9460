package risk

import (
	"fmt"
	"math/rand/v2"
)

// Trials are simulated in blocks of blockSize, each from its own streams, so
// that any number of goroutines finds the same numbers. A block's totals fit
// the first-level cache.
const (
	blockBits = 12
	blockSize = 1 << blockBits
)

// column is one block of losses per trial, in units.
type column [blockSize]int64

// bench is where one goroutine simulates blocks of trials.
type bench struct {
	seed    uint64
	block   uint64
	scores  *scores
	own     *threatDraws
	tab     *table
	from    stream     // the losses of the band at work
	rnd     *rand.Rand // on from
	x       []float64  // losses of one event by kind
	rate    *trialRates
	years   yearlyRates
	kinds   []float64  // losses of the year by kind and trial, for transfers per year
	shut    []bool     // by gate: the losses behind it do not happen in this event
	byKind  *kindUnits // sums by kind of the first counted trials; nil: not wanted
	counted int
	byTrial *kindColumns // losses by kind of each of these trials; nil: not wanted
	room    *kindRoom
	drawn   drawn     // the losses being drawn; clear in between
	some    *batch    // candidate events at work
	byLanes bool      // events of plain threats are worked out four at a time
	ahead   wide      // these events
	window  []int64   // for losses to choose a quantile from
	part    []float64 // for losses of the worst years
	terms   map[*openTerm]*drawnTerm
	stands  []*transfer // contracts of the trial at work
}

func newBench(seed uint64) *bench {
	b := &bench{seed: seed, byLanes: hasLanes(), scores: newScores(seed), own: &threatDraws{}, tab: &table{}, rate: &trialRates{}, some: &batch{}}
	b.rnd = rand.New(&b.from)
	return b
}

// open turns to another block.
func (b *bench) open(block int) {
	b.block = uint64(block)
	b.scores.block = b.block
}

// tooLarge is the error of an event whose loss cannot be counted.
func tooLarge(t *threat) error {
	return fmt.Errorf("risk: threat %q: one event can cost more than %.0e: state a narrower range of its loss", t.id, float64(mostUnits/unitsPer))
}

// prepare draws a source's uncertain inputs in this block.
func (b *bench) prepare(src *source) {
	b.own.set(src.t, b.scores)
	b.tab.set(src, b.scores, true)
	if cap(b.x) < len(src.severity) {
		b.x = make([]float64, len(src.severity))
	}
	b.x = b.x[:len(src.severity)]
}

// run adds the losses of one source in one year to a block of trials.
func (b *bench) run(src *source, into *drawn) error {
	b.prepare(src)
	if src.yearly {
		b.kinds = make([]float64, blockSize*len(src.severity))
	}
	var err error
	switch {
	case src.t.once:
		err = b.single(src, into)
	default:
		err = b.recurring(src, into)
	}
	if err == nil && src.yearly {
		err = b.settleYear(src, into)
	}
	return err
}

// recurring adds the events of a threat that comes at a rate.
func (b *bench) recurring(src *source, into *drawn) error {
	varyingRate := !src.t.rate.certain() || src.t.shape > 0
	density := blockSize * src.t.rate.mean
	if varyingRate {
		b.rate.set(b.yearRates(src))
		density = b.rate.sum
	}
	for i := range src.cells {
		c := &src.cells[i]
		most := b.tab.most[i]
		for k := 1; k < len(c.edges) && c.edges[k-1] < most; k++ {
			bd := band{index: k, low: c.edges[k-1], high: c.edges[k], whole: !src.varying && c.pass >= c.edges[k]}
			marks := b.bandStreams(src, i, k)
			bd.events = marks.poisson(density / src.t.passes * c.prob * (bd.high - bd.low))
			var err error
			switch {
			case src.plain && !src.varying && !varyingRate && bd.whole:
				err = b.wholeBand(src, c, bd.events, into)
			case varyingRate && src.logNormal:
				err = b.batches(src, i, bd, &marks, into)
			default:
				err = b.anyBand(src, i, bd, &marks, varyingRate, into)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// band is a stretch of levels with its candidate events.
type band struct {
	index     int
	low, high float64
	events    int
	whole     bool // every candidate is kept
}

// bandStreams starts the streams of a band: of the marks, which is returned,
// and of the losses.
func (b *bench) bandStreams(src *source, cell, k int) stream {
	at := uint64(cell)<<16 | uint64(k)
	b.from = streamOf(b.seed, src.key, b.block, at, forLosses)
	return streamOf(b.seed, src.key, b.block, at, forMarks)
}

// wholeBand adds the events of a band of which every candidate happens, at a
// trial that is any with equal chance, with one log-normal loss. One random
// number gives both. settled is its hot loop; here are the few events that it
// leaves.
func (b *bench) wholeBand(src *source, c *sourceCell, events int, into *drawn) error {
	s := &shape{src.severity[0].mu, src.severity[0].spread, c.left * unitsPer}
	for {
		state, left := b.settled(b.from.state, events, s, into)
		b.from.state = state
		if left == 0 {
			return nil
		}
		events = left - 1
		layer, j, trial := zigSplit(mix(state))
		y := s.mu + float64(s.spread*b.from.normalEdge(layer, j))
		if y > maxSteps {
			return tooLarge(src.t)
		}
		if y >= -maxSteps {
			into.add(int(trial), int64(float64(expTable.steps(y)*s.scale)+0.5))
		}
	}
}

// anyBand is the general loop. It draws the same numbers for the same event as
// the hot loop, whatever is kept.
func (b *bench) anyBand(src *source, cell int, bd band, marks *stream, varyingRate bool, into *drawn) error {
	chances := streamOf(b.seed, src.key, b.block, uint64(cell)<<16|uint64(bd.index), forChances)
	for range bd.events {
		u := b.from.Uint64()
		_, _, spare := zigSplit(u)
		trial := int(spare)
		if varyingRate {
			trial = b.rate.pick(marks.share())
		}
		level := bd.low
		if varyingRate || !bd.whole {
			level += float64((bd.high - bd.low) * marks.float())
		}
		pass, left := b.tab.at(cell, trial)
		b.amounts(src, trial, u, &chances)
		if level >= pass {
			continue
		}
		if err := b.happen(src, trial, left, into); err != nil {
			return err
		}
	}
	return nil
}

// amounts draws the inherent losses of one event by kind.
func (b *bench) amounts(src *source, trial int, u uint64, chances *stream) {
	for k := range src.severity {
		if k > 0 {
			u = b.from.Uint64()
		}
		b.x[k] = src.severity[k].draw(&b.from, b.rnd, u)
	}
	b.occur(src, trial, chances)
}

// occur takes the kinds of loss out of an event that do not happen in it.
func (b *bench) occur(src *source, trial int, chances *stream) {
	b.shut = b.shut[:0]
	for g := range src.t.gates {
		b.shut = append(b.shut, chances.float() >= b.own.gate(g, trial))
	}
	for k := range src.t.losses {
		kl := &src.t.losses[k]
		if !kl.certainChance() {
			if chances.float() >= b.own.chance(k, trial) {
				b.x[k] = 0
			}
		}
		if kl.gate != noGate && b.shut[kl.gate] {
			b.x[k] = 0
		}
	}
}

// happen adds an event to its trial, after what barriers leave of it and what
// others pay per event.
func (b *bench) happen(src *source, trial int, left float64, into *drawn) error {
	if src.yearly {
		for k := range b.x {
			b.x[k] *= left
		}
		settle(b.x, b.contracts(src, trial), false)
		for k := range b.x {
			b.kinds[trial*len(b.x)+k] += b.x[k]
		}
		return nil
	}
	if len(src.transfers) == 0 && len(b.x) == 1 { // as in the hot loop, to the last bit
		if x := b.x[0]; x < largest {
			into.add(trial, int64(float64(x*float64(left*unitsPer))+0.5))
			return nil
		}
		return tooLarge(src.t)
	}
	for k := range b.x {
		b.x[k] *= left
	}
	settle(b.x, b.contracts(src, trial), false)
	return b.count(src, trial, b.x, into)
}

// count adds losses by kind to a trial. Each kind is rounded by itself, so that
// kinds add up to the trial's loss.
func (b *bench) count(src *source, trial int, x []float64, into *drawn) error {
	for k, v := range x {
		units, ok := toUnits(v)
		if !ok {
			return tooLarge(src.t)
		}
		if units == 0 {
			continue
		}
		into.add(trial, units)
		if trial >= b.counted {
			continue
		}
		if b.byKind != nil {
			b.byKind[src.t.losses[k].place] += units
		}
		if b.byTrial != nil {
			b.byTrial[src.t.losses[k].place][trial] += units
		}
	}
	return nil
}

// settleYear lets transfers per year pay on what the year left, in file order.
func (b *bench) settleYear(src *source, into *drawn) error {
	n := len(src.severity)
	for trial := range blockSize {
		x := b.kinds[trial*n : (trial+1)*n]
		settle(x, b.contracts(src, trial), true)
		if err := b.count(src, trial, x, into); err != nil {
			return err
		}
	}
	return nil
}

// settle takes from the losses by kind what transfers pay, one contract after
// the other in file order; each takes from the kinds it covers in proportion.
func settle(x []float64, transfers []*transfer, perYear bool) {
	for _, tr := range transfers {
		if tr.perYear != perYear {
			continue
		}
		covered := 0.0
		for k, v := range x {
			if tr.covers[k] {
				covered += v
			}
		}
		if covered <= 0 {
			continue
		}
		stays := 1 - tr.pays(covered)/covered
		for k := range x {
			if tr.covers[k] {
				x[k] *= stays
			}
		}
	}
}
