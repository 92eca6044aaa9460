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
	l      *levels
	lambda []float64 // what a unit of each limit costs
	weight float64   // by how much more than that an overrun counts
	price  []float64 // what a unit of overrun of each limit counts
	scale  float64   // what a thing typically costs
	g      *rand.Rand
	saved  [2]struct{ thing, level int } // of the last move, to take it back
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

// newAnnealer begins at the assignment l, which becomes its own, at prices of the limits.
func newAnnealer(l *levels, lambda []float64, seed int) *annealer {
	r := l.r
	a := &annealer{l: l, lambda: lambda, weight: 1.5, g: rand.New(rand.NewPCG(uint64(seed), uint64(len(r.item))))}
	a.price = make([]float64, len(r.rows))
	if len(a.l.things) > 0 {
		a.scale = a.typicalCost()
	}
	if a.scale == 0 { // where things cost nothing, what they save
		a.scale = typicalEffect(r)
	}
	return a
}

// typicalCost is the median of what the things cost or bring by themselves.
func (a *annealer) typicalCost() float64 {
	var costs []float64
	for _, t := range a.l.things {
		c := 0.0
		for _, i := range t.items {
			c += math.Abs(a.l.r.cost[i])
		}
		costs = append(costs, c)
	}
	slices.Sort(costs)
	return costs[len(costs)/2]
}

// start takes in what a set has.
func (a *annealer) start(chosen []int) {
	for k, t := range a.l.things {
		level := 0
		for level < len(t.items) && slices.Contains(chosen, a.l.r.item[t.items[level]]) {
			level++
		}
		a.l.set(k, level)
	}
	a.l.settle()
}

// run cools down from a temperature, relative to what things cost, and returns
// the best set that keeps all rules and limits, nil where none was met; it ends
// after so many steps, or with the context.
func (a *annealer) run(ctx context.Context, warm float64) (chosen []int) {
	if len(a.l.things) < 2 {
		return nil
	}
	best := math.Inf(1)
	var levels []int
	steps := annealSteps * len(a.l.things)
	warmth := a.scale * warm
	cooling := math.Pow(annealCold/warm, 1/float64(steps))
	now := 0.0
	for step := range steps {
		if step%annealReview == 0 {
			if ctx.Err() != nil {
				break
			}
			a.review()
			now = a.energy()
		}
		warmth *= cooling
		if !a.move() {
			continue
		}
		next := a.energy()
		if next > now && a.g.Float64() >= math.Exp((now-next)/warmth) {
			a.back()
			continue
		}
		now = next
		if a.l.cost < best && a.l.kept() {
			best = a.l.cost
			levels = levels[:0]
			for _, t := range a.l.things {
				levels = append(levels, t.level)
			}
		}
	}
	if levels == nil {
		return nil
	}
	for k, level := range levels {
		a.l.set(k, level)
	}
	return a.l.chosen()
}

// review works the sums out afresh, and makes overruns count more while there are
// any, less while there are none.
func (a *annealer) review() {
	a.l.settle()
	if a.l.kept() {
		a.weight = max(.5, a.weight/annealRaise)
	} else {
		a.weight *= annealRaise
	}
	for k, row := range a.l.r.rows {
		a.price[k] = a.weight * max(a.lambda[k], annealLeast*a.scale/math.Max(1, math.Abs(row.limit)))
	}
}

// energy is the cost with what is overrun at its price, and more than that where
// a rule is broken.
func (a *annealer) energy() float64 {
	e := a.l.cost
	for k, row := range a.l.r.rows {
		if over := a.l.used[k] - row.limit; over > 0 {
			e += a.price[k] * over
		}
	}
	if a.l.broken > 0 {
		e += float64(a.l.broken) * math.Max(1, math.Abs(a.l.cost))
	}
	return e
}

// move starts one thing at another time (or never), or has two things change
// places, now and then a little off; false where nothing changes.
func (a *annealer) move() bool {
	a.moved = 0
	i := a.g.IntN(len(a.l.things))
	if a.g.IntN(3) == 0 {
		return a.set(i, a.g.IntN(len(a.l.things[i].items)+1))
	}
	j := a.g.IntN(len(a.l.things))
	was, is := a.l.things[i].level, a.l.things[j].level
	if a.g.IntN(2) == 0 {
		was, is = was+a.g.IntN(3)-1, is+a.g.IntN(3)-1
	}
	first := a.set(i, is)
	return a.set(j, was) || first
}

// set moves a thing to a level, or as far as it has levels.
func (a *annealer) set(thing, level int) bool {
	t := &a.l.things[thing]
	level = max(0, min(level, len(t.items)))
	if level == t.level {
		return false
	}
	a.saved[a.moved].thing, a.saved[a.moved].level = thing, t.level
	a.moved++
	a.l.set(thing, level)
	return true
}

// back takes the last move back.
func (a *annealer) back() {
	for a.moved > 0 {
		a.moved--
		a.l.set(a.saved[a.moved].thing, a.saved[a.moved].level)
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
	if s.ground == nil {
		s.ground = newLevels(s.p, nd.r)
	}
	if len(nd.m.lambda) == len(s.ground.used) { // no covers yet to share them with
		s.prices = slices.Clone(nd.m.lambda)
	}
	var found [2][]int
	var wg sync.WaitGroup
	for k := range found {
		s.annealings++
		a := newAnnealer(s.ground.another(), s.prices, s.annealings)
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
	if !s.long(root) || s.nodes%annealNodes != 0 || s.fruitless >= annealPatience {
		return
	}
	before := s.bestCost
	s.annealTwice(ctx, root)
	if s.fruitless++; s.bestCost < before {
		s.fruitless = 0
	}
}
