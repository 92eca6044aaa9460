package negotiate

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
)

// TestInfeasibleInWords: why no plan is possible is said with titles, money and
// days as people read them, never in figures of the solver.
func TestInfeasibleInWords(t *testing.T) {
	m := &parley.Model{
		Product:     parley.Product{ID: "shop", Name: "Web shop", Currency: "GBP"},
		Threats:     []parley.Threat{{ID: "leak", Title: "Records stolen"}},
		Mitigations: []parley.Mitigation{{ID: "m", Title: "First"}, {ID: "n", Title: "Second"}},
	}
	limits := func(money, effort float64) model.Limits {
		l := model.NoLimits()
		l.Money, l.Effort = money, effort
		return l
	}
	for _, c := range []struct {
		name string
		err  *model.Infeasible
		want string
	}{
		{
			"both short", &model.Infeasible{Floors: []string{"leak"}, NeedsMoney: 2000, NeedsEffort: 25.6082, Limits: limits(10, 1)},
			"plan Web shop: what must be done (“Records stolen” (leak)) needs £2k, where there is £10, and 26 days, where there is 1 day",
		},
		{
			"money alone", &model.Infeasible{Floors: []string{"m", "n"}, NeedsMoney: 41036.4, NeedsEffort: 3, Limits: limits(30000, math.Inf(1))},
			"plan Web shop: what must be done (“First” (m) and “Second” (n)) needs £41k, where there is £30k",
		},
		{
			"rounded alike", &model.Infeasible{Floors: []string{"m"}, NeedsMoney: 30100, NeedsEffort: 3, Limits: limits(30000, math.Inf(1))},
			"plan Web shop: what must be done (“First” (m)) needs a little more than the £30k there is",
		},
		{
			"short, and what clashes", &model.Infeasible{
				Floors: []string{"m"}, NeedsMoney: 2000, NeedsEffort: 1, Limits: limits(10, 1),
				Clash: []model.Clash{{Kind: model.ClashDuty, IDs: []string{"m"}}, {Kind: model.ClashMoney, Limit: 10}},
			},
			"plan Web shop: what must be done (“First” (m)) needs £2k, where there is £10; no plan keeps all of these: a duty asks for “First” (m); all together may take £10",
		},
		{
			"rules alone", &model.Infeasible{NeedsMoney: math.NaN(), Clash: []model.Clash{
				{Kind: model.ClashMust, IDs: []string{"m"}},
				{Kind: model.ClashRequires, IDs: []string{"m", "n"}},
				{Kind: model.ClashMustNot, IDs: []string{"n"}},
				{Kind: model.ClashExcludes, IDs: []string{"n", "m"}},
				{Kind: model.ClashNoValue, IDs: []string{"n"}},
			}},
			"plan Web shop: no plan keeps all of these: “First” (m) must be done; “First” (m) requires “Second” (n); “Second” (n) is ruled out; “Second” (n) excludes “First” (m); “Second” (n) is left out, as nobody said what it brings",
		},
		{
			"threats", &model.Infeasible{NeedsMoney: math.NaN(), Clash: []model.Clash{
				{Kind: model.ClashTreat, IDs: []string{"leak"}, By: []string{"m", "n"}},
				{Kind: model.ClashTreat, IDs: []string{"leak"}},
				{Kind: model.ClashBrings, IDs: []string{"m", "leak"}, By: []string{"n"}},
				{Kind: model.ClashBrings, IDs: []string{"m", "leak"}},
			}},
			"plan Web shop: no plan keeps all of these: something must be done against “Records stolen” (leak): “First” (m) or “Second” (n); something must be done against “Records stolen” (leak), and nothing is named against it; " +
				"“First” (m) needs something against “Records stolen” (leak), which it brings: “Second” (n); “First” (m) brings “Records stolen” (leak), and nothing is named against it",
		},
		{
			"periods", &model.Infeasible{NeedsMoney: math.NaN(), Clash: []model.Clash{
				{Kind: model.ClashEffort, Period: "2027-Q1", Limit: 3}, {Kind: model.ClashMoney, Period: "2027-Q2", Limit: 3000}, {Kind: model.ClashEffort, Limit: 5},
			}},
			"plan Web shop: no plan keeps all of these: 2027-Q1 offers 3 days; 2027-Q2 offers £3k; all together may take 5 days",
		},
		{"not settled", &model.Infeasible{NeedsMoney: math.NaN()}, "plan Web shop: no choice keeps all limits and rules"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.err.Err == nil {
				c.err.Err = &plan.InfeasibleError{}
			}
			err := planError(m, &parley.Error{Op: "plan", Kind: parley.No, Err: c.err})
			if err.Error() != c.want || parley.KindOfError(err) != parley.No {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if kept, ok := errors.AsType[*model.Infeasible](err); !ok || kept != c.err {
				t.Error("the figures are gone from the error")
			}
		})
	}
	if err := planError(m, errors.New("disk")); !strings.Contains(err.Error(), "disk") || parley.KindOfError(err) == parley.No {
		t.Errorf("another error became %v", err)
	}
}
