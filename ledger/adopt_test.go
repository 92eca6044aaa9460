package ledger

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// policyIn is the organisation's policy in a currency, as text.
func policyIn(t *testing.T, s *State, currency string) string {
	t.Helper()
	text, err := s.Policy.In(currency)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// till is a second product, in a currency, with a policy in YAML-like JSON.
func till(t *testing.T, currency, policy string) *parley.Model {
	t.Helper()
	m := shop()
	m.Product.ID, m.Product.Name, m.Product.Currency, m.Policy = "till", "Till", currency, parley.Policy{}
	if err := json.Unmarshal([]byte(policy), &m.Policy); err != nil {
		t.Fatal(err)
	}
	return m
}

// shopSaying is the shop with another policy.
func shopSaying(t *testing.T, policy string) *parley.Model {
	m := till(t, "GBP", policy)
	m.Product.ID, m.Product.Name = "shop", "Web shop"
	return m
}

func nextID(t *testing.T, s *State) string {
	t.Helper()
	id, err := NextID(s.LastID, s.At, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestPolicyIsAdoptedFieldByField(t *testing.T) {
	const first = `{"person_day":"650","scale":{"impact":{"dear":"10k..20k"},"strength":{"solid":"80%"}}}`
	for name, c := range map[string]struct {
		currency, policy string
		gbp, eur         string // the organisation's policy afterwards
		proposed         string // what is left to decide
	}{
		"a word nobody knows": {
			"GBP", `{"person_day":"650","scale":{"impact":{"terrible":"1M..5M"}}}`,
			`{"person_day":"650","scale":{"impact":{"dear":"10k..20k","terrible":"1M..5M"},"strength":{"solid":"80%"}}}`,
			`{"scale":{"strength":{"solid":"80%"}}}`, "",
		},
		"another price of a day": {
			"GBP", `{"person_day":"500"}`, first, `{"scale":{"strength":{"solid":"80%"}}}`, `{"person_day":"500"}`,
		},
		"amounts in another currency": {
			"EUR", `{"person_day":"700","appetite":[{"loss":"1M","chance":"5%"}],"scale":{"impact":{"dear":"12k..25k"},"points":{"value":8,"worth":"60k per year"}}}`,
			first, `{"appetite":[{"chance":"5%","loss":"1M"}],"person_day":"700","scale":{"impact":{"dear":"12k..25k"},"points":{"value":8,"worth":"60k per year"},"strength":{"solid":"80%"}}}`, "",
		},
		"a default that others rest on": {
			"GBP", `{"horizon":"3 years"}`, first, `{"scale":{"strength":{"solid":"80%"}}}`, `{"horizon":"3 years"}`,
		},
		"the default said aloud": {
			"GBP", `{"horizon":"24 months"}`, first, `{"scale":{"strength":{"solid":"80%"}}}`, "",
		},
		"the same word in other letters": {
			"GBP", `{"scale":{"impact":{"Dear":"10 000..20k"}}}`, first, `{"scale":{"strength":{"solid":"80%"}}}`, "",
		},
		"a default word that nobody uses": {
			"GBP", `{"scale":{"impact":{"low":"2k..3k"}}}`,
			`{"person_day":"650","scale":{"impact":{"dear":"10k..20k","low":"2k..3k"},"strength":{"solid":"80%"}}}`, `{"scale":{"strength":{"solid":"80%"}}}`, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			b.apply(shopSaying(t, first))
			b.apply(till(t, c.currency, c.policy))
			if got := policyIn(t, b.state, "GBP"); got != c.gbp {
				t.Errorf("in GBP %s, want %s", got, c.gbp)
			}
			if got := policyIn(t, b.state, "EUR"); got != c.eur {
				t.Errorf("in EUR %s, want %s", got, c.eur)
			}
			got := ""
			if q := b.state.Product("till").Proposal("TILL-P1"); q != nil {
				got = string(q.Value)
			}
			if got != c.proposed {
				t.Errorf("proposed %s, want %s", got, c.proposed)
			}
			if out := b.merge(till(t, c.currency, c.policy), ""); len(out.Drafts) != 0 {
				t.Errorf("applied again: %s", types(out.Drafts))
			}
		})
	}
}

func TestAWordWithTwoMeanings(t *testing.T) {
	b := newBook(t)
	lowUser := shopSaying(t, `{"person_day":"650","scale":{"impact":{"dear":"10k..20k"}}}`)
	lowUser.Threats[1].Impact.Profit.Amount = quantity.Of("low")
	b.apply(lowUser)
	for _, c := range []struct{ policy, want string }{
		{
			`{"scale":{"impact":{"dear":"1M..2M"}}}`,
			`the word "dear" (impact) means 10k..20k in the organisation's scale (from the file of shop, 2026-11-22), and 1M..2M in the file of till`,
		},
		{
			`{"scale":{"impact":{"low":"2k..3k"}}}`,
			`the word "low" (impact) means 1k..20k in the scale that comes with Parley, on which figures of shop rest, and 2k..3k in the file of till`,
		},
	} {
		m := till(t, "GBP", c.policy)
		_, err := b.state.Merge(Application{Model: m})
		if _, ok := errors.AsType[*ScaleError](err); !ok || err.Error() != c.want {
			t.Errorf("%v\nwant %s", err, c.want)
		}
		theirs := b.merge(m, PreferLedger)
		if strings.Contains(types(theirs.Drafts), "policy") {
			t.Errorf("measured by theirs: %s", types(theirs.Drafts))
		}
		ours := b.merge(m, PreferFile)
		if !strings.Contains(types(ours.Drafts), "proposal.made(policy)") {
			t.Errorf("ours: %s", types(ours.Drafts))
		}
	}
	// In euros the words are not said yet: nothing is mixed up.
	b.apply(till(t, "EUR", `{"person_day":"700","scale":{"impact":{"dear":"1M..2M","low":"2k..3k"}}}`))
}

// Who said a word first may propose another meaning; it holds once it is accepted.
func TestAWordOfOnesOwnChangesByProposal(t *testing.T) {
	b := newBook(t)
	b.apply(shopSaying(t, `{"person_day":"650","scale":{"impact":{"dear":"10k..20k"},"strength":{"solid":"80%"}}}`))
	b.apply(shopSaying(t, `{"person_day":"650","scale":{"impact":{"dear":"30k"},"strength":{"solid":"80%"}}}`))
	q := b.shop().Proposal("SHOP-P1")
	if q == nil || string(q.Value) != `{"scale":{"impact":{"dear":"30k"}}}` || q.Currency != "GBP" ||
		q.Says != "the file states another policy than the organisation's: scale.impact.dear 30k instead of 10k..20k" {
		t.Fatalf("%+v", q)
	}
	b.add(Draft{Product: "shop", Body: &ProposalSettled{Proposal: "SHOP-P1", Outcome: Accepted}})
	if got := policyIn(t, b.state, "GBP"); got != `{"person_day":"650","scale":{"impact":{"dear":"30k"},"strength":{"solid":"80%"}}}` {
		t.Errorf("accepting a word took others along: %s", got)
	}
	if f := b.state.Policy.field(PolicyField{Path: []string{"scale", "impact", "dear"}, Currency: "GBP"}); f == nil || f.From != "shop" || f.Event != b.state.LastID {
		t.Errorf("%+v", f)
	}
}

// A default under a decision in force is what was decided on: the file that
// states another one only proposes it.
func TestADefaultUnderADecisionIsProposed(t *testing.T) {
	b := newBook(t)
	b.apply(shopSaying(t, `{"person_day":"650"}`))
	other := shopSaying(t, `{"person_day":"650","horizon":"5 years"}`)
	if out := b.merge(other, ""); !strings.Contains(types(out.Drafts), "policy.adopted") {
		t.Errorf("nothing is decided yet: %s", types(out.Drafts))
	}
	b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30"})
	if out := b.merge(other, ""); strings.Contains(types(out.Drafts), "policy.adopted") || !strings.Contains(types(out.Drafts), "proposal.made(policy)") {
		t.Errorf("a decision is in force: %s", types(out.Drafts))
	}
}

func TestEffortWithoutAPriceInItsCurrency(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	m := till(t, "EUR", `{}`)
	m.Threats[0].Impact.Financial.Amount = quantity.Of("dreadful")
	b.apply(m)
	_, err := b.state.Model("till")
	bad, ok := errors.AsType[*ModelError](err)
	if !ok || len(bad.Problems) != 2 {
		t.Fatalf("%v", err)
	}
	p := bad.Problems[1]
	const want = "the organisation has it in GBP (650, from the file of shop); state policy.person_day in EUR in the file of till and apply it"
	if p.Path != "mitigations[0].cost.effort" || p.ID != "prepared" || p.Message != "effort has no price in EUR" || p.Hint != want {
		t.Errorf("%+v", p)
	}
	b.apply(shopSaying(t, `{"person_day":"650","horizon":"2 years","scale":{"impact":{"dreadful":"1M"}}}`))
	_, err = b.state.Model("till")
	if err == nil || !strings.Contains(err.Error(), "the organisation has it in GBP (1M, from the file of shop); state policy.scale.impact.dreadful in EUR") {
		t.Errorf("%v", err)
	}
	m.Policy.PersonDay, m.Policy.Scale.Impact = quantity.Of("700"), map[string]string{"dreadful": "2M"}
	b.apply(m)
	got, err := b.state.Model("till")
	if err != nil || got.Policy.PersonDay.Mean() != 700 || got.Threats[0].Impact.Financial.Amount.Mean() != 2e6 {
		t.Errorf("%+v, %v", got, err)
	}
	if gbp, err := b.state.Model("shop"); err != nil || gbp.Policy.PersonDay.Mean() != 650 {
		t.Errorf("shop is priced with %v (%v)", gbp.Policy.PersonDay, err)
	}
}

// Version 1 took the first policy as a whole and named no currency: its amounts
// are in the currency of the product it came from. A product in another one
// says its own as soon as its file is applied again.
func TestPolicyOfVersionOne(t *testing.T) {
	b := newBook(t)
	b.apply(shopSaying(t, `{}`))
	euro := till(t, "EUR", `{"person_day":"700"}`)
	b.apply(till(t, "EUR", `{}`))
	old := func(name, body string) {
		t.Helper()
		e := Event{ID: nextID(t, b.state), Seq: b.state.Size, At: b.state.At, Actor: priya, Type: name, Version: 1, Body: json.RawMessage(body)}
		if name == "proposal.made" || name == "proposal.settled" || name == "file.applied" {
			e.Product = "till"
		}
		if err := b.state.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	old("policy.adopted", `{"from":"shop","policy":{"horizon":"3 years","person_day":"650","scale":{"impact":{"dear":"1k","dire":"9k"}}},"says":"x"}`)
	if gbp, eur := policyIn(t, b.state, "GBP"), policyIn(t, b.state, "EUR"); gbp != `{"horizon":"3 years","person_day":"650","scale":{"impact":{"dear":"1k","dire":"9k"}}}` || eur != `{"horizon":"3 years"}` {
		t.Errorf("GBP %s, EUR %s", gbp, eur)
	}
	base, err := modelText(euro)
	if err != nil {
		t.Fatal(err)
	}
	old("file.applied", `{"base":`+string(base)+`,"digest":"","name":"till.yaml"}`)
	if out := b.merge(euro, ""); types(out.Drafts) != "policy.adopted" {
		t.Fatalf("applied again: %s", types(out.Drafts))
	}
	// A proposal of version 1 replaced the scale as a whole.
	old("proposal.made", `{"about":"policy","says":"x","value":{"scale":{"strength":{"solid":"80%"}}}}`)
	old("proposal.settled", `{"outcome":"accepted","proposal":"TILL-P1"}`)
	if gbp, eur := policyIn(t, b.state, "GBP"), policyIn(t, b.state, "EUR"); !strings.Contains(gbp, "dear") || eur != `{"horizon":"3 years","scale":{"strength":{"solid":"80%"}}}` {
		t.Errorf("GBP %s, EUR %s", gbp, eur)
	}
	for _, body := range []string{`{"from":"shop","policy":{},"currency":"GBP"}`, `{"policy":null}`} {
		e := Event{ID: nextID(t, b.state), Seq: b.state.Size, At: b.state.At, Actor: priya, Type: "policy.adopted", Version: 1, Body: json.RawMessage(body)}
		if err := b.state.Clone().Apply(e); err == nil {
			t.Errorf("version 1 with %s", body)
		}
	}
}
