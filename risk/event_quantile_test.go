package risk

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestWeightedQuantile holds the selection against the definition on sorted events.
func TestWeightedQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []weighted
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			events = append(events, weighted{float64(rapid.IntRange(0, 9).Draw(t, "loss")), float64(rapid.IntRange(0, 4).Draw(t, "weight"))})
		}
		p := float64(rapid.IntRange(0, 20).Draw(t, "p")) / 20
		sorted := slices.Clone(events)
		slices.SortFunc(sorted, func(a, b weighted) int { return cmp.Compare(a.loss, b.loss) })
		total, upTo, want := 0.0, 0.0, 0.0
		for _, e := range sorted {
			total += e.weight
		}
		for _, e := range sorted {
			if upTo += e.weight; upTo > 0 && upTo >= p*total-1e-9 {
				want = e.loss
				break
			}
		}
		if got := weightedQuantile(events, p); got != want {
			t.Fatalf("quantile %v of %v is %v, want %v", p, sorted, got, want)
		}
	})
}

// TestTailMoves carries sums from one tail to another.
func TestTailMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "trials")
		losses := func(name string) []int64 {
			return rapid.SliceOfN(rapid.Int64Range(0, 12), n, n).Draw(t, name)
		}
		of := func(totals []int64) tail {
			sorted := slices.Clone(totals)
			slices.Sort(sorted)
			return newTail(totals, sorted, 1)
		}
		before, after, col := of(losses("before")), of(losses("after")), keep(losses("threat"))
		moved := after.from(&before)
		if got, want := moved.apply(before.of(col), col), after.of(col); got != want {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}
