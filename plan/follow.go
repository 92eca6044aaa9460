package plan

import "math"

// follow fixes, in state, what the tables leave no choice about once the items
// in state are fixed; false when nothing is possible. It saves laying out a
// problem that is narrowed again at once.
func (r *reduced) follow(state []uint8) bool {
	var queue []int
	for i, s := range state {
		if s != undecided {
			queue = append(queue, i)
		}
	}
	for k := 0; k < len(queue); k++ { // each item is queued once, when it is fixed
		for _, at := range r.touch[queue[k]] {
			b := &r.blocks[at.block]
			zero, one := b.open(state)
			if zero == 0 && one == 0 {
				return false
			}
			for bit, i := range b.items {
				if state[i] != undecided {
					continue
				}
				switch {
				case one>>bit&1 == 0:
					state[i] = left
				case zero>>bit&1 == 0:
					state[i] = taken
				default:
					continue
				}
				queue = append(queue, i)
			}
		}
	}
	return true
}

// open says, a bit for each item, which can be out and which can be in, in the
// finite entries that agree with the items fixed; both 0 where there is none.
func (b *block) open(state []uint8) (zero, one int) {
	fixed, in := 0, 0
	for bit, i := range b.items {
		switch state[i] {
		case taken:
			in |= 1 << bit
			fixed |= 1 << bit
		case left:
			fixed |= 1 << bit
		}
	}
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
