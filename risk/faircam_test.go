package risk_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/parleysec/parley/risk"
)

// TestOperationalEfficacyFAIRCAM is faircam-opeff of the reference cases: the
// reliability that follows from how often and how long a control is not as it
// should be is an assurance here, and what is left of its efficacy then is its
// degraded level. Intervals of both are worked out from the case's own formulas.
func TestOperationalEfficacyFAIRCAM(t *testing.T) {
	var in struct {
		Frequency float64 `json:"variance_per_year"`
		Days      float64 `json:"variance_days"`
		Coverage  float64
		Intended  float64
		Variant   float64
	}
	var want struct {
		Reliability float64
		Efficacy    float64 `json:"operational_efficacy"`
	}
	references(t)["faircam-opeff"].into(t, &in, &want)
	reliability := math.Pow(1-in.Frequency/365, in.Days)
	near(t, "reliability", reliability, want.Reliability, 1e-10)
	m := read(t, head+fmt.Sprintf(`policy: {horizon: 1 year}
controls:
  - {id: c, title: C, coverage: %v%%, degraded: %v%%, against: [{threat: t, likelihood: %v%%}]}
threats:
  - {id: t, title: T, stated_with: [], likelihood: 1 per year, impact: {says: x, financial: 1000}}
`, 100*in.Coverage, 100*in.Variant, 100*in.Intended))
	p, err := risk.Compile(m, risk.Options{Assurance: map[string]risk.Assurance{"c": {Mean: reliability}}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "operational efficacy", 1-expect(t, p, risk.Scenario{}).Annual/1000, want.Efficacy, 1e-10)
	near(t, "chance within a year", expect(t, p, risk.Scenario{}).Chance, 1-math.Exp(-(1-want.Efficacy)), 1e-10)
}

// TestStagesOfDetectionAndResponse: two stages that cut the loss of what gets
// through leave (1 − m₁)(1 − m₂) of it, events as they are; the one that fails
// leaves the other's; and each stage's own coverage counts once.
func TestStagesOfDetectionAndResponse(t *testing.T) {
	p := compile(t, head+`policy: {horizon: 1 year, common_cause: 20%}
controls:
  - {id: see, title: S, function: detect, coverage: 80%, against: [{threat: t, impact: 50%}]}
  - {id: act, title: A, function: respond, against: [{threat: t, impact: 70%}]}
threats:
  - {id: t, title: T, stated_with: [], likelihood: 2 per year, impact: {says: x, financial: 1000}}
`)
	for _, c := range []struct {
		name string
		s    risk.Scenario
		left float64
	}{
		{"both", risk.Scenario{}, (1 - 0.8*0.5) * (1 - 0.7)},
		{"nobody sees", risk.Scenario{Broken: []string{"see"}}, 1 - 0.7},
		{"nobody acts", risk.Scenario{Broken: []string{"act"}}, 1 - 0.8*0.5},
		{"neither", risk.Scenario{Broken: []string{"see", "act"}}, 1},
	} {
		e := expect(t, p, c.s)
		near(t, c.name+": loss", e.Annual, 2000*c.left, 1e-12)
		near(t, c.name+": events", e.Threats[0].Rate, 2, 1e-12)
		near(t, c.name+": chance", e.Chance, 1-math.Exp(-2), 1e-12)
	}
}
