package ledger

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// stating is the shop whose file states rows of authority, resolved as a file is.
func stating(rows ...parley.AuthorityRow) *parley.Model {
	m := shop()
	m.Authority = rows
	parley.Resolve(m)
	return m
}

func lead(holder, annual string) parley.AuthorityRow {
	return parley.AuthorityRow{Role: "lead", Holders: []string{holder}, Annual: quantity.Of(annual)}
}

func (b *book) waiting() []*Rule {
	var out []*Rule
	for _, r := range b.state.Rules {
		if r.Outcome == "" {
			out = append(out, r)
		}
	}
	return out
}

func (b *book) settle(rule string, outcome Outcome) {
	b.tb.Helper()
	b.add(Draft{Body: &RuleSettled{Rule: rule, Outcome: outcome}})
}

// TestAFileProposesAuthority: each row that differs is a proposal of its own, nothing
// holds by a file alone, and the same file again says nothing.
func TestAFileProposesAuthority(t *testing.T) {
	b := newBook(t)
	board := parley.AuthorityRow{Role: "board", Of: []string{"lead", "manager"}, Approvers: 2, Products: []string{"shop"}}
	b.apply(stating(lead("ann", "20k"), board))
	if w := b.waiting(); len(w) != 2 || b.state.Authority != nil || w[0].From != "shop" || *w[0].Row.Becomes.Annual != 20e3 || w[1].Row.Becomes.Approvers != 2 {
		t.Fatalf("got %+v", w)
	}
	if n := b.apply(stating(lead("ann", "20k"), board)); n != 0 {
		t.Errorf("the same file again gives %d events", n)
	}
	// One row of the file changes while both wait: that proposal alone is made anew.
	b.apply(stating(lead("ann", "30k"), board))
	if w := b.waiting(); len(w) != 2 || w[0].Short != "R2" || w[1].Short != "R3" || *w[1].Row.Becomes.Annual != 30e3 || b.state.Rule("R1").Outcome != Withdrawn {
		t.Fatalf("got %+v", w)
	}
	b.settle("R3", Accepted)
	b.settle("R2", Refused)
	if m := b.state.Authority; len(m.Roles) != 1 || *m.Row("lead").Annual != 30e3 || m.Row("lead").Currency != "GBP" {
		t.Errorf("got %+v", m)
	}
	// What was refused is not asked again, nor what the organisation changed since.
	b.rule(&RuleProposed{Name: RuleAuthority, Row: &RowChange{Role: "lead", Was: b.state.Authority.Row("lead"), Becomes: &Role{Name: "lead", Holders: []Holder{{"bea"}}, Currency: "GBP"}}})
	other := stating(lead("ann", "30k"), board)
	other.Product.Name = "Another name"
	b.apply(other)
	if w := b.waiting(); len(w) != 0 {
		t.Errorf("asked again: %+v", w[0].Row)
	}
	// A row that the organisation changed is not taken away by a file that drops it.
	b.apply(stating(board))
	if w := b.waiting(); len(w) != 0 {
		t.Errorf("a dropped row takes away another: %+v", w[0].Row)
	}
}

// TestADroppedRowIsProposedForGoing: a row that stood in file and matrix alike and is
// gone from the file; the proposal is withdrawn when the row comes back.
func TestADroppedRowIsProposedForGoing(t *testing.T) {
	b := newBook(t)
	b.apply(stating(lead("ann", "20k")))
	b.settle("R1", Accepted)
	b.apply(stating())
	if w := b.waiting(); len(w) != 1 || w[0].Row.Becomes != nil || w[0].Row.Role != "lead" {
		t.Fatalf("got %+v", w)
	}
	b.apply(stating(lead("ann", "20000")))
	if w := b.waiting(); len(w) != 0 || b.state.Authority.Row("lead") == nil {
		t.Errorf("it came back: %+v", w)
	}
	b.apply(stating(lead("ann", "50k")))
	b.apply(stating())
	if w := b.waiting(); len(w) != 0 {
		t.Errorf("what the file no longer asks for waits: %+v", w)
	}
}

// TestAFileProposesAnewWhatMovedMeanwhile: a proposal that fits the matrix no more
// is made anew when the file is applied again with any change.
func TestAFileProposesAnewWhatMovedMeanwhile(t *testing.T) {
	b := newBook(t)
	b.rule(&RuleProposed{Name: RuleAuthority, Matrix: matrix()})
	b.apply(stating(lead("ann", "20k")))
	b.rule(&RuleProposed{Name: RuleAuthority, Row: &RowChange{Role: "lead", Was: matrix().Row("lead"), Becomes: &Role{Name: "lead", Holders: []Holder{{"bea"}}, Currency: "GBP"}}})
	m := stating(lead("ann", "20k"))
	m.Product.Name = "Another name"
	b.apply(m)
	w := b.waiting()
	if len(w) != 1 || w[0].Row.Was.Holders[0].Name != "bea" || b.state.Rule("R2").Outcome != Withdrawn {
		t.Fatalf("got %+v", w)
	}
	b.settle(w[0].Short, Accepted)
	if got := b.state.Authority.Row("lead"); got.Holders[0].Name != "ann" || *got.Annual != 20e3 {
		t.Errorf("got %s", got)
	}
}

