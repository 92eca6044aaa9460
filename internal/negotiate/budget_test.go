package negotiate

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan/model"
)

// quarters is shop with two periods in which not everything fits at once.
var quarters = strings.Replace(shop, "  - {period: 2027-Q1, effort: 60d, money: 20k}\n",
	"  - {period: 2027-Q1, effort: 16d}\n  - {period: 2027-Q2, effort: 10d, money: 3k}\n", 1)

func planOf(t *testing.T, text string, b Budget) (*PlanResult, error) {
	t.Helper()
	d := newDesk(t)
	return d.Plan(t.Context(), d.tom, PlanRequest{Source: Source{Name: "shop.yaml", Data: []byte(text)}, Budget: b, Trials: 20_000})
}

func TestBudgetOverPeriods(t *testing.T) {
	for _, c := range []struct {
		name    string
		b       Budget
		periods []string
		items   []string // of the first period, sorted
		effort  float64  // in all
		from    string
	}{
		{"the file's", Budget{}, []string{"2027-Q1", "2027-Q2"}, nil, 26, "capacity"},
		{"one amount", Budget{Effort: "40d"}, []string{"2027-Q1"}, []string{"archive", "gift", "safe"}, 40, "request"},
		{"none", Budget{Periods: "none"}, []string{"2027-Q1"}, []string{"archive", "gift", "safe"}, 26, "capacity"},
		{"both", Budget{Periods: "file", Effort: "20d"}, []string{"2027-Q1", "2027-Q2"}, nil, 20, "request"},
		{"shared, as it is", Budget{Periods: PeriodsShared}, []string{"2027-Q1", "2027-Q2"}, nil, 26, "capacity"},
		{"shared", Budget{Periods: PeriodsShared, Effort: "52d"}, []string{"2027-Q1", "2027-Q2"}, nil, 52, "request"},
		{"over the first alone", Budget{Periods: SharedOver("1")}, []string{"2027-Q1"}, nil, 16, "capacity"},
		{"all of it in the first", Budget{Periods: SharedOver("1"), Effort: "40d"}, []string{"2027-Q1"}, []string{"archive", "gift", "safe"}, 40, "request"},
		{"over as many as there are", Budget{Periods: SharedOver("2"), Effort: "52d"}, []string{"2027-Q1", "2027-Q2"}, nil, 52, "request"},
		{"typed", Budget{Periods: "Q1 2027 = 8d+1k, later=30d"}, []string{"Q1 2027", "later"}, []string{"archive", "gift"}, 38, "request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := planOf(t, quarters, c.b)
			if err != nil {
				t.Fatal(err)
			}
			var names, all []string
			for _, p := range r.Periods {
				names = append(names, p.Period)
				all = append(all, p.Items...)
				if p.EffortDays != nil && p.Cost.EffortDays > *p.EffortDays+1e-9 {
					t.Errorf("%s takes %v of %v days", p.Period, p.Cost.EffortDays, *p.EffortDays)
				}
			}
			first := slices.Sorted(slices.Values(r.Periods[0].Items))
			if !slices.Equal(names[:len(c.periods)], c.periods) || c.items != nil && !slices.Equal(first, c.items) {
				t.Errorf("periods %v, first %v; want %v, %v", names, first, c.periods, c.items)
			}
			if *r.Budget.EffortDays != c.effort || r.Budget.From != c.from || !r.Proved {
				t.Errorf("budget %v from %s, proved %v", *r.Budget.EffortDays, r.Budget.From, r.Proved)
			}
			slices.Sort(all)
			if !slices.Equal(all, slices.Sorted(slices.Values(r.Chosen))) {
				t.Errorf("periods hold %v, chosen are %v", all, r.Chosen)
			}
		})
	}
}

