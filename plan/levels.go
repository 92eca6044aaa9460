package plan

import (
	"cmp"
	"math"
	"slices"
)

// levels is one assignment of a reduced problem whose cost is kept up to date as
// things change, like [trial], but thing by thing: a chain stands at the level
// that counts how many of its items are in, the one required by the others first.
// All that a few things lose together is looked up at once, whatever the levels,
// so that a thing may move through all its levels in one step.
type levels struct {
	r      *reduced
	things []thing
	shared []shared
	wide   []wideState
	used   []float64 // of each row
	cost   float64
	broken int // shared tables in a forbidden entry
}

// thing is a chain's free items, or an item in no chain. What depends on its level
// stands in lists of level after level.
type thing struct {
	items []int // of the reduced problem, in the order they come in
	level int
	cost  []float64
	use   []float64 // all rows of a level, then those of the next
	in    []seat
	wide  []wideSeat
}

// shared is a part of the cost that depends on the levels of some things: the sum
// of blocks.
type shared struct {
	things []int // ascending
	items  []int // those it depends on, ascending
	blocks []int
	size   int
	loss   []float64
	at     int
}

// seat is a thing's place in a shared table: what its level adds to the index.
type seat struct {
	shared int
	offset []int
}

// wideSeat is a thing's place in a wide term.
type wideSeat struct {
	term int
	rate []float64
	any  []int // how many of its items switch the term on
}

type wideState struct {
	exponent float64
	on       int
}

// mostShared is the most entries a table over the levels of some things may have:
// what still lies in a processor's nearest memory with a few others.
const mostShared = 1 << 12

func newLevels(p *Problem, r *reduced) *levels {
	l, of := outline(p, r)
	l.wide = make([]wideState, len(r.wide))
	l.share(of)
	for k := range l.shared {
		l.tabulate(k)
	}
	l.spread(of)
	l.settle()
	return l
}

// outline is the things alone, with what each level costs and takes by itself; it
// returns the thing of each item, too.
func outline(p *Problem, r *reduced) (l *levels, of []int) {
	l = &levels{r: r, used: make([]float64, len(r.rows))}
	of = l.gather(p)
	for k := range l.things {
		l.addUp(&l.things[k])
	}
	return l, of
}

// another is the same assignment, to be changed by itself.
func (l *levels) another() *levels {
	o := *l
	o.things, o.shared = slices.Clone(l.things), slices.Clone(l.shared)
	o.wide, o.used = slices.Clone(l.wide), slices.Clone(l.used)
	return &o
}

// gather makes things of the chains and of what is in none; it returns the thing
// of each item.
func (l *levels) gather(p *Problem) (of []int) {
	local := l.r.locals()
	of = make([]int, len(l.r.item))
	add := func(items []int) {
		for _, i := range items {
			of[i] = len(l.things)
		}
		l.things = append(l.things, thing{items: items})
	}
	for _, chain := range p.Chains {
		if !p.ordered(chain) {
			continue
		}
		var free []int
		for _, i := range slices.Backward(chain) {
			if k, ok := local[i]; ok {
				free = append(free, k)
				delete(local, i)
			}
		}
		if free != nil {
			add(free)
		}
	}
	for k, i := range l.r.item {
		if _, ok := local[i]; ok {
			add([]int{k})
		}
	}
	return of
}

// ordered says whether each item of a chain requires the next indeed, so that its
// levels are all that it can be in.
func (p *Problem) ordered(chain []int) bool {
	for k := range max(0, len(chain)-1) {
		if !slices.Contains(p.Items[chain[k]].Requires, chain[k+1]) {
			return false
		}
	}
	return true
}

// addUp fills in what each level of a thing costs by itself and takes of the rows.
func (l *levels) addUp(t *thing) {
	t.cost = make([]float64, 1, 1+len(t.items))
	t.use = make([]float64, len(l.r.rows))
	for level, i := range t.items {
		t.cost = append(t.cost, t.cost[level]+l.r.cost[i])
		for k, row := range l.r.rows {
			t.use = append(t.use, t.use[level*len(l.r.rows)+k]+row.use[i])
		}
	}
}

// share puts blocks together while their table stays small: those of most things
// first, each into the first table that has all its things.
func (l *levels) share(of []int) {
	var all []shared
	for k, b := range l.r.blocks {
		s := shared{items: b.items, blocks: []int{k}}
		for _, i := range b.items {
			s.things = append(s.things, of[i])
		}
		s.things = union(s.things, nil)
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b shared) int {
		return cmp.Or(cmp.Compare(len(b.things), len(a.things)), slices.Compare(a.things, b.things), slices.Compare(a.items, b.items))
	})
	with := make([][]int, len(l.things)) // the tables of each thing
	for _, s := range all {
		if !l.join(s, with, of) {
			for _, t := range s.things {
				with[t] = append(with[t], len(l.shared))
			}
			s.size = sizeOf(s.items, of)
			l.shared = append(l.shared, s)
		}
	}
}

func (l *levels) join(s shared, with [][]int, of []int) bool {
	if len(s.things) == 0 {
		return false
	}
	for _, k := range with[s.things[0]] {
		host := &l.shared[k]
		if !subset(s.things, host.things) {
			continue
		}
		items := union(host.items, s.items)
		if size := sizeOf(items, of); size <= max(mostShared, host.size) {
			host.items, host.size = items, size
			host.blocks = append(host.blocks, s.blocks...)
			return true
		}
	}
	return false
}

