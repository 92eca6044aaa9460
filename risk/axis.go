package risk

// The rate axis. The candidate events of a threat in one cell are the points of
// a Poisson process over trials and levels 0..1: a trial with inherent rate λ
// has λ·prob candidates per unit of level in a year. A scenario keeps those
// below the share that passes its barriers. One more barrier lowers that share
// and so only removes events, and what is never kept is never drawn: levels are
// drawn band by band, each band from its own stream.

// bandEdges are the levels at which the bands of a cell end: at fractions of
// what passes today, which today's scenario then keeps whole, and doubling from
// there to 1.
func bandEdges(today float64) []float64 {
	if !(today > 0x1p-40) {
		today = 0x1p-3
	}
	edges := []float64{0}
	for _, f := range []float64{0.25, 0.5, 1} {
		if f*today < 1 {
			edges = append(edges, f*today)
		}
	}
	for e := 2 * today; e < 1; e *= 2 {
		edges = append(edges, e)
	}
	return append(edges, 1)
}

// layAxis sets the bands of every cell by what passes with all controls, at
// their means and as claimed: evidence moves no stream.
func (t *threat) layAxis() {
	s := stance{in: make([]bool, len(t.barriers)), broken: make([]bool, len(t.barriers)), claimed: true}
	for j := range t.barriers {
		s.in[j] = !t.barriers[j].mitigation
	}
	n := len(t.barriers)
	a, ones, below := make([]float64, n), make([]float64, n), make([]float64, n+1)
	for i := range t.cells {
		t.fill(&t.cells[i], &s, func(j int, f factors) { a[j], ones[j] = f.pass, 1 })
		t.cells[i].edges = bandEdges(layered(t.blind, a, ones, below))
	}
}
