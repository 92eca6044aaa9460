package ledger

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

func amount(x float64) *float64 { return &x }

// matrix lets priya leave up to 100 a year, helen anything.
func matrix() *AuthorityMatrix {
	return &AuthorityMatrix{Roles: []Role{
		{Name: "lead", Holders: []Holder{{priya.ID}, {"tom"}}, Currency: "GBP", Annual: amount(100), OneIn20: amount(1000), BadCase: amount(5000)},
		{Name: "board", Holders: []Holder{{"helen@example.org"}}, Currency: "GBP"},
	}}
}

func (b *book) rule(r *RuleProposed) {
	b.tb.Helper()
	r.Because = "as agreed"
	b.add(Draft{Body: r})
	b.add(Draft{Body: &RuleSettled{Rule: b.state.Rules[len(b.state.Rules)-1].Short, Outcome: Accepted}})
}

func TestRules(t *testing.T) {
	b := newBook(t)
	for _, bad := range []*RuleProposed{
		{Name: "moon", Value: "full"},
		{Name: SeparateApprover, Value: "perhaps"},
		{Name: SeparateApprover, Value: "yes", Matrix: matrix()},
		{Name: RuleLongestEnd, Value: "0"},
		{Name: RuleLongestEnd, Value: "a year"},
		{Name: RuleAuthority},
		{Name: RuleAuthority, Matrix: &AuthorityMatrix{Roles: []Role{{Name: "x", Currency: "GBP"}}}},
		{Name: RuleAuthority, Matrix: &AuthorityMatrix{Roles: []Role{{Holders: []Holder{{"x"}}, Currency: "GBP"}}}},
		{Name: RuleAuthority, Matrix: &AuthorityMatrix{Roles: []Role{{Name: "x", Holders: []Holder{{"x"}}}}}},
		{Name: RuleAuthority, Matrix: &AuthorityMatrix{Roles: []Role{{Name: "x", Holders: []Holder{{""}}, Currency: "GBP"}}}},
		{Name: RuleAuthority, Matrix: &AuthorityMatrix{Roles: []Role{{Name: "x", Holders: []Holder{{"x"}}, Currency: "GBP", Annual: amount(-1)}}}},
	} {
		if err := b.try(Draft{Body: bad}); err == nil {
			t.Errorf("%+v was recorded", bad)
		}
	}
	b.add(Draft{Body: &RuleProposed{Name: SeparateApprover, Value: "yes"}})
	if b.state.SeparateApprover() {
		t.Error("what is proposed holds already")
	}
	if err := b.state.CheckRuleApproval(b.state.Rule("R1"), priya, ""); err != nil {
		t.Errorf("while one person may do both: %v", err)
	}
	b.add(Draft{Body: &RuleSettled{Rule: "R1", Outcome: Accepted}})
	if !b.state.SeparateApprover() {
		t.Error("what was accepted does not hold")
	}
	b.add(Draft{Body: &RuleProposed{Name: SeparateApprover, Value: "no"}, By: "helen"})
	tom := Actor{ID: "tom", Known: ThisMachine, Via: ViaCLI}
	for _, c := range []struct {
		actor Actor
		by    string
		may   bool
	}{{priya, "", false}, {tom, "", true}, {tom, "helen", false}, {tom, priya.ID, false}, {Actor{ID: "helen"}, "", false}} {
		if err := b.state.CheckRuleApproval(b.state.Rule("R2"), c.actor, c.by); (err == nil) != c.may {
			t.Errorf("%s for %q: %v", c.actor.ID, c.by, err)
		}
	}
	b.add(Draft{Body: &RuleSettled{Rule: "R2", Outcome: Refused}})
	for _, bad := range []*RuleSettled{{Rule: "R2", Outcome: Accepted}, {Rule: "R9", Outcome: Accepted}} {
		if err := b.try(Draft{Body: bad}); err == nil {
			t.Errorf("%+v was recorded", bad)
		}
	}
	b.add(Draft{Body: &RuleProposed{Name: RuleLongestEnd, Value: "9"}})
	if err := b.try(Draft{Body: &RuleSettled{Rule: "R3", Outcome: "perhaps"}}); err == nil {
		t.Error("an unknown outcome was recorded")
	}
}

