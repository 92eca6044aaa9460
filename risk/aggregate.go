package risk

import "math"

// tilting is the exponent by which the last point of a grid is damped: what
// runs off the grid comes back at its beginning e⁻²⁰ of its size, while rounding
// grows to 10⁻⁷ of it at worst at the end (Grübel and Hermesmeier, ASTIN
// Bulletin 29 (1999) 197).
const tilting = 20

// aggregator computes distributions of sums on a grid 0, h, 2h, … by damped
// Fourier transforms. It does not change and serves any number of goroutines.
type aggregator struct {
	*fft
	damp []float64 // exp(−tilting·j/n)
}

func newAggregator(n int) *aggregator {
	a := &aggregator{fft: newFFT(n)}
	a.damp = make([]float64, a.n)
	for j := range a.damp {
		a.damp[j] = math.Exp(-tilting * float64(j) / float64(a.n))
	}
	return a
}

// transform is the spectrum of masses on the grid; what they lack of 1 lies
// beyond its end. Missing masses are 0.
func (a *aggregator) transform(pmf []float64) []complex128 {
	x := make([]complex128, a.n)
	a.transformInto(x, pmf)
	return x
}

func (a *aggregator) transformInto(x []complex128, pmf []float64) {
	for j, p := range pmf {
		x[j] = complex(p*a.damp[j], 0)
	}
	clear(x[len(pmf):])
	a.forward(x)
}

// masses are the masses whose spectrum is x, which it overwrites.
func (a *aggregator) masses(x []complex128) []float64 {
	a.backward(x)
	out := make([]float64, a.n)
	for j := range out {
		out[j] = real(x[j]) / a.damp[j]
	}
	return out
}

// sum is the distribution of the sum of a random number of independent losses
// on the grid: count is the generating function of the number.
func (a *aggregator) sum(count func(complex128) complex128, severity []float64) []float64 {
	x := a.transform(severity)
	for i := range x {
		x[i] = count(x[i])
	}
	return a.masses(x)
}
