package risk

import (
	"math"
	"slices"
)

// ranks are those of a quantile and of one standard deviation of the count below
// and above it.
type ranks struct{ low, at, high int }

func ranksOf(p float64, n int) ranks {
	d := countError(p, float64(n))
	return ranks{rank(max(0, p-d), n), rank(p, n), rank(min(1, p+d), n)}
}

// highQuantile is the smallest of a threat's losses that a large share p of them
// does not exceed, and half the distance between its neighbours a standard
// deviation of the count away: its standard error. The first block tells which can
// be these, which leaves few to choose from.
func (b *bench) highQuantile(own *losses, p float64) (value int64, standardError float64) {
	r := ranksOf(p, own.trials)
	none := own.trials - own.count()
	if r.high < none {
		return 0, 0 // many threats: no loss in most years
	}
	low, high := b.around(own, p)
	n, above := b.between(own, low, high)
	if below := own.trials - n - above; below <= r.low && r.high < below+n {
		return valueAndHalf(b.window[:n], ranks{r.low - below, r.at - below, r.high - below})
	}
	n, _ = b.between(own, -1, math.MaxInt64)
	pick := func(at int) int64 {
		if at < none {
			return 0
		}
		return kth(b.window[:n], at-none)
	}
	return pick(r.at), float64(pick(r.high)-pick(r.low)) / 2
}

// around are losses between which the p-quantile lies, and what tells its standard
// error, as far as the first block can say: four standard deviations of its count.
func (b *bench) around(own *losses, p float64) (low, high int64) {
	n := min(own.trials, blockSize)
	first := append(b.window[:0], own.blocks[0].units...)
	b.window = first
	none := n - len(first)
	d := 4 * countError(p, float64(n))
	if at := rank(max(0, p-d), n); at >= none {
		low = kth(first, at-none)
	}
	if p+d >= 1 {
		return low, math.MaxInt64
	}
	if at := rank(p+d, n); at >= none {
		high = kth(first, at-none)
	}
	return low, high
}

// between puts the losses above low and up to high into the window; it counts them
// and those above high. The window grows with what it holds, as most losses are
// not wanted.
func (b *bench) between(own *losses, low, high int64) (n, above int) {
	for i := range own.blocks {
		units := own.blocks[i].units
		b.window = slices.Grow(b.window[:n], len(units)+1)
		window := b.window[:n+len(units)+1]
		for _, u := range units {
			window[n] = u
			over := uint64(high-u) >> 63 // 1 where u > high: a branch could not be foretold
			n += int(uint64(low-u) >> 63 &^ over)
			above += int(over)
		}
	}
	return n, above
}

// valueAndHalf finds the value of a rank and half the distance between its
// neighbours. It reorders x: every selection leaves what is smaller to its left.
func valueAndHalf(x []int64, r ranks) (value int64, half float64) {
	value = kth(x, r.at)
	low, high := kth(x[:r.at+1], r.low), kth(x[r.at:], r.high-r.at)
	return value, float64(high-low) / 2
}
