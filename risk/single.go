package risk

// single adds the one event a threat may have, in the trials in which it falls
// into the year.
//
// A trial has a candidate with chance P/D, which finds a cell and a level; the
// event happens where the level is below what passes in that cell. So barriers
// thin the chance, trial by trial. Where P/D exceeds 1 that cannot be, and the
// event happens with chance min(1, P·pass/D) in a cell drawn in proportion to
// what passes there.
func (b *bench) single(src *source, into *drawn) error {
	marks := b.bandStreams(src, 0, 0)
	year := src.t.perYear()
	for trial := range blockSize {
		happens, level, where := marks.float(), marks.float(), marks.float()
		if happens >= year { // the year misses the event, or there is none
			continue
		}
		cell, kept := b.tab.meets(b.own.rate(trial)/src.t.passes, trial, happens/year, level, where)
		if !kept {
			continue
		}
		b.from = streamOf(b.seed, src.key, b.block, uint64(trial), forLosses)
		chances := streamOf(b.seed, src.key, b.block, uint64(trial), forChances)
		b.amounts(src, trial, b.from.Uint64(), &chances)
		_, left := b.tab.at(cell, trial)
		if err := b.happen(src, trial, left, into); err != nil {
			return err
		}
	}
	return nil
}

// meets is the cell that a candidate with this inherent chance finds, and
// whether the event happens there; the three last numbers are uniform on 0..1.
func (tab *table) meets(inherent float64, trial int, happens, level, where float64) (cell int, kept bool) {
	if inherent <= 1 {
		if happens >= inherent {
			return 0, false
		}
		cell = tab.src.cellOf(where, func(int) float64 { return 1 })
		pass, _ := tab.at(cell, trial)
		return cell, level < pass
	}
	total := tab.passes(trial)
	passing := func(i int) float64 { pass, _ := tab.at(i, trial); return pass }
	return tab.src.cellOf(where*total, passing), happens < inherent*total
}

// cellOf is the cell in which the running sum of prob·weight passes at.
func (src *source) cellOf(at float64, weight func(i int) float64) int {
	last := len(src.cells) - 1
	for i := range last {
		at -= float64(src.cells[i].prob * weight(i))
		if at < 0 {
			return i
		}
	}
	return last
}
