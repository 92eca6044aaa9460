package risk

import (
	"context"
	"math"
	"slices"
)

// TailShares say what the worst 5 % of years are made of, by threat and by kind of
// loss, as shares of the mean loss in these years. Shares of threats add up to 1,
// so do those of kinds, and those of a threat's kinds to the threat's.
type TailShares struct {
	Threats    []ThreatTail // as in [Simulation].Threats
	Kinds      KindLosses   // the share of each kind
	KindErrors KindLosses   // standard errors of Kinds
}

// ThreatTail is a threat's part of the worst years.
type ThreatTail struct {
	ID            string
	Share         float64 // 0..1
	StandardError float64 // of Share
	Kinds         KindLosses
}

// tailYears are the trials of a tail, with what each loses by kind.
type tailYears struct {
	tail   *tail
	trials []int32   // those that count whole, then those at the edge
	weight []float64 // of each
	total  []float64 // its loss, units
	near   []int     // those that lose least: a tenth of them
	row    []int32   // by trial: its place in trials, −1 for none
	kinds  []kindUnits
}

func newTailYears(t *tail, totals []int64) *tailYears {
	y := &tailYears{tail: t, trials: slices.Concat(t.whole, t.edge), row: make([]int32, len(totals))}
	for i := range y.row {
		y.row[i] = -1
	}
	for i, trial := range y.trials {
		w := 1.0
		if i >= len(t.whole) {
			w = t.fraction
		}
		y.row[trial] = int32(i)
		y.weight = append(y.weight, w)
		y.total = append(y.total, float64(totals[trial]))
	}
	sorted := slices.Sorted(slices.Values(y.total))
	for i, x := range y.total {
		if x <= sorted[rank(0.1, len(sorted))] {
			y.near = append(y.near, i)
		}
	}
	y.kinds = make([]kindUnits, len(y.trials))
	return y
}

// share is Σ x/Σ total over the tail, with its standard error. Part and whole lose
// m and q on average where the tail begins, so the error is that of the mean of
// (x−m) − share·(total−q) over all trials, beyond q: the influence of a year on a
// ratio of two expected shortfalls (Rockafellar and Uryasev, 2002, for one).
func (y *tailYears) share(x func(i int) float64) (share, standardError float64) {
	if y.tail.loss <= 0 {
		return 0, 0
	}
	for i, w := range y.weight {
		share += w * x(i)
	}
	share /= y.tail.loss
	m, q := 0.0, 0.0
	for _, i := range y.near {
		m += x(i) / float64(len(y.near))
		q += y.total[i] / float64(len(y.near))
	}
	sum, squares, n := 0.0, 0.0, float64(len(y.row))
	for i, w := range y.weight {
		d := w * (x(i) - m - share*(y.total[i]-q))
		sum += d
		squares += d * d
	}
	return share, math.Sqrt(max(0, squares-sum*sum/n)) / y.tail.loss
}

// tailShares takes the worst years apart. Threats with several kinds of loss are
// drawn again, from the same streams: what each kind lost in each year is not kept.
func (p *Portfolio) tailShares(ctx context.Context, o SimOptions, t *tail, totals []int64, sources []*source, apart []*losses) (*TailShares, error) {
	y := newTailYears(t, totals)
	blocks := blocksOf(len(totals))
	own := make([][]tailKinds, blocks) // by block and threat
	o.Progress = nil
	err := share1(ctx, blocks, o, func(b *bench, block int) error {
		b.open(block)
		own[block] = make([]tailKinds, len(sources))
		for i, src := range sources {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := y.add(b, src, apart[i].col, block*blockSize, &own[block][i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &TailShares{}
	for i, src := range sources {
		x := ThreatTail{ID: src.t.id}
		x.Share, x.StandardError = y.share(func(k int) float64 { return float64(apart[i].col[y.trials[k]]) })
		for block := range own {
			x.Kinds.Add(own[block][i].shares(t))
		}
		out.Threats = append(out.Threats, x)
	}
	for kind := range out.Kinds {
		out.Kinds[kind], out.KindErrors[kind] = y.share(func(k int) float64 { return float64(y.kinds[k][kind]) })
	}
	return out, nil
}

// add notes what a threat loses by kind in the tail's trials of one block.
func (y *tailYears) add(b *bench, src *source, col []int64, at int, own *tailKinds) error {
	rows := y.row[at:min(at+blockSize, len(y.row))]
	into := &tailBlock{y, rows, own}
	if len(src.t.losses) > 1 {
		b.tail = into
		var drawn column
		err := b.run(src, &drawn)
		b.tail = nil
		return err
	}
	for trial := range rows {
		into.count(trial, src.t.losses[0].place, col[at+trial])
	}
	return nil
}

// tailBlock is where the losses of the tail's trials in one block go.
type tailBlock struct {
	years *tailYears
	rows  []int32
	own   *tailKinds
}

func (t *tailBlock) count(trial, kind int, units int64) {
	if trial >= len(t.rows) || t.rows[trial] < 0 {
		return
	}
	i := t.rows[trial]
	t.years.kinds[i][kind] += units
	if int(i) < len(t.years.tail.whole) {
		t.own.whole[kind] += units
	} else {
		t.own.edge[kind] += units
	}
}

// tailKinds are what a threat loses by kind in the trials of a tail, in units.
type tailKinds struct{ whole, edge kindUnits }

func (k *tailKinds) shares(t *tail) KindLosses {
	var out KindLosses
	for i := range out {
		out[i] = t.share(tailSums{k.whole[i], k.edge[i]})
	}
	return out
}
