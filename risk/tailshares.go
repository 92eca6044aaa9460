package risk

import (
	"context"
	"math"
	"slices"
)

// TailShares say what the worst 5 % of years are made of, by threat and by kind of
// loss, as shares of the mean loss in these years. Shares of threats add up to 1,
// so do those of kinds, and those of a threat's kinds to the threat's. As years
// are taken apart by kind for it, it has the standard errors of kinds' means, too.
type TailShares struct {
	Threats    []ThreatTail // as in [Simulation].Threats
	Kinds      KindLosses   // the share of each kind
	KindErrors KindLosses   // standard errors of Kinds
	MeanErrors KindLosses   // standard errors of the sums over threats of [SimulatedThreat].Kinds
}

// ThreatTail is a threat's part of the worst years.
type ThreatTail struct {
	ID            string
	Share         float64 // 0..1
	StandardError float64 // of Share
	Kinds         KindLosses
	KindErrors    KindLosses // standard errors of Kinds
	MeanErrors    KindLosses // standard errors of [SimulatedThreat].Kinds
}

// tailYears are the trials of a tail, with what each loses by kind.
type tailYears struct {
	tail   *tail
	trials []int32   // those that count whole, then those at the edge
	weight []float64 // of each
	total  []float64 // its loss, units
	near   []int     // those that lose least: a tenth of them
	at     [][]int   // by block: places in trials of those in it
	count  int       // of all trials
	kinds  []kindUnits
}

func newTailYears(t *tail, totals []int64) *tailYears {
	whole := listed(t.whole)
	y := &tailYears{tail: t, trials: append(whole, listed(t.edge)...), at: make([][]int, blocksOf(len(totals))), count: len(totals)}
	n := len(y.trials)
	y.weight, y.total, y.kinds = make([]float64, n), make([]float64, n), make([]kindUnits, n)
	units := make([]int64, n)
	for i, trial := range y.trials {
		if y.weight[i] = 1; i >= len(whole) {
			y.weight[i] = t.fraction
		}
		y.at[trial/blockSize] = append(y.at[trial/blockSize], i)
		units[i] = totals[trial]
		y.total[i] = float64(units[i])
	}
	if n > 0 {
		edge := float64(kth(units, rank(0.1, n)))
		for i, x := range y.total {
			if x <= edge {
				y.near = append(y.near, i)
			}
		}
	}
	return y
}

// share is Σ part/Σ total over the tail, with its standard error. Part and whole lose
// m and q on average where the tail begins, so the error is that of the mean of
// (of−m) − share·(total−q) over all trials, beyond q: the influence of a year on a
// ratio of two expected shortfalls (Rockafellar and Uryasev, 2002, for one).
func (y *tailYears) share(b *bench, of func(i int) int64) (share, standardError float64) {
	if y.tail.loss <= 0 {
		return 0, 0
	}
	b.part = slices.Grow(b.part[:0], len(y.weight))
	part := b.part[:len(y.weight)]
	for i, w := range y.weight {
		part[i] = float64(of(i))
		share += w * part[i]
	}
	share /= y.tail.loss
	m, q := 0.0, 0.0
	for _, i := range y.near {
		m += part[i] / float64(len(y.near))
		q += y.total[i] / float64(len(y.near))
	}
	sum, squares, n := 0.0, 0.0, float64(y.count)
	for i, w := range y.weight {
		d := w * (part[i] - m - share*(y.total[i]-q))
		sum += d
		squares += d * d
	}
	return share, math.Sqrt(max(0, squares-sum*sum/n)) / y.tail.loss
}

