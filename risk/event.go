package risk

import (
	"cmp"
	"math"
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

// exactEvent is for one kind of loss that is cut by certain shares only: the
// loss is then a mixture over cells of the stated loss on other scales.
func (src *source) exactEvent() (EventLoss, bool) {
	if len(src.t.losses) != 1 || src.varying || len(src.transfers) > 0 || !src.t.losses[0].certainChance() {
		return EventLoss{}, false
	}
	return EventLoss{P50: src.eventQuantile(0.5), P95: src.eventQuantile(0.95), Exact: true}, true
}

// eventQuantile finds the quantile of the mixture between the least and the
// largest quantile of its parts, by bisection to the last bit or so.
func (src *source) eventQuantile(p float64) float64 {
	x, total := src.t.losses[0].amount.dist, 0.0
	q := x.Quantile(p)
	low, high := math.Inf(1), 0.0
	for _, c := range src.cells {
		if w := c.prob * c.pass; w > 0 {
			total += w
			low, high = min(low, c.left*q), max(high, c.left*q)
		}
	}
	if total == 0 || low == high {
		return high
	}
	for range 100 {
		mid := low + (high-low)/2
		below := 0.0
		for _, c := range src.cells {
			if w := c.prob * c.pass; w > 0 {
				below += w * cdfAt(x.CDF, mid, c.left)
			}
		}
		if below >= p*total {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// cdfAt is the distribution function of left times X.
func cdfAt(cdf func(float64) float64, x, left float64) float64 {
	if left == 0 {
		return 1
	}
	return cdf(x / left)
}

// weighted is a loss with the weight of the trial it comes from.
type weighted struct{ loss, weight float64 }

// sampledEvent draws one event in each of some trials, and weighs it by how
// many events the trial's inputs make.
func (b *bench) sampledEvent(src *source) EventLoss {
	var events []weighted
	for block := range eventBlocks {
		b.open(block)
		b.prepare(src)
		b.from = streamOf(b.seed, src.key, b.block, 0, forSample)
		chances := streamOf(b.seed, src.key, b.block, 1, forSample)
		for trial := range blockSize {
			events = append(events, b.sampleEvent(src, trial, &chances))
		}
	}
	slices.SortFunc(events, func(a, b weighted) int { return cmp.Compare(a.loss, b.loss) })
	return EventLoss{P50: weightedQuantile(events, 0.5), P95: weightedQuantile(events, 0.95)}
}

func (b *bench) sampleEvent(src *source, trial int, chances *stream) weighted {
	passing := func(i int) float64 { pass, _ := b.tab.at(i, trial); return pass }
	total := b.tab.passes(trial)
	cell := src.cellOf(chances.float()*total, passing)
	b.amounts(src, trial, b.from.Uint64(), chances)
	_, left := b.tab.at(cell, trial)
	for k := range b.x {
		b.x[k] *= left
	}
	settle(b.x, src.transfers, false)
	sum := 0.0
	for _, x := range b.x {
		sum += x
	}
	return weighted{loss: sum, weight: total * b.own.rate(trial)}
}

// weightedQuantile is the smallest of the sorted losses that a share p of the
// weight does not exceed, 0 where there is no weight.
func weightedQuantile(sorted []weighted, p float64) float64 {
	total, upTo := 0.0, 0.0
	for _, e := range sorted {
		total += e.weight
	}
	for _, e := range sorted {
		if upTo += e.weight; upTo > 0 && upTo >= p*total*(1-1e-12) {
			return e.loss
		}
	}
	return 0
}
