package risk

// table is what the barriers of a source do in each trial of a block.
type table struct {
	src  *source
	pass [][blockSize]float64 // by cell; unused where nothing varies
	left [][blockSize]float64
	most []float64 // by cell: the most that passes in any trial
}

// set computes the table of a source at the scores of a block.
func (tab *table) set(src *source, s *scores) {
	tab.src = src
	tab.most = tab.most[:0]
	for i := range src.cells {
		tab.most = append(tab.most, src.cells[i].pass)
	}
	if !src.varying {
		return
	}
	clear(tab.most)
	tab.pass, tab.left = grow(tab.pass, len(src.cells)), grow(tab.left, len(src.cells))
	ev := src.t.evaluator(src.s)
	dims := src.dims(s, ev)
	for trial := range blockSize {
		for _, d := range dims {
			*d.into = fromScore(d.in.dist, d.z[trial])
		}
		for i := range src.cells {
			pass, left := ev.cell(&src.t.cells[i])
			tab.pass[i][trial], tab.left[i][trial] = pass, left
			tab.most[i] = max(tab.most[i], pass)
		}
	}
}

func grow(s [][blockSize]float64, n int) [][blockSize]float64 {
	if cap(s) < n {
		return make([][blockSize]float64, n)
	}
	return s[:n]
}

// at is what passes and what is left in a cell in one trial.
func (tab *table) at(cell, trial int) (pass, left float64) {
	if tab.src.varying {
		return tab.pass[cell][trial], tab.left[cell][trial]
	}
	c := &tab.src.cells[cell]
	return c.pass, c.left
}

// passes is what passes over all cells in one trial.
func (tab *table) passes(trial int) float64 {
	sum := 0.0
	for i := range tab.src.cells {
		pass, _ := tab.at(i, trial)
		sum += tab.src.cells[i].prob * pass
	}
	return sum
}

// dim is an uncertain share, its scores, and where the evaluator wants its value.
type dim struct {
	in   *input
	z    *[blockSize]float64
	into *float64
}

// dims lists the uncertain shares of the barriers in place.
func (src *source) dims(s *scores, ev *evaluator) []dim {
	var out []dim
	add := func(id string, in *input, what uint64, into *float64) {
		if !in.certain() {
			out = append(out, dim{in, s.of(id, what, 0), into})
		}
	}
	for j := range src.t.barriers {
		b := &src.t.barriers[j]
		if !src.s.in[j] {
			continue
		}
		events, onEvents, loss, onLoss := &b.events, forEfficacy, &b.loss, forLoss
		if src.s.broken[j] {
			events, onEvents, loss, onLoss = &b.degraded, forDegraded, &b.degraded, forDegraded
		}
		if b.onEvents {
			add(b.id, events, onEvents, &ev.e[j])
		}
		if b.onLoss {
			add(b.id, loss, onLoss, &ev.f[j])
		}
		add(b.id, &b.coverage, forCoverage, &ev.v[j])
	}
	return out
}
