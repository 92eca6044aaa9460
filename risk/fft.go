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
	roots [][]complex128 // by stage: exp(−πi·k/half) for k < half, half = 1, 2, 4, … n/2
}

// newFFT prepares transforms of length n, rounded up to a power of two.
func newFFT(n int) *fft {
	n = 1 << bits.Len(uint(max(n, 2)-1))
	f := &fft{n: n}
	for half := 1; half < n; half *= 2 {
		stage := make([]complex128, half)
		for k := range stage {
			s, c := math.Sincos(-math.Pi * float64(k) / float64(half))
			stage[k] = complex(c, s)
		}
		f.roots = append(f.roots, stage)
	}
	return f
}

// forward replaces x by its spectrum, in bit-reversed order.
func (f *fft) forward(x []complex128) {
	for stage := len(f.roots) - 1; stage >= 0; stage-- {
		roots := f.roots[stage]
		half := len(roots)
		for from := 0; from < f.n; from += 2 * half {
			a, b := x[from:from+half], x[from+half:from+2*half]
			a, b = a[:len(roots)], b[:len(roots)]
			for k, r := range roots {
				u, v := a[k], b[k]
				a[k] = u + v
				d := u - v
				b[k] = complex(real(d)*real(r)-imag(d)*imag(r), real(d)*imag(r)+imag(d)*real(r))
			}
		}
	}
}

// backward replaces a spectrum in bit-reversed order by its sequence.
func (f *fft) backward(x []complex128) {
	for _, roots := range f.roots {
		half := len(roots)
		for from := 0; from < f.n; from += 2 * half {
			a, b := x[from:from+half], x[from+half:from+2*half]
			a, b = a[:len(roots)], b[:len(roots)]
			for k, r := range roots {
				u, w := a[k], b[k]
				v := complex(real(w)*real(r)+imag(w)*imag(r), imag(w)*real(r)-real(w)*imag(r))
				a[k] = u + v
				b[k] = u - v
			}
		}
	}
	scale := 1 / float64(f.n)
	for i, v := range x {
		x[i] = complex(real(v)*scale, imag(v)*scale)
	}
}
