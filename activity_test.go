package parley

import (
	"strings"
	"testing"

	"github.com/parleysec/parley/quantity"
)

func TestTierLimits(t *testing.T) {
	money := func(text string) quantity.Quantity {
		q, err := quantity.Parse(text, quantity.Money, quantity.Env{Currency: "GBP"})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	for _, c := range []struct {
		limits TierLimits
		loss   float64
		want   Tier
	}{
		{TierLimits{}, 9_999, LowTier},
		{TierLimits{}, 10_000, MediumTier},
		{TierLimits{}, 100_000, HighTier},
		{TierLimits{Medium: money("50k"), High: money("1M")}, 49_999, LowTier},
		{TierLimits{Medium: money("50k"), High: money("1M")}, 999_999, MediumTier},
		{TierLimits{High: money("5k")}, 5_000, HighTier},       // medium by default would begin above high
		{TierLimits{Medium: money("1M")}, 999_999, LowTier},    // and high below medium
		{TierLimits{Medium: money("1M")}, 1_000_000, HighTier}, // where both begin high holds
	} {
		if got := c.limits.Of(c.loss); got != c.want {
			t.Errorf("%+v: %v is %s, want %s", c.limits, c.loss, got, c.want)
		}
	}
	if !HighTier.AtLeast(MediumTier) || !MediumTier.AtLeast(MediumTier) || LowTier.AtLeast(MediumTier) {
		t.Error("the tiers do not stand in order")
	}
}

// TestActivityLevel: the level of the highest tier that is reached holds.
func TestActivityLevel(t *testing.T) {
	a := Activity{ID: "a", Expected: []Expectation{
		{Stage: Testing, Tier: HighTier, Says: "much"}, {Stage: Testing, Says: "little"}, {Stage: Design, Tier: MediumTier, Says: "drawn"},
	}}
	for _, c := range []struct {
		stage Stage
		tier  Tier
		want  string
	}{
		{Testing, LowTier, "little"},
		{Testing, MediumTier, "little"},
		{Testing, HighTier, "much"},
		{Design, LowTier, ""},
		{Design, HighTier, "drawn"},
		{Operations, HighTier, ""},
	} {
		e, is := a.At(c.stage, c.tier)
		if e.Says != c.want || is != (c.want != "") {
			t.Errorf("%s, %s: %+v", c.stage, c.tier, e)
		}
	}
}

func TestActivitiesAreChecked(t *testing.T) {
	m := &Model{Product: Product{ID: "p", Currency: "GBP"}}
	m.Policy.Activities = []Activity{
		{ID: "a", Title: "A", Expected: []Expectation{{Stage: Testing, Says: "x"}, {Stage: Testing, Tier: LowTier, Says: "y"}}},
		{ID: "a", Title: "A", For: "everybody", Expected: []Expectation{{Stage: "party", Says: "x"}}},
	}
	m.Policy.Tiers = TierLimits{Medium: quantity.Of("1M"), High: quantity.Of("1k")}
	var said []string
	for _, p := range Errors(append(Resolve(m), Validate(m)...)) {
		said = append(said, p.Path+": "+p.Message)
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{
		`policy.activities[1].id: there is another activity "a"`, `policy.activities[0].expected[1]: testing is said twice`,
		`policy.activities[1].for: for cannot be "everybody"`, `policy.activities[1].expected[0].stage: stage cannot be "party"`,
		`policy.tiers.high: high begins at less than medium`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
	m.Policy = Policy{Activities: make([]Activity, maxActivities+1)}
	if len(Errors(Validate(m))) == 0 {
		t.Error("any number of activities is taken")
	}
}
