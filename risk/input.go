package risk

import "github.com/parleysec/parley/quantity"

// input is a number of the model that may be uncertain, with the moments that
// expectations need.
type input struct {
	dist   quantity.Dist
	mean   float64
	second float64 // E[x²]
}

func newInput(d quantity.Dist) input {
	m := d.Mean()
	return input{dist: d, mean: m, second: m*m + d.Variance()}
}

func constant(x float64) input {
	return input{dist: quantity.Constant(x), mean: x, second: x * x}
}

// atMean is the input with its uncertainty left out.
func (in input) atMean() input { return constant(in.mean) }

// certain reports whether the input is one number.
func (in input) certain() bool {
	_, ok := in.dist.(quantity.Constant)
	return ok
}

// of reads a quantity, def where nothing is stated.
func of(q quantity.Quantity, def float64) input {
	if q.IsZero() {
		return constant(def)
	}
	return newInput(q.Dist())
}
