package risk

// strip is how many trials of a table are worked out together: their numbers stay
// in the first-level cache.
const strip = 256

// tableWork is the scratch space of a table being filled.
type tableWork struct {
	fixed [5][strip]float64  // shares that are the same in every trial, over and over
	above [blockSize]float64 // what passes the layers so far
}

// fill works out what passes in a cell and what is left of the loss in every trial
// of the block, to the last bit as [evaluator.cell] does for one, and returns the
// most that passes.
func (tab *table) fill(c *cell, pass, left *[blockSize]float64) (most float64) {
	ev := tab.ev
	whole := 1 / ev.t.leaves
	for i := range pass {
		pass[i], left[i], tab.work.above[i] = 0, whole, 1
	}
	last := 0.0
	for j, blind := range ev.t.blind {
		tab.weigh(blind-last, pass)
		last = blind
		if ev.s.in[j] && c.up[j] {
			tab.meet(j, left)
		}
	}
	tab.weigh(1-last, pass)
	for i, p := range pass {
		if p < 0 {
			p, pass[i] = 0, 0
		}
		if p > most {
			most = p
		}
		if left[i] < 0 {
			left[i] = 0
		}
	}
	return most
}

// weigh adds the share of blind-spot levels that no further layer sees, times what
// the layers so far let pass.
func (tab *table) weigh(share float64, pass *[blockSize]float64) {
	if share == 0 {
		return
	}
	for i := range pass {
		pass[i] += float64(share * tab.work.above[i])
	}
}

// meet lets the events of the block meet a barrier.
func (tab *table) meet(j int, left *[blockSize]float64) {
	b := &tab.ev.t.barriers[j]
	shares := tab.shares(j)
	for at := 0; at < blockSize; at += strip {
		s := shares.from(at)
		above := (*[strip]float64)(tab.work.above[at:])
		for i, credit := range s.c {
			above[i] *= b.passes(atWork(credit, s.e[i], s.g[i]), s.v[i])
		}
		if !b.onLoss {
			continue
		}
		left := (*[strip]float64)(left[at:])
		for i, credit := range s.c {
			left[i] *= 1 - float64(s.v[i]*atWork(credit, s.f[i], s.g[i]))
		}
	}
}

// shares are those of one barrier by trial: a block as drawn, or a strip where they
// are certain.
type shares struct{ e, f, v, g, c []float64 }

// strips are they in the trials of a strip.
type strips struct{ e, f, v, g, c *[strip]float64 }

func (s *shares) from(at int) strips {
	of := func(x []float64) *[strip]float64 {
		if len(x) == strip {
			return (*[strip]float64)(x)
		}
		return (*[strip]float64)(x[at:])
	}
	return strips{of(s.e), of(s.f), of(s.v), of(s.g), of(s.c)}
}

func (tab *table) shares(j int) *shares {
	out, ev := &shares{}, tab.ev
	for k, x := range [...]struct {
		at   *float64
		into *[]float64
	}{{&ev.e[j], &out.e}, {&ev.f[j], &out.f}, {&ev.v[j], &out.v}, {&ev.g[j], &out.g}, {&ev.c[j], &out.c}} {
		if *x.into = tab.drawn(x.at); *x.into != nil {
			continue
		}
		fixed := tab.work.fixed[k][:]
		for i := range fixed {
			fixed[i] = *x.at
		}
		*x.into = fixed
	}
	return out
}

// drawn are the values of a share in the block; nil where it is certain.
func (tab *table) drawn(share *float64) []float64 {
	for _, d := range tab.dims {
		if d.into == share {
			return d.x[:]
		}
	}
	return nil
}
