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
	ceiling  float64 // the cost that a first set has to stay under
	pruned   float64 // the least bound of a subtree given up because of best
	unit     float64 // 1 % of the loss of nothing, or 1: the least scale of gaps
	nothing  float64 // loss of nothing
	scale    float64 // a typical item's effect, for temperatures
	nodes    int
	stopped  bool
	// ground is what annealing begins at: nothing taken, all tables laid out; prices are
	// those of the limits without covers.
	ground *levels
	prices []float64
	// annealings is how often annealing was tried.
	annealings int
	// fruitless is how many times running it found nothing better.
	fruitless int
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
	warm bool // multipliers come from a search of a like problem
	done bool // the last step is made and the bound raised: see [search.ahead]
}

// cutTolerance is how much better, relative to the scale of the gap, a set must
// be for the search to care: below the 1e-9 that counts as proved, above what
// rounding does to a bound.
const cutTolerance = 1e-10

// cutoff is the bound at which a subtree holds nothing of interest.
func (s *search) cutoff() float64 {
	if s.best == nil {
		return s.ceiling
	}
	return s.bestCost - math.Max(cutTolerance, s.opt.Gap)*math.Max(math.Abs(s.nothing-s.bestCost), s.unit)
}

// run explores depth first, the likelier side first (or as [search.broad] says), and
// returns a lower bound on the cost of every set. It ends without limits, too: each child has an item
// less free than its parent, so no path is longer than there are items.
func (s *search) run(ctx context.Context, root *node) float64 {
	s.pruned = math.Inf(1)
	stack := []*node{root}
	for len(stack) > 0 {
		if s.nodes > 0 && ctx.Err() != nil || s.enough() {
			s.stopped = true
			break
		}
		next := len(stack) - 1
		if s.broad(root, len(stack)) {
			next = s.ahead(ctx, stack)
		}
		nd := stack[next]
		stack = slices.Delete(stack, next, next+1)
		if nd.low >= s.cutoff() {
			s.pruned = math.Min(s.pruned, nd.low)
			continue
		}
		s.nodes++
		stack = append(stack, s.explore(ctx, nd)...)
		s.again(ctx, root)
		if s.opt.Progress != nil {
			s.opt.Progress(s.report(s.lowest(stack)))
		}
	}
	return s.lowest(stack)
}

// enough says whether the options ask for no more than was done.
func (s *search) enough() bool {
	return s.opt.MaxNodes > 0 && s.nodes >= s.opt.MaxNodes || s.opt.First && s.best != nil
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
	if !s.step(nd) {
		return nil
	}
	var b bound
	for _, round := range s.rounds(nd) {
		if len(nd.r.item) == 0 {
			s.offer(nd.r.chosen)
			return nil
		}
		if round.passes > 0 {
			newAscent(nd.r, &nd.m).run(ctx, round.tau, round.passes)
		}
		b = nd.lift()
		if nd.low >= s.cutoff() {
			s.pruned = math.Min(s.pruned, nd.low)
			return nil
		}
		if round.round && (nd.top || len(nd.r.item) > s.opt.walked() && s.nodes%roundEvery == 0) {
			s.round(ctx, nd)
			if s.opt.First && s.best != nil {
				s.pruned = math.Min(s.pruned, nd.low)
				return nil
			}
		}
		fixed, state := s.fixable(b)
		if fixed > 0 {
			if !s.narrow(nd, state) {
				return nil
			}
			b = bound{}
		}
		if (s.best != nil || !nd.top) && len(nd.r.item) <= s.opt.walked() {
			if b.lowIn == nil {
				b = nd.r.bound(&nd.m)
			}
			if s.finish(nd, b) {
				return nil
			}
		}
		if ctx.Err() != nil {
			if s.best == nil {
				s.round(ctx, nd)
			}
			break
		}
	}
	if len(nd.r.item) == 0 {
		s.offer(nd.r.chosen)
		return nil
	}
	if nd.top && s.long(nd) {
		s.tighten(ctx, nd)
		b = bound{}
	}
	if b.lowIn == nil {
		b = nd.r.bound(&nd.m)
	}
	if s.finish(nd, b) {
		return nil
	}
	return s.branch(nd, b)
}

// round is one stretch of the ascent, and whether to make a set of its outcome.
type round struct {
	tau    float64
	passes int
	round  bool
}

func (s *search) rounds(nd *node) []round {
	switch {
	case nd.done:
		return []round{{round: true}}
	case nd.warm:
		return []round{{s.scale * .01, 5, false}, {s.scale * .003, 15, true}, {s.scale * .003, 20, true}}
	case s.annealed(nd):
		return []round{{s.scale * 3, 15, false}, {s.scale, 15, false}, {s.scale * .3, 20, false}, {s.scale * .1, 20, true}, {s.scale * .03, 30, false}, {s.scale * .01, 60, false}, {s.scale * .005, 60, false}, {s.scale * .003, 90, true}}
	case nd.top && len(s.p.Chains) > 0:
		return []round{{s.scale * 3, 15, false}, {s.scale, 15, false}, {s.scale * .3, 20, false}, {s.scale * .1, 20, true}, {s.scale * .03, 20, false}, {s.scale * .01, 20, true}, {s.scale * .01, 20, false}}
	case nd.top:
		return []round{{s.scale * .1, 10, false}, {s.scale * .03, 10, true}, {s.scale * .01, 15, true}, {s.scale * .003, 20, true}, {s.scale * .003, 20, true}}
	}
	return s.below()
}

