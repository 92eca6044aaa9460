package risk

// evaluator computes what passes and what is left from the values of shares. It
// has scratch space and serves one goroutine.
type evaluator struct {
	t       *threat
	s       *stance
	e, f, v []float64 // by barrier: efficacy on events and on loss, coverage
	g, c    []float64 // what it does when degraded, and the share of its efficacy that is borne out
	a, one  []float64
	below   []float64
}

func (t *threat) evaluator(s *stance) *evaluator {
	n := len(t.barriers)
	buf := make([]float64, 8*n+1)
	at := func(i int) []float64 { return buf[i*n : (i+1)*n : (i+1)*n] }
	ev := &evaluator{t: t, s: s, e: at(0), f: at(1), v: at(2), a: at(3), one: at(4), g: at(5), c: at(6), below: buf[7*n:]}
	for j := range t.barriers {
		b := &t.barriers[j]
		ev.one[j], ev.v[j] = 1, b.coverage.mean
		ev.e[j], ev.f[j], ev.g[j] = b.events.mean, b.loss.mean, b.degraded.mean
		ev.c[j] = b.credit(s.broken[j]).mean
	}
	return ev
}

// share is where a share of a barrier is set that [barrier.eachShare] hands over.
func (ev *evaluator) share(j int, what uint64) *float64 {
	switch what {
	case forEfficacy:
		return &ev.e[j]
	case forLoss:
		return &ev.f[j]
	case forDegraded:
		return &ev.g[j]
	case forAssurance:
		return &ev.c[j]
	}
	return &ev.v[j]
}

// cell is what passes in a cell and what is left of the loss, divided by M.
func (ev *evaluator) cell(c *cell) (pass, left float64) {
	left = 1 / ev.t.leaves
	for j := range ev.a {
		ev.a[j] = 1
		if ev.s.in[j] && c.up[j] {
			ev.a[j] = ev.passes(j)
			if ev.t.barriers[j].onLoss {
				left *= 1 - float64(ev.v[j]*atWork(ev.c[j], ev.f[j], ev.g[j]))
			}
		}
	}
	return max(0, layered(ev.t.blind, ev.a, ev.one, ev.below)), max(0, left)
}

// passes is q of a barrier with its shares as they are set.
func (ev *evaluator) passes(j int) float64 {
	return ev.t.barriers[j].passes(atWork(ev.c[j], ev.e[j], ev.g[j]), ev.v[j])
}

// weakest gives full credit where a barrier does more when degraded than as
// intended, so that with every share at its least the least is stopped.
func (ev *evaluator) weakest() {
	for j := range ev.c {
		if ev.e[j] < ev.g[j] && !ev.s.broken[j] {
			ev.c[j] = 1
		}
	}
}
