package plan

// slab hands out small pieces of larger allocations: a problem has many small
// blocks, which live and go together.
type slab struct {
	floats []float64
	ints   []int
}

// slabSize is how many numbers are allocated at once.
const slabSize = 512

func (m *slab) float(n int) []float64 {
	if n > len(m.floats) {
		m.floats = make([]float64, max(n, slabSize))
	}
	out := m.floats[:n:n]
	m.floats = m.floats[n:]
	return out
}

func (m *slab) int(n int) []int {
	if n > len(m.ints) {
		m.ints = make([]int, max(n, slabSize))
	}
	out := m.ints[:n:n]
	m.ints = m.ints[n:]
	return out
}