// tailShares takes the worst years apart. Threats with several kinds of loss are
// drawn again, from the same streams: what each kind lost in each year is not kept.
func (p *Portfolio) tailShares(ctx context.Context, o SimOptions, t *tail, totals []int64, sources []*source, apart []*losses) (*TailShares, error) {
	y := newTailYears(t, totals)
	own := make([]*kindYears, len(sources)) // of those with several kinds
	for i, src := range sources {
		if len(src.t.losses) > 1 {
			own[i] = newKindYears(len(y.trials), len(y.at))
		}
	}
	all, kinds := newKindYears(0, len(y.at)), placesOf(sources)
	o.Progress = nil
	err := share1(ctx, len(y.at), o, func(b *bench, block int) error {
		b.open(block)
		if b.room == nil {
			b.room = &kindRoom{}
		}
		whole := &b.room.all
		for kind := range kinds {
			clear(whole[kind][:])
		}
		for i, src := range sources {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := y.add(b, src, apart[i], own[i], whole); err != nil {
				return err
			}
		}
		for kind := range kinds {
			all.sums[block][kind] = addUp(&whole[kind], &b.room.aside.column)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &TailShares{Threats: make([]ThreatTail, len(sources)), MeanErrors: all.meanErrors(y.count)}
	err = share1(ctx, len(sources)+1, o, func(b *bench, i int) error {
		if i < len(sources) {
			out.Threats[i] = y.threat(b, sources[i].t, apart[i], own[i])
			return nil
		}
		for kind := range kinds {
			out.Kinds[kind], out.KindErrors[kind] = y.share(b, func(k int) int64 { return y.kinds[k][kind] })
		}
		return nil
	})
	return out, err
}

// kindColumns are what the trials of a block lose by kind.
type kindColumns [kindsOfLoss]column

// kindRoom is where a goroutine adds them up.
type kindRoom struct {
	all, own kindColumns // of all threats, of one
	aside    drawn       // for sums that nobody wants
}

// kindYears is what is kept of a threat's losses by kind: in the trials of the
// tail, and of each block the sums.
type kindYears struct {
	tail []kindUnits
	sums [][kindsOfLoss]powerSums
}

func newKindYears(tail, blocks int) *kindYears {
	return &kindYears{make([]kindUnits, tail), make([][kindsOfLoss]powerSums, blocks)}
}

// meanErrors are the standard errors of the means by kind over so many trials.
func (k *kindYears) meanErrors(trials int) KindLosses {
	var sums [kindsOfLoss]powerSums
	for _, block := range k.sums {
		for kind := range block {
			sums[kind].add(block[kind])
		}
	}
	var out KindLosses
	for kind := range out {
		_, out[kind] = sums[kind].mean(trials)
	}
	return out
}

// add notes what a threat loses by kind in the block at work: for itself where it
// has several kinds, and for all threats together.
func (y *tailYears) add(b *bench, src *source, apart *losses, own *kindYears, whole *kindColumns) error {
	at := int(b.block) * blockSize
	counted := min(blockSize, y.count-at)
	if own == nil {
		kind := src.t.losses[0].place
		col := &apart.blocks[b.block]
		col.addTo(&whole[kind], 1)
		for _, i := range y.at[b.block] {
			y.kinds[i][kind] += col.at(int(y.trials[i]) - at)
		}
		return nil
	}
	drawn := &b.room.own
	for kind := range src.t.places() {
		clear(drawn[kind][:])
	}
	b.byTrial, b.counted = drawn, counted
	err := b.run(src, &b.room.aside)
	b.byTrial = nil
	for kind := range src.t.places() {
		own.sums[b.block][kind] = addUp(&drawn[kind], &whole[kind])
		for _, i := range y.at[b.block] {
			u := drawn[kind][int(y.trials[i])-at]
			own.tail[i][kind] = u
			y.kinds[i][kind] += u
		}
	}
	return err
}

// threat is what a threat is of the worst years.
func (y *tailYears) threat(b *bench, t *threat, apart *losses, own *kindYears) ThreatTail {
	x := ThreatTail{ID: t.id}
	x.Share, x.StandardError = y.share(b, func(k int) int64 { return apart.at(y.trials[k]) })
	if own == nil {
		kind := t.losses[0].place
		x.Kinds[kind], x.KindErrors[kind] = x.Share, x.StandardError
		first := apart.first(y.count)
		_, x.MeanErrors[kind] = first.mean()
		return x
	}
	x.MeanErrors = own.meanErrors(y.count)
	for kind := range t.places() {
		x.Kinds[kind], x.KindErrors[kind] = y.share(b, func(k int) int64 { return own.tail[k][kind] })
	}
	return x
}
