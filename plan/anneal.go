package plan

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// annealer looks for good schedules by simulated annealing (Kirkpatrick, Gelatt
// and Vecchi 1983): where many things can start at many times under limits of
// each, moves of one or two things at a time get stuck early. The generator has
// a fixed seed, so that the same problem gives the same set.
type annealer struct {
	t *trial
	// chains lists each thing's free items, the one chosen first first; an item in
	// no chain is one by itself. level is how many of them are in.
	chains [][]int
	level  []int
	lambda []float64 // what a unit of each limit costs
	weight float64   // by how much more than that an overrun counts
	least  float64   // what an overrun of a whole limit counts at least
	g      *rand.Rand
	saved  [2]struct{ chain, level int } // of the last move, to take it back
	moved  int
}

// How long annealing takes and how warm it is.
const (
	annealSteps    = 7000 // for each thing
	annealWarm     = .8   // the first temperature from scratch, relative to what a thing typically costs
	annealAgain    = .2   // and from a good set
	annealCold     = .012 // the last temperature
	annealTimes    = 2    // how often two start from a good set at once,
	annealNodes    = 8    // after how many subproblems once more,
	annealPatience = 20   // and how often in vain
	annealReview   = 1000 // after how many steps the weight of overruns is looked at
	annealRaise    = 1.1  // by what it changes
	annealLeast    = .2   // what an overrun of a whole limit costs at least, relative to what a thing typically costs
)

func newAnnealer(p *Problem, r *reduced, m *multipliers, seed int) *annealer {
	a := &annealer{t: newTrial(r), lambda: m.lambda, weight: 1.5, g: rand.New(rand.NewPCG(uint64(seed), uint64(len(r.item))))}
	local := make(map[int]int, len(r.item))
	for k, i := range r.item {
		local[i] = k
	}
	for _, chain := range p.Chains {
		var free []int
		for _, i := range slices.Backward(chain) {
			if k, ok := local[i]; ok {
				free = append(free, k)
				delete(local, i)
			}
		}
		if free != nil {
			a.chains = append(a.chains, free)
		}
	}
	for k, i := range r.item {
		if _, ok := local[i]; ok {
			a.chains = append(a.chains, []int{k})
		}
	}
	a.level = make([]int, len(a.chains))
	return a
}

// typicalCost is the median of what the things cost or bring by themselves.
func (a *annealer) typicalCost() float64 {
	var costs []float64
	for _, chain := range a.chains {
		c := 0.0
		for _, i := range chain {
			c += math.Abs(a.t.r.cost[i])
		}
		costs = append(costs, c)
	}
	slices.Sort(costs)
	return costs[len(costs)/2]
}

// start takes in what a set has.
func (a *annealer) start(chosen []int) {
	for k, chain := range a.chains {
		level := 0
		for level < len(chain) && slices.Contains(chosen, a.t.r.item[chain[level]]) {
			level++
		}
		a.flipTo(k, level)
	}
}

// run cools down from a temperature, relative to what things cost, and returns
// the best set that keeps all rules and limits, nil where none was met; it ends
// after so many steps, or with the context.
func (a *annealer) run(ctx context.Context, warm float64) (chosen []int) {
	if len(a.chains) < 2 {
		return nil
	}
	best := math.Inf(1)
	var levels []int
	scale := a.typicalCost()
	if scale == 0 { // where things cost nothing, what they save
		scale = typicalEffect(a.t.r)
	}
	a.least = annealLeast * scale
	steps := annealSteps * len(a.chains)
	now := 0.0
	for step := range steps {
		if step%annealReview == 0 {
			if ctx.Err() != nil {
				break
			}
			a.review()
			now = a.energy()
		}
		warmth := scale * warm * math.Pow(annealCold/warm, float64(step)/float64(steps))
		if !a.move() {
			continue
		}
		next := a.energy()
		if next > now && a.g.Float64() >= math.Exp((now-next)/warmth) {
			a.back()
			continue
		}
		now = next
		if a.t.cost < best && a.t.excess() == 0 {
			best = a.t.cost
			levels = append(levels[:0], a.level...)
		}
	}
	if levels == nil {
		return nil
	}
	for k, level := range levels {
		a.flipTo(k, level)
	}
	return a.t.chosen()
}

