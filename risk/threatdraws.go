package risk

// threatDraws are a threat's own uncertain inputs in each trial of a block: its
// rate (or chance) and the chances of kinds of loss.
type threatDraws struct {
	t      *threat
	rates  [blockSize]float64
	occurs []*[blockSize]float64 // by kind
}

// set draws the inputs of a threat.
func (d *threatDraws) set(t *threat, s *scores) {
	d.t = t
	if !t.rate.certain() {
		s.valuesOf(&t.rate, scoreKey{t.id, forRate, 0}, &d.rates)
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
		sum += d.chance(k, trial) * d.t.losses[k].amount.mean
	}
	return sum
}
