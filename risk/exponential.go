package risk

import "math"

// exp is e^y to a relative error below 1e-14 for |y| ≤ 700: 2^(k/128) from a
// table, times a polynomial in what is left, which is at most ln 2/256. It is
// half the price of math.Exp and small enough to be compiled into its caller.
func (t *powers) exp(y float64) float64 {
	steps := y * expPerStep
	f := steps + expShift
	k := math.Float64bits(f)
	r := (steps - (f - expShift)) * expStep
	s := math.Float64frombits(t[k&127] + k>>7<<52)
	return s + s*(r+r*r*(0.5+r*(1.0/6+r*(1.0/24))))
}

// powers are the bits of 2^(k/128), k = 0..127.
type powers [128]uint64

const (
	expStep    = math.Ln2 / 128
	expPerStep = 128 / math.Ln2
	expShift   = 0x1.8p52 // adding it rounds to an integer, in the low bits
)

var expTable = newExpTable()

func newExpTable() *powers {
	var t powers
	for i := range t {
		t[i] = math.Float64bits(math.Exp2(float64(i) / 128))
	}
	return &t
}
