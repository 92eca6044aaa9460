package risk

import "math/bits"

// sortUnits sorts losses, which are not negative, by their digits of 11 bits
// from the lowest (Hollerith's radix sort): for a million values several times as
// fast as by comparing. scratch has the length of x.
func sortUnits(x, scratch []int64) {
	const digit = 11
	var all int64
	for _, v := range x {
		all |= v
	}
	from, to := x, scratch
	for shift := 0; shift < bits.Len64(uint64(all)); shift += digit {
		var count [1 << digit]int
		for _, v := range from {
			count[v>>shift&(1<<digit-1)]++
		}
		at := 0
		for i, n := range count {
			count[i] = at
			at += n
		}
		for _, v := range from {
			d := v >> shift & (1<<digit - 1)
			to[count[d]] = v
			count[d]++
		}
		from, to = to, from
	}
	if &from[0] != &x[0] {
		copy(x, from)
	}
}

// kth is the k-th smallest value, from 0. It reorders x (Hoare's selection,
// Comm. ACM 4 (1961) 321).
func kth(x []int64, k int) int64 {
	low, high := 0, len(x)-1
	for low < high {
		pivot := median(x[low], x[low+(high-low)/2], x[high])
		i, j := low, high
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for x[j] > pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return x[k]
		}
	}
	return x[k]
}

func median(a, b, c int64) int64 { return max(min(a, b), min(max(a, b), c)) }
