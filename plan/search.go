package plan

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// search is one branch and bound. Costs are minimised here: the value of a set
// is the loss of nothing less its cost.
type search struct {
	p        *Problem
	opt      Options
	polish   *polisher
	best     []int // not nil once a set is found
	bestCost float64
	pruned   float64 // the least bound of a subtree given up because of best
	unit     float64 // 1 % of the loss of nothing, or 1: the least scale of gaps
	nothing  float64 // loss of nothing
	scale    float64 // a typical item's effect, for temperatures
	nodes    int
}

// node is a subproblem. The last step (one item fixed) is made when its turn
// comes.
type node struct {
	r    *reduced
	m    multipliers
	low  float64
	item int // to fix in r, or −1
	side uint8
	top  bool
}

// cutTolerance is how much better, relative to the scale of the gap, a set must
// be for the search to care: below the 1e-9 that counts as proved, above what
// rounding does to a bound.
const cutTolerance = 1e-10

func (s *search) cutoff() float64 {
	if s.best == nil {
		return math.Inf(1)
	}
	return s.bestCost - cutTolerance*math.Max(math.Abs(s.nothing-s.bestCost), s.unit)
}

// run explores depth first, the likelier side first, and returns a lower bound
// on the cost of every set.
func (s *search) run(ctx context.Context, root *node) float64 {
	s.pruned = math.Inf(1)
	stack := []*node{root}
	for len(stack) > 0 {
		nd := stack[len(stack)-1]
		if s.nodes > 0 && (ctx.Err() != nil || s.opt.MaxNodes > 0 && s.nodes >= s.opt.MaxNodes) {
			break
		}
		stack = stack[:len(stack)-1]
		if nd.low >= s.cutoff() {
			s.pruned = math.Min(s.pruned, nd.low)
			continue
		}
		s.nodes++
		stack = append(stack, s.explore(ctx, nd)...)
		if s.opt.Progress != nil {
			s.opt.Progress(s.report(s.lowest(stack)))
		}
	}
	return s.lowest(stack)
}

// lowest is the bound proved so far: no set costs less.
func (s *search) lowest(open []*node) float64 {
	low := s.pruned
	for _, nd := range open {
		low = math.Min(low, nd.low)
	}
	if s.best != nil {
		low = math.Min(low, s.bestCost)
	}
	return low
}

// explore bounds a node and returns its children, the one to explore first
// last; none when the node is settled.
func (s *search) explore(ctx context.Context, nd *node) []*node {
	if nd.item >= 0 {
		state := make([]uint8, len(nd.r.item))
		state[nd.item] = nd.side
		if !s.narrow(nd, state) {
			return nil
		}
	}
	var b bound
	for _, round := range s.rounds(nd) {
		if len(nd.r.item) == 0 {
			s.offer(nd.r.chosen)
			return nil
		}
		newAscent(nd.r, &nd.m).run(round.tau, round.passes)
		b = nd.r.bound(&nd.m)
		nd.low = math.Max(nd.low, b.low)
		if nd.low >= s.cutoff() {
			s.pruned = math.Min(s.pruned, nd.low)
			return nil
		}
		s.round(nd, nd.top)
		fixed, state := s.fixable(b)
		if fixed > 0 {
			if !s.narrow(nd, state) {
				return nil
			}
			b = bound{}
		}
		if ctx.Err() != nil {
			break
		}
	}
	if len(nd.r.item) == 0 {
		s.offer(nd.r.chosen)
		return nil
	}
	if b.lowIn == nil {
		b = nd.r.bound(&nd.m)
	}
	return s.branch(nd, b)
}

type round struct {
	tau    float64
	passes int
}

func (s *search) rounds(nd *node) []round {
	if nd.top {
		return []round{{s.scale * .1, 10}, {s.scale * .03, 10}, {s.scale * .01, 15}, {s.scale * .003, 20}, {s.scale * .003, 20}}
	}
	return []round{{s.scale * .005, 5}, {s.scale * .002, 5}}
}

