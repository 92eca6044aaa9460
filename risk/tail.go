package risk

import (
	"math/bits"
	"sort"
)

// tail is the worst years of a simulation. Those in it count whole, those with
// the loss at which it begins by the fraction that belongs to it.
type tail struct {
	whole, edge []trialBits // by block
	fraction    float64     // of each trial at the edge
	loss        float64     // units
}

// tailSums are what a threat loses in the trials of a tail, in units: integers,
// so that they can be carried from one tail to another and keep every bit.
type tailSums struct{ whole, edge int64 }

// newTail finds the worst of the first trials of a simulation; inOrder are the
// losses of all of its trials, ascending.
func newTail(totals, inOrder []int64, workers int) tail {
	n := len(totals)
	if n != len(inOrder) {
		inOrder = sorted(totals, nil, workers)
	}
	from := inOrder[rank(tailFrom, n)]
	above := n - sort.Search(n, func(i int) bool { return inOrder[i] > from })
	at := n - above - sort.Search(n, func(i int) bool { return inOrder[i] >= from })
	t := tail{fraction: max(0, (float64(n)*(1-tailFrom)-float64(above))/float64(at))}
	t.whole, t.edge = make([]trialBits, blocksOf(n)), make([]trialBits, blocksOf(n))
	edge := 0
	for i, u := range totals {
		switch {
		case u > from:
			t.whole[i/blockSize].set(i % blockSize)
			t.loss += float64(u)
		case u == from && from > 0 && t.fraction > 0:
			t.edge[i/blockSize].set(i % blockSize)
			edge++
		}
	}
	t.loss += t.fraction * float64(from) * float64(edge)
	return t
}

// of are the sums of a threat's losses. They cannot overflow where no total does
// beyond 2⁶³ over all trials of the tail; else they are wrong together with the
// tail's loss, which the caller's share bounds.
func (t *tail) of(own *losses) tailSums {
	return tailSums{whole: own.over(t.whole), edge: own.over(t.edge)}
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

// change is where they do: words of trialBits, ascending.
type change []changedWord

type changedWord struct {
	block, word int
	in, out     uint64
}

// from is what turns sums over the tail before into sums over this one.
func (t *tail) from(before *tail) shift {
	return shift{whole: changeOf(before.whole, t.whole), edge: changeOf(before.edge, t.edge)}
}

func changeOf(before, after []trialBits) change {
	var c change
	for b := range after {
		for w, now := range after[b] {
			if was := before[b][w]; was != now {
				c = append(c, changedWord{b, w, now &^ was, was &^ now})
			}
		}
	}
	return c
}

// listed are trials in ascending order.
func listed(trials []trialBits) []int32 {
	var out []int32
	for b := range trials {
		for w, some := range trials[b] {
			for ; some != 0; some &= some - 1 {
				out = append(out, int32(b*blockSize+w*64+bits.TrailingZeros64(some)))
			}
		}
	}
	return out
}

// apply carries a threat's sums over.
func (s *shift) apply(sums tailSums, own *losses) tailSums {
	return tailSums{whole: s.whole.apply(sums.whole, own), edge: s.edge.apply(sums.edge, own)}
}

func (c change) apply(sum int64, own *losses) int64 {
	for i := range c {
		x := &c[i]
		k := &own.blocks[x.block]
		if some := k.some[x.word]; some&(x.in|x.out) != 0 {
			sum += k.inWord(x.word, some&x.in) - k.inWord(x.word, some&x.out)
		}
	}
	return sum
}
