package model_test

import (
	"context"
	"math"
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

// crowdedFile has a threat with eight mitigations against it, of which only six are
// told apart, one that happens once at most, and four features, three of which bring
// a threat. Shares are certain.
const crowdedFile = `parley: v1
product: {id: p, name: P, stage: design, currency: GBP}
policy: {horizon: 2 years, person_day: 500, common_cause: 5%}
dependencies: [{id: d, title: D, down: 3%}]
threats:
  - {id: t0, title: T, likelihood: 3 per year, impact: {says: x, financial: 20k..90k, reputation: {loss: 10k..30k, chance: 40%}}}
  - {id: t1, title: T, likelihood: 40% within 2 years, at_most_once: true, impact: {says: x, financial: 300k}}
  - {id: new, title: T, likelihood: 2 per year, impact: {says: x, financial: 5k..40k}}
controls: [{id: c, title: C, function: prevent, against: [{threat: t0, likelihood: 30%}, {threat: t1, likelihood: 40%}]}]
mitigations:
  - {id: m0, title: M, cost: {once: 11k}, against: [{threat: t0, likelihood: 35%}, {threat: t1, likelihood: 30%}]}
  - {id: m1, title: M, cost: {once: 14k}, relies_on: [d], against: [{threat: t0, likelihood: 45%, impact: 20%}]}
  - {id: m2, title: M, cost: {once: 9k}, against: [{threat: t0, likelihood: 20%}, {threat: new, likelihood: 50%}]}
  - {id: m3, title: M, cost: {once: 16k}, against: [{threat: t0, impact: 40%}]}
  - {id: m4, title: M, cost: {once: 21k}, against: [{threat: t0, likelihood: 60%}, {threat: t1, impact: 50%}]}
  - {id: m5, title: M, cost: {once: 8k}, excludes: [m1], against: [{threat: t0, likelihood: 25%}, {threat: new, likelihood: 30%}]}
  - {id: m6, title: M, cost: {once: 13k}, relies_on: [d], against: [{threat: t0, likelihood: 30%, impact: 10%}]}
  - {id: m7, title: M, cost: {once: 12k}, against: [{threat: t0, likelihood: 15%}, {threat: t1, likelihood: 70%}]}
features:
  - {id: f0, title: F, cost: {once: 5k}, value: 30k per year, introduces: [new]}
  - {id: f1, title: F, cost: {once: 6k}, value: 20k per year, introduces: [new]}
  - {id: f2, title: F, cost: {once: 4k}, value: 9k per year, requires: [m0]}
  - {id: f3, title: F, cost: {once: 7k}, value: 15k per year, introduces: [new], must: true}
`

// TestSplitOfACrowdedThreat tries every set of a file with more mitigations against
// a threat than are told apart: the parts stay below, and the plan found by them
// has the least expected shortfall of all sets within the budget.
func TestSplitOfACrowdedThreat(t *testing.T) {
	doc, p := compiled(t, crowdedFile)
	for _, money := range []float64{40e3, 60e3, 1e9} {
		l := model.NoLimits()
		l.Money = money
		b, err := model.Build(doc, p, l)
		if err != nil {
			t.Fatal(err)
		}
		years, err := p.Years(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 400, TotalsOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if threat, err := years.Monotone(t.Context()); err != nil || threat != "" {
			t.Fatalf("%q, %v", threat, err)
		}
		shortfall := func(ctx context.Context, ids []string) (float64, error) {
			sim, err := years.Simulate(ctx, b.Scenario(ids))
			if err != nil {
				return 0, err
			}
			v, _ := sim.Shortfall(.95)
			return v, nil
		}
		split := b.SplitShortfall(years, .95, asItIs)
		near := [][]string{{"m0", "m4", "f3"}, {"m1", "m2", "m7", "f0", "f3"}}
		if money > 1e6 { // a bound near what those are part of that count as done always
			near = [][]string{{"m0", "m1", "m2", "m3", "m4", "m6", "m7", "f3"}}
		}
		parts, err := split(t.Context(), near)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(parts, func(a model.Apart) bool { return slices.Contains(a.IDs, "m4") })
		if n := len(parts[at].IDs); n != 6 {
			t.Fatalf("%d of eight mitigations are told apart, want 6: %v", n, parts[at].IDs)
		}
		least, sets := math.Inf(1), 0
		eachSet(b, func(_ []int, ids []string) {
			v, err := shortfall(t.Context(), ids)
			if err != nil {
				t.Fatal(err)
			}
			if below := sumOf(parts, ids); below > v*(1+1e-9) {
				t.Errorf("%v loses %v, its parts %v", ids, v, below)
			}
			least, sets = min(least, v), sets+1
		})
		got, err := b.Solve(t.Context(), model.Options{OnlyPlan: true, Lowest: shortfall, LowestSplit: split})
		if err != nil {
			t.Fatal(err)
		}
		if !got.Proved || got.Estimate || got.Lowest.Value != least || sets < 50 {
			t.Errorf("money %v: %+v of %d sets, the least is %v", money, got.Lowest, sets, least)
		}
	}
}
