package plan

import "math"

// bound is what one set of multipliers proves about a reduced problem.
type bound struct {
	// low is a lower bound on the cost of every set that keeps the limits.
	low float64
	// lowIn and lowOut are lower bounds when the item is in, and when it is out.
	lowIn, lowOut []float64
}

// bound evaluates the Lagrangian decomposition at the multipliers m: the rows
// are priced at lambda, each block is minimised on its own over all subsets of
// its items, each item on its own over 0 and 1, and the wide terms are replaced
// by their tangent at m.point. It is valid for every lambda ≥ 0, every price
// and every point; docs/maths-plan.md has the proof.
func (r *reduced) bound(m *multipliers) bound {
	n := len(r.item)
	b := bound{low: r.base, lowIn: make([]float64, n), lowOut: make([]float64, n)}
	for k, row := range r.rows {
		b.low -= m.lambda[k] * row.limit
	}
	tangent, slope := r.tangent(m)
	b.low += tangent
	for i := range n {
		u := r.cost[i] + slope[i]
		for k, row := range r.rows {
			u += m.lambda[k] * row.use[i]
		}
		for _, at := range r.touch[i] {
			u -= r.blocks[at.block].price[at.bit]
		}
		least := math.Min(0, u)
		b.low += least
		b.lowIn[i], b.lowOut[i] = u-least, -least
	}
	for k := range r.blocks {
		b.low += r.blocks[k].least(b.lowIn, b.lowOut)
	}
	for i := range n {
		b.lowIn[i] += b.low
		b.lowOut[i] += b.low
	}
	return b
}

// least is the smallest entry of the block's table with its prices added. What
// the smallest entry with an item in, or out, exceeds it by is added to lowIn
// and lowOut.
func (b block) least(lowIn, lowOut []float64) float64 {
	var zero, one [mostBits]float64
	for j := range b.items {
		zero[j], one[j] = math.Inf(1), math.Inf(1)
	}
	priced := make([]float64, len(b.table))
	least := math.Inf(1)
	for s := range priced {
		if s > 0 {
			priced[s] = priced[s&(s-1)] + b.price[bitOf(s&-s)]
		}
	}
	for s, v := range b.table {
		v += priced[s]
		if v < least {
			least = v
		}
		for j := range b.items {
			if s>>j&1 == 0 {
				if v < zero[j] {
					zero[j] = v
				}
			} else if v < one[j] {
				one[j] = v
			}
		}
	}
	for j, i := range b.items {
		lowIn[i] += one[j] - least
		lowOut[i] += zero[j] - least
	}
	return least
}

// tangent is an affine function below the sum of the wide terms at every 0/1
// point: its constant and its slopes. A term l·exp(−a·x) is convex, so its
// tangent at the point lies below it. A term that counts only if any of some
// items z is chosen is at least l·max(0, exp(−a·x) + z − 1) for each of them.
func (r *reduced) tangent(m *multipliers) (constant float64, slope []float64) {
	slope = make([]float64, len(r.item))
	for _, t := range r.wide {
		exponent := 0.0
		for k, i := range t.items {
			exponent += t.rate[k] * m.point[i]
		}
		v := math.Exp(-exponent)
		if len(t.any) > 0 {
			top := t.any[0]
			for _, i := range t.any {
				if m.point[i] > m.point[top] {
					top = i
				}
			}
			if v+m.point[top] <= 1 {
				continue // the other piece of the maximum: 0
			}
			slope[top] += t.loss
			constant -= t.loss
		}
		constant += t.loss * v * (1 + exponent)
		for k, i := range t.items {
			slope[i] -= t.loss * v * t.rate[k]
		}
	}
	return constant, slope
}