func TestLongestEnd(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.rule(&RuleProposed{Name: RuleLongestEnd, Value: "30"})
	for until, ok := range map[string]bool{"2026-12-22": true, "2026-12-23": false, "deployment": true} {
		err := Check(b.state, b.deciding(Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "x", Until: until}))
		var r Refusals
		if ok != (err == nil) || !ok && (!errors.As(err, &r) || !r.Has(LongEnd)) {
			t.Errorf("%s: %v", until, err)
		}
	}
}

// TestSeparateApproverNeedsAProposal (D2): proposer and approver are two people,
// under whatever name they act.
func TestSeparateApproverNeedsAProposal(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.rule(&RuleProposed{Name: SeparateApprover, Value: "yes"})
	terms := Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "x", Until: "2026-12-22"}
	var r Refusals
	if err := Check(b.state, b.deciding(terms)); !errors.As(err, &r) || !r.Has(OneApprover) {
		t.Errorf("decided alone: %v", err)
	}
	terms.Propose = true
	d := b.decide(terms)
	if err := CheckApproval(b.state, d, Actor{ID: "tom"}, priya.ID, "2026-11-22"); !errors.As(err, &r) || !r.Has(OneApprover) {
		t.Errorf("approved in the proposer's name: %v", err)
	}
	if err := CheckApproval(b.state, d, Actor{ID: "tom"}, "", "2026-11-22"); err != nil {
		t.Error(err)
	}
}

func TestAuthorityMatrix(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.rule(&RuleProposed{Name: RuleAuthority, Matrix: matrix()})
	leave := func(by string, e *Exposure) error {
		d := b.deciding(Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "x", Until: "2026-12-22", Exposure: e})
		d.By = by
		return CheckExposure(b.state, d)
	}
	for name, c := range map[string]struct {
		by  string
		e   *Exposure
		may bool
	}{
		"within":           {"", &Exposure{100, 1000, 5000, 0}, true},
		"too much a year":  {"", &Exposure{100.01, 0, 0, 0}, false},
		"too bad a year":   {"", &Exposure{0, 1001, 0, 0}, false},
		"too bad a case":   {"", &Exposure{0, 0, 5001, 0}, false},
		"the board":        {"helen@example.org", &Exposure{1e9, 1e9, 1e9, 0}, true},
		"somebody else":    {"eve", &Exposure{1, 1, 1, 0}, false},
		"without a price":  {"helen@example.org", nil, false},
		"not even nothing": {"eve", &Exposure{}, false},
	} {
		err := leave(c.by, c.e)
		var r Refusals
		if c.may != (err == nil) || !c.may && (!errors.As(err, &r) || !r.Has(Authority)) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "too much a year" && !strings.Contains(err.Error(), "helen@example.org (board)") {
			t.Errorf("does not say who may: %v", err)
		}
	}
	d := b.deciding(Terms{Threats: []string{"replay"}, Kind: parley.Escalate, Because: "x"})
	if err := CheckExposure(b.state, d); err != nil {
		t.Errorf("to escalate needs no authority: %v", err)
	}
}

