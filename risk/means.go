package risk

// means are the expected share of inherent events that pass, and the expected
// share of inherent loss per year that is left: over the uncertain inputs,
// which are independent, and over the cells.
func (t *threat) means(s *stance) (pass, both float64) {
	n := len(t.barriers)
	buf := make([]float64, 4*n+1)
	a, b, ones, below := buf[:n], buf[n:2*n], buf[2*n:3*n], buf[3*n:]
	for i := range ones {
		ones[i] = 1
	}
	for i := range t.cells {
		c := &t.cells[i]
		t.fill(c, s, func(j int, f factors) { a[j] = f.pass })
		pass += c.prob * layered(t.blind, a, ones, below)
		t.fill(c, s, func(j int, f factors) { a[j], b[j] = f.both, f.left })
		both += c.prob * layered(t.blind, a, b, below)
	}
	return pass, both
}

// fill hands over the factors of every barrier in a cell, neutral where it is
// not in front.
func (t *threat) fill(c *cell, s *stance, put func(j int, f factors)) {
	for j := range t.barriers {
		f := neutral
		if s.in[j] && c.up[j] {
			switch b := &t.barriers[j]; {
			case s.claimed:
				f = b.claimed
			case s.broken[j]:
				f = b.broken
			default:
				f = b.works
			}
		}
		put(j, f)
	}
}