// sizeOf is how many entries a table over items has, the things' levels counted
// that differ in them.
func sizeOf(items, of []int) int {
	count := map[int]int{}
	size := 1
	for _, i := range items {
		n := count[of[i]]
		count[of[i]] = n + 1
		size = size / (n + 1) * (n + 2)
	}
	return size
}

// tabulate lays out a table and gives its things their seats.
func (l *levels) tabulate(k int) {
	s := &l.shared[k]
	s.loss = make([]float64, s.size)
	masks := make([][]int, len(s.blocks)) // of the levels of each block's things, by entry
	for j := range masks {
		masks[j] = make([]int, s.size)
	}
	stride := 1
	for _, t := range s.things {
		th := &l.things[t]
		seat := seat{shared: k, offset: make([]int, 1+len(th.items))}
		bits := make([][]int, len(s.blocks)) // of each block, by step of this thing in the table
		for j := range bits {
			bits[j] = []int{0}
		}
		steps := 0
		for level, i := range th.items {
			if _, ok := slices.BinarySearch(s.items, i); ok {
				steps++
				for j, b := range s.blocks {
					mask := bits[j][steps-1]
					if bit, ok := slices.BinarySearch(l.r.blocks[b].items, i); ok {
						mask |= 1 << bit
					}
					bits[j] = append(bits[j], mask)
				}
			}
			seat.offset[level+1] = steps * stride
		}
		for j := range masks {
			for e := range masks[j] {
				masks[j][e] |= bits[j][e/stride%(steps+1)]
			}
		}
		stride *= steps + 1
		th.in = append(th.in, seat)
	}
	for j, b := range s.blocks {
		for e, mask := range masks[j] {
			s.loss[e] += l.r.blocks[b].table[mask]
		}
	}
}

// spread gives things their seats in the wide terms.
func (l *levels) spread(of []int) {
	seat := func(term, i int) (*wideSeat, int) {
		t := &l.things[of[i]]
		if n := len(t.wide); n == 0 || t.wide[n-1].term != term {
			t.wide = append(t.wide, wideSeat{term, make([]float64, 1+len(t.items)), make([]int, 1+len(t.items))})
		}
		return &t.wide[len(t.wide)-1], slices.Index(t.items, i) + 1
	}
	for k, w := range l.r.wide {
		for j, i := range w.items {
			s, from := seat(k, i)
			for level := from; level < len(s.rate); level++ {
				s.rate[level] += w.rate[j]
			}
		}
		for _, i := range w.any {
			s, from := seat(k, i)
			for level := from; level < len(s.any); level++ {
				s.any[level]++
			}
		}
	}
}

// set moves a thing to a level.
func (l *levels) set(k, level int) {
	t := &l.things[k]
	was := t.level
	t.level = level
	l.cost += t.cost[level] - t.cost[was]
	rows := len(l.used)
	from, to := t.use[was*rows:][:rows], t.use[level*rows:][:rows]
	for q := range l.used {
		l.used[q] += to[q] - from[q]
	}
	for _, in := range t.in {
		s := &l.shared[in.shared]
		l.enter(s.loss[s.at], -1)
		s.at += in.offset[level] - in.offset[was]
		l.enter(s.loss[s.at], 1)
	}
	for _, in := range t.wide {
		l.cost -= l.wideLoss(in.term)
		w := &l.wide[in.term]
		w.exponent += in.rate[level] - in.rate[was]
		w.on += in.any[level] - in.any[was]
		l.cost += l.wideLoss(in.term)
	}
}

func (l *levels) enter(v, sign float64) {
	if v > math.MaxFloat64 {
		l.broken += int(sign)
		return
	}
	l.cost += sign * v
}

func (l *levels) wideLoss(k int) float64 {
	return l.r.wide[k].at(l.wide[k].exponent, l.wide[k].on)
}

// settle works out afresh what set keeps up to date by adding and taking away.
func (l *levels) settle() {
	l.cost, l.broken = l.r.base, 0
	clear(l.used)
	clear(l.wide)
	rows := len(l.used)
	for _, t := range l.things {
		l.cost += t.cost[t.level]
		for q := range l.used {
			l.used[q] += t.use[t.level*rows+q]
		}
		for _, in := range t.wide {
			l.wide[in.term].exponent += in.rate[t.level]
			l.wide[in.term].on += in.any[t.level]
		}
	}
	for _, s := range l.shared {
		l.enter(s.loss[s.at], 1)
	}
	for k := range l.wide {
		l.cost += l.wideLoss(k)
	}
}

// kept says whether all limits and rules are kept.
func (l *levels) kept() bool {
	if l.broken > 0 {
		return false
	}
	for k, row := range l.r.rows {
		if l.used[k] > row.limit {
			return false
		}
	}
	return true
}

// chosen are the items of the Problem that are in.
func (l *levels) chosen() []int {
	c := slices.Clone(l.r.chosen)
	for _, t := range l.things {
		for _, i := range t.items[:t.level] {
			c = append(c, l.r.item[i])
		}
	}
	slices.Sort(c)
	return c
}