// TestAuthorityIsSummed (D5): many small decisions, each within the limits, are not
// together beyond them (splitting), unless one replaces the other. A loss that goes on
// counts in every year.
func TestAuthorityIsSummed(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.rule(&RuleProposed{Name: RuleAuthority, Matrix: matrix()})
	first := b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "x", Until: "2027-12-22", Exposure: &Exposure{60, 0, 0, 0}})
	second := Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2027-12-22", Exposure: &Exposure{60, 0, 0, 0}}
	if err := CheckExposure(b.state, b.deciding(second)); err == nil {
		t.Error("two of 60 were let through under a limit of 100")
	}
	d := b.deciding(second)
	d.By = "tom" // has not left anything yet
	if err := CheckExposure(b.state, d); err != nil {
		t.Error(err)
	}
	d = b.deciding(second)
	d.Today = "2027-01-01"
	if err := CheckExposure(b.state, d); err == nil || !strings.Contains(err.Error(), "together with SHOP-D1 it comes to an expected loss of 120 GBP a year (limit 100)") {
		t.Errorf("in the next year, in which the first still leaves its loss: %v", err)
	}
	if got := b.state.Held("2027-01-01"); len(got) != 1 || got[0].Role != "lead" || got[0].Annual != 60 || !slices.Equal(got[0].Decisions, []string{"SHOP-D1"}) {
		t.Errorf("what counts: %+v", got)
	}
	if err := CheckExposure(b.state, d); err == nil || strings.Contains(err.Error(), "other products") {
		t.Errorf("of this product alone: %v", err)
	}
	second.Supersedes = []string{first.Short}
	if err := CheckExposure(b.state, b.deciding(second)); err != nil {
		t.Errorf("what is replaced counts no more: %v", err)
	}
	second.Supersedes, second.Propose = nil, true
	d = b.deciding(b.decide(second).Terms)
	d.Terms.Propose, d.Approving = false, true
	if err := CheckExposure(b.state, d); err == nil {
		t.Error("beyond the limits by a proposal")
	}
	d.By = "helen@example.org"
	if err := CheckExposure(b.state, d); err != nil {
		t.Error(err)
	}
}

func TestRolesOfAProductAndACurrency(t *testing.T) {
	r := Role{Name: "x", Currency: "GBP", Products: []string{"shop"}}
	if !r.covers("shop", "GBP") || r.covers("shop", "EUR") || r.covers("till", "GBP") {
		t.Error("a role covers its products in its currency")
	}
	m := AuthorityMatrix{Roles: []Role{{Name: "x", Holders: []Holder{{"x"}}, Currency: "GBP", Annual: amount(math.NaN())}}}
	if m.check() == nil {
		t.Error("a limit that is no number")
	}
}

func TestNotes(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	d := b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "cheap"})
	for _, bad := range []*NoteAdded{
		{Kind: "shout", About: KindThreat, ID: "leak", Text: "x"},
		{Kind: NoteComment, About: KindThreat, ID: "nobody", Text: "x"},
		{Kind: NoteComment, About: KindDecision, ID: "SHOP-D9", Text: "x"},
		{Kind: NoteComment, About: KindControl, ID: "waf", Text: "x"},
		{Kind: NoteComment, About: KindThreat, ID: "leak", Text: " "},
		{Kind: NoteComment, About: KindThreat, ID: "leak", Text: strings.Repeat("x", maxNote+1)},
		{Kind: NoteComment, About: KindThreat, ID: "leak", Text: "x", Impact: "1k"},
		{Kind: NoteEstimate, About: KindThreat, ID: "leak"},
		{Kind: NoteEstimate, About: KindDecision, ID: d.Short, Impact: "1k"},
	} {
		if err := b.try(Draft{Product: "shop", Body: bad}); err == nil {
			t.Errorf("%+v was recorded", bad)
		}
	}
	b.add(
		Draft{Product: "shop", Body: &NoteAdded{Kind: NoteEstimate, About: KindThreat, ID: "leak", Likelihood: "1% per year"}, By: "helen@example.org"},
		Draft{Product: "shop", Body: &NoteAdded{Kind: NoteChallenge, About: KindDecision, ID: d.Short, Text: "who says so?"}},
	)
	m := shop()
	m.Threats[0].ID, m.Threats[0].Was = "breach", "leak"
	m.Controls[0].Against[0].Threat, m.Mitigations[0].Against[0].Threat = "breach", "breach"
	b.apply(m)
	if n := b.shop().NotesOn(KindThreat, "breach"); len(n) != 1 || n[0].By != "helen@example.org" {
		t.Errorf("notes do not follow a threat under its new id: %+v", n)
	}
	if n := b.shop().NotesOn(KindDecision, d.Short); len(n) != 1 || n[0].Actor != priya {
		t.Errorf("%+v", n)
	}
}
