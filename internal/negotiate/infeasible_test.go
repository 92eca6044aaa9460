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
			"plan Web shop: what must be done (“Records stolen”) needs £2k, where there is £10, and 26 days, where there is 1 day",
		},
		{
			"money alone", &model.Infeasible{Floors: []string{"m", "n"}, NeedsMoney: 41036.4, NeedsEffort: 3, Limits: limits(30000, math.Inf(1))},
			"plan Web shop: what must be done (“First” and “Second”) needs £41k, where there is £30k",
		},
		{
			"rounded alike", &model.Infeasible{Floors: []string{"m"}, NeedsMoney: 30100, NeedsEffort: 3, Limits: limits(30000, math.Inf(1))},
			"plan Web shop: what must be done (“First”) needs a little more than the £30k there is",
		},
		{
			"two that clash", &model.Infeasible{Err: &plan.InfeasibleError{Items: []int{0, 1}, IDs: []string{"m", "n"}}, NeedsMoney: math.NaN()},
			"plan Web shop: “First” and “Second” cannot go together: one must be done, and requires or excludes what the other says",
		},
		{
			"one ruled out", &model.Infeasible{Err: &plan.InfeasibleError{Items: []int{1}, IDs: []string{"n"}}, NeedsMoney: math.NaN()},
			"plan Web shop: “Second” cannot be in any plan: it must be done, and another rule takes it out",
		},
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
