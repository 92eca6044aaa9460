package risk

import (
	"math/bits"
	"slices"
	"sync"
)

// digit is how many bits of losses are sorted at a time. A year's loss has 30 to
// 39 as a rule, hence three digits, whose counts fit the first-level cache.
const digit = 13

// digitsOf is how many digits the largest of some losses has.
func digitsOf(x []int64) int {
	var all int64
	for _, v := range x {
		all |= v
	}
	return (bits.Len64(uint64(all)) + digit - 1) / digit
}

// sortDigits sorts losses, which are not negative, by so many digits from the
// lowest (Hollerith's radix sort): for a million values several times as fast as
// by comparing. They go from x to odd, from there to even, back to odd and so on;
// even may be x itself. All three have the same length, below 2³¹.
func sortDigits(digits int, x, odd, even []int64) {
	from, to, next := x, odd, even
	for shift := 0; shift < digits*digit; shift += digit {
		var count [1 << digit]int32
		for _, v := range from {
			count[v>>shift&(1<<digit-1)]++
		}
		at := int32(0)
		for i, n := range count {
			count[i] = at
			at += n
		}
		for _, v := range from {
			d := v >> shift & (1<<digit - 1)
			to[count[d]] = v
			count[d]++
		}
		from, to, next = to, next, to
	}
}

// sortAlone is the length below which sharing the work would cost more than it saves.
const sortAlone = 1 << 15

// sorted are losses in ascending order, on two goroutines where there may be as
// many: each sorts a half, then one merges the lower half of all from the front
// and the other the upper half from the back. The losses stay in their order
// unless they are spare, which is room of the same length that may be overwritten;
// nil for none.
func sorted(x, spare []int64, workers int) []int64 {
	digits := digitsOf(x)
	if digits == 0 {
		return x
	}
	done, other := make([]int64, len(x)), spare
	if other == nil {
		other = make([]int64, len(x))
	}
	if workers < 2 || len(x) < sortAlone {
		sortDigits(digits, x, done, other)
		if digits%2 == 0 {
			return other
		}
		return done
	}
	h := len(x) / 2
	both(func() { sortDigits(digits, x[:h], done[:h], other[:h]) }, func() { sortDigits(digits, x[h:], done[h:], other[h:]) })
	if digits%2 == 0 {
		done, other = other, done
	}
	both(func() { mergeFront(other[:h], done[:h], done[h:]) }, func() { mergeBack(other[h:], done[:h], done[h:]) })
	return other
}

// both runs two functions at the same time.
func both(f, g func()) {
	var wg sync.WaitGroup
	wg.Go(f)
	g()
	wg.Wait()
}

// mergeFront fills to with the smallest of two sorted lists.
func mergeFront(to, a, b []int64) {
	i, j := 0, 0
	for k := range to {
		if j == len(b) || i < len(a) && a[i] <= b[j] {
			to[k] = a[i]
			i++
		} else {
			to[k] = b[j]
			j++
		}
	}
}

// mergeBack fills to with the largest of two sorted lists.
func mergeBack(to, a, b []int64) {
	i, j := len(a)-1, len(b)-1
	for k := range slices.Backward(to) {
		if j < 0 || i >= 0 && a[i] > b[j] {
			to[k] = a[i]
			i--
		} else {
			to[k] = b[j]
			j--
		}
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
