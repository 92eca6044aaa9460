package model_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
)

// TestMeetingAgreesWithBruteForce asks for a yearly chance of loss below a limit
// (by the closed form, so that every set can be judged) and compares the best
// plan, and the cheapest, with trying every set.
func TestMeetingAgreesWithBruteForce(t *testing.T) {
	met, unmet, dearer := 0, 0, 0
	for seed := range uint64(120) {
		g := rand.New(rand.NewPCG(seed, 5))
		b := scheduled(t, drawFile(g))
		l := b.Limits()
		l.Periods, l.Effort, l.Money = nil, float64(20+g.IntN(60)), math.Inf(1)
		doc, p := compiled(t, drawFile(rand.New(rand.NewPCG(seed, 5))))
		b, err := model.Build(doc, p, l)
		if err != nil {
			t.Fatal(err)
		}
		limit := .35 + .6*g.Float64()
		meets := func(_ context.Context, ids []string) (bool, error) {
			e, err := p.Expect(b.Scenario(ids))
			return e.Chance <= limit, err
		}
		roughly := func(_ context.Context, ids []string) (bool, error) {
			e, err := p.Expect(b.Scenario(ids))
			return e.Chance <= limit+.05*(float64(seed%3)-1), err // right, too strict, too mild
		}
		for _, least := range []bool{false, true} {
			want, possible, free := math.Inf(-1), false, math.Inf(-1)
			eachSet(b, func(set []int, ids []string) {
				v := b.Problem.Totals(set)
				score := v.Value
				if least {
					score = -v.Outlay
				}
				possible, free = true, math.Max(free, score)
				if ok, _ := meets(context.Background(), ids); ok {
					want = math.Max(want, score)
				}
			})
			got, err := b.Solve(context.Background(), model.Options{OnlyPlan: true, Meets: meets, Roughly: roughly, Least: least})
			switch _, no := errors.AsType[*plan.InfeasibleError](err); {
			case !possible:
				if !no {
					t.Errorf("seed %d: no set is possible, got %v", seed, err)
				}
			case math.IsInf(want, -1):
				unmet++
				if !errors.Is(err, model.ErrNotMet) || parley.KindOfError(err) != parley.No {
					t.Errorf("seed %d: nothing keeps the limit, got %+v, %v", seed, got, err)
				}
			case err != nil:
				t.Errorf("seed %d: %v, want %v", seed, err, want)
			default:
				met++
				score := got.Value
				if least {
					score = -got.Outlay
				} else if got.MeetsPrice == nil || math.Abs(*got.MeetsPrice-(free-want)) > 1e-6*math.Max(1, math.Abs(want)) {
					t.Errorf("seed %d: price %v, want %v", seed, got.MeetsPrice, free-want)
				}
				if want < free {
					dearer++
				}
				if ok, _ := meets(context.Background(), got.Chosen); !ok || !got.Proved || math.Abs(score-want) > 1e-7*math.Max(1, math.Abs(want)) {
					t.Errorf("seed %d least %v: %v with %v (proved %v), want %v", seed, least, score, got.Chosen, got.Proved, want)
				}
			}
		}
	}
	if met < 50 || unmet < 10 || dearer < 20 {
		t.Errorf("the cases are too easy: %d met, %d not, %d at a price", met, unmet, dearer)
	}
}

// eachSet calls f with every feasible set of an unscheduled problem.
func eachSet(b *model.Built, f func(set []int, ids []string)) {
	all := b.IDs()
	for mask := range 1 << len(all) {
		var set []int
		var ids []string
		for i, id := range all {
			if mask>>i&1 == 1 {
				set, ids = append(set, i), append(ids, id)
			}
		}
		if b.Problem.Feasible(set) {
			f(set, ids)
		}
	}
}

// TestMeetingOverPeriods accepts only plans with an item that the best one has
// not: that must be the best plan in which the item is a must.
func TestMeetingOverPeriods(t *testing.T) {
	text := layeredFile(10, 8, 2, .5, 1)
	m, p := compiled(t, text)
	b := scheduled(t, text)
	free := solve(t, b)
	out := slices.DeleteFunc(b.IDs(), func(id string) bool { return slices.Contains(free.Chosen, id) })[0]
	meets := func(_ context.Context, ids []string) (bool, error) { return slices.Contains(ids, out), nil }
	got, err := b.Solve(context.Background(), model.Options{Meets: meets, Deadline: time.Minute})
	if err != nil || !got.Proved {
		t.Fatalf("%+v, %v", got, err)
	}
	l := b.Limits()
	l.Must = []string{out}
	forced, err := model.Build(m, p, l)
	if err != nil {
		t.Fatal(err)
	}
	want := solve(t, forced)
	near(t, "value", got.Value, want.Value, 1e-9)
	near(t, "price", *got.MeetsPrice, free.Value-want.Value, 1e-6)
	for _, peer := range got.Peers {
		if !slices.Contains(peer.Chosen, out) {
			t.Errorf("peer %v is not acceptable", peer.Chosen)
		}
	}
}
