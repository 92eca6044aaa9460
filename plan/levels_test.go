package plan

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLevelsCostWhatSetsDo moves things at random through problems with every kind
// of rule, limit and term: cost, use of the limits and what is forbidden are those of
// the set, both as kept up to date and worked out afresh; also with tables forced to be
// small, so that wide terms are at work.
func TestLevelsCostWhatSetsDo(t *testing.T) {
	kept := 0
	for seed := range uint64(12) {
		p := scheduledProblem(12+int(seed), seed)
		g := rand.New(rand.NewPCG(seed, 9))
		b, err := prepare(p, Options{tableBits: []int{0, 3}[seed%2]})
		if err != nil {
			t.Fatal(err)
		}
		l := newLevels(p, b.r)
		for step := range 400 {
			k := g.IntN(len(l.things))
			l.set(k, g.IntN(len(l.things[k].items)+1))
			if step%50 == 49 {
				l.settle()
			}
			chosen := l.chosen()
			if got := l.kept(); got != p.Feasible(chosen) {
				t.Fatalf("seed %d: kept %v, the set %v", seed, got, chosen)
			} else if got {
				kept++
			}
			if l.broken > 0 {
				continue
			}
			totals := p.Totals(chosen)
			if cost := b.nothing - totals.Value; math.Abs(l.cost-cost) > 1e-9*math.Max(1, b.nothing) {
				t.Fatalf("seed %d: cost %v, of the set %v", seed, l.cost, cost)
			}
		}
	}
	if kept == 0 {
		t.Error("no set kept the rules")
	}
}

// TestLevelsShareTables puts the losses of each few things into one table, so that a
// move looks up little, and no table is large.
func TestLevelsShareTables(t *testing.T) {
	p := scheduledProblem(60, 1)
	b, err := prepare(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := newLevels(p, b.r)
	if len(l.shared) >= len(b.r.blocks) {
		t.Errorf("%d tables of %d blocks", len(l.shared), len(b.r.blocks))
	}
	widest := slices.MaxFunc(b.r.blocks, func(a, b block) int { return cmp.Compare(len(a.table), len(b.table)) })
	for _, s := range l.shared {
		if s.size != len(s.loss) || s.size > max(mostShared, len(widest.table)) {
			t.Errorf("a table of %d entries, said to be %d", len(s.loss), s.size)
		}
	}
}

// TestLevelsOfChainsInNameOnly: items that do not require each other are things each by
// itself, whatever chain they are said to be in.
func TestLevelsOfChainsInNameOnly(t *testing.T) {
	p := &Problem{Items: []Item{{Gross: 3}, {Gross: 2}, {Gross: 1, Requires: []int{0}}}, Money: math.Inf(1), Effort: math.Inf(1)}
	for chain, things := range map[[2]int]int{{0, 1}: 3, {2, 0}: 2} {
		p.Chains = [][]int{chain[:]}
		r := p.reduce(make([]uint8, 3), mostBits)
		if l, _ := outline(p, r); len(l.things) != things {
			t.Errorf("chain %v: %d things, not %d", chain, len(l.things), things)
		}
	}
}
