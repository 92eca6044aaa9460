package risk

// source is one threat in one scenario, ready to be simulated.
type source struct {
	t         *threat
	s         *stance
	key       uint64
	cells     []sourceCell
	varying   bool // what passes or what is left differs from trial to trial
	severity  []sampler
	logNormal bool // the amounts of all kinds are: their normal scores can be drawn ahead
	chances   int  // how many numbers an event takes to say which kinds of loss happen in it
	plain     bool // one certain log-normal loss, no transfer: the fast path
	transfers []*transfer
	yearly    bool // a transfer per year among them
}

// sourceCell is a cell with what passes and what is left where that is certain.
type sourceCell struct {
	prob  float64
	edges []float64
	pass  float64
	left  float64 // share of the inherent loss, divided by M
}

func newSource(t *threat, s *stance) *source {
	src := &source{t: t, s: s, key: keyOf(t.id), transfers: s.transfers}
	src.logNormal, src.chances = true, len(t.gates)
	for i := range t.losses {
		src.severity = append(src.severity, samplerOf(t.losses[i].amount.dist))
		src.logNormal = src.logNormal && src.severity[i].form == logNormal
		if !t.losses[i].certainChance() {
			src.chances++
		}
	}
	for _, x := range s.transfers {
		src.yearly = src.yearly || x.perYear
	}
	src.plain = len(src.severity) == 1 && src.severity[0].plain() &&
		t.losses[0].certainChance() && len(t.gates) == 0 && len(s.transfers) == 0
	for j := range t.barriers {
		src.varying = src.varying || s.in[j] && !t.barriers[j].certain(s.broken[j])
	}
	ev := t.evaluator(s)
	for i := range t.cells {
		c := &t.cells[i]
		pass, left := ev.cell(c)
		src.cells = append(src.cells, sourceCell{prob: c.prob, edges: c.edges, pass: pass, left: left})
	}
	return src
}

// simple reports whether every event brings one kind of loss, all of which stays.
func (src *source) simple() bool {
	return len(src.severity) == 1 && src.chances == 0 && len(src.transfers) == 0
}

// certainChance reports whether the loss happens in every event that its gate lets through.
func (k *kindLoss) certainChance() bool { return k.chance.certain() && k.chance.mean == 1 }

// certain reports whether the barrier does the same in every trial.
func (b *barrier) certain(broken bool) bool {
	certain := true
	b.eachShare(broken, func(_ uint64, in input) { certain = certain && in.certain() })
	return certain
}

// sources are the threats present in a scenario.
func (p *Portfolio) sources(s Scenario) ([]*source, error) {
	stances, err := p.stances(s)
	if err != nil {
		return nil, err
	}
	return p.present(stances), nil
}

// present are the threats that exist in their stances.
func (p *Portfolio) present(stances []stance) []*source {
	var out []*source
	for i := range p.threats {
		if !stances[i].absent {
			out = append(out, newSource(&p.threats[i], &stances[i]))
		}
	}
	return out
}

// load is the expected number of candidate events per trial and year.
func (src *source) load() float64 {
	sum := 0.0
	for _, c := range src.cells {
		sum += c.prob * c.pass
	}
	return src.t.rate.mean * sum / src.t.passes
}

// candidates is about how many candidate events a block has where cells let at
// most so much pass.
func (src *source) candidates(most []float64) float64 {
	sum := 0.0
	for i := range src.cells {
		sum += src.cells[i].prob * most[i]
	}
	return blockSize * src.t.rate.mean * sum / src.t.passes
}