func TestRowsOfAFileAreRefused(t *testing.T) {
	b := newBook(t)
	for says, row := range map[string]parley.AuthorityRow{
		"not in the ledger":      {Role: "lead", Holders: []string{"ann"}, Products: []string{"moon"}},
		"its cost is limited":    {Role: "lead", Holders: []string{"ann"}, Cost: quantity.Of("20k")},
		"21 approvers":           {Role: "lead", Holders: []string{"ann"}, Approvers: 21},
		"2 approvers of 1 holde": {Role: "lead", Holders: []string{"ann"}, Approvers: 2},
	} {
		if _, err := b.state.Merge(Application{Model: stating(row)}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want it to say %q", row, err, says)
		}
	}
}

// TestTheFileKeepsItsRows: what is written back is what the file said.
func TestTheFileKeepsItsRows(t *testing.T) {
	b := newBook(t)
	b.apply(stating(lead("ann", "20k")))
	m, err := b.state.File("shop")
	if err != nil || len(m.Authority) != 1 || m.Authority[0].Annual.Text != "20k" || m.Authority[0].Holders[0] != "ann" {
		t.Errorf("%+v, %v", m.Authority, err)
	}
}

// ruling is the shop whose file states rules besides the matrix.
func ruling(separate, longest string) *parley.Model {
	m := shop()
	m.Rules = parley.Rules{SeparateApprover: separate, LongestEnd: quantity.Of(longest)}
	parley.Resolve(m)
	return m
}

// TestAFileProposesRules: who approves and how long risk may be left are proposed by a
// file, one by one, and hold by nothing but a decision.
func TestAFileProposesRules(t *testing.T) {
	b := newBook(t)
	b.apply(ruling("yes", "1 year"))
	w := b.waiting()
	if len(w) != 2 || w[0].Name != SeparateApprover || w[0].Value != "yes" || w[1].Value != "365" || w[0].From != "shop" || b.state.SeparateApprover() || b.state.longestEnd() != 0 {
		t.Fatalf("got %+v", w)
	}
	if n := b.apply(ruling("yes", "1 year")); n != 0 {
		t.Errorf("the same file again gives %d events", n)
	}
	b.apply(ruling("yes", "90 days")) // one of them alone is asked anew
	if w := b.waiting(); len(w) != 2 || w[0].Short != "R1" || w[1].Short != "R3" || w[1].Value != "90" || b.state.Rule("R2").Outcome != Withdrawn {
		t.Fatalf("got %+v", w)
	}
	b.settle("R1", Accepted)
	b.settle("R3", Refused)
	if !b.state.SeparateApprover() || b.state.longestEnd() != 0 {
		t.Errorf("%+v", b.state.Settings)
	}
	other := ruling("yes", "90 days")
	other.Product.Name = "Another name"
	b.apply(other)
	if w := b.waiting(); len(w) != 0 {
		t.Errorf("what was refused is asked again: %+v", w[0].RuleProposed)
	}
	b.apply(ruling("no", "90 days"))
	if w := b.waiting(); len(w) != 1 || w[0].Value != "no" || !b.state.SeparateApprover() {
		t.Errorf("a file relaxes a rule by itself: %+v", w)
	}
	b.apply(shop())
	if w := b.waiting(); len(w) != 0 || !b.state.SeparateApprover() {
		t.Errorf("what the file no longer asks for waits: %+v", w)
	}
}

// TestAFileTakesBackWhatHoldsByNow: somebody else's change said the same meanwhile.
func TestAFileTakesBackWhatHoldsByNow(t *testing.T) {
	b := newBook(t)
	b.apply(ruling("", "90 days"))
	b.rule(&RuleProposed{Name: RuleLongestEnd, Value: "90"})
	m := ruling("", "90 days")
	m.Product.Name = "Another name"
	b.apply(m)
	if w := b.waiting(); len(w) != 0 || b.state.Rule("R1").Outcome != Withdrawn || b.state.longestEnd() != 90 {
		t.Errorf("%+v", w)
	}
	got, err := b.state.File("shop")
	if err != nil || got.Rules.LongestEnd.Text != "90 days" {
		t.Errorf("%+v, %v", got.Rules, err)
	}
}
