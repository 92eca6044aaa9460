package risk

import (
	"math"
	"math/bits"
)

// fft transforms sequences of one power-of-two length. It is the radix-2
// algorithm of Cooley and Tukey (Math. Comp. 19 (1965) 297), forward by
// decimation in frequency and backward by decimation in time: the spectrum
// stands in bit-reversed order, which element-wise work does not mind, and
// nothing needs to be reordered.
type fft struct {
	n     int
	roots []complex128 // exp(−2πi·k/n) for k < n/2
}

// newFFT prepares transforms of length n, rounded up to a power of two.
func newFFT(n int) *fft {
	n = 1 << bits.Len(uint(max(n, 2)-1))
	f := &fft{n: n, roots: make([]complex128, n/2)}
	for k := range f.roots {
		s, c := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
		f.roots[k] = complex(c, s)
	}
	return f
}

// forward replaces x by its spectrum, in bit-reversed order.
func (f *fft) forward(x []complex128) {
	for half := f.n / 2; half >= 1; half /= 2 {
		step := f.n / 2 / half
		for from := 0; from < f.n; from += 2 * half {
			a, b := x[from:from+half:from+half], x[from+half:from+2*half:from+2*half]
			for k := range a {
				u, v := a[k], b[k]
				a[k] = u + v
				b[k] = (u - v) * f.roots[k*step]
			}
		}
	}
}

// backward replaces a spectrum in bit-reversed order by its sequence.
func (f *fft) backward(x []complex128) {
	for half := 1; half < f.n; half *= 2 {
		step := f.n / 2 / half
		for from := 0; from < f.n; from += 2 * half {
			a, b := x[from:from+half:from+half], x[from+half:from+2*half:from+2*half]
			for k := range a {
				r := f.roots[k*step]
				u, v := a[k], b[k]*complex(real(r), -imag(r))
				a[k] = u + v
				b[k] = u - v
			}
		}
	}
	scale := complex(1/float64(f.n), 0)
	for i := range x {
		x[i] *= scale
	}
}
