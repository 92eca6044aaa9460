package negotiate

import (
	"math"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/risk"
)

// TestRiskOptions holds what each option is worth against a model in which it
// begins a month later, and against one in which the estimate is a number.
func TestRiskOptions(t *testing.T) {
	text := strings.Replace(shop, "impact: {says: It is in the news., financial: 200k..900k}", "impact: {says: It is in the news., financial: 200k..900k, reputation: {loss: 100k, chance: 40%}}", 1)
	d := newDesk(t)
	r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Name: "shop.yaml", Data: []byte(text)}, Trials: 5000, Options: true})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := file.Read("shop.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := risk.Compile(doc.Model, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Options) != 2 {
		t.Fatalf("%d options: %+v", len(r.Options), r.Options)
	}
	for i, o := range r.Options {
		now, _, err1 := p.NetBenefit(risk.Choice{Mitigations: []string{o.ID}})
		later, _, err2 := p.NetBenefit(risk.Choice{Mitigations: []string{o.ID}, Start: 1.0 / 12})
		e, err3 := p.Expect(risk.Scenario{Mitigations: []string{o.ID}})
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		if o.NetBenefit != now || math.Abs(o.DelayPerMonth-(now-later)) > 1e-9*math.Abs(now) || o.ExpectedAnnualLossAfter != e.Annual {
			t.Errorf("%+v; worth %v now and %v later, %v left", o, now, later, e.Annual)
		}
		a, err := p.Appraise(t.Context(), risk.Choice{Mitigations: []string{o.ID}}, risk.SimOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if o.ExpectedAnnualLoss != *r.ExpectedAnnualLoss.Exact || o.PaysOffChance != a.PaysOffChance || o.PaysOffError != a.PaysOffError || o.WorthItChance != a.WorthItChance || o.WorthItError != a.WorthItError || a.PaysOffError <= 0 {
			t.Errorf("%+v; alone %+v", o, a)
		}
		if i > 0 && o.NetBenefit > r.Options[i-1].NetBenefit {
			t.Error("not in order")
		}
	}
	safe := r.Options[0]
	if safe.ID != "safe" || len(safe.Sensitivity) != 1 || safe.Sensitivity[0].Estimate != "mitigations.safe.cost.effort" || safe.Sensitivity[0].Stated != "10d..20d" {
		t.Errorf("sensitivity: %+v", safe)
	}
	if s := safe.Sensitivity[0]; !(s.Low > safe.NetBenefit && s.High < safe.NetBenefit) {
		t.Errorf("more work is worth more: %+v", s)
	}
}

// TestContributionsAddUp: threats and kinds of loss to the whole, in the mean and
// in the tail.
func TestContributionsAddUp(t *testing.T) {
	d := newDesk(t)
	r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Name: "shop.yaml", Data: []byte(shop)}, Trials: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	mean, tail, kinds, drawn, ofThreats, tailKinds, tailOfThreats := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
	for _, x := range r.Threats {
		mean += x.ExpectedAnnualLoss
		tail += x.TailShare
		for _, k := range x.LossesByKind {
			ofThreats += k.ExpectedAnnualLoss
			tailOfThreats += *k.TailShare
		}
		if !(*x.TailShareError > 0 && *x.TailShareError < 0.1) {
			t.Errorf("%s: standard error %v of its share of the tail", x.ID, *x.TailShareError)
		}
	}
	for _, k := range r.LossesByKind {
		kinds += k.ExpectedAnnualLoss
		drawn += *k.Simulated
		tailKinds += *k.TailShare
	}
	whole := *r.ExpectedAnnualLoss.Exact
	for what, x := range map[string]float64{"threats": mean, "kinds": kinds, "kinds of threats": ofThreats} {
		if math.Abs(x-whole) > 1e-9*whole {
			t.Errorf("%s add up to %v, not %v", what, x, whole)
		}
	}
	if math.Abs(tailKinds-1) > 1e-9 || math.Abs(tailOfThreats-1) > 1e-9 {
		t.Errorf("the tail's kinds add up to %v, those of threats to %v", tailKinds, tailOfThreats)
	}
	if math.Abs(tail-1) > 1e-9 || math.Abs(drawn-*r.ExpectedAnnualLoss.Simulated) > 1e-9*drawn {
		t.Errorf("tail %v; kinds drawn %v, mean drawn %v", tail, drawn, *r.ExpectedAnnualLoss.Simulated)
	}
	if r.Options != nil {
		t.Error("options that were not asked for")
	}
}
