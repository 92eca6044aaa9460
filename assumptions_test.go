package parley_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

func TestAssumptions(t *testing.T) {
	m := shop()
	m.Threats[0].Likelihood = quantity.Of("likely")
	m.Threats[0].Impact.Profit.Amount = quantity.Of("medium")
	m.Mitigations[0].Cost.Effort = quantity.Of("low")
	m.Features[0].Cost.Effort = quantity.Of("low")
	m.Features[0].LeadTime = quantity.Of("6 weeks")
	if ps := parley.Errors(check(m)); len(ps) != 0 {
		t.Fatalf("%+v", ps)
	}
	var got [][2]string
	for _, a := range m.Assumptions() {
		got = append(got, [2]string{a.Field, a.Value})
		if strings.HasPrefix(a.Field, "policy.scale.") && (a.Word == "" || a.Scale == "" || a.N == 0) {
			t.Errorf("%+v", a)
		}
	}
	want := [][2]string{
		{"policy.horizon", "2 years"},
		{"policy.discount_rate", "5%"},
		{"policy.common_cause", "5%"},
		{"policy.unverified", "50%"},
		{"lead_time", "none"},
		{"policy.scale.cost.low", "1d..5d"},
		{"policy.scale.impact.medium", "20k..200k"},
		{"policy.scale.likelihood.likely", "55%..75%"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// What somebody set is not assumed.
func TestAssumptionsOfACompleteModel(t *testing.T) {
	q := quantity.Of
	m := shop()
	m.Policy.Horizon, m.Policy.DiscountRate, m.Policy.CommonCause, m.Policy.Unverified = q("3 years"), q("3%"), q("0%"), q("40%")
	m.Policy.Scale.Cost = map[string]string{"low": "2d"}
	m.Mitigations[0].Cost.Effort = q("low")
	m.Mitigations[0].LeadTime, m.Mitigations[1].LeadTime, m.Features[0].LeadTime = q("1 week"), q("1 week"), q("0 days")
	if ps := parley.Errors(check(m)); len(ps) != 0 {
		t.Fatalf("%+v", ps)
	}
	if as := m.Assumptions(); len(as) != 0 {
		t.Errorf("%+v", as)
	}
}

// The defaults that the assumptions name are those that are used.
func TestAssumptionsAreTheDefaults(t *testing.T) {
	var p parley.Policy
	used := map[string]float64{
		"policy.horizon": p.HorizonYears(), "policy.discount_rate": p.Discount(),
		"policy.common_cause": p.CommonCauseShare(), "policy.unverified": p.UnverifiedCredit(),
	}
	for _, a := range (&parley.Model{}).Assumptions() {
		kind := quantity.Share
		if a.Field == "policy.horizon" {
			kind = quantity.Duration
		}
		q, err := quantity.Parse(a.Value, kind, quantity.Env{})
		if err != nil || q.Mean() != used[a.Field] {
			t.Errorf("%s: said %s (%v), used %v", a.Field, a.Value, err, used[a.Field])
		}
		delete(used, a.Field)
	}
	if len(used) != 0 {
		t.Errorf("not named: %v", used)
	}
}
