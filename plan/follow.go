package plan

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
			zero, one := b.open(b.decided(state))
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
