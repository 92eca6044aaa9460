package risk

// evaluator computes what passes and what is left from the values of shares. It
// has scratch space and serves one goroutine.
type evaluator struct {
	t       *threat
	s       *stance
	e, f, v []float64 // by barrier: efficacy on events and on loss, coverage
	a, one  []float64
	below   []float64
}

func (t *threat) evaluator(s *stance) *evaluator {
	n := len(t.barriers)
	buf := make([]float64, 6*n+1)
	at := func(i int) []float64 { return buf[i*n : (i+1)*n : (i+1)*n] }
	ev := &evaluator{t: t, s: s, e: at(0), f: at(1), v: at(2), a: at(3), one: at(4), below: buf[5*n:]}
	for j := range t.barriers {
		b := &t.barriers[j]
		ev.one[j], ev.v[j] = 1, b.coverage.mean
		if b.onEvents {
			ev.e[j] = b.events.mean
			if s.broken[j] {
				ev.e[j] = b.degraded.mean
			}
		}
		if b.onLoss {
			ev.f[j] = b.loss.mean
			if s.broken[j] {
				ev.f[j] = b.degraded.mean
			}
		}
	}
	return ev
}

// cell is what passes in a cell and what is left of the loss, divided by M.
func (ev *evaluator) cell(c *cell) (pass, left float64) {
	left = 1 / ev.t.leaves
	for j := range ev.a {
		ev.a[j] = 1
		if ev.s.in[j] && c.up[j] {
			ev.a[j] = ev.t.barriers[j].passes(ev.e[j], ev.v[j])
			left *= 1 - ev.v[j]*ev.f[j]
		}
	}
	return max(0, layered(ev.t.blind, ev.a, ev.one, ev.below)), max(0, left)
}
