package ledger

import (
	"errors"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// rowOf is a change of one row of [matrix] as it stands at first.
func rowOf(role string, becomes *Role) *RuleProposed {
	return &RuleProposed{Name: RuleAuthority, Because: "x", Row: &RowChange{Role: role, Was: matrix().Row(role), Becomes: becomes}}
}

// TestRowsChangeEachByItself: two changes that wait change their own rows, in any
// order of approval; of two changes of one row the second is refused with all that
// the row said and would say.
func TestRowsChangeEachByItself(t *testing.T) {
	b := newBook(t)
	b.rule(&RuleProposed{Name: RuleAuthority, Matrix: matrix()})
	lead := &Role{Name: "lead", Holders: []Holder{{"ann"}}, Currency: "GBP", Annual: amount(7)}
	b.add(
		Draft{Body: rowOf("lead", lead)},
		Draft{Body: rowOf("board", nil)},
		Draft{Body: rowOf("lead", nil)},
		Draft{Body: rowOf("audit", &Role{Name: "audit", Of: []string{"lead"}, Currency: "GBP"})},
	)
	settle := func(rule string) error { return b.try(Draft{Body: &RuleSettled{Rule: rule, Outcome: Accepted}}) }
	for _, rule := range []string{"R3", "R2"} {
		if err := b.state.CheckRuleApproval(b.state.Rule(rule), priya, ""); err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		b.add(Draft{Body: &RuleSettled{Rule: rule, Outcome: Accepted}})
	}
	if m := b.state.Authority; len(m.Roles) != 1 || !m.Row("lead").Same(lead) || *m.Roles[0].Annual != 7 {
		t.Errorf("got %+v", m)
	}
	var c *RowConflict
	if err := b.state.CheckRuleApproval(b.state.Rule("R4"), priya, ""); !errors.As(err, &c) || c.Role != "lead" || *c.Now.Annual != 7 || c.Was.Holders[1].Name != "tom" || c.Becomes != nil {
		t.Errorf("a change of a row that was changed since: %v", err)
	} else if text := err.Error(); !strings.Contains(text, "100 GBP") || !strings.Contains(text, "7 GBP") || !strings.Contains(text, "would be not there") {
		t.Errorf("it says %q", text)
	}
	if err := settle("R4"); !errors.As(err, &c) {
		t.Errorf("it was recorded: %v", err)
	}
	b.add(Draft{Body: &RuleProposed{Name: RuleAuthority, Because: "x", Row: &RowChange{Role: "lead", Was: lead}}})
	b.add(Draft{Body: &RuleSettled{Rule: "R6", Outcome: Accepted}})
	if err := b.state.CheckRuleApproval(b.state.Rule("R5"), priya, ""); err == nil || !strings.Contains(err.Error(), `"lead", which is no role`) {
		t.Errorf("a role made of one that is gone: %v", err)
	}
}

func TestRowsAreRefused(t *testing.T) {
	b := newBook(t)
	b.rule(&RuleProposed{Name: RuleAuthority, Matrix: matrix()})
	row := matrix().Row("lead")
	for name, bad := range map[string]*RuleProposed{
		"no name":        {Name: RuleAuthority, Row: &RowChange{Becomes: &Role{Holders: []Holder{{"x"}}, Currency: "GBP"}}},
		"another name":   {Name: RuleAuthority, Row: &RowChange{Role: "x", Becomes: row}},
		"nothing":        {Name: RuleAuthority, Row: &RowChange{Role: "x"}},
		"the same":       {Name: RuleAuthority, Row: &RowChange{Role: "lead", Was: row, Becomes: row.clone()}},
		"nobody":         {Name: RuleAuthority, Row: &RowChange{Role: "x", Becomes: &Role{Name: "x", Currency: "GBP"}}},
		"row and matrix": {Name: RuleAuthority, Matrix: matrix(), Row: &RowChange{Role: "lead", Was: row}},
		"of a setting":   {Name: SeparateApprover, Value: "yes", Row: &RowChange{Role: "lead", Was: row}},
	} {
		if err := b.try(Draft{Body: bad}); err == nil {
			t.Errorf("%s was recorded", name)
		}
	}
	if _, err := b.state.Authority.Changing("board", &Role{Name: "board", Of: []string{"moon"}, Currency: "GBP"}); err == nil {
		t.Error("a role made of one that is not there can be proposed")
	}
}

// TestSameRow: the order of lists and what is left out say nothing.
func TestSameRow(t *testing.T) {
	a := Role{Name: "r", Holders: []Holder{{"a"}, {"b"}}, For: []parley.Kind{parley.Accept, parley.Defer}, Currency: "GBP", Approvers: 1}
	b := Role{Name: "r", Holders: []Holder{{"b"}, {"a"}}, For: []parley.Kind{parley.Defer, parley.Accept}, Currency: "GBP", Products: []string{}}
	if !a.Same(&b) || a.Same(nil) || (*Role)(nil).Same(&b) || !(*Role)(nil).Same(nil) {
		t.Error("same rows differ, or others do not")
	}
	b.Annual = amount(0)
	if a.Same(&b) {
		t.Error("a limit of nothing is no limit")
	}
}
