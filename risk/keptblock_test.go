package risk

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// keep are losses by trial as those of a threat are kept.
func keep(units []int64) *losses {
	l := newLosses(1, len(units))[0]
	var d drawn
	for i, u := range units {
		if u != 0 {
			d.add(i%blockSize, u)
		}
		if i%blockSize == blockSize-1 || i == len(units)-1 {
			l.blocks[i/blockSize].gather(&d, &column{})
		}
	}
	return l
}

// TestLossesAreKept: what is drawn in a few trials, or in all, is what is kept of
// them, however it is asked for.
func TestLossesAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := make([]int64, rapid.IntRange(1, 3*blockSize).Draw(t, "trials"))
		every := rapid.SampledFrom([]int{1, 2, 63, 64, 1000, 9000}).Draw(t, "a loss every")
		s := streamOf(rapid.Uint64().Draw(t, "seed"))
		set := make([]trialBits, blocksOf(len(units)))
		var over int64
		sum, squares := 0.0, 0.0
		for i := range units {
			if s.Uint64()%uint64(every) == 0 {
				units[i] = int64(s.Uint64() >> 40)
			}
			if s.Uint64()%3 == 0 {
				set[i/blockSize].set(i % blockSize)
				over += units[i]
			}
			sum += float64(units[i])
			squares += float64(units[i]) * float64(units[i])
		}
		l := keep(units)
		if got := l.byTrial(); !slices.Equal(got, units) {
			t.Fatal("other losses")
		}
		for i, u := range units {
			if got := l.at(int32(i)); got != u {
				t.Fatalf("trial %d has %d, want %d", i, got, u)
			}
		}
		if got := l.over(set); got != over {
			t.Fatalf("over some trials %d, want %d", got, over)
		}
		var all powerSums
		for i := range l.blocks {
			all.add(l.blocks[i].sums)
		}
		if math.Abs(all.sum-sum) > 1e-12*sum || math.Abs(all.squares-squares) > 1e-12*squares {
			t.Fatalf("sums %+v, want %v and %v", all, sum, squares)
		}
	})
}

// TestDrawnIsClearAgain: gathering adds to the sum of all and leaves nothing
// behind; a reset forgets what is from a trial on.
func TestDrawnIsClearAgain(t *testing.T) {
	for _, from := range []int{0, 1, 63, 64, 65, 4000, blockSize - 1, blockSize} {
		var d drawn
		var into column
		for i := range d.column {
			d.add(i, int64(i+1))
			into[i] = 7
		}
		d.reset(from)
		var k keptBlock
		k.gather(&d, &into)
		if d != (drawn{}) {
			t.Errorf("reset from %d: something is left", from)
		}
		if len(k.units) != from || k.some.count() != from {
			t.Errorf("reset from %d: %d kept", from, len(k.units))
		}
		for i, u := range into {
			want := int64(7)
			if i < from {
				want += int64(i + 1)
			}
			if u != want {
				t.Fatalf("reset from %d: trial %d adds up to %d, want %d", from, i, u, want)
			}
		}
	}
}
