package risk

import "testing"

// BenchmarkSort sorts the totals of a simulation on two goroutines.
func BenchmarkSort(b *testing.B) {
	s := streamOf(1)
	x := make([]int64, 100_000)
	for i := range x {
		x[i] = int64(expTable.exp(12+1.5*s.normal()) * unitsPer)
	}
	for b.Loop() {
		sorted(x, nil, 2)
	}
}
