package main

import (
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/plan/model"
)

// TestBesideTheBest: of a plan that is as good it is said what it saves and what
// it takes more, and nothing of what is the same.
func TestBesideTheBest(t *testing.T) {
	p := planPage{r: &negotiate.PlanResult{Currency: "EUR", Cost: model.Cost{Money: 12000, EffortDays: 40}}}
	for _, c := range []struct {
		cost model.Cost
		want string
	}{
		{model.Cost{Money: 12000, EffortDays: 40}, "1"},
		{model.Cost{Money: 12000.4, EffortDays: 40.04}, "1"},
		{model.Cost{Money: 10000, EffortDays: 25}, "1; saves 15 days of work and €2k"},
		{model.Cost{Money: 12000, EffortDays: 25}, "1; saves 15 days of work"},
		{model.Cost{Money: 15000, EffortDays: 40}, "1; takes €3k more"},
		{model.Cost{Money: 15000, EffortDays: 39}, "1; saves 1 day of work, takes €3k more"},
	} {
		if got := p.beside(c.cost, "1"); got != c.want {
			t.Errorf("%+v: %q, want %q", c.cost, got, c.want)
		}
	}
}
