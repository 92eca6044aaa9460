package plan

import (
	"cmp"
	"math"
	"slices"
)

// reduced is a problem over the items still free, in the form the bound works
// on: minimise
//
//	base + Σ cost_i·x_i + Σ_blocks table(x) + Σ_wide terms
//
// under the rows. A block tabulates everything a handful of items do together
// (the losses they share, and +Inf where rules or limits forbid a combination),
// so terms over the same items cost nothing extra, however many they are.
type reduced struct {
	base   float64
	cost   []float64
	rows   []limitRow
	blocks []block
	wide   []wideTerm
	item   []int // index in the Problem of each free item
	chosen []int // items of the Problem already in
	// touch lists, for each item, the bits of the blocks it is in.
	touch [][]place
	most  int // the most items a block may have
}

type limitRow struct {
	use   []float64
	users []int // the items that use something, ascending; set by link
	limit float64
	sum   float64 // of the amounts used, whatever their sign
	most  float64 // the largest of them
}

// place is a bit of a block.
type place struct{ block, bit int }

// wideTerm is a term over too many items for a table: loss·exp(−Σ rate·x),
// counting only if one of the items in any is chosen (when any is not empty).
type wideTerm struct {
	loss  float64
	items []int // ascending
	rate  []float64
	any   []int // ascending
}

// at is what the term comes to at an exponent, with so many of any chosen.
func (t *wideTerm) at(exponent float64, on int) float64 {
	if len(t.any) > 0 && on == 0 {
		return 0
	}
	return t.loss * math.Exp(-exponent)
}

// locals are the free items by their index in the Problem.
func (r *reduced) locals() map[int]int {
	local := make(map[int]int, len(r.item))
	for k, i := range r.item {
		local[i] = k
	}
	return local
}

// reduce states the problem over the items that state leaves free; nil when no
// set is possible.
func (p *Problem) reduce(state []uint8, most int) *reduced {
	n := len(p.Items)
	r := &reduced{cost: make([]float64, n), item: make([]int, n), most: most}
	for i, it := range p.Items {
		r.cost[i], r.item[i] = it.Outlay-it.Gross, i
	}
	for _, row := range p.rows() {
		lr := limitRow{use: make([]float64, n), limit: roomy(row.Limit)}
		for _, u := range row.Uses {
			lr.use[u.Item] += u.Amount
		}
		r.rows = append(r.rows, lr)
	}
	for i, it := range p.Items {
		for _, j := range it.Requires {
			if i != j {
				r.blocks = append(r.blocks, forbid(i, j, true, false))
			}
		}
		for _, j := range it.Excludes {
			if i != j {
				r.blocks = append(r.blocks, forbid(i, j, true, true))
			}
		}
	}
	for _, chain := range p.Chains {
		items := union(chain, nil)
		if len(items) <= most {
			// The blocks of two items go into this one.
			r.blocks = append(r.blocks, block{items: items, table: make([]float64, 1<<len(items)), price: make([]float64, len(items))})
		}
	}
	for _, t := range p.Tables {
		r.blocks = append(r.blocks, t.block())
	}
	for _, t := range p.Terms {
		r.wide = append(r.wide, newWide(t))
	}
	return r.restrict(state)
}

// forbid is the block that rules out one combination of two items.
func forbid(i, j int, iIn, jIn bool) block {
	if i > j {
		i, j, iIn, jIn = j, i, jIn, iIn
	}
	b := block{items: []int{i, j}, table: make([]float64, 4), price: make([]float64, 2)}
	s := 0
	if iIn {
		s |= 1
	}
	if jIn {
		s |= 2
	}
	b.table[s] = math.Inf(1)
	return b
}

// block is the table with its items in order.
func (t Table) block() block {
	n := len(t.Items)
	b := block{items: slices.Clone(t.Items), table: make([]float64, len(t.Loss)), price: make([]float64, n)}
	slices.Sort(b.items)
	bit := make([]int, n) // of each of the table's items in the block
	for k, i := range t.Items {
		bit[k], _ = slices.BinarySearch(b.items, i)
	}
	for s, v := range t.Loss {
		to := 0
		for k := range n {
			to |= s >> k & 1 << bit[k]
		}
		b.table[to] = v
	}
	return b
}

func newWide(t Term) wideTerm {
	fs, byItem := t.Factors, func(a, b Factor) int { return cmp.Compare(a.Item, b.Item) }
	if !slices.IsSortedFunc(fs, byItem) {
		fs = slices.Clone(fs)
		slices.SortStableFunc(fs, byItem)
	}
	w := wideTerm{loss: t.Loss, any: slices.Clone(t.IfAny), items: make([]int, 0, len(fs)), rate: make([]float64, 0, len(fs))}
	for _, f := range fs {
		rate := -math.Log(max(f.Pass, LeastPass))
		switch k := len(w.items) - 1; {
		case rate == 0:
		case k >= 0 && w.items[k] == f.Item:
			w.rate[k] += rate
		default:
			w.items, w.rate = append(w.items, f.Item), append(w.rate, rate)
		}
	}
	slices.Sort(w.any)
	w.any = slices.Compact(w.any)
	return w
}

// restrict fixes items (in or out; free ones stay) and everything that follows
// from that; nil when no set is left. The prices of the blocks are kept. Each
// round fixes an item at least, so there are at most as many as items.
func (r *reduced) restrict(state []uint8) *reduced {
	for {
		if r.touch != nil && !r.follow(state) {
			return nil
		}
		r = r.fix(state)
		r.markOverruns()
		forced, ok := r.forced()
		if !ok {
			return nil
		}
		if forced == nil {
			r.link()
			return r
		}
		state = forced
	}
}

