package risk

// layered is Σ_k w_k · Π_{rank ≤ k} a_i · Π_{rank > k} b_i over layers sorted
// by c, w_k = c_(k+1) − c_(k), c_(0) = 0, c_(n+1) = 1 (docs/maths.md,
// Barriers). blind holds the sorted c; a is what a layer does to an event whose
// blind-spot level lies above its c, b what it does below. below is scratch of
// length n+1.
func layered(blind, a, b, below []float64) float64 {
	n := len(blind)
	below[n] = 1
	for i := n - 1; i >= 0; i-- {
		below[i] = below[i+1] * b[i]
	}
	sum, above, last := 0.0, 1.0, 0.0
	for i, c := range blind {
		sum += float64((c - last) * above * below[i])
		above *= a[i]
		last = c
	}
	return sum + float64((1-last)*above)
}
