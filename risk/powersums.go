package risk

import "math"

// powerSums are the sum of losses, in units, and that of their squares.
type powerSums struct{ sum, squares float64 }

func (p *powerSums) add(o powerSums) {
	p.sum += o.sum
	p.squares += o.squares
}

// mean is the mean of so many losses, in currency, with its standard error.
func (p *powerSums) mean(count int) (mean, standardError float64) {
	n := float64(count)
	m := p.sum / n
	return m / unitsPer, math.Sqrt(max(0, p.squares/n-m*m)/max(1, n-1)) / unitsPer
}

// addUp adds a threat's losses in a block to those of all, and sums them up while
// they are at hand: by turns, so that no addition waits for the one before.
func addUp(own, into *column) powerSums {
	var s0, s1, q0, q1 float64
	for i := 0; i < blockSize; i += 2 {
		u, v := own[i], own[i+1]
		into[i] += u
		into[i+1] += v
		x, y := float64(u), float64(v)
		s0 += x
		s1 += y
		q0 += x * x
		q1 += y * y
	}
	return powerSums{s0 + s1, q0 + q1}
}
