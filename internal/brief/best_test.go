package brief

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// puzzle is a random set of items against some losses, each item stopping a
// share of some of them at a cost, some requiring or excluding others.
type puzzle struct {
	items    []string
	loss     []float64
	left     map[string][]float64
	cost     map[string]float64
	requires map[string][]string
	excludes map[string][]string
}

func drawPuzzle(t *rapid.T) *puzzle {
	z := &puzzle{left: map[string][]float64{}, cost: map[string]float64{}, requires: map[string][]string{}, excludes: map[string][]string{}}
	for range rapid.IntRange(1, 3).Draw(t, "losses") {
		z.loss = append(z.loss, rapid.Float64Range(0, 100).Draw(t, "loss"))
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "items") {
		id := fmt.Sprint("m", i)
		z.items = append(z.items, id)
		z.cost[id] = rapid.Float64Range(-5, 60).Draw(t, "cost")
		for range z.loss {
			z.left[id] = append(z.left[id], rapid.SampledFrom([]float64{0.1, 0.5, 0.9, 1}).Draw(t, "left"))
		}
		if i > 0 && rapid.IntRange(0, 3).Draw(t, "bound") == 0 {
			other := z.items[rapid.IntRange(0, i-1).Draw(t, "other")]
			if rapid.Bool().Draw(t, "excludes") {
				z.excludes[id] = append(z.excludes[id], other)
			} else {
				z.requires[id] = append(z.requires[id], other)
			}
		}
	}
	return z
}

func (z *puzzle) net(set []string) float64 {
	total := 0.0
	for k, l := range z.loss {
		left := l
		for _, id := range set {
			left *= z.left[id][k]
		}
		total += l - left
	}
	for _, id := range set {
		total -= z.cost[id]
	}
	return total
}

func (z *puzzle) fits(set []string) bool {
	for _, id := range set {
		for _, r := range z.requires[id] {
			if !slices.Contains(set, r) {
				return false
			}
		}
		for _, x := range z.excludes[id] {
			if slices.Contains(set, x) {
				return false
			}
		}
	}
	return true
}

func (z *puzzle) required() map[string]bool {
	out := map[string]bool{}
	for _, l := range z.requires {
		for _, id := range l {
			out[id] = true
		}
	}
	return out
}

// No set of all 2^n is worth more than the one found, and it keeps the rules.
func TestBestSetAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := drawPuzzle(t)
		got, proved := bestSet(z.items, z.required(), z.net, z.fits)
		want := 0.0
		for mask := range 1 << len(z.items) {
			var set []string
			for i, id := range z.items {
				if mask>>i&1 == 1 {
					set = append(set, id)
				}
			}
			if z.fits(set) {
				want = max(want, z.net(set))
			}
		}
		if !proved || !z.fits(got) || math.Abs(z.net(got)-want) > 1e-9 {
			t.Fatalf("found %v worth %v (proved %v), the best is worth %v", got, z.net(got), proved, want)
		}
	})
}

func TestBestSetSaysWhenItGaveUp(t *testing.T) {
	var items []string
	for i := range 40 {
		items = append(items, fmt.Sprint("m", i))
	}
	// Every pair excludes each other, which the bound does not see.
	_, proved := bestSet(items, nil, func(set []string) float64 { return float64(len(set)) }, func(set []string) bool { return len(set) < 2 })
	if proved {
		t.Error("a search that was cut short is called proved")
	}
}
