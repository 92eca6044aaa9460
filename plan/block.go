package plan

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// block is a function of a few items given by its table: the entry at index s
// is the cost when exactly the items at the set bits of s are chosen.
type block struct {
	items []int // ascending
	table []float64
	// price is how much of each item's cost the block has been handed: the
	// multipliers of the decomposition (docs/maths-plan.md).
	price []float64
}

// mostBits is the most items a block may have, and tableBudget the most work
// (entries times bits) one pass over all blocks may take. Both trade time for
// the strength of the bound and change no answer.
const (
	mostBits    = 16
	tableBudget = 1 << 22
)

func bitOf(power int) int { return bits.TrailingZeros(uint(power)) }

// fix is the block over the items still free.
func (b block) fix(state []uint8, local []int, mem *slab) block {
	fixed, in := b.decided(state)
	mask := (len(b.table) - 1) &^ fixed // the bits that stay
	free := bits.OnesCount(uint(mask))
	nb := block{items: mem.int(free), table: mem.float(1 << free), price: mem.float(free)}
	if fixed == 0 {
		copy(nb.table, b.table)
		copy(nb.price, b.price)
		for k, i := range b.items {
			nb.items[k] = local[i]
		}
		return nb
	}
	k := 0
	for bit, i := range b.items {
		if mask>>bit&1 == 1 {
			nb.items[k], nb.price[k] = local[i], b.price[bit]
			k++
		}
	}
	// The subsets of mask in ascending order, each by adding 1 across its gaps.
	for s, from := 0, 0; s < len(nb.table); s++ {
		nb.table[s] = b.table[in|from]
		from = (from - mask) & mask
	}
	return nb
}

// decided says, a bit for each item, which are fixed, and which of these are in.
func (b block) decided(state []uint8) (fixed, in int) {
	for bit, i := range b.items {
		switch state[i] {
		case taken:
			in |= 1 << bit
			fixed |= 1 << bit
		case left:
			fixed |= 1 << bit
		}
	}
	return fixed, in
}

// open says, a bit for each item, which can be out and which can be in, in the
// finite entries that agree with the items fixed; both 0 where there is none.
func (b block) open(fixed, in int) (zero, one int) {
	all := len(b.table) - 1
	for s, v := range b.table {
		if s&fixed == in && !math.IsInf(v, 1) {
			zero, one = zero|all&^s, one|s
			if zero&^fixed == all&^fixed && one&^fixed == all&^fixed {
				return all, all
			}
		}
	}
	return zero, one
}

// tabulate turns terms over few items into blocks, one for each set of items.
func (r *reduced) tabulate() {
	if len(r.wide) == 0 {
		return
	}
	most := r.widest()
	bySupport := map[string]int{}
	var key []byte
	rest := r.wide[:0]
	var scratch []float64
	for _, t := range r.wide {
		support := t.support()
		if len(support) > most {
			rest = append(rest, t)
			continue
		}
		key = key[:0]
		for _, i := range support {
			key = append(key, byte(i), byte(i>>8), byte(i>>16))
		}
		k, ok := bySupport[string(key)]
		if !ok {
			k = len(r.blocks)
			bySupport[string(key)] = k
			r.blocks = append(r.blocks, block{items: support, table: make([]float64, 1<<len(support)), price: make([]float64, len(support))})
		}
		scratch = r.blocks[k].add(t, scratch)
	}
	r.wide = rest
}

// widest is the largest number of bits that keeps the tables within budget,
// counting only the sets of items that no other set contains.
func (r *reduced) widest() int {
	supports := make([][]int, 0, len(r.wide))
	all, longest := 0, 0
	for _, t := range r.wide {
		s := t.support()
		supports = append(supports, s)
		longest = max(longest, len(s))
		if len(s) <= mostBits {
			all += len(s) << len(s)
		}
	}
	if longest <= r.most && all <= tableBudget {
		return r.most // however many of them are the same
	}
	slices.SortFunc(supports, func(a, b []int) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), slices.Compare(a, b))
	})
	supports = slices.CompactFunc(supports, slices.Equal[[]int])
	for most := r.most; ; most-- {
		work := 0
		at := make([][][]int, len(r.item))
		for _, s := range supports {
			if len(s) == 0 || len(s) > most || slices.ContainsFunc(at[s[0]], func(h []int) bool { return subset(s, h) }) {
				continue
			}
			work += len(s) << len(s)
			for _, i := range s {
				at[i] = append(at[i], s)
			}
		}
		if work <= tableBudget || most == 1 {
			return most
		}
	}
}

