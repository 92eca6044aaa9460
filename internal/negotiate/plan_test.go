package negotiate

import (
	"math"
	"slices"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
)

// TestWhyWords: what is left out because it costs too much is said of the item
// alone, not of all that would have to make room for it.
func TestWhyWords(t *testing.T) {
	m := &parley.Model{Product: parley.Product{Currency: "GBP"}}
	for _, c := range []struct {
		why  model.Why
		want string
	}{
		{model.Why{Reason: model.TooDear, InPlan: -8600, MarginalValue: -98000}, "costs about £8.6k more than it brings"},
		{model.Why{Reason: model.NoRoom, Over: []model.OverLimit{{Period: "2027-Q3", What: "money", By: 4000}, {What: "effort", By: 3}}}, "would pay, but there is no room: as the plan is, £4k of money is missing in 2027-Q3 and 3 days of work are missing"},
		{model.Why{In: true, Reason: model.Pays, MarginalValue: 44_000, Reoptimised: true}, "worth about £44k to the plan"},
		{model.Why{In: true, Reason: model.Pays, MarginalValue: 120_000, InPlan: 120_000}, "the plan as it is would lose about £120k without it"},
		{model.Why{Reason: model.NoRoom, WorthIf: &model.WorthIf{Cost: model.Cost{Money: 2000, EffortDays: 9}}}, "would pay, but there is no room; would come in at less than 9 days and £2k"},
		{model.Why{In: true, Reason: model.Pays, InPlan: 50000, MarginalValue: 12000, Reoptimised: true}, "worth about £12k to the plan"},
		{model.Why{In: true, Reason: model.Pays, MarginalValue: 12000, Reoptimised: true, Delays: []model.Delay{{Period: "2027-Q2", Cost: 900}}}, "worth about £12k to the plan; £900 less if it waits for 2027-Q2"},
		{model.Why{In: true, Reason: model.Pays, MarginalValue: 12000, Reoptimised: true, Delays: []model.Delay{{Period: "2027-Q2"}}}, "worth about £12k to the plan"},
		{model.Why{In: true, Reason: model.IsMust, InPlan: 50000, MarginalValue: -11000}, "it must be done"},
	} {
		if got := whyWords(m, c.why); got != c.want {
			t.Errorf("%+v: %q, want %q", c.why, got, c.want)
		}
	}
}

// TestBreakEvenWords: what a feature would have to bring, beside what it would
// take the place of.
func TestBreakEvenWords(t *testing.T) {
	m := &parley.Model{Product: parley.Product{Currency: "GBP"}, Mitigations: []parley.Mitigation{{ID: "step", Title: "Second step at sign-in"}}}
	worth := func(x float64) *float64 { return &x }
	for _, c := range []struct {
		x    model.BreakEven
		want string
	}{
		{model.BreakEven{Feature: "gifts", Value: worth(15000), Instead: []string{"step"}}, "“gifts” would have to bring more than £15k a year to be worth more than “Second step at sign-in”"},
		{model.BreakEven{Feature: "gifts", Value: worth(15000)}, "“gifts” would have to bring more than £15k a year to come in"},
		{model.BreakEven{Feature: "gifts", Value: worth(0)}, "“gifts” would come in without bringing any money"},
		{model.BreakEven{Feature: "gifts"}, "“gifts” cannot come in within these limits, whatever it brings"},
		{model.BreakEven{Feature: "gifts", Late: true}, "“gifts” would be finished only when the time looked at is over, so nothing it brings would count"},
		{model.BreakEven{Feature: "gifts", Open: true}, "What “gifts” would have to bring was not worked out in time"},
	} {
		if got := breakEvenWords(m, c.x); got != c.want {
			t.Errorf("%+v: %q, want %q", c.x, got, c.want)
		}
	}
}

// TestFeatureDelayWords: what features would do were there no security work.
func TestFeatureDelayWords(t *testing.T) {
	m := &parley.Model{Product: parley.Product{Currency: "GBP"}}
	later := .25
	for _, c := range []struct {
		d    model.FeatureDelay
		want string
	}{
		{model.FeatureDelay{}, "Security work keeps no feature waiting"},
		{model.FeatureDelay{Lost: 20000, Features: []model.DelayedFeature{
			{ID: "chat", Alone: "2027-Q1", Starts: "2027-Q2", Years: &later},
			{ID: "maps", Alone: "2027-Q2", Out: true},
			{ID: "news", Starts: "2027-Q1"},
		}}, "Without any security work the features would bring about £20k more: “chat” starts in 2027-Q2 instead of 2027-Q1; “maps” is left out instead of starting in 2027-Q2; “news” comes in, and would be left out"},
		{model.FeatureDelay{Lost: 20000, Features: []model.DelayedFeature{{ID: "maps", Out: true}}}, "Without any security work the features would bring about £20k more: “maps” is left out"},
	} {
		if got := featureDelayWords(m, &c.d); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestPlanningTellsHowFarItIs: the best plan so far, what no plan can exceed, and
// at the end that it is over.
func TestPlanningTellsHowFarItIs(t *testing.T) {
	var said []string
	var done []float64
	s := &Service{Progress: func(what string, d float64) { said, done = append(said, what), append(done, d) }}
	l := &loaded{model: &parley.Model{Product: parley.Product{Currency: "GBP"}}}
	tell := s.planProgress(t.Context(), l)
	tell(plan.Progress{Value: math.Inf(-1), Bound: 1.1e6, Gap: math.Inf(1)})
	tell(plan.Progress{Value: 1e6, Bound: 1.1e6, Gap: .1})
	s.planned(t.Context())
	want := []string{"planning: none yet, none above £1.1M", "planning: best so far £1M, none above £1.1M (gap 10 %)", ""}
	if !slices.Equal(said, want) || !slices.Equal(done, []float64{Unmeasured, Unmeasured, 1}) {
		t.Errorf("%q %v", said, done)
	}
	if (&Service{}).planProgress(t.Context(), l) != nil {
		t.Error("tells nobody")
	}
}
