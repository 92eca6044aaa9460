package exchange_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/quantity"
)

// register is the model of a table of threats.
func register(t *testing.T, name, rows string) *parley.Model {
	t.Helper()
	m, _, err := exchange.Import("csv", []exchange.Input{{Name: name, Data: []byte(rows)}}, exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const first = `ID,Threat,Likelihood,Impact,Mitigation,Cost,Status
R1,Records are stolen,high,200k,Queries,20k,
R2,A parcel is lost,medium,5k,Signature,3k,
R3,The cellar floods,low,100k,,,
`

const second = `ID,Threat,Likelihood,Impact,Mitigation,Cost,Status
R1,Records are stolen or sold,very high,300k,Queries,25k,
R2,A parcel is lost,high,6k,Signature,3k,
R4,A worker is bribed,low,100k,Signature,3k,
R5,A van burns,low,9k,Sprinkler,1k,Accepted
`

// heads are the things of a list, with their fields.
func heads(list []exchange.Merged) []string {
	var out []string
	for _, x := range list {
		s := x.Kind + " " + x.ID
		for _, f := range x.Fields {
			s += " " + f.Field
		}
		out = append(out, s)
	}
	return out
}

func TestIntoWithoutTheFormerSource(t *testing.T) {
	product := register(t, "risks.csv", first)
	product.Threats[1].Title = "A parcel gets lost on the way"
	m, got := exchange.Into(product, register(t, "risks.csv", second), nil)
	for what, c := range map[string]struct{ got, want []string }{
		"added":   {heads(got.Added), []string{"threat R4", "threat R5", "mitigation sprinkler", "decision R5"}},
		"updated": {heads(got.Updated), []string{"mitigation signature against"}},
		"kept": {heads(got.Kept), []string{
			"threat R1 title likelihood impact.says impact.compromise", "threat R2 title likelihood impact.compromise", "mitigation queries cost",
		}},
		"gone": {heads(got.Gone), []string{"threat R3"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	if m.Threats[0].Likelihood.Text != "high" || m.Threats[1].Title != "A parcel gets lost on the way" || m.Threat("R3") == nil {
		t.Errorf("what was there changed: %+v", m.Threats[:3])
	}
	if diff := cmp.Diff([]string{"R2", "R4"}, []string{m.Mitigations[1].Against[0].Threat, m.Mitigations[1].Against[1].Threat}); diff != "" {
		t.Error(diff)
	}
	if len(product.Threats) != 3 || len(product.Mitigations[1].Against) != 1 {
		t.Error("the product that was given changed")
	}
}

func TestIntoTakesWhatNobodyChanged(t *testing.T) {
	product := register(t, "risks.csv", first)
	product.Threats[0].Title = "Our customers are robbed"
	product.Threats[1].Basis = parley.BasisExpert // somebody looked at the estimate
	product.Mitigations[0].Cost.Once = quantity.Of("22k")
	m, got := exchange.Into(product, register(t, "new.csv", second), register(t, "old.csv", first))
	for what, c := range map[string]struct{ got, want []string }{
		"updated": {heads(got.Updated), []string{"threat R1 likelihood impact.says impact.compromise", "mitigation signature against"}},
		"kept":    {heads(got.Kept), []string{"threat R1 title", "threat R2 likelihood impact.compromise", "mitigation queries cost"}},
		"gone":    {heads(got.Gone), []string{"threat R3"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	if x := m.Threats[0]; x.Title != "Our customers are robbed" || x.Likelihood.Text != "very high" || x.Impact.Compromise.Amount.Text != "300k" {
		t.Errorf("R1 is %+v", x)
	}
	if x := m.Threats[1]; x.Likelihood.Text != "medium" || x.Basis != parley.BasisExpert {
		t.Errorf("R2 is %+v", x)
	}
	again, got := exchange.Into(m, register(t, "new.csv", second), register(t, "new.csv", second))
	if len(got.Added)+len(got.Updated)+len(got.Kept) != 0 || cmp.Diff(m, again, cmp.AllowUnexported(quantity.Quantity{})) != "" {
		t.Errorf("the same source again: %+v", got)
	}
}

// What somebody took out here does not come back with a source that says the same.
func TestIntoLeavesOutWhatWasTakenOut(t *testing.T) {
	product := register(t, "risks.csv", second)
	product.Mitigations[1].Against = product.Mitigations[1].Against[:1]
	product.Decisions = nil
	for _, former := range []*parley.Model{nil, register(t, "risks.csv", second)} {
		m, got := exchange.Into(product, register(t, "risks.csv", second), former)
		if n := len(m.Mitigations[1].Against); n != 1 {
			t.Errorf("the link came back: %v", m.Mitigations[1].Against)
		}
		if former != nil && len(got.Added) != 0 {
			t.Errorf("added: %v", heads(got.Added))
		}
	}
}

// An id that is taken by something else is given anew, and what speaks of it follows.
func TestIntoGivesFreeIDs(t *testing.T) {
	product := register(t, "risks.csv", first)
	product.Threats = append(product.Threats, parley.Threat{ID: "R4", Title: "The roof leaks"})
	product.Features = []parley.Feature{{ID: "sprinkler", Title: "Garden sprinkler for sale"}}
	m, got := exchange.Into(product, register(t, "risks.csv", second), nil)
	if diff := cmp.Diff([]string{"threat R4-2", "threat R5", "mitigation sprinkler-2", "decision R5"}, heads(got.Added)); diff != "" {
		t.Error(diff)
	}
	if at := m.Mitigations[1].Against[1].Threat; at != "R4-2" {
		t.Errorf("the signature is against %s", at)
	}
}

// A word that the product takes for something else is written in figures.
func TestIntoSaysWordsInFigures(t *testing.T) {
	product := register(t, "risks.csv", first)
	product.Policy.Scale.Likelihood["low"] = "1%..3% per year"
	m, _ := exchange.Into(product, register(t, "risks.csv", second), nil)
	if got := m.Threat("R4").Likelihood.Text; got != "1%..10% per year" {
		t.Errorf("low became %q", got)
	}
}

// What is in place by now stays what it is here, and is named.
func TestIntoNamesWhatIsInPlaceByNow(t *testing.T) {
	product := register(t, "risks.csv", first)
	m, got := exchange.Into(product, register(t, "risks.csv", strings.Replace(first, "Queries,20k,", "Queries,20k,Mitigated", 1)), nil)
	if len(m.Controls) != 0 || len(m.Mitigations) != 2 {
		t.Errorf("controls %v, mitigations %v", m.Controls, m.Mitigations)
	}
	if k := heads(got.Kept); len(k) != 1 || k[0] != "mitigation queries kind" {
		t.Errorf("kept: %v", k)
	}
}

// Two layers of a source that are called the same are two, whatever the product calls
// one.
func TestIntoLosesNoLayer(t *testing.T) {
	model := func(layers ...parley.Mitigation) *parley.Model {
		m := register(t, "risks.csv", "ID,Threat,Likelihood,Impact\nR1,Records are stolen,high,200k\nR2,A parcel is lost,medium,5k\n")
		m.Mitigations = layers
		return m
	}
	layer := func(id, threat, source string) parley.Mitigation {
		x := parley.Mitigation{ID: id, Title: "Encryption"}
		x.Against = []parley.Against{{Threat: threat}}
		if source != "" {
			x.Source = &parley.Source{Tool: "otm", File: "a.otm", ID: source}
		}
		return x
	}
	product := model(layer("crypt", "R1", ""))
	source := func() *parley.Model { return model(layer("a", "R1", "1"), layer("b", "R2", "2")) }
	m, got := exchange.Into(product, source(), nil)
	if diff := cmp.Diff([]string{"mitigation b"}, heads(got.Added)); diff != "" || len(m.Mitigations) != 2 {
		t.Errorf("added: %s: %+v", diff, m.Mitigations)
	}
	if _, again := exchange.Into(m, source(), source()); len(again.Added)+len(again.Updated)+len(again.Kept) > 0 {
		t.Errorf("brought once more: %+v", again)
	}
}
