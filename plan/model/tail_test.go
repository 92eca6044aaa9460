package model_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// asItIs adds nothing to a scenario.
func asItIs(s risk.Scenario) risk.Scenario { return s }

// TestSplitsAreBelow tries every set of small files: the parts of the expected
// shortfall, split near some choices, never add up to more than it, and for the one
// choice they are split near of, where all is told apart, to just it.
func TestSplitsAreBelow(t *testing.T) {
	sets, met := 0, 0
	for seed := range uint64(24) {
		g := rand.New(rand.NewPCG(seed, 52))
		doc, p := compiled(t, drawFile(g))
		b, err := model.Build(doc, p, model.NoLimits())
		if err != nil {
			t.Fatal(err)
		}
		years, err := p.Years(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 600, TotalsOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		var all [][]string
		eachSet(b, func(_ []int, ids []string) { all = append(all, slices.Clone(ids)) })
		if all == nil {
			continue
		}
		near := [][]string{all[g.IntN(len(all))]}
		if seed%2 == 1 {
			near = append(near, all[g.IntN(len(all))], all[g.IntN(len(all))])
		}
		parts, err := b.SplitShortfall(years, .95, asItIs)(t.Context(), near)
		if err != nil {
			t.Fatal(err)
		}
		for _, ids := range all {
			sim, err := years.Simulate(t.Context(), b.Scenario(ids))
			if err != nil {
				t.Fatal(err)
			}
			shortfall, _ := sim.Shortfall(.95)
			below := sumOf(parts, ids)
			sets++
			switch {
			case below > shortfall*(1+1e-9):
				t.Errorf("seed %d: %v loses %v, its parts %v", seed, ids, shortfall, below)
			case len(near) == 1 && slices.Equal(ids, near[0]):
				met++
				if below < shortfall*(1-1e-9) {
					t.Errorf("seed %d: %v loses %v, its parts %v", seed, ids, shortfall, below)
				}
			}
		}
	}
	if sets < 300 || met < 5 {
		t.Errorf("%d sets, %d of them met: the files test little", sets, met)
	}
}

// sumOf are the parts of a choice added up.
func sumOf(parts []model.Apart, ids []string) (sum float64) {
	for _, a := range parts {
		at := 0
		for k, id := range a.IDs {
			if slices.Contains(ids, id) {
				at |= 1 << k
			}
		}
		sum += a.Loss[at]
	}
	return sum
}

// TestLowestOfManyItems has a proof, or a gap far below that to all mitigations
// without a limit, though it is cut short.
func TestLowestOfManyItems(t *testing.T) {
	doc, p := compiled(t, layeredFile(20, 12, 2, .3, 3))
	l := model.NoLimits()
	l.Money, l.Effort = model.CapacityOf(doc)
	b, err := model.Build(doc, p, l)
	if err != nil {
		t.Fatal(err)
	}
	years, err := p.Years(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 1000, TotalsOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	shortfall := func(ctx context.Context, ids []string) (float64, error) {
		sim, err := years.Simulate(ctx, b.Scenario(ids))
		if err != nil {
			return 0, err
		}
		v, _ := sim.Shortfall(.95)
		return v, nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	split := b.SplitShortfall(years, .95, asItIs)
	got, err := b.Solve(ctx, model.Options{OnlyPlan: true, Lowest: shortfall, LowestSplit: func(ctx context.Context, near [][]string) ([]model.Apart, error) {
		if asked++; asked > 3 {
			cancel()
		}
		return split(ctx, near)
	}})
	if err != nil {
		t.Fatal(err)
	}
	floor, err := shortfall(t.Context(), b.IDs())
	if err != nil {
		t.Fatal(err)
	}
	if !(got.Lowest.Bound > floor) || got.Lowest.Bound > got.Lowest.Value || got.Gap > .15 {
		t.Errorf("%+v with all at %v: gap %v", got.Lowest, floor, got.Gap)
	}
}