func (r *reduced) fix(state []uint8) *reduced {
	out := &reduced{base: r.base, chosen: slices.Clone(r.chosen), most: r.most}
	out.item, out.cost = make([]int, 0, len(r.item)), make([]float64, 0, len(r.item))
	out.rows, out.blocks = make([]limitRow, 0, len(r.rows)), make([]block, 0, len(r.blocks))
	local := make([]int, len(r.item))
	for i, s := range state {
		local[i] = -1
		switch s {
		case undecided:
			local[i] = len(out.item)
			out.item = append(out.item, r.item[i])
			out.cost = append(out.cost, r.cost[i])
		case taken:
			out.chosen = append(out.chosen, r.item[i])
			out.base += r.cost[i]
		}
	}
	for _, row := range r.rows {
		nr := limitRow{use: make([]float64, 0, len(out.item)), limit: row.limit}
		for i, u := range row.use {
			switch state[i] {
			case undecided:
				nr.use = append(nr.use, u)
			case taken:
				nr.limit -= u
			}
		}
		out.rows = append(out.rows, nr)
	}
	var mem slab
	for _, b := range r.blocks {
		out.blocks = append(out.blocks, b.fix(state, local, &mem))
	}
	for _, t := range r.wide {
		if w, ok := t.fix(state, local); ok {
			out.wide = append(out.wide, w)
		}
	}
	out.tabulate()
	out.merge()
	return out
}

// support are the items the term depends on, ascending; not to be written to.
func (t wideTerm) support() []int {
	if len(t.any) == 0 {
		return t.items
	}
	return union(t.items, t.any)
}

// fix is the term over the items still free; false when it can no longer count.
func (t wideTerm) fix(state []uint8, local []int) (wideTerm, bool) {
	w := wideTerm{loss: t.loss, items: make([]int, 0, len(t.items)), rate: make([]float64, 0, len(t.items))}
	exponent := 0.0
	for k, i := range t.items {
		switch state[i] {
		case undecided:
			w.items, w.rate = append(w.items, local[i]), append(w.rate, t.rate[k])
		case taken:
			exponent += t.rate[k]
		}
	}
	w.loss *= math.Exp(-exponent)
	sure := len(t.any) == 0
	for _, i := range t.any {
		sure = sure || state[i] == taken
		if local[i] >= 0 {
			w.any = append(w.any, local[i])
		}
	}
	if sure {
		w.any = nil
		return w, true
	}
	return w, len(w.any) > 0
}

// link fills touch and users once the blocks and rows are final.
func (r *reduced) link() {
	for k := range r.rows {
		row := &r.rows[k]
		row.users, row.sum, row.most = make([]int, 0, len(row.use)), 0, 0
		for i, u := range row.use {
			if u != 0 {
				row.users = append(row.users, i)
				row.sum, row.most = row.sum+math.Abs(u), max(row.most, math.Abs(u))
			}
		}
	}
	r.touch = r.places()
}

// places lists, for each item, the bits of the blocks it is in.
func (r *reduced) places() [][]place {
	count, all := make([]int, len(r.item)), 0
	for _, b := range r.blocks {
		for _, i := range b.items {
			count[i]++
		}
		all += len(b.items)
	}
	flat, out := make([]place, all), make([][]place, len(r.item))
	for i, n := range count {
		out[i], flat = flat[:0:n], flat[n:]
	}
	for k, b := range r.blocks {
		for bit, i := range b.items {
			out[i] = append(out[i], place{k, bit})
		}
	}
	return out
}

// markOverruns writes +Inf where the items of a block alone overrun a limit.
func (r *reduced) markOverruns() {
	for _, row := range r.rows {
		relief := 0.0 // what all items together can give back
		for _, u := range row.use {
			relief += min(0, u)
		}
		for _, b := range r.blocks {
			most, own := 0.0, 0.0
			for _, i := range b.items {
				most += max(0, row.use[i])
				own += min(0, row.use[i])
			}
			room := row.limit - (relief - own)
			if most <= room {
				continue
			}
			used := make([]float64, len(b.table))
			for s := range used {
				if s > 0 {
					low := s & (s - 1)
					used[s] = used[low] + row.use[b.items[bitOf(s&-s)]]
				}
				if used[s] > room {
					b.table[s] = math.Inf(1)
				}
			}
		}
	}
}

// forced finds items that a limit or a block leaves no choice about; nil when
// there are none, false when nothing is possible.
func (r *reduced) forced() ([]uint8, bool) {
	f := forcer{state: make([]uint8, len(r.item))}
	for _, row := range r.rows {
		least := 0.0
		for _, u := range row.use {
			least += min(0, u)
		}
		if least > row.limit {
			return nil, false
		}
		for i, u := range row.use {
			switch {
			case u > 0 && least+u > row.limit:
				f.set(i, left)
			case u < 0 && least-u > row.limit:
				f.set(i, taken)
			}
		}
	}
	for _, b := range r.blocks {
		zero, one := b.open(0, 0)
		for bit, i := range b.items {
			if one>>bit&1 == 0 {
				f.set(i, left)
			}
			if zero>>bit&1 == 0 {
				f.set(i, taken)
			}
		}
		if len(b.items) == 0 {
			return nil, false // an empty block is kept only when it is impossible
		}
	}
	if f.clash {
		return nil, false
	}
	if !f.any {
		return nil, true
	}
	return f.state, true
}

type forcer struct {
	state      []uint8
	any, clash bool
}

func (f *forcer) set(i int, s uint8) {
	f.clash = f.clash || f.state[i] != undecided && f.state[i] != s
	f.state[i], f.any = s, true
}
