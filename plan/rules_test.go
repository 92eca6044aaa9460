package plan

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestInfeasibleSaysWhatClashes(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name  string
		p     Problem
		items []int
		limit string
		need  float64
		says  string
	}{
		{
			"musts over the money limit",
			Problem{Money: 100, Effort: inf, Items: []Item{{ID: "audit", Money: 80, Must: true}, {ID: "logs", Money: 50, Must: true}, {ID: "free"}}},
			[]int{0, 1},
			"money", 130, "audit, logs) needs 130 of money; the limit is 100",
		},
		{
			"what a must requires counts too",
			Problem{Money: inf, Effort: 10, Items: []Item{{ID: "a", Effort: 4, Must: true, Requires: []int{1}}, {ID: "b", Effort: 7}}},
			[]int{0, 1},
			"effort", 11, "needs 11 of effort",
		},
		{
			"two musts exclude each other",
			Problem{Money: inf, Effort: inf, Items: []Item{{ID: "a", Must: true}, {ID: "b", Must: true, Excludes: []int{0}}}},
			[]int{0, 1},
			"", 0, "a, b cannot go together",
		},
		{
			"a must requires what must not be",
			Problem{Money: inf, Effort: inf, Items: []Item{{ID: "a", Must: true, Requires: []int{1}}, {ID: "b", MustNot: true}}},
			[]int{0, 1},
			"", 0, "a, b cannot go together",
		},
		{
			"must and must not",
			Problem{Money: inf, Effort: inf, Items: []Item{{ID: "a", Must: true, MustNot: true}}},
			[]int{0},
			"", 0, "a cannot go together",
		},
		{
			"a row that nothing can satisfy",
			Problem{Money: inf, Effort: inf, Items: []Item{{ID: "a"}}, Rows: []Row{{Name: "demand", Uses: []Use{{0, -1}}, Limit: -2}}},
			nil, "demand", -1, "no choice keeps demand: it comes to -1 at least; the limit is -2",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Solve(context.Background(), &c.p, Options{})
			e, ok := asInfeasible(err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if !slices.Equal(e.Items, c.items) || e.Limit != c.limit || e.Need != c.need || !strings.Contains(e.Error(), c.says) {
				t.Errorf("got %+v (%v)", e, e)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		says string
		p    Problem
	}{
		{"money limit is -1", Problem{Money: -1}},
		{"effort limit is NaN", Problem{Effort: nan}},
		{"item 0 (a): the money is -2", Problem{Items: []Item{{ID: "a", Money: -2}}}},
		{"the money is 1e+19; want a number from 0 to 1e18", Problem{Items: []Item{{Money: 1e19}}}},
		{"the effort is +Inf", Problem{Items: []Item{{Effort: inf}}}},
		{"the outlay is NaN", Problem{Items: []Item{{Outlay: nan}}}},
		{"the gross value is NaN; want a number from −1e18", Problem{Items: []Item{{Gross: nan}}}},
		{"item 3 does not exist; there are 1", Problem{Items: []Item{{Requires: []int{3}}}}},
		{"item -1 does not exist", Problem{Items: []Item{{Excludes: []int{-1}}}}},
		{"term 0: the loss is -1", Problem{Terms: []Term{{Loss: -1}}}},
		{"the loss is +Inf", Problem{Terms: []Term{{Loss: inf}}}},
		{"share 1.5 pass; want 0 to 1", Problem{Items: []Item{{}}, Terms: []Term{{Factors: []Factor{{0, 1.5}}}}}},
		{"share NaN pass", Problem{Items: []Item{{}}, Terms: []Term{{Factors: []Factor{{0, nan}}}}}},
		{"term 0: item 7", Problem{Items: []Item{{}}, Terms: []Term{{Factors: []Factor{{7, .5}}}}}},
		{"term 0: item 9", Problem{Items: []Item{{}}, Terms: []Term{{IfAny: []int{9}}}}},
		{"table 0: 3 losses of 1 items", Problem{Items: []Item{{}}, Tables: []Table{{Items: []int{0}, Loss: make([]float64, 3)}}}},
		{"table 0: item 1 does not exist", Problem{Items: []Item{{}}, Tables: []Table{{Items: []int{1}, Loss: make([]float64, 2)}}}},
		{"table 0: item \"a\" stands in it twice", Problem{Items: []Item{{ID: "a"}}, Tables: []Table{{Items: []int{0, 0}, Loss: make([]float64, 4)}}}},
		{"table 0: the loss is NaN", Problem{Items: []Item{{}}, Tables: []Table{{Items: []int{0}, Loss: []float64{1, nan}}}}},
		{"row 0 (r): item 2", Problem{Items: []Item{{}}, Rows: []Row{{Name: "r", Uses: []Use{{2, 1}}}}}},
		{"row 0 (r): the amount of item \"a\" is NaN", Problem{Items: []Item{{ID: "a"}}, Rows: []Row{{Name: "r", Uses: []Use{{0, nan}}}}}},
		{"row 0 (r): the limit is not a number", Problem{Rows: []Row{{Name: "r", Limit: nan}}}},
	} {
		if err := c.p.Validate(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v", c.says, err)
		}
		if _, err := Solve(context.Background(), &c.p, Options{}); err == nil {
			t.Errorf("%s: solved all the same", c.says)
		}
	}
}

func TestTotals(t *testing.T) {
	p := &Problem{
		Money: math.Inf(1), Effort: math.Inf(1),
		Items: []Item{{Money: 10, Effort: 1, Outlay: 12, Gross: 5}, {Money: 20, Effort: 2, Outlay: 21, Gross: -3}},
		Terms: []Term{
			{Loss: 100, Factors: []Factor{{0, .5}, {0, .5}, {1, 0}}},
			{Loss: 40, IfAny: []int{1}, Factors: []Factor{{0, .25}}},
		},
	}
	if got := p.LossOfNothing(); got != 100 {
		t.Errorf("loss of nothing is %v, want 100: the second threat is not there", got)
	}
	if got, want := p.Totals([]int{0}), (Totals{Money: 10, Effort: 1, Outlay: 12, Gross: 5, Loss: 25, Value: 68}); got != want {
		t.Errorf("first item: %+v, want %+v", got, want)
	}
	got := p.Totals([]int{0, 1})
	near(t, "loss of both", got.Loss, 25e-9+10, 1e-15)
	near(t, "value of both", got.Value, 100-25e-9-10+2-33, 1e-15)
}

func TestFeasible(t *testing.T) {
	p := &Problem{
		Money: .3, Effort: 5,
		Items: []Item{{Money: .1, Must: true}, {Money: .2, Requires: []int{0}}, {Effort: 6}, {Excludes: []int{1}}, {MustNot: true}},
		Rows:  []Row{{Uses: []Use{{3, 1}}, Limit: 0}},
	}
	for _, c := range []struct {
		set []int
		ok  bool
	}{
		{[]int{0}, true},
		{[]int{0, 1}, true}, // .1 + .2 is a rounding above .3
		{nil, false},
		{[]int{1}, false},
		{[]int{0, 2}, false},
		{[]int{0, 3}, false},
		{[]int{0, 4}, false},
		{[]int{0, 1, 3}, false},
		{[]int{0, 5}, false},
		{[]int{-1, 0}, false},
	} {
		if got := p.Feasible(c.set); got != c.ok {
			t.Errorf("%v: %v", c.set, got)
		}
	}
}
