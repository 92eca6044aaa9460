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
	rate   float64
	occurs []float64 // by kind of loss: the chance that it happens in an event
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
		loss += d.occurs[k] * d.t.losses[k].amount.mean
	}
	return events * d.t.perYear() * lost * loss
}

func (t *threat) drawn(s *stance) *drawnThreat {
	d := &drawnThreat{evaluator: t.evaluator(s), rate: t.rate.mean}
	for k := range t.losses {
		d.occurs = append(d.occurs, t.losses[k].chance.mean)
	}
	return d
}

// openInputs lists what is uncertain about a threat in a stance.
func (t *threat) openInputs(s *stance) []openInput {
	var out []openInput
	add := func(x openInput) {
		if !x.in.certain() {
			out = append(out, x)
		}
	}
	add(openInput{key: scoreKey{t.id, forRate, 0}, in: t.rate, put: func(d *drawnThreat, x float64) { d.rate = x }})
	for k := range t.losses {
		add(openInput{
			key: scoreKey{t.id, forChances, k}, in: t.losses[k].chance,
			fix: func(t *threat, v input) {
				t.lossMean += (v.mean - t.losses[k].chance.mean) * t.losses[k].amount.mean
				t.losses[k].chance = v
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
