package plan

import (
	"context"
	"math"
	"slices"
)

// trial is one assignment of a reduced problem whose cost is kept up to date as
// items are flipped: the ground of greedy choice and local search.
type trial struct {
	r        *reduced
	in       []bool
	state    []int // index into the table of each block
	exponent []float64
	onCount  []int // how many items switch on each conditional wide term
	used     []float64
	cost     float64
	broken   int // blocks in a forbidden entry
	wideOf   [][]wideUse
	anyOf    [][]int
	undo     []int
	before   []float64 // used, before a move
}

func newTrial(r *reduced) *trial {
	t := &trial{
		r: r, in: make([]bool, len(r.item)), state: make([]int, len(r.blocks)),
		exponent: make([]float64, len(r.wide)), onCount: make([]int, len(r.wide)), used: make([]float64, len(r.rows)),
	}
	tn := newTangents(r)
	t.wideOf, t.anyOf = tn.of, tn.anyOf
	t.reset()
	return t
}

// reset takes every item out.
func (t *trial) reset() {
	clear(t.in)
	clear(t.state)
	clear(t.onCount)
	t.settle()
}

func (t *trial) enter(v, sign float64) {
	if math.IsInf(v, 1) {
		t.broken += int(sign)
		return
	}
	t.cost += sign * v
}

func (t *trial) wideLoss(k int) float64 {
	return t.r.wide[k].at(t.exponent[k], t.onCount[k])
}

// flip takes an item in or out.
func (t *trial) flip(i int) {
	sign := 1.0
	if t.in[i] {
		sign = -1
	}
	t.in[i] = !t.in[i]
	t.cost += sign * t.r.cost[i]
	for k, row := range t.r.rows {
		t.used[k] += sign * row.use[i]
	}
	for _, at := range t.r.touch[i] {
		table := t.r.blocks[at.block].table
		t.enter(table[t.state[at.block]], -1)
		t.state[at.block] ^= 1 << at.bit
		t.enter(table[t.state[at.block]], 1)
	}
	for _, u := range t.wideOf[i] {
		t.cost -= t.wideLoss(u.term)
		t.exponent[u.term] += sign * u.rate
		t.cost += t.wideLoss(u.term)
	}
	for _, k := range t.anyOf[i] {
		t.cost -= t.wideLoss(k)
		t.onCount[k] += int(sign)
		t.cost += t.wideLoss(k)
	}
}

// settle works out afresh what flips keep up to date by adding and taking away,
// so that cost, used and broken depend on nothing but the set.
func (t *trial) settle() {
	clear(t.used)
	clear(t.exponent)
	t.cost, t.broken = t.r.base, 0
	for i, in := range t.in {
		if !in {
			continue
		}
		t.cost += t.r.cost[i]
		for k, row := range t.r.rows {
			t.used[k] += row.use[i]
		}
		for _, u := range t.wideOf[i] {
			t.exponent[u.term] += u.rate
		}
	}
	for k, s := range t.state {
		t.enter(t.r.blocks[k].table[s], 1)
	}
	for k := range t.r.wide {
		t.cost += t.wideLoss(k)
	}
}

// excess is by how much limits and rules are broken; 0 when none is.
func (t *trial) excess() float64 {
	e := float64(t.broken)
	for k, row := range t.r.rows {
		if over := t.used[k] - row.limit; over > 0 {
			e += over / math.Max(1, math.Abs(row.limit))
		}
	}
	return e
}

// set flips items until each is as asked; undo remembers them.
func (t *trial) set(items []int, in bool) {
	for _, i := range items {
		if t.in[i] != in {
			t.flip(i)
			t.undo = append(t.undo, i)
		}
	}
}

// chosen are the items of the Problem that are in.
func (t *trial) chosen() []int {
	c := slices.Clone(t.r.chosen)
	for i, in := range t.in {
		if in {
			c = append(c, t.r.item[i])
		}
	}
	slices.Sort(c)
	return c
}

// polisher improves trials by moves that respect what items require.
type polisher struct {
	t *trial
	// needs are the items that have to come in with each item, itself included;
	// needed the items that have to go out with it.
	needs, needed [][]int
}

func newPolisher(p *Problem, r *reduced) *polisher {
	local := r.locals()
	forward, back := make([][]int, len(r.item)), make([][]int, len(r.item))
	for k, i := range r.item {
		for _, j := range p.Items[i].Requires {
			if l, ok := local[j]; ok && l != k {
				forward[k] = append(forward[k], l)
				back[l] = append(back[l], k)
			}
		}
	}
	ps := &polisher{t: newTrial(r)}
	for k := range r.item {
		ps.needs = append(ps.needs, reach(forward, k))
		ps.needed = append(ps.needed, reach(back, k))
	}
	return ps
}

// reach are the nodes that can be reached from one, itself first.
func reach(next [][]int, from int) []int {
	seen := []int{from}
	for k := 0; k < len(seen); k++ {
		for _, j := range next[seen[k]] {
			if !slices.Contains(seen, j) {
				seen = append(seen, j)
			}
		}
	}
	return seen
}

// try makes a move and keeps it if it breaks less, or as little at less cost.
// Flips drift, and a drift may look like a gain, round and round: so a move is
// kept only if it still is a gain with both sides worked out afresh.
func (ps *polisher) try(outItem, inItem int) bool {
	return ps.move(outItem, inItem, true)
}

func (ps *polisher) move(outItem, inItem int, afresh bool) bool {
	t := ps.t
	cost, excess := t.cost, t.excess()
	t.before = append(t.before[:0], t.used...)
	t.undo = t.undo[:0]
	if outItem >= 0 {
		t.set(ps.needed[outItem], false)
	}
	if inItem >= 0 {
		t.set(ps.needs[inItem], true)
	}
	better := t.betters(cost, excess)
	if better && afresh {
		t.settle()
		better = t.betters(cost, excess)
	}
	if better {
		return true
	}
	for k := len(t.undo) - 1; k >= 0; k-- {
		t.flip(t.undo[k])
	}
	copy(t.used, t.before) // without the rounding of going there and back
	t.cost = cost
	return false
}

// betters says whether a trial breaks less than before, or as little at less
// cost.
func (t *trial) betters(cost, excess float64) bool {
	after := t.excess()
	return after < excess || after == excess && t.cost < cost-1e-12*(1+math.Abs(cost))
}

// round starts from nothing and takes items in, in the given order, while that
// pays and fits.
func (ps *polisher) round(order []int) {
	ps.t.reset()
	for _, i := range order {
		if !ps.t.in[i] {
			ps.move(-1, i, false) // each item once: no circles
		}
	}
	ps.t.settle()
}

// improve makes moves (one in, one out, and one of swap for another of swap)
// until none helps. A move is kept only if it breaks less, or as little at less
// cost, both worked out afresh from the set: no set comes twice, so it ends; it
// ends with the context, too.
func (ps *polisher) improve(ctx context.Context, swap []int) {
	n := len(ps.t.in)
	for again := true; again; {
		again = false
		if ctx.Err() != nil {
			return
		}
		for i := range n {
			if ps.t.in[i] {
				again = ps.try(i, -1) || again
			} else {
				again = ps.try(-1, i) || again
			}
		}
		for _, i := range swap {
			if ctx.Err() != nil {
				return
			}
			for _, j := range swap {
				if ps.t.in[i] && !ps.t.in[j] {
					again = ps.try(i, j) || again
				}
			}
		}
	}
}
