package plan

// slab hands out small pieces of larger allocations: a problem has many small
// blocks, which live and go together.
type slab struct {
	floats []float64
	ints   []int
}

// slabSize is how many numbers are allocated at once.
const slabSize = 512

func (m *slab) float(n int) []float64 { return carve(&m.floats, n) }

func (m *slab) int(n int) []int { return carve(&m.ints, n) }

// carve takes n zeros off what is left of an allocation, or off a new one.
func carve[T any](rest *[]T, n int) []T {
	if n > len(*rest) {
		*rest = make([]T, max(n, slabSize))
	}
	out := (*rest)[:n:n]
	*rest = (*rest)[n:]
	return out
}
