package risk

import (
	"math"
	"slices"
)

// Scores at which an input's normal score is cut for integration: pieces of
// length 1 up to farScore. A log-normal input with σ = 4 has 10⁻¹⁵ of its mean beyond.
const farScore = 12

// evppi is E[max_o f_o(z)] − max_o E[f_o] over the score z of one input, f_o
// being the expected net benefit of an option given the input: Gauss–Legendre
// points on pieces between the scores at which another option becomes best.
func (d *decision) evppi(q *inquiry) float64 {
	at := d.given(q)
	regret := 0.0
	cuts := envelope(at)
	for i := 1; i < len(cuts); i++ {
		regret += gained(at, d.best, cuts[i-1], cuts[i])
	}
	return max(0, regret)
}

// given is f: the expected net benefits of the options given the score of one
// input. What it returns is overwritten by the next call.
func (d *decision) given(q *inquiry) func(z float64) []float64 {
	n := len(d.options)
	level := make([]float64, n) // what f_o is besides its polynomials
	for o := range level {
		level[o] = d.means[o]
		for _, r := range q.responses {
			level[o] -= r.linear[o]*r.in.mean + r.square[o]*r.in.second
		}
	}
	x, f := make([]float64, len(q.responses)), make([]float64, n)
	return func(z float64) []float64 {
		for i := range q.responses {
			x[i] = fromScore(q.responses[i].in.dist, z)
		}
		for o := range f {
			f[o] = level[o]
			for i, v := range x {
				f[o] += (q.responses[i].linear[o] + q.responses[i].square[o]*v) * v
			}
		}
		for _, r := range q.responses {
			for _, b := range r.bends {
				f[b.option] += b.weight * b.more(z)
			}
		}
		return f
	}
}

// gained is the integral of max_o f_o − f_best over scores in a piece.
func gained(at func(float64) []float64, best int, from, to float64) float64 {
	mid, half := (from+to)/2, (to-from)/2
	sum := 0.0
	for _, g := range gauss16 {
		for _, z := range [2]float64{mid - half*g.at, mid + half*g.at} {
			f := at(z)
			if more := slices.Max(f) - f[best]; more > 0 {
				sum += g.weight * more * math.Exp(-z*z/2)
			}
		}
	}
	return sum * half / math.Sqrt(2*math.Pi)
}

// envelope are the ends of pieces within which one function is the largest: a
// grid of scores, with the places between neighbours of the grid where another
// one takes over.
func envelope(at func(float64) []float64) []float64 {
	var cuts []float64
	leader := func(z float64) int {
		f := at(z)
		return slices.Index(f, slices.Max(f))
	}
	last := leader(-farScore)
	for z := -farScore + 0.5; z <= farScore; z += 0.5 {
		now := leader(z)
		if from := z - 0.5; from == math.Trunc(from) || now != last {
			cuts = append(cuts, from)
		}
		for from, to := z-0.5, z; last != now; {
			next, place := takeover(leader, last, from, to)
			cuts = append(cuts, place)
			last, from = next, place
		}
	}
	return append(cuts, farScore)
}

// takeover is where the leader at from is overtaken before to, and by which.
func takeover(leader func(float64) int, first int, from, to float64) (next int, place float64) {
	next = leader(to)
	for to-from > 1e-13 {
		mid := from + (to-from)/2
		if mid == from || mid == to {
			break
		}
		if l := leader(mid); l == first {
			from = mid
		} else {
			next, to = l, mid
		}
	}
	return next, to
}

// evpi is E[max_o NB_o] − max_o E[NB_o], given all inputs, on a lattice.
func (d *decision) evpi() float64 {
	place := map[scoreKey]int{}
	for i, q := range d.inputs {
		place[q.key] = i
	}
	z := make([]float64, len(d.inputs))
	options := make([]func() float64, len(d.options))
	for o := range d.options {
		options[o] = d.options[o].drawn(z, place)
	}
	best, sums := 0.0, make([]float64, len(options))
	latticePoints(len(z), func(at []float64) {
		copy(z, at)
		most := math.Inf(-1)
		for o, value := range options {
			v := value()
			sums[o] += v
			most = max(most, v)
		}
		best += most
	})
	return max(0, (best-slices.Max(sums))/latticeSize)
}

// drawn is the net benefit of an option at the scores z.
func (o *optionValue) drawn(z []float64, place map[scoreKey]int) func() float64 {
	type dial struct {
		at  int
		in  input
		set func(x float64)
	}
	var dials []dial
	cash := make([]float64, len(o.cash))
	for i, f := range o.cash {
		cash[i] = f.in.mean
		if !f.in.certain() {
			dials = append(dials, dial{place[f.key], f.in, func(x float64) { cash[i] = x }})
		}
	}
	legs, pays := make([]*drawnThreat, len(o.legs)), make([][]float64, len(o.legs))
	for i := range o.legs {
		l := &o.legs[i]
		legs[i] = l.t.drawn(l.s)
		for _, x := range l.t.openInputs(l.s) {
			dials = append(dials, dial{place[x.key], x.in, func(v float64) { x.put(legs[i], v) }})
		}
		pays[i] = make([]float64, len(l.terms))
		for k, x := range l.terms {
			dials = append(dials, dial{place[x.key], scoreItself, func(z float64) { pays[i][k] = x.recovered.relative(z) }})
		}
	}
	return func() float64 {
		for _, d := range dials {
			d.set(fromScore(d.in.dist, z[d.at]))
		}
		sum := 0.0
		for i, f := range o.cash {
			sum += f.rate * cash[i]
		}
		for i, l := range legs {
			paid := 1 - o.legs[i].stays
			for _, r := range pays[i] {
				paid *= r
			}
			sum += o.legs[i].weight * (1 - paid) * l.annual()
		}
		return sum
	}
}
