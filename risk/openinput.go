package risk

// openInput is an uncertain input of a threat in one stance.
type openInput struct {
	key   scoreKey
	in    input
	twice bool                            // expectations depend on its square as well
	fix   func(t *threat, v input)        // sets it in a copy of the threat
	put   func(d *drawnThreat, x float64) // sets one draw of it
}

// drawnThreat are the values of a threat's inputs in one draw.
type drawnThreat struct {
	*evaluator
	rate    float64
	factors []float64 // that multiply to the rate, where it is uncertain
	occurs  []float64 // by kind of loss: the chance that it happens in an event that its gate lets through
	gates   []float64
}

// annual is the expected annual loss given the inputs. A single event happens
// with a chance of 1 at most.
func (d *drawnThreat) annual() float64 {
	passes, lost, loss := 0.0, 0.0, 0.0
	for i := range d.t.cells {
		pass, left := d.cell(&d.t.cells[i])
		passes += d.t.cells[i].prob * pass
		lost += d.t.cells[i].prob * pass * left
	}
	events := d.rate / d.t.passes
	if d.t.once && events*passes > 1 {
		events = 1 / passes
	}
	for k := range d.t.losses {
		occurs := d.occurs[k]
		if g := d.t.losses[k].gate; g != noGate {
			occurs *= d.gates[g]
		}
		loss += occurs * d.t.losses[k].amount.mean
	}
	return events * d.t.perYear() * lost * loss
}

func (t *threat) drawn(s *stance) *drawnThreat {
	d := &drawnThreat{evaluator: t.evaluator(s), rate: t.rate.mean}
	for k := range t.losses {
		d.occurs = append(d.occurs, t.losses[k].chance.mean)
	}
	for _, f := range t.factors {
		d.factors = append(d.factors, f.mean)
	}
	for _, g := range t.gates {
		d.gates = append(d.gates, g.mean)
	}
	return d
}

// multiplied sets one factor of the rate.
func (d *drawnThreat) multiplied(i int, x float64) {
	d.factors[i] = x
	d.rate = 1
	for _, f := range d.factors {
		d.rate *= f
	}
}

// openInputs lists what is uncertain about a threat in a stance.
func (t *threat) openInputs(s *stance) []openInput {
	var out []openInput
	add := func(x openInput) {
		if !x.in.certain() {
			out = append(out, x)
		}
	}
	for i, f := range t.factors {
		add(openInput{key: scoreKey{t.id, forRate, f.place}, in: f.input, put: func(d *drawnThreat, x float64) { d.multiplied(i, x) }})
	}
	for g := range t.gates {
		add(openInput{
			key: scoreKey{t.id, forGates, g}, in: t.gates[g],
			fix: func(t *threat, v input) {
				t.gates[g] = v
				t.sumLosses()
			},
			put: func(d *drawnThreat, x float64) { d.gates[g] = x },
		})
	}
	for k := range t.losses {
		add(openInput{
			key: scoreKey{t.id, forChances, k}, in: t.losses[k].chance,
			fix: func(t *threat, v input) {
				t.losses[k].chance = v
				t.sumLosses()
			},
			put: func(d *drawnThreat, x float64) { d.occurs[k] = x },
		})
	}
	for j := range t.barriers {
		if s.in[j] {
			t.barriers[j].open(j, s.broken[j], add)
		}
	}
	return out
}

// open hands over the shares of a barrier that is in place.
func (b *barrier) open(j int, broken bool, add func(openInput)) {
	b.eachShare(broken, func(what uint64, in input) {
		single := what == forEfficacy || what == forLoss // of events or of the loss, not of both
		add(openInput{
			key: scoreKey{b.id, what, 0}, in: in, twice: b.onEvents && b.onLoss && !single,
			fix: func(t *threat, v input) { // what it is blind to stays: a constant of the model
				*t.barriers[j].share(what) = v
				t.barriers[j].resettle()
			},
			put: func(d *drawnThreat, x float64) { *d.share(j, what) = x },
		})
	})
}
