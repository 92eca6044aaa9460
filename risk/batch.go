package risk

// batchSize is how many candidate events of a band are worked out together, so that
// few branches depend on what was drawn.
const batchSize = 512

// batch are candidate events of a band at uncertain rates.
type batch struct {
	trial [batchSize]uint16
	level [batchSize]float64
	kept  [batchSize]uint16  // which of them happen, in order
	left  [batchSize]float64 // of those: the share of the loss that is left
	z     []float64          // normal scores of the amounts, event by event
}

// batches adds the events of a band of a source whose amounts are log-normal. It
// draws what [bench.anyBand] draws.
func (b *bench) batches(src *source, cell int, bd band, marks *stream, into *drawn) error {
	chances := streamOf(b.seed, src.key, b.block, uint64(cell)<<16|uint64(bd.index), forChances)
	if n := batchSize * len(src.severity); len(b.some.z) < n {
		b.some.z = make([]float64, n)
	}
	for events := bd.events; events > 0; events -= batchSize {
		n := min(events, batchSize)
		b.mark(bd, marks, n)
		b.from.normals(b.some.z[:n*len(src.severity)])
		if err := b.keep(src, b.filter(cell, n), chances, into); err != nil {
			return err
		}
		chances.skip(n * src.chances)
	}
	return nil
}

// mark draws the trials and levels of some candidates.
func (b *bench) mark(bd band, marks *stream, n int) {
	s, from, width := b.some, *marks, bd.high-bd.low
	for i := range n {
		s.trial[i] = uint16(b.rate.pick(from.share()))
		s.level[i] = bd.low + float64(width*from.float())
	}
	*marks = from
}

// filter notes which of some candidates happen, and returns how many.
func (b *bench) filter(cell, n int) int {
	s, tab, kept := b.some, b.tab, 0
	if !tab.src.varying || tab.lazy {
		for i, level := range s.level[:n] {
			if pass, left := tab.at(cell, int(s.trial[i])); level < pass {
				s.kept[kept], s.left[kept] = uint16(i), left
				kept++
			}
		}
		return kept
	}
	pass, left := &tab.pass[cell], &tab.left[cell]
	for i, level := range s.level[:n] {
		trial := s.trial[i] % blockSize
		s.kept[kept], s.left[kept] = uint16(i), left[trial]
		kept += 1 - int(notAbove(pass[trial], level))
	}
	return kept
}

// keep adds the candidates that happen to their trials.
func (b *bench) keep(src *source, kept int, chances stream, into *drawn) error {
	if src.simple() {
		return b.keepSimple(src, kept, into)
	}
	s, kinds := b.some, len(src.severity)
	for k, i := range s.kept[:kept] {
		trial, own := int(s.trial[i]), chances
		for j := range b.x {
			b.x[j] = src.severity[j].at(s.z[int(i)*kinds+j])
		}
		own.skip(int(i) * src.chances)
		b.occur(src, trial, &own)
		if err := b.happen(src, trial, s.left[k], into); err != nil {
			return err
		}
	}
	return nil
}

// keepSimple is keep for one kind of loss in every event, which nobody else pays.
func (b *bench) keepSimple(src *source, kept int, into *drawn) error {
	s, amount := b.some, src.severity[0]
	for k, i := range s.kept[:kept] {
		x := amount.at(s.z[i])
		if !(x < largest) {
			return tooLarge(src.t)
		}
		into.add(int(s.trial[i]%blockSize), int64(float64(x*float64(s.left[k]*unitsPer))+0.5))
	}
	return nil
}