// narrow fixes items of a node; false when nothing is left there.
func (s *search) narrow(nd *node, state []uint8) bool {
	r := nd.r.restrict(state)
	if r == nil {
		return false
	}
	point := make([]float64, len(r.item))
	k := 0
	for j, i := range r.item {
		for nd.r.item[k] != i {
			k++
		}
		point[j] = nd.m.point[k]
	}
	nd.r, nd.item = r, -1
	nd.m = multipliers{lambda: slices.Clone(nd.m.lambda), point: point}
	return true
}

// fixable are the items that no better set can have the other way round.
func (s *search) fixable(b bound) (int, []uint8) {
	state := make([]uint8, len(b.lowIn))
	fixed := 0
	cut := s.cutoff()
	for i := range state {
		switch {
		case b.lowIn[i] >= cut:
			s.pruned = math.Min(s.pruned, b.lowIn[i])
			state[i] = out
			fixed++
		case b.lowOut[i] >= cut:
			s.pruned = math.Min(s.pruned, b.lowOut[i])
			state[i] = in
			fixed++
		}
	}
	return fixed, state
}

// branch splits a node on one item.
func (s *search) branch(nd *node, b bound) []*node {
	pick, most := 0, -1.0
	for i, x := range nd.m.point {
		if score := s.score(nd.r, i, x); score > most {
			pick, most = i, score
		}
	}
	child := func(side uint8, low float64) *node {
		return &node{r: nd.r, m: nd.m, low: math.Max(nd.low, low), item: pick, side: side}
	}
	first, second := child(in, b.lowIn[pick]), child(out, b.lowOut[pick])
	if cmp.Compare(first.low, second.low) > 0 || first.low == second.low && nd.m.point[pick] < .5 {
		first, second = second, first
	}
	return []*node{second, first}
}

func (s *search) score(r *reduced, i int, x float64) float64 {
	e := 0.0
	for _, at := range r.touch[i] {
		t := r.blocks[at.block].table
		if v := t[0] - t[1<<at.bit]; !math.IsInf(v, 0) && !math.IsNaN(v) {
			e += math.Abs(v)
		}
	}
	return x * (1 - x) * (e + math.Abs(r.cost[i]))
}

// round makes a set of a node's soft choice and improves it.
func (s *search) round(nd *node, swaps bool) {
	ps := s.polish
	order := s.order(nd)
	ps.round(order)
	ps.improve(swaps)
	if ps.t.excess() > 0 {
		return
	}
	if s.best == nil || ps.t.cost < s.bestCost-1e-9*math.Abs(s.bestCost) {
		if !swaps {
			ps.improve(true)
		}
	}
	s.offer(ps.t.chosen())
}

// order lists the items of the first reduced problem by how firmly the node
// wants them, leaving out those it has ruled out.
func (s *search) order(nd *node) []int {
	want := make(map[int]float64, len(nd.r.item))
	for _, i := range nd.r.chosen {
		want[i] = 2
	}
	for k, i := range nd.r.item {
		want[i] = nd.m.point[k]
	}
	var order []int
	for k, i := range s.polish.t.r.item {
		if want[i] > 0.01 {
			order = append(order, k)
		}
	}
	items := s.polish.t.r.item
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(want[items[b]], want[items[a]]) })
	return order
}

// offer takes a set as the new best if it is feasible and better, valued
// afresh from the problem itself.
func (s *search) offer(chosen []int) {
	chosen = append([]int{}, chosen...)
	slices.Sort(chosen)
	t := s.p.Totals(chosen)
	cost := s.nothing - t.Value
	if s.best == nil || cost < s.bestCost {
		if s.p.Feasible(chosen) {
			s.best, s.bestCost = chosen, cost
		}
	}
}

// typicalEffect is the median of what items cost or save on their own.
func typicalEffect(r *reduced) float64 {
	var e []float64
	for i := range r.item {
		v := math.Abs(r.cost[i])
		for _, at := range r.touch[i] {
			t := r.blocks[at.block].table
			if d := math.Abs(t[0] - t[1<<at.bit]); !math.IsInf(d, 0) && !math.IsNaN(d) {
				v = math.Max(v, d)
			}
		}
		e = append(e, v)
	}
	if len(e) == 0 {
		return 1
	}
	slices.Sort(e)
	return math.Max(e[len(e)/2], 1e-9)
}
