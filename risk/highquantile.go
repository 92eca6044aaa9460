package risk

import "slices"

// fewFirst is how many values tell about where a quantile lies, and farFrom how
// far from there, in probability, it is looked for: four standard deviations of a
// share near 95 % of so many.
const (
	fewFirst = 1 << 10
	farFrom  = 0.03
)

// ranks are those of a quantile and of one standard deviation of the count below
// and above it.
type ranks struct{ low, at, high int }

func ranksOf(p float64, n int) ranks {
	d := countError(p, float64(n))
	return ranks{rank(max(0, p-d), n), rank(p, n), rank(min(1, p+d), n)}
}

// highQuantile is the smallest of some losses, which are not negative, that a
// large share p of them does not exceed, and half the distance between its
// neighbours a standard deviation of the count away: its standard error. The
// first values tell which others can be these, which leaves few to choose from.
func highQuantile(units []int64, p float64) (value int64, standardError float64) {
	r := ranksOf(p, len(units))
	first := slices.Clone(units[:min(len(units), fewFirst)])
	least := kth(first, rank(max(0, p-farFrom), len(first)))
	upper := make([]int64, len(units)/8+1)
	n := above(units, least, upper)
	below := len(units) - n
	pick := func(at int) int64 {
		switch {
		case at >= below && n < len(upper):
			return kth(upper[:n], at-below)
		case at < below && least == 0:
			return 0 // most threats: no loss in most years
		}
		return kth(slices.Clone(units), at)
	}
	if r.low >= below && n < len(upper) {
		return valueAndHalf(upper[:n], ranks{r.low - below, r.at - below, r.high - below})
	}
	return pick(r.at), float64(pick(r.high)-pick(r.low)) / 2
}

// above copies the values above some least one as far as there is room but for
// one place, and counts them as far.
func above(units []int64, least int64, into []int64) int {
	n, last := 0, len(into)-1
	for _, u := range units {
		into[min(n, last)] = u
		n += int(uint64(least-u) >> 63) // one more where u > least: a branch could not be foretold
	}
	return n
}

// valueAndHalf finds the value of a rank and half the distance between its
// neighbours. It reorders x: every selection leaves what is smaller to its left.
func valueAndHalf(x []int64, r ranks) (value int64, half float64) {
	value = kth(x, r.at)
	low, high := kth(x[:r.at+1], r.low), kth(x[r.at:], r.high-r.at)
	return value, float64(high-low) / 2
}
