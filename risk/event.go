package risk

// EventLoss is the loss of one event, given that it happens: after what
// barriers leave of it and what transfers per event pay.
type EventLoss struct {
	P50, P95           float64 // currency
	P50Error, P95Error float64 // their standard errors, by the rule of [Simulation.QuantileError]; 0 where Exact
	Exact              bool    // from the distribution function; else from a sample of events
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
	events, none := b.events(src)
	e := eventLoss(none, func(p float64) float64 { return weightedQuantile(events, p) })
	n := effective(events)
	e.P50Error, e.P95Error = quantileSpread(events, none, 0.5, n), quantileSpread(events, none, 0.95, n)
	return e
}

// events are the drawn events to read figures from, and the share of others,
// without any loss, where that is known.
func (b *bench) events(src *source) (events []weighted, none float64) {
	events = make([]weighted, 0, eventBlocks*blockSize)
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
	return events, none
}

// effective is how many events of equal weight would say as much: (Σw)²/Σw²
// (Kish, Survey Sampling, 1965, 11.7).
func effective(events []weighted) float64 {
	sum, squares := 0.0, 0.0
	for _, e := range events {
		sum += e.weight
		squares += e.weight * e.weight
	}
	return sum * sum / squares
}

// quantileSpread is half the distance between the quantiles one standard deviation
// of the count below and above that of p, of events of which so many count; none
// is the share of others, without any loss, and known.
func quantileSpread(events []weighted, none, p, count float64) float64 {
	if reaches(none, p, 1) || !(count > 0) {
		return 0
	}
	p = (p - none) / (1 - none)
	d := countError(p, count)
	return (weightedQuantile(events, min(1, p+d)) - weightedQuantile(events, max(0, p-d))) / 2
}

// eventLoss reads the figures of an event from the quantiles of those events in
// which a kind of loss happens; none is the share of the others.
func eventLoss(none float64, quantile func(p float64) float64) EventLoss {
	return EventLoss{P50: atShare(none, 0.5, quantile), P95: atShare(none, 0.95, quantile)}
}

// atShare reads one figure of an event as eventLoss does.
func atShare(none, p float64, quantile func(p float64) float64) float64 {
	if reaches(none, p, 1) {
		return 0
	}
	return quantile((p - none) / (1 - none))
}

// noLoss is the share of events in which no kind of loss happens, where the
// chances of the kinds are certain, else 0. A kind whose amount is 0 is no loss however
// often it happens; every other amount is a positive number or a density, hence
// above 0 in each event in which it happens.
func (t *threat) noLoss() (share float64, known bool) {
	none := make([]float64, len(t.gates)+1) // of those without a gate, and behind each
	for i := range none {
		none[i] = 1
	}
	for k := range t.losses {
		l := &t.losses[k]
		if l.amount.mean == 0 {
			continue
		}
		if !l.chance.certain() || l.gate != noGate && !t.gates[l.gate].certain() {
			return 0, false
		}
		none[l.gate+1] *= 1 - l.chance.mean
	}
	share = none[0]
	for g := range t.gates {
		share *= 1 - t.gates[g].mean*(1-none[g+1])
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
		happens = happens || b.x[k] > 0 // before what is left of it, which may be nothing
		b.x[k] *= left
	}
	return weighted{loss: netOf(b.x, b.contracts(src, trial)), weight: total * b.own.rate(trial)}, happens
}

// weightedQuantile is the smallest of the losses that a share p of the weight
// does not exceed, 0 where there is no weight. It reorders them: by halves around
// a pivot, of which only the one with the quantile is looked at again.
func weightedQuantile(events []weighted, p float64) float64 {
	total := 0.0
	for _, e := range events {
		total += e.weight
	}
	if total <= 0 {
		return 0
	}
	below := 0.0 // weight of the losses known to be smaller
	for len(events) > 1 {
		pivot := pivotOf(events)
		lower, same := 0, 0 // events[:lower] < pivot, events[lower:same] = pivot
		under, equal := 0.0, 0.0
		for i, e := range events {
			switch {
			case e.loss < pivot:
				under += e.weight
				events[i], events[same] = events[same], events[lower]
				events[lower] = e
				lower++
				same++
			case e.loss == pivot:
				equal += e.weight
				events[i], events[same] = events[same], e
				same++
			}
		}
		switch {
		case lower > 0 && reaches(below+under, p, total) && below+under > 0:
			events = events[:lower]
		case same == len(events) || reaches(below+under+equal, p, total) && below+under+equal > 0:
			return pivot
		default:
			below += under + equal
			events = events[same:]
		}
	}
	return events[0].loss
}

// pivotOf is the middle one of three losses.
func pivotOf(events []weighted) float64 {
	a, b, c := events[0].loss, events[len(events)/2].loss, events[len(events)-1].loss
	return max(min(a, b), min(max(a, b), c))
}
