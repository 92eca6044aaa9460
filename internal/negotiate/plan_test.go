package negotiate

import (
	"testing"

	"github.com/parleysec/parley"
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
		{model.Why{Reason: model.NoRoom, WorthIf: &model.WorthIf{Cost: model.Cost{Money: 2000, EffortDays: 9}}}, "would pay, but there is no room; would come in at less than 9 days and £2k"},
		{model.Why{In: true, Reason: model.Pays, InPlan: 50000, MarginalValue: 12000}, "worth about £12k to the plan"},
		{model.Why{In: true, Reason: model.Pays, MarginalValue: 12000, Delays: []model.Delay{{Period: "2027-Q2", Cost: 900}}}, "worth about £12k to the plan; £900 less if it waits for 2027-Q2"},
		{model.Why{In: true, Reason: model.Pays, MarginalValue: 12000, Delays: []model.Delay{{Period: "2027-Q2"}}}, "worth about £12k to the plan"},
		{model.Why{In: true, Reason: model.IsMust, InPlan: 50000, MarginalValue: -11000}, "it must be done"},
	} {
		if got := whyWords(m, c.why); got != c.want {
			t.Errorf("%+v: %q, want %q", c.why, got, c.want)
		}
	}
}
