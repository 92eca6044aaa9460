package risk

import (
	"cmp"
	"slices"
)

// EventLoss is the loss of one event, given that it happens: after what
// barriers leave of it and what transfers per event pay.
type EventLoss struct {
	P50, P95 float64 // currency
	Exact    bool    // from the distribution function; else from a sample of events
}

// eventBlocks is how many blocks of events are drawn where there is no closed
// form: with some 12 000 events the 95 % quantile stands within 0.2 % of
// probability.
const eventBlocks = 3

// ifItHappens is the loss of one event of a source.
func (b *bench) ifItHappens(src *source) EventLoss {
	if e, ok := src.exactEvent(); ok {
		return e
	}
	return b.sampledEvent(src)
}

// weighted is a loss with the weight of the trial it comes from.
type weighted struct{ loss, weight float64 }

// sampledEvent draws one event in each of some trials, and weighs it by how
// many events the trial's inputs make. The share of events in which no kind of
// loss happens is known where the chances are: only the rest is read from the
// sample, so that a quantile at the edge of that share does not depend on the draw.
func (b *bench) sampledEvent(src *source) EventLoss {
	var events []weighted
	none, known := src.t.noLoss()
	for block := range eventBlocks {
		b.open(block)
		b.prepare(src)
		b.from = streamOf(b.seed, src.key, b.block, 0, forSample)
		chances := streamOf(b.seed, src.key, b.block, 1, forSample)
		for trial := range blockSize {
			if e, happens := b.sampleEvent(src, trial, &chances); happens || !known {
				events = append(events, e)
			}
		}
	}
	slices.SortFunc(events, func(a, b weighted) int { return cmp.Compare(a.loss, b.loss) })
	at := func(p float64) float64 {
		switch {
		case !known:
			return weightedQuantile(events, p)
		case reaches(none, p, 1):
			return 0
		}
		return weightedQuantile(events, (p-none)/(1-none))
	}
	return EventLoss{P50: at(0.5), P95: at(0.95)}
}

// noLoss is the share of events in which no kind of loss happens, where the
// chances of the kinds are certain.
func (t *threat) noLoss() (share float64, known bool) {
	share = 1
	for k := range t.losses {
		if !t.losses[k].chance.certain() {
			return 0, false
		}
		share *= 1 - t.losses[k].chance.mean
	}
	return share, true
}

// reaches reports whether a sum of weights up to some loss is the share p of
// their total, or within rounding of it.
func reaches(upTo, p, total float64) bool { return upTo >= p*total*(1-1e-12) }

// sampleEvent draws one event, and whether any kind of loss happens in it.
func (b *bench) sampleEvent(src *source, trial int, chances *stream) (e weighted, happens bool) {
	passing := func(i int) float64 { pass, _ := b.tab.at(i, trial); return pass }
	total := b.tab.passes(trial)
	cell := src.cellOf(chances.float()*total, passing)
	b.amounts(src, trial, b.from.Uint64(), chances)
	_, left := b.tab.at(cell, trial)
	for k := range b.x {
		happens = happens || b.x[k] > 0
		b.x[k] *= left
	}
	return weighted{loss: src.net(b.x), weight: total * b.own.rate(trial)}, happens
}

// weightedQuantile is the smallest of the sorted losses that a share p of the
// weight does not exceed, 0 where there is no weight.
func weightedQuantile(sorted []weighted, p float64) float64 {
	total, upTo := 0.0, 0.0
	for _, e := range sorted {
		total += e.weight
	}
	for _, e := range sorted {
		if upTo += e.weight; upTo > 0 && reaches(upTo, p, total) {
			return e.loss
		}
	}
	return 0
}
