package model_test

import (
	"strings"
	"testing"

	"github.com/parleysec/parley/plan/model"
)

// rivals are two mitigations of which ten days of work allow one.
const rivals = `
parley: v1
product: {id: p, name: P, stage: design, currency: GBP}
policy: {horizon: 1 year, person_day: 500, discount_rate: 0%, common_cause: 0%}
threats:
  - {id: big, title: Big, likelihood: 1 per year, impact: {says: x, financial: 200000}}
  - {id: small, title: Small, likelihood: 1 per year, OBLIGATION impact: {says: x, financial: 40000}}
mitigations:
  - {id: best, title: Best, cost: {effort: 10d}, against: [{threat: big, likelihood: 50%}]}
  - {id: lesser, title: Lesser, MUST cost: {effort: 10d}, against: [{threat: small, likelihood: 50%}]}
  - {id: dear, title: Dear, cost: {effort: 10d, once: 4000}, against: [{threat: small, likelihood: 1%}]}
`

func rivalsWith(must, obligation string) string {
	text := strings.Replace(rivals, "MUST", must, 1)
	if obligation == "PEOPLE" {
		return strings.Replace(text, "OBLIGATION impact: {", "impact: {people: {who: users, harm: grave}, ", 1)
	}
	return strings.Replace(text, "OBLIGATION", obligation, 1)
}

func whyOf(t *testing.T, p *model.Plan, id string) model.Why {
	t.Helper()
	for _, w := range p.Why {
		if w.ID == id {
			return w
		}
	}
	t.Fatalf("nothing is said of %s", id)
	return model.Why{}
}

// TestWhatAFloorCostsDoesNotPay has an item that is worth more than it costs,
// but keeps a better one out: it is in because it must be, and at a price.
func TestWhatAFloorCostsDoesNotPay(t *testing.T) {
	for _, c := range []struct {
		must, obligation string
		effort           float64
		want             model.Reason
		price            float64
	}{
		{"", "", 20, model.Pays, 0},
		{"must: true,", "", 20, model.Pays, 0},
		{"must: true,", "", 10, model.IsMust, 80000},
		{"obligation: {says: Art. 32},", "", 10, model.IsObligation, 80000},
		{"", "obligation: {says: Art. 32},", 20, model.Pays, 0},
		{"", "obligation: {says: Art. 32},", 10, model.IsObligation, 80000},
		{"", "PEOPLE", 10, model.ForPeople, 80000},
	} {
		limits := model.NoLimits()
		limits.Effort = c.effort
		p := solve(t, build(t, "rivals.yaml", []byte(rivalsWith(c.must, c.obligation)), limits))
		if got := whyOf(t, p, "lesser"); got.Reason != c.want || !got.In {
			t.Errorf("%s %s %v days: %+v, want %s", c.must, c.obligation, c.effort, got, c.want)
		}
		for _, f := range p.Floors {
			if f.Price == nil {
				t.Fatalf("no price for %s", f.ID)
			}
			near(t, "price of "+f.ID, *f.Price, c.price, 1e-9)
		}
	}
}

// TestTooDearByItself has an item that alone costs a little more than it brings:
// InPlan says how much, whatever the best plan with it in would lose beside.
func TestTooDearByItself(t *testing.T) {
	limits := model.NoLimits()
	limits.Effort = 10
	p := solve(t, build(t, "rivals.yaml", []byte(rivalsWith("", "")), limits))
	w := whyOf(t, p, "dear")
	if w.Reason != model.TooDear || w.In {
		t.Fatalf("%+v", w)
	}
	near(t, "in the plan", w.InPlan, 400-9000, 1e-9)
	near(t, "chosen anew", w.MarginalValue, (400-9000)-(100000-5000), 1e-9)
}
