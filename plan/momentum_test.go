package plan

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestMomentumNeverLowersTheDual makes a few passes with momentum from any prices: the
// smoothed dual ends no lower than it began, and the bound holds for every subset.
func TestMomentumNeverLowersTheDual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, r := drawReduced(t)
		if r == nil {
			return
		}
		m := drawMultipliers(t, r, 20, 3e5)
		a := newAscent(r, &m)
		a.tau = rapid.SampledFrom([]float64{10, 1e3, 1e5}).Draw(t, "temperature")
		before := a.value()
		a.hasten(context.Background(), a.tau, rapid.IntRange(0, 30).Draw(t, "passes"))
		// Prices meet limits, and odds one another, only to some digits.
		if after := a.value(); a.wide == nil && after < before-1e-3*(a.tau+1e-3*math.Abs(before)) {
			t.Errorf("the dual fell from %v to %v", before, after)
		}
		checkBound(t, p, r, r.bound(&m))
	})
}

// TestMomentumBoundsEverySet over two periods, with every kind of rule and with covers, at
// prices that begin anywhere.
func TestMomentumBoundsEverySet(t *testing.T) {
	for seed := range uint64(40) {
		p := scheduledProblem(6, seed)
		best, any := bestByFlips(p)
		b, err := prepare(p, Options{})
		if !any || err != nil {
			continue
		}
		g := rand.New(rand.NewPCG(seed, 61))
		nd := &node{r: b.r, m: b.m, low: math.Inf(-1)}
		for _, block := range nd.r.blocks {
			for j := range block.price {
				block.price[j] = 1e4 * g.NormFloat64()
			}
		}
		l, _ := outline(p, nd.r)
		for range 3 {
			for i := range nd.m.point {
				nd.m.point[i] = g.Float64()
			}
			nd.limit(l.covers(nd.m.point))
			newAscent(nd.r, &nd.m).hasten(context.Background(), []float64{30, 300, 3000}[g.IntN(3)], 20)
			if nd.lift(); b.nothing-nd.low < best-1e-9*(b.nothing+math.Abs(best)) {
				t.Errorf("seed %d: bound %v, the best is worth %v", seed, b.nothing-nd.low, best)
			}
		}
	}
}

// TestMomentumGainsMore compares passes with momentum and without over two periods, where
// prices of limits and blocks follow each other slowly.
func TestMomentumGainsMore(t *testing.T) {
	ended := func(hasten bool) float64 {
		p := scheduledProblem(60, 1)
		b, err := prepare(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		a := newAscent(b.r, &b.m)
		a.run(context.Background(), 10e3, 10)
		if hasten {
			a.hasten(context.Background(), 100, 40)
		} else {
			a.run(context.Background(), 100, 40)
		}
		return a.value()
	}
	with, without := ended(true), ended(false)
	if with <= without {
		t.Errorf("%v with momentum, %v without", with, without)
	}
}

// TestBoundsOfLongSearchesCutShort stops searches over two periods, with every kind of
// rule, after a few subproblems: no set is worth more than their bound.
func TestBoundsOfLongSearchesCutShort(t *testing.T) {
	open := 0
	for seed := range uint64(60) {
		g := rand.New(rand.NewPCG(seed, 60))
		p := scheduledProblem(7+int(seed%2), seed)
		for i := range p.Items {
			p.Items[i].Must = g.IntN(40) == 0
			p.Items[i].MustNot = !p.Items[i].Must && g.IntN(40) == 0
		}
		best, any := bestByFlips(p)
		if !any {
			continue
		}
		ctx, stop := context.WithCancel(t.Context())
		sol, err := Solve(ctx, p, Options{alwaysLong: true, noWalk: true, Progress: func(pr Progress) {
			if pr.Nodes > int(seed%3) {
				stop()
			}
		}})
		stop()
		if err == ErrStopped {
			continue
		}
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		room := 1e-9 * (1 + math.Abs(best))
		if sol.Bound < best-room || sol.Value > best+room || !p.Feasible(sol.Chosen) {
			t.Errorf("seed %d: %+v; the best is %v", seed, sol, best)
		}
		if !sol.Proved {
			open++
		}
	}
	if open < 5 {
		t.Errorf("only %d searches were cut short", open)
	}
}
