package plan

import (
	"cmp"
	"math"
	"slices"
)

// finisher settles small subproblems by walking all their sets depth first, at
// the prices the ascent ended with: each step costs a few additions, where a
// node of the search costs an ascent. A partial set is given up when
//
//	low + Σ what its decisions add to the minima of items and blocks
//
// reaches the cutoff: that is the bound of docs/maths-plan.md with these items
// fixed, at the same multipliers.
type finisher struct {
	s      *search
	r      *reduced
	order  []int     // the items as they are decided
	alone  []float64 // each item's own cost, by position
	uses   []float64 // what each takes of the rows, by position, then row
	least  []float64 // the least that the items from a position on take of each row
	used   []float64 // what those before it take
	hosts  [][]place // the blocks of each item, by position; bit is unused
	heaps  []heap
	in     []bool
	steps  int
	low    float64   // the least bound of what was given up
	lambda []float64 // the price of each row
	cut    float64   // of the search
}

// heap is a block's table with its prices, folded: the entry at 1<<j + s is the
// least over all choices of the block's items after the first j, which are
// chosen as the bits of s say. Items stand in the order they are decided in.
type heap struct {
	least []float64
	at    int // 1<<j + s of the present choice
}

// finishItems is up to how many free items walking is tried, and finishSteps how
// many steps it may take before the search splits the subproblem instead.
const (
	finishItems = 30
	finishSteps = 5000
)

// walked is up to how many free items a node may be walked.
func (o Options) walked() int {
	if o.noWalk {
		return -1
	}
	return finishItems
}

// finish settles a node whose bound is b, if that takes few steps: the best of
// its sets is offered.
func (s *search) finish(nd *node, b bound) bool {
	r := nd.r
	if len(r.item) > s.opt.walked() || len(r.wide) > 0 {
		return false
	}
	f := &finisher{s: s, r: r, in: make([]bool, len(r.item)), low: math.Inf(1), lambda: nd.m.lambda, cut: s.cutoff()}
	f.arrange(nd)
	f.walk(0, b.low)
	if f.steps > finishSteps {
		return false
	}
	s.pruned = min(s.pruned, f.low)
	return true
}

// arrange puts the items that matter most first, and folds the blocks.
func (f *finisher) arrange(nd *node) {
	r, n := f.r, len(f.r.item)
	weight := make([]float64, n)
	for i := range n {
		f.order = append(f.order, i)
		weight[i] = f.s.score(r, i, .5)
		for k, row := range r.rows {
			weight[i] += nd.m.lambda[k] * math.Abs(row.use[i])
		}
	}
	slices.SortStableFunc(f.order, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	pos := make([]int, n)
	for p, i := range f.order {
		pos[i] = p
	}
	rows := len(r.rows)
	f.used, f.least = make([]float64, rows*(n+1)), make([]float64, rows*(n+1))
	f.uses = make([]float64, 0, rows*n)
	for _, i := range f.order {
		u := r.cost[i]
		for k, row := range r.rows {
			u += nd.m.lambda[k] * row.use[i]
			f.uses = append(f.uses, row.use[i])
		}
		for _, at := range r.touch[i] {
			u -= r.blocks[at.block].price[at.bit]
		}
		f.alone = append(f.alone, u)
		hosts := slices.Clone(r.touch[i])
		for k, at := range hosts {
			hosts[k].bit = 1 << before(r.blocks[at.block].items, i, pos)
		}
		f.hosts = append(f.hosts, hosts)
	}
	for p := n - 1; p >= 0; p-- {
		for k := range rows {
			f.least[p*rows+k] = f.least[(p+1)*rows+k] + min(0, f.uses[p*rows+k])
		}
	}
	for k := range r.blocks {
		f.heaps = append(f.heaps, r.blocks[k].fold(pos))
	}
}

// before is how many of some items are decided before one of them.
func before(items []int, i int, pos []int) (n int) {
	for _, h := range items {
		if pos[h] < pos[i] {
			n++
		}
	}
	return n
}

// fold is the block's heap when its items are decided by ascending position.
func (b block) fold(pos []int) heap {
	m := len(b.items)
	bit := make([]int, m) // of each item in the heap
	for j, i := range b.items {
		bit[j] = before(b.items, i, pos)
	}
	h := heap{least: make([]float64, 2<<m), at: 1}
	to := make([]int, 1<<m)
	price := make([]float64, 1<<m)
	for s, v := range b.table {
		if s > 0 {
			j := bitOf(s & -s)
			to[s] = to[s&(s-1)] | 1<<bit[j]
			price[s] = price[s&(s-1)] + b.price[j]
		}
		h.least[1<<m+to[s]] = v + price[s]
	}
	for j := m - 1; j >= 0; j-- {
		for s := range 1 << j {
			h.least[1<<j+s] = min(h.least[2<<j+s], h.least[2<<j+s+1<<j])
		}
	}
	return h
}

// walk decides the items from a position on; low is the bound so far. Each call
// decides one item more, so the depth is bounded by their number, the calls by
// finishSteps.
func (f *finisher) walk(p int, low float64) {
	if f.steps++; f.steps > finishSteps {
		return
	}
	if p == len(f.order) {
		f.leaf(low)
		return
	}
	out := low - min(0, f.alone[p])
	in := out + f.alone[p]
	for _, h := range f.hosts[p] {
		heap := &f.heaps[h.block]
		was := heap.least[heap.at]
		out += heap.least[heap.at+h.bit] - was
		in += heap.least[heap.at+2*h.bit] - was
	}
	if in < out {
		f.try(p, true, in)
		f.try(p, false, out)
	} else {
		f.try(p, false, out)
		f.try(p, true, in)
	}
}

// try walks on with an item in or out, where that may lead to a better set.
func (f *finisher) try(p int, in bool, low float64) {
	if !(low < f.cut) {
		f.low = min(f.low, low)
		return
	}
	if !f.fits(p, in) {
		return
	}
	times := 1
	if in {
		times = 2
	}
	for _, h := range f.hosts[p] {
		f.heaps[h.block].at += times * h.bit
	}
	f.in[f.order[p]] = in
	f.walk(p+1, low)
	for _, h := range f.hosts[p] {
		f.heaps[h.block].at -= times * h.bit
	}
}

// fits takes an item in or leaves it; false where the rows cannot be kept then.
func (f *finisher) fits(p int, in bool) bool {
	rows := len(f.r.rows)
	for k := range rows {
		u := f.used[p*rows+k]
		if in {
			u += f.uses[p*rows+k]
		}
		if u+f.least[(p+1)*rows+k] > f.r.rows[k].limit {
			return false
		}
		f.used[(p+1)*rows+k] = u
	}
	return true
}

func (f *finisher) leaf(low float64) {
	// At a set, the bound and what the rows' prices charged too little is the cost.
	rows, n := len(f.r.rows), len(f.order)
	for k, row := range f.r.rows {
		low -= f.lambda[k] * (f.used[n*rows+k] - row.limit)
	}
	if !(low < f.cut) {
		f.low = min(f.low, low)
		return
	}
	chosen := slices.Clone(f.r.chosen)
	for i, in := range f.in {
		if in {
			chosen = append(chosen, f.r.item[i])
		}
	}
	f.s.offer(chosen)
	f.cut = f.s.cutoff()
}
