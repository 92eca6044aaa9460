package model_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
)

func demo(tb testing.TB) *model.Built {
	tb.Helper()
	text, err := os.ReadFile(demoFile)
	if err != nil {
		tb.Fatal(err)
	}
	return scheduled(tb, string(text))
}

// TestMoreTimeAllowsMoreSubproblems: the searches for what is asked about a plan
// over periods are bounded by a number, which grows with the deadline.
func TestMoreTimeAllowsMoreSubproblems(t *testing.T) {
	b := demo(t)
	for _, c := range []struct {
		o    model.Options
		want int
	}{
		{model.Options{}, 400},
		{model.Options{Deadline: time.Second}, 400},
		{model.Options{Deadline: 10 * time.Second}, 400},
		{model.Options{Deadline: 40 * time.Second}, 1600},
		{model.Options{Deadline: 40 * time.Second, MaxNodes: 7}, 7},
		{model.Options{MaxNodes: 20_000}, 400},
	} {
		if got := b.Asked(c.o).MaxNodes; got != c.want {
			t.Errorf("%+v: %d subproblems, not %d", c.o, got, c.want)
		}
	}
	one := scheduled(t, `parley: v1
product: {id: p, name: P, currency: GBP}
threats: []
mitigations: []
`)
	if got := one.Asked(model.Options{Deadline: time.Minute}).MaxNodes; got != 0 {
		t.Errorf("without periods: %d subproblems", got)
	}
}

// TestMoreTimeAnswersMore: what the penetration test is worth to the demo's plan
// takes more subproblems than the usual deadline allows, and fewer than one of a
// minute does.
func TestMoreTimeAnswersMore(t *testing.T) {
	b := demo(t)
	sol, err := plan.Solve(context.Background(), &b.Problem, plan.Options{})
	if err != nil || !sol.Proved {
		t.Fatal(sol, err)
	}
	for deadline, known := range map[time.Duration]bool{0: false, time.Minute: true} {
		ms, err := plan.Marginals(context.Background(), &b.Problem, sol, []int{b.Last("pentest")}, true, b.Asked(model.Options{Deadline: deadline}))
		if err != nil || ms[0].Known != known {
			t.Errorf("a deadline of %v: known %v, %v", deadline, ms[0].Known, err)
		}
	}
}
