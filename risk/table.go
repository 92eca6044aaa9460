package risk

import "slices"

// table is what the barriers of a source do in each trial of a block: worked out
// for all of them beforehand, or only when wanted where few are.
type table struct {
	src  *source
	pass [][blockSize]float64 // by cell; unused where nothing varies, or when lazy
	left [][blockSize]float64
	most []float64 // by cell: no trial lets more than this pass
	lazy bool
	ev   *evaluator
	dims []dim
	own  []*[blockSize]float64 // where values of the dims stand
	work tableWork
}

// set computes the table of a source at the scores of a block. byEvent says that
// a trial is read once for each of its candidate events, which may be few.
func (tab *table) set(src *source, s *scores, byEvent bool) {
	tab.src = src
	tab.most = tab.most[:0]
	for i := range src.cells {
		tab.most = append(tab.most, src.cells[i].pass)
	}
	if !src.varying {
		return
	}
	tab.ev = src.t.evaluator(src.s)
	tab.readDims(s)
	tab.bound()
	if tab.lazy = byEvent && src.candidates(tab.most) < blockSize/lazyBelow; tab.lazy {
		return
	}
	tab.pass, tab.left = grow(tab.pass, len(src.cells)), grow(tab.left, len(src.cells))
	for i := range src.cells {
		tab.most[i] = tab.fill(&src.t.cells[i], &tab.pass[i], &tab.left[i])
	}
}

// lazyBelow is about how many times as long one trial takes alone as among all of
// its block.
const lazyBelow = 4

// turn sets the evaluator to one trial.
func (tab *table) turn(trial int) {
	for _, d := range tab.dims {
		*d.into = d.x[trial]
	}
}

// bound sets the most that passes in each cell to what would pass if every
// share took its least value in the block at the same time.
func (tab *table) bound() {
	for _, d := range tab.dims {
		*d.into = d.least
	}
	credit := slices.Clone(tab.ev.c)
	tab.ev.weakest()
	for i := range tab.most {
		tab.most[i], _ = tab.ev.cell(&tab.src.t.cells[i])
	}
	copy(tab.ev.c, credit)
}

func grow(s [][blockSize]float64, n int) [][blockSize]float64 {
	if cap(s) < n {
		return make([][blockSize]float64, n)
	}
	return s[:n]
}

// at is what passes and what is left in a cell in one trial.
func (tab *table) at(cell, trial int) (pass, left float64) {
	if !tab.src.varying {
		c := &tab.src.cells[cell]
		return c.pass, c.left
	}
	if tab.lazy {
		tab.turn(trial)
		return tab.ev.cell(&tab.src.t.cells[cell])
	}
	return tab.pass[cell][trial], tab.left[cell][trial]
}

// passes is what passes over all cells in one trial.
func (tab *table) passes(trial int) float64 {
	sum := 0.0
	for i := range tab.src.cells {
		pass, _ := tab.at(i, trial)
		sum += float64(tab.src.cells[i].prob * pass)
	}
	return sum
}

// dim is an uncertain share, its values by trial, and where the evaluator wants
// the one of the trial at work.
type dim struct {
	x     *[blockSize]float64
	least float64
	into  *float64
}

// readDims lists the uncertain shares of the barriers in place.
func (tab *table) readDims(s *scores) {
	tab.dims = tab.dims[:0]
	t := tab.src.t
	for j := range t.barriers {
		if !tab.src.s.in[j] {
			continue
		}
		b := &t.barriers[j]
		b.eachShare(tab.src.s.broken[j], func(what uint64, in input) {
			if in.certain() {
				return
			}
			key := scoreKey{b.id, what, 0}
			x, least := s.shared(&in, key)
			if x == nil {
				n := len(tab.dims)
				tab.own = room(tab.own, n+1)
				x = tab.own[n]
				s.valuesOf(&in, key, x)
				least = leastOf(x)
			}
			tab.dims = append(tab.dims, dim{x, least, tab.ev.share(j, what)})
		})
	}
}
