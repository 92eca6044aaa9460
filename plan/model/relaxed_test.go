package model_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
)

// TestRelaxedPlansSaveTheSearch solves drawn files without floors, then with
// them: a plan that keeps the floors all the same is the answer without a
// search, one that does not is searched for, and both are worth what a search
// from scratch finds.
func TestRelaxedPlansSaveTheSearch(t *testing.T) {
	saved, searched := 0, 0
	for seed := range uint64(100) {
		m, p := compiled(t, drawFile(rand.New(rand.NewPCG(seed, 17))))
		limits := model.NoLimits()
		var err error
		if limits.Periods, err = model.PeriodsOf(m.Capacity, time.Time{}); err != nil {
			t.Fatal(err)
		}
		free := limits
		for i := range m.Threats {
			free.Settled = append(free.Settled, m.Threats[i].ID)
		}
		solve := func(l model.Limits, relaxed *model.Plan) (*model.Plan, int) {
			built, err := model.Build(m, p, l)
			if err != nil {
				t.Fatal(err)
			}
			calls := 0
			out, err := built.Solve(context.Background(), model.Options{OnlyPlan: true, Relaxed: relaxed, Progress: func(plan.Progress) { calls++ }})
			if err != nil {
				return nil, calls
			}
			return out, calls
		}
		relaxed, _ := solve(free, nil)
		want, _ := solve(limits, nil)
		got, calls := solve(limits, relaxed)
		switch {
		case (want == nil) != (got == nil):
			t.Fatalf("seed %d: %+v, want %+v", seed, got, want)
		case want == nil:
			continue
		case math.Abs(got.Value-want.Value) > 1e-6 || !got.Proved || got.Bound < got.Value:
			t.Errorf("seed %d: value %v, proved %v; want %v", seed, got.Value, got.Proved, want.Value)
		}
		if calls > 0 {
			searched++
			if slices.Equal(got.Chosen, relaxed.Chosen) && math.Abs(got.Value-relaxed.Value) < 1e-9 {
				t.Errorf("seed %d: searched in vain", seed)
			}
			continue
		}
		saved++
		if !slices.Equal(got.Chosen, relaxed.Chosen) {
			t.Errorf("seed %d: %v, want %v", seed, got.Chosen, relaxed.Chosen)
		}
	}
	if saved < 10 || searched < 2 {
		t.Errorf("%d saved, %d searched: the files test little", saved, searched)
	}
}
