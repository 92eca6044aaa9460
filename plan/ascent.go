package plan

import (
	"context"
	"math"
	"slices"
)

// multipliers are the variables of the dual: what a unit of each limit costs,
// what the blocks are handed of the items' costs (kept in the blocks), and the
// point where the wide terms are linearised.
type multipliers struct {
	lambda []float64
	point  []float64
}

// follow carries the multipliers over to a problem with fewer items.
func (m multipliers) follow(from, to *reduced) multipliers {
	next := multipliers{lambda: slices.Clone(m.lambda), point: make([]float64, len(to.item))}
	k := 0
	for j, i := range to.item {
		for from.item[k] != i {
			k++
		}
		next.point[j] = m.point[k]
	}
	return next
}

// ascent raises the bound by coordinate ascent on the smoothed dual, in which
// each minimum over 0 and 1, or over a table, is a soft minimum at temperature
// tau (currency units). For one item all its prices have a closed-form optimum
// (every block then gives the item the same odds); for one limit it is a
// monotone equation. Smoothing keeps the ascent from getting stuck where a
// nonsmooth dual would (Werner 2007; Hazan and Shashua 2010).
type ascent struct {
	r      *reduced
	m      *multipliers
	tau    float64
	weight [][]float64 // exp(−(table + prices − least)/tau) of each block
	wide   *tangents
	gains  []float64 // scratch of priceItem
	rest   []float64 // scratch of priceLimits
}

// clip keeps exp in range: no single step moves odds by more than exp(clip).
const clip = 40

func newAscent(r *reduced, m *multipliers) *ascent {
	a := &ascent{r: r, m: m, weight: make([][]float64, len(r.blocks))}
	for k, b := range r.blocks {
		a.weight[k] = make([]float64, len(b.table))
	}
	if len(r.wide) > 0 {
		a.wide = newTangents(r)
	}
	return a
}

// run makes a number of passes at one temperature, fewer when the context ends:
// the bound is valid whenever it stops.
func (a *ascent) run(ctx context.Context, tau float64, passes int) {
	a.tau = tau
	for k := range a.r.blocks {
		a.weigh(k)
	}
	if a.wide != nil {
		a.wide.move(a.m.point)
	}
	for range passes {
		if ctx.Err() != nil {
			break
		}
		a.pass()
	}
	a.priceLimits()
}

// pass sets every price to its optimum once.
func (a *ascent) pass() {
	a.priceLimits()
	for i := range a.r.item {
		a.priceItem(i)
	}
}

// weigh computes a block's weights afresh, and returns its soft minimum.
func (a *ascent) weigh(k int) float64 {
	b, w := a.r.blocks[k], a.weight[k]
	least := math.Inf(1)
	for s := range w {
		p := 0.0
		if s > 0 {
			low := s & (s - 1)
			p = w[low] + b.price[bitOf(s&-s)]
		}
		w[s] = p
	}
	for s := range w {
		w[s] += b.table[s]
		least = min(least, w[s])
	}
	sum := 0.0
	for s := range w {
		w[s] = math.Exp((least - w[s]) / a.tau)
		sum += w[s]
	}
	return least - a.tau*math.Log(sum)
}

// unary is an item's own cost: what its blocks were not handed.
func (a *ascent) unary(i int) float64 {
	u := a.own(i)
	for _, at := range a.r.touch[i] {
		u -= a.r.blocks[at.block].price[at.bit]
	}
	if a.wide != nil {
		u += a.wide.slope(i, a.m.point)
	}
	return u
}

// own is an item's cost with what it uses of the limits.
func (a *ascent) own(i int) float64 {
	u := a.r.cost[i]
	for k := range a.r.rows {
		u += a.m.lambda[k] * a.r.rows[k].use[i]
	}
	return u
}

