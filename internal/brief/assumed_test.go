package brief

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// Everything assumed is said in a sentence.
func TestAssumedSays(t *testing.T) {
	q := quantity.Of
	m := &parley.Model{Product: parley.Product{ID: "shop", Currency: "GBP"}, Policy: parley.Policy{PersonDay: q("650")}}
	m.Threats = []parley.Threat{{ID: "a", Title: "A", Likelihood: q("likely")}, {ID: "b", Title: "B", Likelihood: q("likely")}, {ID: "c", Title: "C", Likelihood: q("rare")}}
	m.Mitigations = []parley.Mitigation{{ID: "m", Title: "M"}, {ID: "n", Title: "N"}}
	m.Mitigations[0].Cost.Effort = q("low")
	m.Mitigations[1].LeadTime = q("1 week")
	parley.Resolve(m)
	got := map[string]string{}
	for _, a := range Assumed(m) {
		if strings.ContainsAny(a.Says, "{}") || !strings.HasSuffix(a.Says, ".") {
			t.Errorf("%s: %q", a.Field, a.Says)
		}
		got[a.Field] = a.Says
	}
	for field, want := range map[string]string{
		"policy.horizon":                 "All is counted over the next two years.",
		"lead_time":                      "For 1 of 2 mitigations and features nobody said how long it takes until they have an effect: they count at once.",
		"policy.scale.likelihood.likely": "“likely” is taken to mean 55% to 75%: nobody said what it means here (the usual scale, phia+workshop v1; used 2 times).",
		"policy.scale.cost.low":          "“low” is taken to mean 1d to 5d: nobody said what it means here (the usual scale, phia+workshop v1; used once).",
	} {
		if got[field] != want {
			t.Errorf("%s: %q, want %q", field, got[field], want)
		}
	}
	m.Mitigations[1].LeadTime = quantity.Quantity{}
	for _, a := range Assumed(m) {
		if a.Field == "lead_time" && a.Says != "Nobody said how long it takes until mitigations and features have an effect: they count at once." {
			t.Errorf("%q", a.Says)
		}
	}
}
