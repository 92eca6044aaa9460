package plan

import "math"

// tangents keeps the wide terms at the current point while it moves.
type tangents struct {
	r     *reduced
	value []float64 // exp(−rate·point) of each term
	of    [][]wideUse
	anyOf [][]int // terms that count if the item is chosen
}

type wideUse struct {
	term int
	rate float64
}

func newTangents(r *reduced) *tangents {
	t := &tangents{r: r, value: make([]float64, len(r.wide)), of: make([][]wideUse, len(r.item)), anyOf: make([][]int, len(r.item))}
	for k, w := range r.wide {
		for j, i := range w.items {
			t.of[i] = append(t.of[i], wideUse{k, w.rate[j]})
		}
		for _, i := range w.any {
			t.anyOf[i] = append(t.anyOf[i], k)
		}
	}
	return t
}

// move computes all values at a point afresh.
func (t *tangents) move(point []float64) {
	for k, w := range t.r.wide {
		exponent := 0.0
		for j, i := range w.items {
			exponent += w.rate[j] * point[i]
		}
		t.value[k] = math.Exp(-exponent)
	}
}

// on is how strongly a conditional term counts at the point: the largest of
// the items that bring it, and which one that is; 1 and −1 without a condition.
func (t *tangents) on(k int, point []float64) (float64, int) {
	top := -1
	for _, i := range t.r.wide[k].any {
		if top < 0 || point[i] > point[top] {
			top = i
		}
	}
	if top < 0 {
		return 1, -1
	}
	return point[top], top
}

// slopeAt is the derivative of the wide terms by an item, were its point x.
func (t *tangents) slopeAt(i int, x float64, point []float64) float64 {
	old := point[i]
	point[i] = x
	slope := 0.0
	for _, u := range t.of[i] {
		v := t.value[u.term] * math.Exp(-u.rate*(x-old))
		if on, _ := t.on(u.term, point); v+on > 1 {
			slope -= t.r.wide[u.term].loss * u.rate * v
		}
	}
	for _, k := range t.anyOf[i] {
		if on, top := t.on(k, point); top == i && t.value[k]+on > 1 {
			slope += t.r.wide[k].loss
		}
	}
	point[i] = old
	return slope
}

func (t *tangents) slope(i int, point []float64) float64 {
	return t.slopeAt(i, point[i], point)
}

// level solves shares·level + slope(x) = gain for the level, where x =
// 1/(1+exp(−level/tau)) is the point that goes with it, and moves there. The
// left side rises with the level, so halving the bracket cannot miss.
func (t *tangents) level(i int, gain, shares, tau float64, point []float64) float64 {
	if len(t.of[i])+len(t.anyOf[i]) == 0 {
		return gain / shares
	}
	lo := (gain - t.slopeAt(i, 1, point)) / shares
	hi := (gain - t.slopeAt(i, 0, point)) / shares
	if lo > hi {
		lo, hi = hi, lo
	}
	at := func(level float64) float64 { return 1 / (1 + math.Exp(-level/tau)) }
	for range 40 {
		if hi-lo <= 1e-3*tau {
			break
		}
		mid := (lo + hi) / 2
		if shares*mid+t.slopeAt(i, at(mid), point) < gain {
			lo = mid
		} else {
			hi = mid
		}
	}
	level := (lo + hi) / 2
	for _, u := range t.of[i] {
		t.value[u.term] *= math.Exp(-u.rate * (at(level) - point[i]))
	}
	return level
}
