package negotiate

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley/plan/model"
)

// TestOptionsWithinThePlan: what an option does within the plan is what the plan
// says of it; a policy beside the plan is what a price with it in force says.
func TestOptionsWithinThePlan(t *testing.T) {
	text, err := os.ReadFile("../../examples/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, req, planned := effectsOf(t, text)
	r, err := s.Risk(t.Context(), priya, RiskRequest{Source: req.Source, Trials: req.Trials, InPlan: true})
	if err != nil {
		t.Fatal(err)
	}
	in := 0
	for _, o := range r.Options {
		w := o.WithinPlan
		if w == nil || w.In != slices.Contains(planned.Chosen, o.ID) {
			t.Fatalf("%s: %+v, the plan is %v", o.ID, w, planned.Chosen)
		}
		if w.In {
			in++
		}
		if at := slices.IndexFunc(planned.Items, func(it PlanItem) bool { return it.ID == o.ID }); at >= 0 {
			if diff := cmp.Diff(planned.Items[at].Effect.WithinPlan, w.YearsChange); diff != "" {
				t.Errorf("%s:\n%s", o.ID, diff)
			}
			continue
		}
		if o.Kind != "transfer" || math.Abs(w.Before.ExpectedAnnualLoss-planned.AnnualLoss.After) > 1e-9*planned.AnnualLoss.After ||
			!(w.After.ExpectedAnnualLoss < w.Before.ExpectedAnnualLoss) || w.After.ChanceWithinHorizon != w.Before.ChanceWithinHorizon {
			t.Errorf("%s: %+v", o.ID, w)
		}
	}
	if in == 0 || len(r.Options) < 3 {
		t.Errorf("%d of %d options are in the plan: too little is tried", in, len(r.Options))
	}
	if r, err = s.Risk(t.Context(), priya, RiskRequest{Source: req.Source, Trials: 1000, Options: true}); err != nil || r.Options[0].WithinPlan != nil {
		t.Errorf("nobody asked for the plan: %+v, %v", r.Options[0].WithinPlan, err)
	}
}

// TestAvoidingWithinThePlan leaves the plan without the threat.
func TestAvoidingWithinThePlan(t *testing.T) {
	const text = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years, person_day: 500}
threats:
  - {id: leak, title: L, likelihood: 0.5 per year, impact: {says: x, financial: 100k..400k}, treatments: [{id: stop, kind: avoid, title: Stop it, cost: {once: 1k}}]}
  - {id: other, title: O, likelihood: 0.2 per year, impact: {says: x, financial: 50k..90k}}
mitigations: [{id: m, title: M, cost: {effort: 5d}, against: [{threat: leak, likelihood: 50%}]}]
capacity: [{period: 2027, effort: 100d, money: 50k}]
`
	r, err := (&Service{}).Risk(t.Context(), priya, RiskRequest{Source: Source{Name: "p.yaml", Data: []byte(text)}, Trials: 2000, InPlan: true})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(r.Options, func(o OptionRisk) bool { return o.ID == "stop" })
	if at < 0 {
		t.Fatalf("%+v", r.Options)
	}
	other := r.Threats[slices.IndexFunc(r.Threats, func(x ThreatRisk) bool { return x.ID == "other" })]
	w := r.Options[at].WithinPlan
	if math.Abs(w.After.ExpectedAnnualLoss-other.ExpectedAnnualLoss) > 1e-9*other.ExpectedAnnualLoss || math.Abs(w.After.ChanceWithinHorizon-other.ChanceWithinHorizon) > 1e-12 {
		t.Errorf("without the threat %+v, the other one alone %+v", w, other)
	}
}

// TestNoPlanToBeWithin: where no plan keeps all limits and duties, the price is told
// all the same, with why there is no plan and the cheapest set that keeps the
// duties, found here by hand; where rules exclude each other there is none.
func TestNoPlanToBeWithin(t *testing.T) {
	file := func(rest string) []byte {
		return []byte(`parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years, person_day: 500}
threats:
  - {id: leak, title: L, likelihood: 0.5 per year, impact: {says: x, financial: 100k..400k}, obligation: {says: keep data safe}}
  - {id: other, title: O, likelihood: 0.1 per year, impact: {says: x, financial: 1k..4k}}
mitigations:
  - {id: dear, title: D, cost: {effort: 40d, once: 10k}, against: [{threat: leak, likelihood: 90%}]}
  - {id: base, title: B, cost: {effort: 4d}, against: [{threat: other, likelihood: 5%}]}
  - {id: cheap, title: C, cost: {effort: 12d, once: 2k}, requires: [base], against: [{threat: leak, likelihood: 50%}]}
` + rest)
	}
	price := func(rest string, inPlan bool) *RiskResult {
		t.Helper()
		r, err := (&Service{}).Risk(t.Context(), priya, RiskRequest{Source: Source{Name: "p.yaml", Data: file(rest)}, Trials: 2000, Options: true, InPlan: inPlan})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	const short = "capacity: [{period: 2027, effort: 10d, money: 1k}]\n"
	got, plain := price(short, true), price(short, false)
	want := &CheapestPlan{Chosen: []string{"base", "cheap"}, Cost: model.Cost{Money: 2000, EffortDays: 16}, Proved: true}
	if got.NoPlan == nil || !strings.HasPrefix(got.NoPlan.Says, "what must be done (“L” (leak)) needs £2k, where there is £1k, and 16 days") || !cmp.Equal(want, got.NoPlan.Cheapest) {
		t.Errorf("%+v", got.NoPlan)
	}
	if got.NoPlan = nil; !cmp.Equal(plain, got) {
		t.Errorf("the rest of the answer differs:\n%s", cmp.Diff(plain, got))
	}
	if got := price("capacity: [{period: 2027, effort: 50d, money: 20k}]\n", true); got.NoPlan != nil || got.Options[0].WithinPlan == nil {
		t.Errorf("there is a plan: %+v", got.NoPlan)
	}
	got = price("features: [{id: f, title: F, cost: {effort: 1d}, value: 1k per year, must: true, excludes: [cheap, dear]}]\n", true)
	if got.NoPlan == nil || got.NoPlan.Says == "" || got.NoPlan.Cheapest != nil || len(got.Options) != len(plain.Options) {
		t.Errorf("rules exclude each other: %+v, options %v", got.NoPlan, got.Options)
	}
}