// priceItem sets all prices of an item to their optimum.
func (a *ascent) priceItem(i int) {
	touch := a.r.touch[i]
	gain := -a.own(i) // what choosing it is worth, added up over its blocks
	for _, at := range touch {
		out, in := a.odds(at)
		if !(out > 0 && in > 0 && out+in < math.MaxFloat64) {
			a.weigh(at.block)
			out, in = a.odds(at)
		}
		b := &a.r.blocks[at.block]
		g := a.tau * clamp(math.Log(in/out), 700) // with the present price
		gain += g + b.price[at.bit]
		a.gains = append(a.gains, g)
	}
	shares := float64(1 + len(touch))
	level := gain / shares
	if a.wide != nil {
		level = a.wide.level(i, gain, shares, a.tau, a.m.point)
	}
	for q, at := range touch {
		step := clamp((a.gains[q]-level)/a.tau, clip)
		a.r.blocks[at.block].price[at.bit] += step * a.tau
		a.scale(at, math.Exp(-step))
	}
	a.gains = a.gains[:0]
	a.m.point[i] = 1 / (1 + math.Exp(-level/a.tau))
}

// odds are the weights of the entries without and with an item.
func (a *ascent) odds(at place) (out, in float64) {
	w, half := a.weight[at.block], 1<<at.bit
	for s := 0; s < len(w); s += 2 * half {
		for _, v := range w[s : s+half] {
			out += v
		}
		for _, v := range w[s+half : s+2*half] {
			in += v
		}
	}
	return out, in
}

// scale multiplies the weights of the entries with an item.
func (a *ascent) scale(at place, f float64) {
	w, half := a.weight[at.block], 1<<at.bit
	for s := half; s < len(w); s += 2 * half {
		for k := range w[s : s+half] {
			w[s+k] *= f
		}
	}
}

// priceLimits sets the price of each limit to the one at which the softly
// chosen items use it up, or to 0 when they leave room.
func (a *ascent) priceLimits() {
	n := len(a.r.item)
	if cap(a.rest) < n {
		a.rest = make([]float64, n)
	}
	rest := a.rest[:n]
	for i := range rest {
		rest[i] = a.unary(i)
	}
	for k, row := range a.r.rows {
		for _, i := range row.users {
			rest[i] -= a.m.lambda[k] * row.use[i]
		}
		a.m.lambda[k] = a.clear(row, rest, a.m.lambda[k])
		for _, i := range row.users {
			rest[i] += a.m.lambda[k] * row.use[i]
		}
	}
}

// How closely the use of a row has to meet its limit, relative to what can be
// used, and the most steps to get there: a price need not be exact to prove.
const (
	closeTo    = 1e-4
	mostNewton = 20
)

// clear finds the price at which the use of a row meets its limit, by Newton's
// method kept inside a bracket. The use falls as the price rises; where it stays
// below the limit at no price at all, the price is 0.
func (a *ascent) clear(row limitRow, rest []float64, start float64) float64 {
	most := row.sum
	first := a.tau / max(row.most, 1e-300) // a price at which temperature and use are of one size
	free := func() bool { f, _ := a.excess(row, rest, 0); return f <= 0 }
	if most == 0 || start == 0 && free() {
		return 0
	}
	lo, hi, l := 0.0, math.Inf(1), start
	for range mostNewton {
		f, slope := a.excess(row, rest, l)
		if math.Abs(f) <= closeTo*most {
			break
		}
		if f > 0 {
			lo = l
		} else {
			hi = l
		}
		next := l - f/slope
		switch {
		case next <= 0 && lo == 0 && free():
			return 0
		case next > lo && next < hi && next <= 4*l+first:
			l = next
		case math.IsInf(hi, 1):
			l = 2*l + first
		default:
			l = (lo + hi) / 2
		}
	}
	return l
}

// settled is how many temperatures an item's cost is away from 0 when it counts
// as all in or all out: what is left is below rounding.
const settled = 36

// excess is by how much the softly chosen items overrun a row at a price, and
// how that falls with the price.
func (a *ascent) excess(row limitRow, rest []float64, price float64) (f, slope float64) {
	f = -row.limit
	for _, i := range row.users {
		u := row.use[i]
		switch e := (rest[i] + price*u) / a.tau; {
		case e > settled:
		case e < -settled:
			f += u
		default:
			x := 1 / (1 + math.Exp(e))
			f += u * x
			slope -= u * u * x * (1 - x) / a.tau
		}
	}
	return f, slope
}

func clamp(v, most float64) float64 { return max(-most, min(most, v)) }
