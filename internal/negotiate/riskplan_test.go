package negotiate

import (
	"math"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
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
