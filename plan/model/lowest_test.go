package model_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// TestLowestAgreesWithBruteForce asks for the least expected shortfall of the
// worst twentieth of simulated years, the same years for every choice, and
// compares with trying every set; half of the files have an appetite as well.
func TestLowestAgreesWithBruteForce(t *testing.T) {
	solved, unlike := 0, 0
	for seed := range uint64(80) {
		g := rand.New(rand.NewPCG(seed, 51))
		doc, p := compiled(t, drawFile(g))
		l := model.NoLimits()
		l.Effort = float64(15 + g.IntN(50))
		b, err := model.Build(doc, p, l)
		if err != nil {
			t.Fatal(err)
		}
		shortfall := func(trials int) model.Figure {
			return func(ctx context.Context, ids []string) (float64, error) {
				sim, err := p.Simulate(ctx, b.Scenario(ids), risk.SimOptions{Trials: trials, TotalsOnly: true})
				if err != nil {
					return 0, err
				}
				v, _ := sim.Shortfall(.95)
				return v, nil
			}
		}
		exact := shortfall(2000)
		o := model.Options{OnlyPlan: true, Lowest: exact}
		if seed%3 == 0 {
			o.LowestRoughly = shortfall(100)
		}
		if seed%2 == 0 {
			o.Meets = func(ctx context.Context, ids []string) (bool, error) {
				e, err := p.Expect(b.Scenario(ids))
				return e.Chance <= .8, err
			}
		}
		want, byValue := math.Inf(1), math.Inf(-1)
		any, valued := false, 0.0
		eachSet(b, func(set []int, ids []string) {
			any = true
			if o.Meets != nil {
				if ok, _ := o.Meets(t.Context(), ids); !ok {
					return
				}
			}
			v, err := exact(t.Context(), ids)
			if err != nil {
				t.Fatal(err)
			}
			want = math.Min(want, v)
			if value := b.Problem.Totals(set).Value; value > byValue {
				byValue, valued = value, v
			}
		})
		got, err := b.Solve(t.Context(), o)
		_, infeasible := errors.AsType[*plan.InfeasibleError](err)
		switch {
		case !any:
			if !infeasible {
				t.Errorf("seed %d: nothing is possible; %+v, %v", seed, got, err)
			}
		case math.IsInf(want, 1):
			if !errors.Is(err, model.ErrNotMet) {
				t.Errorf("seed %d: nothing keeps the appetite; %+v, %v", seed, got, err)
			}
		case err != nil:
			t.Errorf("seed %d: %v, want %v", seed, err, want)
		default:
			solved++
			v, _ := exact(t.Context(), got.Chosen)
			if v != want || got.Lowest.Value != want || got.Lowest.Bound != want || !got.Proved || got.Gap != 0 {
				t.Errorf("seed %d: %v (%+v, proved %v) with %v, want %v", seed, v, got.Lowest, got.Proved, got.Chosen, want)
			}
			if valued > want {
				unlike++
			}
		}
	}
	if solved < 40 || unlike < 10 {
		t.Errorf("%d solved, %d unlike the plan worth most: the files test little", solved, unlike)
	}
}

// TestLowestCutShort has its gap, and a bound that no choice is below.
func TestLowestCutShort(t *testing.T) {
	b := scheduled(t, layeredFile(30, 20, 2, .4, 2))
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	loss := func(_ context.Context, ids []string) (float64, error) {
		if n++; n == 40 {
			cancel()
		}
		return 1000 - float64(len(ids)), ctx.Err()
	}
	got, err := b.Solve(ctx, model.Options{OnlyPlan: true, Lowest: loss})
	if err != nil {
		t.Fatal(err)
	}
	if got.Proved || got.Lowest.Bound != 970 || got.Lowest.Value != 1000-float64(len(got.Chosen)) {
		t.Errorf("%+v, proved %v, %d chosen", got.Lowest, got.Proved, len(got.Chosen))
	}
	near(t, "gap", got.Gap, (got.Lowest.Value-got.Lowest.Bound)/got.Lowest.Value, 1e-12)
}
