package risk

import (
	"slices"
	"sort"
)

// tail is the worst years of a simulation. Those in it count whole, those with
// the loss at which it begins by the fraction that belongs to it.
type tail struct {
	whole, edge []int32 // trials, ascending
	fraction    float64 // of each trial at the edge
	loss        float64 // units
}

// tailSums are what a threat loses in the trials of a tail, in units: integers,
// so that they can be carried from one tail to another and keep every bit.
type tailSums struct{ whole, edge int64 }

// newTail finds the worst of the first trials of a simulation; sorted are the
// losses of all of its trials in order.
func newTail(totals, sorted []int64, workers int) tail {
	n := len(totals)
	if n != len(sorted) {
		sorted = slices.Clone(totals)
		sortOn(sorted, workers)
	}
	from := sorted[rank(tailFrom, n)]
	above := n - sort.Search(n, func(i int) bool { return sorted[i] > from })
	at := n - above - sort.Search(n, func(i int) bool { return sorted[i] >= from })
	t := tail{fraction: max(0, (float64(n)*(1-tailFrom)-float64(above))/float64(at))}
	t.whole = make([]int32, 0, above)
	for i, u := range totals {
		switch {
		case u > from:
			t.whole = append(t.whole, int32(i))
			t.loss += float64(u)
		case u == from && from > 0 && t.fraction > 0:
			t.edge = append(t.edge, int32(i))
		}
	}
	t.loss += t.fraction * float64(from) * float64(len(t.edge))
	return t
}

// of are the sums of a threat with these losses by trial. They cannot overflow
// where no total does beyond 2⁶³ over all trials of the tail; else they are
// wrong together with the tail's loss, which the caller's share bounds.
func (t *tail) of(col []int64) tailSums {
	return tailSums{whole: sumAt(col, t.whole), edge: sumAt(col, t.edge)}
}

func sumAt(col []int64, trials []int32) int64 {
	sum := int64(0)
	for _, i := range trials {
		sum += col[i]
	}
	return sum
}

// share is a threat's part of the losses in the worst years.
func (t *tail) share(s tailSums) float64 {
	if t.loss <= 0 {
		return 0
	}
	return (float64(s.whole) + t.fraction*float64(s.edge)) / t.loss
}

// shift is how one tail differs from another: which trials come and go.
type shift struct{ whole, edge change }

type change struct{ in, out []int32 }

// from is what turns sums over the tail before into sums over this one.
func (t *tail) from(before *tail) shift {
	return shift{whole: changeOf(before.whole, t.whole), edge: changeOf(before.edge, t.edge)}
}

// changeOf compares two ascending lists.
func changeOf(before, after []int32) change {
	var c change
	i := 0
	for _, v := range after {
		for i < len(before) && before[i] < v {
			c.out = append(c.out, before[i])
			i++
		}
		if i < len(before) && before[i] == v {
			i++
			continue
		}
		c.in = append(c.in, v)
	}
	c.out = append(c.out, before[i:]...)
	return c
}

// apply carries a threat's sums over.
func (s *shift) apply(sums tailSums, col []int64) tailSums {
	return tailSums{whole: s.whole.apply(sums.whole, col), edge: s.edge.apply(sums.edge, col)}
}

func (c *change) apply(sum int64, col []int64) int64 {
	return sum + sumAt(col, c.in) - sumAt(col, c.out)
}
