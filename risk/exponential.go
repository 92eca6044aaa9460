package risk

import "math"

// powers are the bits of 2^(k/128), k = 0..127.
type powers [128]uint64

// exp is e^y to a relative error below 3e-12 for |y| ≤ 700.
func (t *powers) exp(y float64) float64 { return t.steps(float64(y * stepsPer)) }

// steps is e^y for y = steps·ln 2/128: 2^(k/128) from the table for the nearest
// k, times a cubic in what is left, which is at most ln 2/256. It is a third of
// the price of math.Exp and small enough to be compiled into its caller. Products
// are converted so that no compiler fuses them with sums: every processor gets the
// same bits.
func (t *powers) steps(steps float64) float64 {
	f := steps + toInteger
	k := math.Float64bits(f)
	r := float64((steps - (f - toInteger)) * (1 / stepsPer))
	s := math.Float64frombits(t[k&127] + k>>7<<52)
	return s + float64(s*(r+float64(float64(r*r)*(0.5+float64(r*(1.0/6))))))
}

const (
	stepsPer  = 128 / math.Ln2
	toInteger = 0x1.8p52 // adding it rounds to an integer, in the low bits
)

var expTable = newExpTable()

func newExpTable() *powers {
	var t powers
	for i := range t {
		t[i] = math.Float64bits(math.Exp2(float64(i) / 128))
	}
	return &t
}