// add adds a term's loss to every entry; scratch is kept from one to the next.
func (b block) add(t wideTerm, scratch []float64) []float64 {
	if len(scratch) < len(b.table) {
		scratch = make([]float64, len(b.table))
	}
	val := scratch[:len(b.table)]
	val[0] = t.loss
	var pass [mostBits]float64
	any := 0
	for bit, i := range b.items {
		pass[bit] = 1
		if k, ok := slices.BinarySearch(t.items, i); ok {
			pass[bit] = math.Exp(-t.rate[k])
		}
		if _, ok := slices.BinarySearch(t.any, i); ok {
			any |= 1 << bit
		}
	}
	for s := range val {
		if s > 0 {
			val[s] = val[s&(s-1)] * pass[bitOf(s&-s)]
		}
		if len(t.any) == 0 || s&any != 0 {
			b.table[s] += val[s]
		}
	}
	return scratch
}

func union(a, b []int) []int {
	u := make([]int, 0, len(a)+len(b))
	u = append(append(u, a...), b...)
	slices.Sort(u)
	return slices.Compact(u)
}

// merge adds every block whose items all lie in another into the smallest such
// one, and takes blocks of one item or none into the costs. Fewer, larger
// blocks give a stronger bound.
func (r *reduced) merge() {
	order, rank := make([]int, len(r.blocks)), make([]int, len(r.blocks))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(r.blocks[a].items), len(r.blocks[b].items)) })
	for pos, k := range order {
		rank[k] = pos
	}
	at := r.places()
	kept := make([]block, 0, len(order))
	for pos, k := range order {
		b := r.blocks[k]
		if r.absorb(b) {
			continue
		}
		host := -1
		if len(b.items) > 0 {
			for _, p := range at[b.items[0]] {
				h := p.block
				if rank[h] > pos && (host < 0 || rank[h] < rank[host]) && subset(b.items, r.blocks[h].items) {
					host = h
				}
			}
		}
		if host < 0 {
			kept = append(kept, b)
			continue
		}
		r.blocks[host].take(b)
	}
	r.blocks = kept
}

// absorb takes a block of at most one item into base and cost; blocks that
// forbid something stay, for forced to see.
func (r *reduced) absorb(b block) bool {
	switch {
	case len(b.items) == 0 && !math.IsInf(b.table[0], 1):
		r.base += b.table[0]
		return true
	case len(b.items) == 1 && !math.IsInf(b.table[0], 1) && !math.IsInf(b.table[1], 1):
		r.base += b.table[0]
		r.cost[b.items[0]] += b.table[1] - b.table[0]
		return true
	}
	return false
}

// take adds a block over a subset of the items.
func (b block) take(small block) {
	bit := make([]int, len(b.items)) // mask in small of each bit, 0 when absent
	k := 0
	for j, i := range b.items {
		if k < len(small.items) && small.items[k] == i {
			bit[j] = 1 << k
			b.price[j] += small.price[k]
			k++
		}
	}
	from := make([]int, len(b.table))
	for s := range from {
		if s > 0 {
			from[s] = from[s&(s-1)] | bit[bitOf(s&-s)]
		}
		b.table[s] += small.table[from[s]]
	}
}

// subset says whether every element of a is in b; both ascend.
func subset(a, b []int) bool {
	k := 0
	for _, i := range b {
		if k < len(a) && a[k] == i {
			k++
		}
	}
	return k == len(a)
}
