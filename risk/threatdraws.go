package risk

// threatDraws are a threat's own uncertain inputs in each trial of a block: its
// rate (or chance) and the chances of kinds of loss.
type threatDraws struct {
	t      *threat
	rates  [blockSize]float64
	occurs []*[blockSize]float64 // by kind
	gates  []*[blockSize]float64
	spare  [blockSize]float64
}

// set draws the inputs of a threat.
func (d *threatDraws) set(t *threat, s *scores) {
	d.t = t
	for i := range t.factors {
		f := &t.factors[i]
		key := scoreKey{t.id, forRate, f.place}
		if i == 0 {
			s.valuesOf(&f.input, key, &d.rates)
			continue
		}
		s.valuesOf(&f.input, key, &d.spare)
		for j, x := range d.spare {
			d.rates[j] *= x
		}
	}
	for g := range t.gates {
		if c := &t.gates[g]; !c.certain() {
			d.gates = room(d.gates, g+1)
			s.valuesOf(c, scoreKey{t.id, forGates, g}, d.gates[g])
		}
	}
	for k := range t.losses {
		if c := &t.losses[k].chance; !c.certain() {
			d.occurs = room(d.occurs, k+1)
			s.valuesOf(c, scoreKey{t.id, forChances, k}, d.occurs[k])
		}
	}
}

// room makes a list of blocks at least n long.
func room(s []*[blockSize]float64, n int) []*[blockSize]float64 {
	for len(s) < n {
		s = append(s, new([blockSize]float64))
	}
	return s
}

// rate is the rate (or chance) in one trial.
func (d *threatDraws) rate(trial int) float64 {
	if d.t.rate.certain() {
		return d.t.rate.mean
	}
	return d.rates[trial]
}

// chance is that of a kind of loss in one trial.
func (d *threatDraws) chance(k, trial int) float64 {
	if c := &d.t.losses[k].chance; c.certain() {
		return c.mean
	}
	return d.occurs[k][trial]
}

// lossMean is the mean loss of one event as stated, given the trial's inputs.
func (d *threatDraws) lossMean(trial int) float64 {
	sum := 0.0
	for k := range d.t.losses {
		occurs := d.chance(k, trial)
		if g := d.t.losses[k].gate; g != noGate {
			occurs *= d.gate(g, trial)
		}
		sum += occurs * d.t.losses[k].amount.mean
	}
	return sum
}

// gate is the share of events of one trial that bring the losses behind a gate.
func (d *threatDraws) gate(g, trial int) float64 {
	if c := &d.t.gates[g]; c.certain() {
		return c.mean
	}
	return d.gates[g][trial]
}
