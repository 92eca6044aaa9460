package risk

import "math"

// logs are ln c and 1/c at c = 1 + k/128, k = 0..128; the rest is there so that a
// byte is always an index.
type logs struct{ at, inverse [256]float64 }

// onePlus is ln(1+x) for x from 0 to 1, to a relative error below 1e-12: the
// logarithm at the nearest 1 + k/128 from the table, and five terms of the series in
// what is left, which is at most 1/256 of it. Products are converted so that no
// compiler fuses them with sums: every processor gets the same bits.
func (t *logs) onePlus(x float64) float64 {
	f := float64(x*128) + toInteger
	k := math.Float64bits(f) & 255
	r := float64((x - float64((f-toInteger)*(1.0/128))) * t.inverse[k])
	return t.at[k] + float64(r*(1-float64(r*(1.0/2-float64(r*(1.0/3-float64(r*(1.0/4-float64(r*(1.0/5))))))))))
}

var logTable = newLogTable()

func newLogTable() *logs {
	var t logs
	for k := range t.at {
		t.at[k], t.inverse[k] = math.Log1p(float64(k)/128), 1/(1+float64(k)/128)
	}
	return &t
}
