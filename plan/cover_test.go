package plan

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestCoversHoldForEverySet walks all assignments of small problems over two periods
// with every kind of rule and term: whoever keeps the limits keeps every cover drawn
// from points near sets that overrun them, while the point does not.
func TestCoversHoldForEverySet(t *testing.T) {
	found := 0
	for seed := range uint64(60) {
		p := scheduledProblem(7, seed)
		b, err := prepare(p, Options{})
		if err != nil {
			continue
		}
		l := newLevels(p, b.r)
		g := rand.New(rand.NewPCG(seed, 3))
		var covers []limitRow
		for range 40 {
			point := make([]float64, len(b.r.item))
			for _, th := range l.things {
				x := 1.0
				for _, i := range th.items {
					x *= []float64{0, .4, .8, .95, 1}[g.IntN(5)]
					point[i] = x
				}
			}
			for _, c := range l.covers(point) {
				if used := c.usedBy(point); used <= c.limit {
					t.Fatalf("seed %d: the point keeps its cover, %v of %v", seed, used, c.limit)
				}
				covers = append(covers, c)
			}
		}
		found += len(covers)
		holdAll(t, l, covers, 0)
	}
	if found < 100 {
		t.Errorf("only %d covers were found", found)
	}
}

// holdAll moves the things from the k-th on through all their levels.
func holdAll(t *testing.T, l *levels, covers []limitRow, k int) {
	t.Helper()
	if k < len(l.things) {
		for level := range l.things[k].cost {
			l.set(k, level)
			holdAll(t, l, covers, k+1)
		}
		return
	}
	l.settle()
	if !l.kept() {
		return
	}
	for _, c := range covers {
		used := 0.0
		for _, th := range l.things {
			for _, i := range th.items[:th.level] {
				used += c.use[i]
			}
		}
		if used > c.limit {
			t.Fatalf("%v keeps the limits, but not a cover: %v of %v", l.chosen(), used, c.limit)
		}
	}
}

// TestCoversTightenTheBound for things of which any two overrun a limit of each of two
// periods: at its price, parts of them fill it; with covers the bound is nearly what the
// best set is worth.
func TestCoversTightenTheBound(t *testing.T) {
	p := &Problem{Money: math.Inf(1), Effort: math.Inf(1)}
	first, second := Row{Name: "first", Limit: 10}, Row{Name: "second", Limit: 10}
	for k := range 6 {
		gain := 30e3 - 500*float64(k)
		p.Items = append(p.Items,
			Item{ID: fmt.Sprint("early ", k), Gross: gain / 10, Requires: []int{2*k + 1}},
			Item{ID: fmt.Sprint("late ", k), Gross: gain})
		p.Chains = append(p.Chains, []int{2 * k, 2*k + 1})
		first.Uses = append(first.Uses, Use{2 * k, 6})
		second.Uses = append(second.Uses, Use{2*k + 1, 6}, Use{2 * k, -6})
	}
	p.Rows = []Row{first, second}
	const best = 33e3 + 29.5e3
	b, err := prepare(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &search{p: p, scale: typicalEffect(b.r), unit: 1, nothing: b.nothing, best: []int{0, 1, 3}, bestCost: b.nothing - best}
	nd := &node{r: b.r, m: b.m, low: math.Inf(-1), top: true}
	for _, tau := range coverCooling {
		newAscent(nd.r, &nd.m).run(context.Background(), s.scale*tau, 30)
	}
	nd.low = nd.r.bound(&nd.m).low
	if without := b.nothing - nd.low; without < 1.3*best {
		t.Errorf("bound %v without covers, the best set is worth %v: nothing to show", without, best)
	}
	s.tighten(context.Background(), nd)
	if with := b.nothing - nd.low; with < best || with > 1.02*best {
		t.Errorf("bound %v with covers, the best set is worth %v", with, best)
	}
	if sol := mustSolve(t, p); !sol.Proved || math.Abs(sol.Value-best) > 1e-6 {
		t.Errorf("%v proved %v, not %v", sol.Value, sol.Proved, best)
	}
}
