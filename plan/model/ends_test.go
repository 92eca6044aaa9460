package model_test

import (
	"math"
	"slices"
	"testing"

	"github.com/parleysec/parley/plan/model"
)

// TestEnds takes the crowded plan to both ends: the features alone fill both
// quarters and leave the threat as it is, the guard alone leaves a quarter empty.
func TestEnds(t *testing.T) {
	b := scheduled(t, crowded)
	f, err := b.OnlyFeatures(t.Context(), model.Options{})
	if err != nil || f == nil || !slices.Equal(f.Chosen, []string{"chat", "maps"}) || !f.Proved {
		t.Fatalf("%+v, %v", f, err)
	}
	near(t, "features", f.Value, 40000-5000+15000-5000, 1e-9)
	near(t, "their loss", f.AnnualLoss, 200000, 1e-9)
	near(t, "their effort", f.Cost.EffortDays, 20, 1e-9)
	s, err := b.OnlySecurity(t.Context(), model.Options{})
	if err != nil || s == nil || !slices.Equal(s.Chosen, []string{"guard"}) || !s.Proved {
		t.Fatalf("%+v, %v", s, err)
	}
	near(t, "security", s.Value, 100000-5000, 1e-9)
	near(t, "its loss", s.AnnualLoss, 100000, 1e-9)
}

// TestEndsOfOneSort has no features, and no mitigations.
func TestEndsOfOneSort(t *testing.T) {
	b := build(t, "rivals.yaml", []byte(rivalsWith("", "")), model.NoLimits())
	if f, err := b.OnlyFeatures(t.Context(), model.Options{}); f != nil || err != nil {
		t.Errorf("%+v, %v", f, err)
	}
	s, err := b.OnlySecurity(t.Context(), model.Options{})
	if p := solve(t, b); err != nil || s == nil || !slices.Equal(s.Chosen, p.Chosen) || math.Abs(s.Value-p.Value) > 1e-6 {
		t.Errorf("%+v, %v; the plan is %v", s, err, p.Chosen)
	}
}

// TestAlong ends with the value of the plan, whatever the order.
func TestAlong(t *testing.T) {
	b := scheduled(t, crowded)
	p := solve(t, b)
	for _, order := range [][]string{{"guard", "chat"}, {"chat", "guard"}, {"nix", "chat", "chat", "guard"}} {
		got := b.Along(p, order)
		if len(got) != len(order) {
			t.Fatalf("%v: %v", order, got)
		}
		near(t, "the end of "+order[0], got[len(got)-1], p.Value, 1e-9)
	}
	near(t, "the guard first", b.Along(p, []string{"guard"})[0], 95000, 1e-9)
}