// review works the sums out afresh, and makes overruns count more while there are
// any, less while there are none.
func (a *annealer) review() {
	a.t.settle()
	if a.t.excess() > 0 {
		a.weight *= annealRaise
	} else {
		a.weight = max(.5, a.weight/annealRaise)
	}
}

// energy is the cost with what is overrun at its price, and more than that where
// a rule is broken.
func (a *annealer) energy() float64 {
	e := a.t.cost
	for k, row := range a.t.r.rows {
		if over := a.t.used[k] - row.limit; over > 0 {
			e += a.weight * max(a.lambda[k], a.least/math.Max(1, math.Abs(row.limit))) * over
		}
	}
	if a.t.broken > 0 {
		e += float64(a.t.broken) * math.Max(1, math.Abs(a.t.cost))
	}
	return e
}

// move starts one thing at another time (or never), or has two things change
// places, now and then a little off; false where nothing changes.
func (a *annealer) move() bool {
	a.moved = 0
	i := a.g.IntN(len(a.chains))
	if a.g.IntN(3) == 0 {
		return a.set(i, a.g.IntN(len(a.chains[i])+1))
	}
	j := a.g.IntN(len(a.chains))
	was, is := a.level[i], a.level[j]
	if a.g.IntN(2) == 0 {
		was, is = was+a.g.IntN(3)-1, is+a.g.IntN(3)-1
	}
	first := a.set(i, is)
	return a.set(j, was) || first
}

// set takes in as many items of a chain as asked, or as it has.
func (a *annealer) set(chain, level int) bool {
	level = max(0, min(level, len(a.chains[chain])))
	if level == a.level[chain] {
		return false
	}
	a.saved[a.moved].chain, a.saved[a.moved].level = chain, a.level[chain]
	a.moved++
	a.flipTo(chain, level)
	return true
}

func (a *annealer) flipTo(chain, level int) {
	for a.level[chain] < level {
		a.t.flip(a.chains[chain][a.level[chain]])
		a.level[chain]++
	}
	for a.level[chain] > level {
		a.level[chain]--
		a.t.flip(a.chains[chain][a.level[chain]])
	}
}

// back takes the last move back.
func (a *annealer) back() {
	for a.moved > 0 {
		a.moved--
		a.flipTo(a.saved[a.moved].chain, a.saved[a.moved].level)
	}
}

// anneal offers what annealing finds: first from nothing, then again and again
// from the best set so far, two at a time.
func (s *search) anneal(ctx context.Context, nd *node) {
	times := 1
	if s.best != nil {
		times = annealTimes
	}
	for range times {
		s.annealTwice(ctx, nd)
	}
}

// annealTwice runs two annealers at once from the same set, each with its own
// generator, and offers what they find in their order.
func (s *search) annealTwice(ctx context.Context, nd *node) {
	warm := annealWarm
	if s.best != nil {
		warm = annealAgain
	}
	var found [2][]int
	var wg sync.WaitGroup
	for k := range found {
		s.annealings++
		a := newAnnealer(s.p, nd.r, &nd.m, s.annealings)
		a.start(s.best)
		wg.Go(func() { found[k] = a.run(ctx, warm) })
	}
	wg.Wait()
	for _, chosen := range found {
		if chosen != nil {
			s.offer(chosen)
		}
	}
}

// again anneals the first subproblem from the best set now and then while others
// are looked at, as long as that has helped lately. Searches that are to end after
// so many subproblems do without.
func (s *search) again(ctx context.Context, root *node) {
	if s.annealings == 0 || len(root.r.item) <= mostShifted || s.opt.MaxNodes > 0 || s.nodes%annealNodes != 0 || s.fruitless >= annealPatience {
		return
	}
	before := s.bestCost
	s.annealTwice(ctx, root)
	if s.fruitless++; s.bestCost < before {
		s.fruitless = 0
	}
}
