package negotiate

import (
	"math"
	"os"
	"slices"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// effectsOf is a plan of some text with what its items do to a year.
func effectsOf(t *testing.T, text []byte, must ...string) (*Service, PlanRequest, *PlanResult) {
	t.Helper()
	s := &Service{}
	req := PlanRequest{Source: Source{Name: "plan.yaml", Data: text}, Budget: Budget{Must: must}, Trials: 5000, Effects: true}
	r, err := s.Plan(t.Context(), priya, req)
	if err != nil {
		t.Fatal(err)
	}
	return s, req, r
}

var priya = Actor{ID: "priya@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}

// TestEffectsArePrices: what an item does, alone and within the plan, is what a
// price of each side by itself says, to the last bit.
func TestEffectsArePrices(t *testing.T) {
	text, err := os.ReadFile("../../examples/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, req, r := effectsOf(t, text)
	price := func(with ...string) YearFigures {
		got, err := s.Risk(t.Context(), priya, RiskRequest{Source: req.Source, With: with, Trials: req.Trials, Method: Simulate, TotalsOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		se := got.QuantileErrors["0.95"]
		return YearFigures{*got.ExpectedAnnualLoss.Exact, got.ChanceWithinHorizon, got.Quantiles["0.95"], &se}
	}
	same := func(what string, got, want YearFigures) {
		if math.Abs(got.ExpectedAnnualLoss-want.ExpectedAnnualLoss) > 1e-9*want.ExpectedAnnualLoss || got.ChanceWithinHorizon != want.ChanceWithinHorizon ||
			got.LossOneInTwenty != want.LossOneInTwenty || *got.OneInTwentyErr != *want.OneInTwentyErr {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	plan, out := price(r.Chosen...), 0
	same("the plan", plan, YearFigures{r.AnnualLoss.After, plan.ChanceWithinHorizon, plan.LossOneInTwenty, plan.OneInTwentyErr})
	for _, it := range r.Items {
		alone, without := []string{it.ID}, slices.DeleteFunc(slices.Clone(r.Chosen), func(id string) bool { return id == it.ID })
		switch it.ID {
		case "one-click":
			alone = append(alone, "consent") // which it requires
		case "consent":
			without = slices.DeleteFunc(without, func(id string) bool { return id == "one-click" })
		}
		if p := it.Effect.PaysOff; p == nil || p.Chance < 0 || p.Chance > 1 || p.StandardError <= 0 || (p.WorthIt > 0.5) != (p.NetBenefit > 0) {
			t.Errorf("%s pays off: %+v", it.ID, p)
		}
		same(it.ID+" before", it.Effect.Alone.Before, price())
		same(it.ID+" alone", it.Effect.Alone.After, price(alone...))
		if it.In {
			same(it.ID+" within", it.Effect.WithinPlan.After, plan)
			same(it.ID+" plan without", it.Effect.WithinPlan.Before, price(without...))
			continue
		}
		out++
		same(it.ID+" out", it.Effect.WithinPlan.Before, plan)
		same(it.ID+" plan with", it.Effect.WithinPlan.After, price(append(slices.Clone(r.Chosen), it.ID)...))
	}
	if len(r.Chosen) < 2 {
		t.Fatalf("%d chosen, %d out: nothing tried", len(r.Chosen), out)
	}
	req.Effects = false
	if r, err = s.Plan(t.Context(), priya, req); err != nil || r.Items[0].Effect != nil {
		t.Errorf("effects nobody asked for, or %v", err)
	}
}

// TestRivalsTakeWithThem what requires them: a plan never has half of it.
func TestRivalsTakeWithThem(t *testing.T) {
	l := &loaded{model: &parley.Model{Mitigations: []parley.Mitigation{
		{ID: "a"},
		{ID: "on-a", Work: parley.Work{Requires: []string{"a"}}},
		{ID: "on-that", Work: parley.Work{Requires: []string{"on-a"}}},
		{ID: "b", Work: parley.Work{Excludes: []string{"a"}}},
		{ID: "other"},
	}}}
	if got := l.joined([]string{"a", "on-a", "on-that", "other"}, "b"); !slices.Equal(got, []string{"b", "other"}) {
		t.Errorf("b comes in the place of a: %v", got)
	}
}

// TestEffectsOfRivals: what is left out comes in the place of what it excludes.
func TestEffectsOfRivals(t *testing.T) {
	_, _, r := effectsOf(t, []byte(`parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 1 year}
threats: [{id: t, title: T, likelihood: 1 per year, impact: {says: x, financial: 10k..90k}}]
mitigations:
  - {id: a, title: A, cost: {once: 1k}, against: [{threat: t, likelihood: 80%}]}
  - {id: b, title: B, cost: {once: 1k}, excludes: [a], against: [{threat: t, likelihood: 40%}]}
  - {id: c, title: C, cost: {once: 1k}, requires: [b], against: [{threat: t, likelihood: 50%}]}
`), "a")
	if !slices.Equal(r.Chosen, []string{"a"}) {
		t.Fatalf("chosen %v", r.Chosen)
	}
	left := map[string]float64{}
	for _, it := range r.Items {
		before := it.Effect.Alone.Before.ExpectedAnnualLoss
		left[it.ID+" alone"] = it.Effect.Alone.After.ExpectedAnnualLoss / before
		left[it.ID+" before"] = it.Effect.WithinPlan.Before.ExpectedAnnualLoss / before
		left[it.ID+" after"] = it.Effect.WithinPlan.After.ExpectedAnnualLoss / before
	}
	both := left["c alone"] // two layers, with what they share
	for what, want := range map[string]float64{"a alone": 0.2, "b alone": 0.6, "a before": 1, "a after": 0.2, "b before": 0.2, "b after": 0.6, "c before": 0.2, "c after": both} {
		if math.Abs(left[what]-want) > 1e-9 {
			t.Errorf("%s leaves %v, want %v", what, left[what], want)
		}
	}
	// The value is between the same two sets: a and b cost the same, losses are
	// discounted over the one year.
	loss := r.AnnualLoss.Before * (1 - 1/1.05) / math.Log(1.05)
	for id, want := range map[string]float64{"a": 0.8*loss - 1000, "b": -0.4 * loss, "c": (0.2-both)*loss - 1000} {
		k := slices.IndexFunc(r.Why, func(w Why) bool { return w.ID == id })
		if got := r.Why[k].InPlan; math.Abs(got-want) > 1e-9*loss {
			t.Errorf("%s is worth %v within the plan, want %v", id, got, want)
		}
	}
	if !(both > 0.3 && both < 0.35) {
		t.Errorf("two layers leave %v", both)
	}
}
