package parley_test

import (
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

func TestFindByID(t *testing.T) {
	m := shop()
	if m.Threat("cert") != &m.Threats[1] || m.Control("waf") != &m.Controls[0] || m.Mitigation("prove") != &m.Mitigations[1] ||
		m.Feature("export") != &m.Features[0] || m.Dependency("cdn") != &m.Dependencies[0] {
		t.Error("a thing is not found by its id")
	}
	if m.Threat("waf") != nil || m.Control("") != nil || m.Mitigation("export") != nil || m.Feature("fix") != nil || m.Dependency("waf") != nil {
		t.Error("something is found that is not there")
	}
}

func TestThreatPredicates(t *testing.T) {
	for name, c := range map[string]struct {
		threat                                        parley.Threat
		priced, decision, unconfirmed, guessed, grave bool
	}{
		"full":          {threat: *shop().Threat("leak"), priced: true, decision: true},
		"negotiate":     {threat: parley.Threat{Triage: parley.Negotiate}, decision: true},
		"aware":         {threat: parley.Threat{Triage: parley.Aware}},
		"no likelihood": {threat: parley.Threat{Impact: shop().Threats[0].Impact}, decision: true},
		"no loss":       {threat: parley.Threat{Likelihood: quantity.Of("30%")}, decision: true},
		"closed": {threat: parley.Threat{
			Triage: parley.Closed, Likelihood: quantity.Of("30%"), Impact: shop().Threats[0].Impact,
		}},
		"imported": {threat: parley.Threat{Basis: parley.BasisImported}, decision: true, unconfirmed: true},
		"tool":     {threat: parley.Threat{Basis: parley.BasisTool}, decision: true, unconfirmed: true},
		"guess":    {threat: parley.Threat{Basis: parley.BasisGuess}, decision: true, guessed: true},
		"grave":    {threat: parley.Threat{Impact: parley.Impact{People: &parley.People{Harm: parley.Grave}}}, decision: true, grave: true},
		"serious":  {threat: parley.Threat{Impact: parley.Impact{People: &parley.People{Harm: parley.Serious}}}, decision: true},
	} {
		x := &c.threat
		if x.Priced() != c.priced || x.NeedsDecision() != c.decision || x.Unconfirmed() != c.unconfirmed || x.Guessed() != c.guessed || x.GraveHarm() != c.grave {
			t.Errorf("%s: priced %v, needs a decision %v, unconfirmed %v, guessed %v, grave %v",
				name, x.Priced(), x.NeedsDecision(), x.Unconfirmed(), x.Guessed(), x.GraveHarm())
		}
	}
}

func TestValidBasis(t *testing.T) {
	for basis, want := range map[string]bool{
		"": true, "our own incidents": true, "base rate": true, "base rate (DBIR 2025)": true, "expert": true, "guess": true, "imported": true, "tool": true,
		"base rate (": false, "base rate DBIR": false, "Expert": false, "experts": false,
	} {
		if got := parley.ValidBasis(basis); got != want {
			t.Errorf("ValidBasis(%q) = %v", basis, got)
		}
	}
}

func TestLosses(t *testing.T) {
	q := quantity.Of
	i := parley.Impact{Availability: parley.Loss{Amount: q("1k")}, Profit: parley.Loss{Amount: q("2k")}, Reputation: parley.Loss{Chance: q("10%")}}
	got := i.Losses()
	if len(got) != 2 || got[0].Kind != parley.Profit || got[1].Kind != parley.Availability || got[1].Loss.Amount.Text != "1k" {
		t.Errorf("%+v, want profit and availability in that order", got)
	}
	if (&parley.Impact{Says: "Bad."}).Stated() || !i.Stated() {
		t.Error("Stated is about losses")
	}
}

func TestSmallPredicates(t *testing.T) {
	var none *parley.Obligation
	for name, c := range map[string]struct{ got, want bool }{
		"no obligation":         {none.Applies(), false},
		"an obligation":         {(&parley.Obligation{Says: "GDPR"}).Applies(), true},
		"one that is not ours":  {(&parley.Obligation{Says: "GDPR", NotApplicable: "no personal data"}).Applies(), false},
		"no strength":           {parley.Against{Threat: "a"}.Stated(), false},
		"strength on impact":    {parley.Against{Impact: quantity.Of("10%")}.Stated(), true},
		"no cost":               {parley.Cost{}.Stated(), false},
		"a cost of nothing":     {parley.Cost{Once: quantity.Of("0")}.Stated(), true},
		"named product":         {parley.Product{ID: "a", Name: "A"}.Title() == "A", true},
		"product without name":  {parley.Product{ID: "a"}.Title() == "a", true},
		"six kinds of decision": {len(parley.Kinds()) == 6, true},
		"eight stages":          {len(parley.Stages()) == 8 && parley.Stages()[0] == parley.Inception, true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v", name, c.got)
		}
	}
}

// What a policy states holds instead of the defaults.
func TestPolicyDefaults(t *testing.T) {
	m := shop()
	m.Policy.Horizon, m.Policy.DiscountRate = quantity.Of("18 months"), quantity.Of("3%")
	m.Policy.CommonCause, m.Policy.Unverified = quantity.Of("0%"), quantity.Of("20%")
	if ps := check(m); len(ps) != 0 {
		t.Fatalf("%+v", ps)
	}
	p := m.Policy
	got := [4]float64{p.HorizonYears(), p.Discount(), p.CommonCauseShare(), p.UnverifiedCredit()}
	if want := [4]float64{1.5, 0.03, 0, 0.2}; got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestCurrencyHints(t *testing.T) {
	for text, want := range map[string]string{
		"€": "EUR", "euros": "EUR", "$": "USD", "US$": "USD", "sterling": "GBP", "yen": "JPY", "HRK": "EUR", "gbp": "GBP", "CHG": "CHE", "bitcoin": "",
	} {
		m := shop()
		m.Product.Currency = text
		ps := parley.Errors(parley.Validate(m))
		if len(ps) != 1 || ps[0].Path != "product.currency" {
			t.Errorf("%q: %+v", text, ps)
			continue
		}
		if hint := "did you mean " + want + "?"; want != "" && ps[0].Hint != hint || want == "" && ps[0].Hint != "three letters, e.g. GBP, EUR or USD" {
			t.Errorf("%q: %s, want %s", text, ps[0].Hint, hint)
		}
	}
}
