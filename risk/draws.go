package risk

// draws are the uncertain inputs of one block of trials. An input used by
// several threats is one input: its normal scores are drawn once per trial, and
// each threat reads its own range at them.
type draws struct {
	seed   uint64
	block  uint64
	scores map[drawKey]*scoreColumn
	src    *source
	rateOf [blockSize]float64
	pass   [][blockSize]float64 // by cell
	left   [][blockSize]float64
	most   []float64
	occurs [][blockSize]float64 // by kind: the chance of an uncertain one
}

// drawKey names an uncertain input: the barrier or threat, and which of its
// inputs.
type drawKey struct {
	id   string
	what uint64
	kind int
}

// scoreColumn holds the normal scores of one input.
type scoreColumn struct {
	block uint64
	valid bool
	z     [blockSize]float64
}

func newDraws(seed uint64) *draws {
	return &draws{seed: seed, scores: map[drawKey]*scoreColumn{}}
}

func (d *draws) open(block uint64) { d.block, d.src = block, nil }

// column is the normal scores of an input in this block.
func (d *draws) column(k drawKey) *[blockSize]float64 {
	c := d.scores[k]
	if c == nil {
		c = &scoreColumn{}
		d.scores[k] = c
	}
	if !c.valid || c.block != d.block {
		s := streamOf(d.seed, keyOf(k.id), d.block, k.what, uint64(k.kind))
		for i := range c.z {
			c.z[i] = s.normal()
		}
		c.block, c.valid = d.block, true
	}
	return &c.z
}

// forSource computes what the source's uncertain barriers do in each trial.
func (d *draws) forSource(src *source) {
	d.src = src
	for k := range src.t.losses {
		d.drawChance(src, k)
	}
	if !src.varying {
		return
	}
	d.pass = grow(d.pass, len(src.cells))
	d.left = grow(d.left, len(src.cells))
	d.most = d.most[:0]
	ev := src.t.evaluator(src.s)
	dims := d.dims(src, ev)
	for range src.cells {
		d.most = append(d.most, 0)
	}
	for trial := range blockSize {
		for _, m := range dims {
			*m.into = fromScore(m.in.dist, m.z[trial])
		}
		for i := range src.cells {
			pass, left := ev.cell(&src.t.cells[i])
			d.pass[i][trial], d.left[i][trial] = pass, left
			d.most[i] = max(d.most[i], pass)
		}
	}
}

func grow(s [][blockSize]float64, n int) [][blockSize]float64 {
	if cap(s) < n {
		return make([][blockSize]float64, n)
	}
	return s[:n]
}

// dim is an uncertain share and where the evaluator wants its value.
type dim struct {
	in   *input
	z    *[blockSize]float64
	into *float64
}

// dims lists the uncertain shares of the barriers in place.
func (d *draws) dims(src *source, ev *evaluator) []dim {
	var out []dim
	add := func(b *barrier, in *input, what uint64, into *float64) {
		if !in.certain() {
			out = append(out, dim{in, d.column(drawKey{id: b.id, what: what}), into})
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
			add(b, events, onEvents, &ev.e[j])
		}
		if b.onLoss {
			add(b, loss, onLoss, &ev.f[j])
		}
		add(b, &b.coverage, forCoverage, &ev.v[j])
	}
	return out
}

func (d *draws) mostPass(cell int) float64 { return d.most[cell] }

// at is what passes and what is left in a cell in one trial.
func (d *draws) at(cell, trial int) (pass, left float64) {
	return d.pass[cell][trial], d.left[cell][trial]
}

// rates are the rates (or chances) as drawn in each trial, of an uncertain one.
func (d *draws) rates(src *source) *[blockSize]float64 {
	if src.t.rate.certain() {
		return nil
	}
	z := d.column(drawKey{id: src.t.id, what: forRate})
	for i := range d.rateOf {
		d.rateOf[i] = fromScore(src.t.rate.dist, z[i])
	}
	return &d.rateOf
}

// rate is the rate (or chance) in one trial, after rates.
func (d *draws) rate(src *source, trial int) float64 {
	if src.t.rate.certain() {
		return src.t.rate.mean
	}
	return d.rateOf[trial]
}

// drawChance draws an uncertain chance of a kind of loss.
func (d *draws) drawChance(src *source, k int) {
	c := &src.t.losses[k].chance
	if c.certain() {
		return
	}
	d.occurs = grow(d.occurs, max(len(d.occurs), k+1))
	z := d.column(drawKey{id: src.t.id, what: forChances, kind: k})
	for i := range d.occurs[k] {
		d.occurs[k][i] = fromScore(c.dist, z[i])
	}
}

// chance is that of a kind of loss in one trial.
func (d *draws) chance(src *source, k, trial int) float64 {
	if c := &src.t.losses[k].chance; c.certain() {
		return c.mean
	}
	return d.occurs[k][trial]
}