// below are the rounds of subproblems below the first.
func (s *search) below() []round {
	return []round{{s.scale * .005, 5, false}, {s.scale * .002, 5, true}}
}

// lift raises a node's bound to what its multipliers prove.
func (nd *node) lift() bound {
	b := nd.r.bound(&nd.m)
	if b.low > nd.low { // false for NaN
		nd.low = b.low
	}
	return b
}

// step makes a node's last step, where it has one to make; false when nothing is
// left there.
func (s *search) step(nd *node) bool {
	if nd.item < 0 {
		return true
	}
	state := make([]uint8, len(nd.r.item))
	state[nd.item] = nd.side
	return s.narrow(nd, state)
}

// narrow fixes items of a node; false when nothing is left there.
func (s *search) narrow(nd *node, state []uint8) bool {
	r := nd.r.restrict(state)
	if r == nil {
		return false
	}
	nd.m = nd.m.follow(nd.r, r)
	nd.r, nd.item = r, -1
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
			state[i] = left
			fixed++
		case b.lowOut[i] >= cut:
			s.pruned = math.Min(s.pruned, b.lowOut[i])
			state[i] = taken
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
	first, second := child(taken, b.lowIn[pick]), child(left, b.lowOut[pick])
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

// roundEvery is at how many nodes, one in so many, sets are made below the first:
// where few items are free, walking finds the best one anyhow.
const roundEvery = 4

// mostSwapped is how many items, the most contested ones, local search swaps.
const mostSwapped = 60

// mostShifted is that for a first set of a problem with chains, where a swap
// also is one thing earlier for another later; problems with more free items are
// annealed instead.
const mostShifted = 150

// annealed says whether sets are made of a node by annealing.
func (s *search) annealed(nd *node) bool {
	return nd.top && len(s.p.Chains) > 0 && (s.opt.alwaysLong || len(nd.r.item) > mostShifted)
}

// round makes a set of a node's soft choice and improves it.
func (s *search) round(ctx context.Context, nd *node) {
	ps := s.polish
	if s.annealed(nd) {
		if s.anneal(ctx, nd); s.best != nil {
			return
		}
	}
	order, contested := s.order(nd)
	ps.round(order)
	ps.improve(ctx, nil)
	if ps.t.excess() > 0 || s.best == nil || nd.top || ps.t.cost < s.bestCost {
		ps.improve(ctx, contested)
	}
	if ps.t.excess() == 0 && ps.t.cost < s.bestCost {
		s.offer(ps.t.chosen())
	}
}

// near improves the sets that the options name.
func (s *search) near(ctx context.Context) {
	t := s.polish.t
	all := make([]int, len(t.r.item))
	for k := range all {
		all[k] = k
	}
	for _, set := range s.opt.Start {
		if ctx.Err() != nil || s.enough() {
			return
		}
		t.reset()
		for k, i := range t.r.item {
			if slices.Contains(set, i) {
				t.flip(k)
			}
		}
		t.settle()
		s.polish.improve(ctx, all)
		if t.excess() == 0 {
			s.offer(t.chosen())
		}
	}
}

// order lists the items of the first reduced problem by how firmly the node
// wants them, leaving out those it has ruled out, and the most contested ones.
func (s *search) order(nd *node) (order, contested []int) {
	want := make([]float64, len(s.p.Items))
	for _, i := range nd.r.chosen {
		want[i] = 1
	}
	for k, i := range nd.r.item {
		want[i] = nd.m.point[k]
	}
	items := s.polish.t.r.item
	for k, i := range items {
		if want[i] > 0.01 {
			order = append(order, k)
		}
		contested = append(contested, k)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(want[items[b]], want[items[a]]) })
	slices.SortStableFunc(contested, func(a, b int) int {
		return cmp.Compare(math.Abs(want[items[a]]-.5), math.Abs(want[items[b]]-.5))
	})
	most := mostSwapped
	if nd.top && len(s.p.Chains) > 0 {
		most = mostShifted
	}
	return order, contested[:min(len(contested), most)]
}

// offer takes a set as the new best if it is feasible and better, valued
// afresh from the problem itself.
func (s *search) offer(chosen []int) {
	chosen = append([]int{}, chosen...)
	slices.Sort(chosen)
	t := s.p.Totals(chosen)
	cost := s.nothing - t.Value
	if cost < math.Min(s.bestCost, s.ceiling) {
		if s.p.Feasible(chosen) {
			s.best, s.bestCost = chosen, cost
		}
	}
}

// small is the share of its effects below which an item's cost says nothing of
// how it is decided.
const small = .01

// typicalEffect is the median of what items cost, or where they cost nothing
// bring in or save on their own, among those that do either. Around the best
// choice items bring in about what they cost, so that is the scale on which it
// is decided.
func typicalEffect(r *reduced) float64 {
	var costs, effects []float64
	for i := range r.item {
		all := 0.0
		for _, at := range r.touch[i] {
			t := r.blocks[at.block].table
			if d := math.Abs(t[0] - t[1<<at.bit]); d > 0 && !math.IsInf(d, 0) {
				effects = append(effects, d)
				all += d
			}
		}
		if c := math.Abs(r.cost[i]); c > small*all {
			costs = append(costs, c)
		}
	}
	for _, w := range r.wide {
		for _, rate := range w.rate {
			effects = append(effects, -w.loss*math.Expm1(-rate))
		}
	}
	if len(costs) < len(r.item)/2 || len(costs) == 0 {
		costs = append(costs, effects...)
	}
	if len(costs) == 0 {
		return 1
	}
	slices.Sort(costs)
	return costs[len(costs)/2]
}