func TestSharingKeepsTheProportions(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name          string
		money, effort float64
		in, want      []model.Period
	}{
		{"half of it", 10, 20, []model.Period{{Money: 15, Effort: 10}, {Money: 5, Effort: 30}}, []model.Period{{Money: 7.5, Effort: 5}, {Money: 2.5, Effort: 15}}},
		{"no limit to share", inf, 8, []model.Period{{Money: 15, Effort: 2}, {Money: 5, Effort: 2}}, []model.Period{{Money: 15, Effort: 4}, {Money: 5, Effort: 4}}},
		{"periods without a limit", 10, 8, []model.Period{{Money: inf, Effort: 2}, {Money: inf}}, []model.Period{{Money: inf, Effort: 8}, {Money: inf}}},
		{"nothing to go by", 10, 0, []model.Period{{Effort: 2}, {Effort: 2}}, []model.Period{{Money: 5}, {Money: 5}}},
	} {
		limits := model.Limits{Money: c.money, Effort: c.effort, Periods: c.in}
		share(&limits)
		if !slices.Equal(limits.Periods, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, limits.Periods, c.want)
		}
	}
}

func TestBudgetRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"2027-Q1":                   "says no amounts",
		"=5d":                       "says no amounts",
		"a=5d,a=6d":                 "a is there twice",
		"a=plenty":                  `"plenty" is neither effort nor money`,
		"2027-Q2=5d,2027-Q1=5d":     "starts before",
		"2027-Q1=1d, 2027-Q2=1d+0k": "", // too little for what must be
	} {
		_, err := planOf(t, quarters, Budget{Periods: text, Must: []string{"safe"}})
		switch {
		case err == nil || !strings.Contains(err.Error(), says):
			t.Errorf("%s: %v", text, err)
		case says != "" && parley.KindOfError(err) != parley.Invalid, says == "" && parley.KindOfError(err) != parley.No:
			t.Errorf("%s: %v is %v", text, err, parley.KindOfError(err))
		}
	}
	if _, err := planOf(t, shop, Budget{Objective: "fun"}); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("an objective nobody knows: %v", err)
	}
}

// What cannot be a budget says what it is, and what would be right.
func TestWrongBudgets(t *testing.T) {
	for _, c := range []struct {
		b          Budget
		says, hint string
	}{
		{Budget{Money: "30d"}, `"30d": this is person-time, not money`, "write --effort 30d for it"},
		{Budget{Effort: "30k"}, `"30k": this is money, not person-time`, "write --money 30k for it"},
		{Budget{Effort: "30"}, `"30": the unit is missing: days, weeks`, "write 30d"},
		{Budget{Effort: "10h"}, "effort is counted in days", "e.g. --effort 120d"},
		{Budget{Money: "lots"}, "cannot read “lots”", "e.g. --money 30k"},
		{Budget{Money: "medium"}, "cannot read “medium”", "e.g. --money 30k"},
		{Budget{Money: "-5k"}, "negative numbers", "e.g. --money 30k"},
		{Budget{Money: "€30k"}, "“€” is not the product's, GBP", "e.g. --money 30k"},
		{Budget{Money: "20k..30k"}, "this is a range, and a budget is one amount", "e.g. --money 30k"},
		{Budget{Money: "20-30k"}, "may be read in two ways", "write 20k..30k or 20..30k"},
		{Budget{Periods: "soon"}, `"soon" says no amounts`, "--periods"},
		{Budget{Periods: "2027-Q5=30d"}, "2027-Q5 is no quarter or month", "--periods"},
		{Budget{Periods: "2027-13=30d"}, "2027-13 is no quarter or month", "--periods"},
		{Budget{Periods: "2027-Q1=30"}, `2027-Q1: "30" may be days or money`, "--periods"},
		{Budget{Periods: "2027-Q1=30d+20d"}, `2027-Q1: effort is there twice, "30d" and "20d"`, "--periods"},
		{Budget{Periods: "2027-Q1=£2k+3k"}, `2027-Q1: money is there twice`, "--periods"},
		{Budget{Periods: "2027-Q1=5d..9d"}, `"5d..9d" is a range`, "--periods"},
		{Budget{Periods: "2027-Q1="}, `"" is neither effort nor money`, "--periods"},
	} {
		_, err := planOf(t, shop, c.b)
		bad, ok := errors.AsType[*parley.Error](err)
		if !ok || bad.Kind != parley.Invalid || !strings.Contains(err.Error(), c.says) || !strings.Contains(bad.Hint, c.hint) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v (%+v), want %q and %q", c.b, err, bad, c.says, c.hint)
		}
	}
}
