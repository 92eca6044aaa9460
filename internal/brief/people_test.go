package brief

import (
	"math"
	"testing"
)

const peopleOnly = `
parley: v1
product: {id: p, name: P, currency: GBP}
policy: {person_day: 600}
threats:
  - id: dose
    title: A patient gets another's dose
    likelihood: 20% within 2 years
    impact: {people: {who: patients, how_many: 1, harm: grave}}
  - {id: leak, title: Records leak, likelihood: 10% within 2 years, impact: {financial: 100k}}
mitigations:
  - {id: check, title: Two people check, cost: {effort: 5d}, against: [{threat: dose, likelihood: 75%}]}
  - {id: later, title: Not thought through, cost: {effort: 5d}, against: [{threat: dose}]}
  - {id: free, title: Nobody knows the cost, against: [{threat: leak, likelihood: 50%}]}
`

// A threat that harms people alone has chances, now and with each option, and
// no price; nothing is called worth most, and living with it is not free.
func TestPeopleWithoutAPrice(t *testing.T) {
	r := briefs(t, read(t, peopleOnly), nil, Options{Trials: 500, Futures: 100})
	d := r.Threat("dose")
	if d.ExpectedAnnualLoss != nil || d.LossOneInTwenty != nil || d.LossIfItHappens != nil || d.Waiting != nil {
		t.Errorf("money is said of a threat that has none: %+v", d)
	}
	if d.ChanceWithinHorizon == nil || math.Abs(*d.ChanceWithinHorizon-0.2) > 1e-9 {
		t.Errorf("the chance is %v, not the 20 %% stated", d.ChanceWithinHorizon)
	}
	check := option(t, d, "check")
	// A quarter of the rate is left: 1 − 0.8^¼.
	if want := 1 - math.Pow(0.8, 0.25); check.ChanceWithinHorizonAfter == nil || math.Abs(*check.ChanceWithinHorizonAfter-want) > 1e-9 {
		t.Errorf("with the check the chance is %v, not %v", check.ChanceWithinHorizonAfter, want)
	}
	if check.NetBenefit != nil || check.Cost == nil {
		t.Errorf("an unpriced threat's option needs a cost and no balance: %+v", check)
	}
	for _, o := range d.Options {
		if o.IsBest {
			t.Errorf("%s is called worth most of options nobody can price", o.ID)
		}
	}
	if o := option(t, d, "accept"); o.Words.Floor == "" {
		t.Error("living with grave harm is offered for its price")
	}
	if r.Total.Grave != 1 || r.Total.Unpriced != 1 || r.Threats[len(r.Threats)-1].ID != "dose" {
		t.Errorf("total %+v", r.Total)
	}
}

func TestOptionsThatLackSomething(t *testing.T) {
	r := briefs(t, read(t, peopleOnly), nil, Options{Trials: 500, Futures: 100})
	o := option(t, r.Threat("dose"), "later")
	if o.ChanceWithinHorizonAfter != nil || o.NetBenefit != nil || len(o.Missing) != 1 || o.Missing[0] != missingStrength {
		t.Errorf("without a strength: %+v", o)
	}
	o = option(t, r.Threat("leak"), "free")
	if o.Cost != nil || o.NetBenefit != nil || o.ExpectedAnnualLossAfter == nil || o.Missing[0] != missingCost {
		t.Errorf("without a cost: %+v", o)
	}
	if !option(t, r.Threat("leak"), "accept").IsBest {
		t.Error("where nothing can be judged, living with it is worth most")
	}
}

// option finds an option of a threat.
func option(tb testing.TB, t *Threat, id string) *Option {
	tb.Helper()
	for i := range t.Options {
		if t.Options[i].ID == id {
			return &t.Options[i]
		}
	}
	tb.Fatalf("%s has no option %s", t.ID, id)
	return nil
}
