package risk

// trialRates picks trials in proportion to their rates, in constant time on
// average: a table over equal steps of the running sum says where to begin.
type trialRates struct {
	sum   float64
	upTo  [blockSize]float64 // running sum
	guide [blockSize]int32
}

func (r *trialRates) set(rates *[blockSize]float64) {
	r.sum = 0
	for i, x := range rates {
		r.sum += x
		r.upTo[i] = r.sum
	}
	i := 0
	for g := range r.guide {
		from := r.sum * float64(g) / blockSize
		for i < blockSize-1 && r.upTo[i] <= from {
			i++
		}
		r.guide[g] = int32(i)
	}
}

// pick is the trial at a share u in 0..1 of the sum.
func (r *trialRates) pick(u float64) int {
	i := int(r.guide[int(u*blockSize)])
	at := u * r.sum
	for i < blockSize-1 && r.upTo[i] <= at {
		i++
	}
	return i
}
