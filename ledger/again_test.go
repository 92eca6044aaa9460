package ledger

import (
	"testing"

	"github.com/parleysec/parley"
)

// What was finished and closed, and comes back under its id, is work to do
// again: it is no control because something of that name once was.
func TestAFinishedIDUsedAgain(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "worth it"})
	task := b.shop().Tasks[0].Short
	b.add(Draft{Product: "shop", Body: &TaskChanged{Task: task, To: TaskDone}})
	without := shop()
	without.Mitigations = without.Mitigations[1:]
	b.apply(without)
	b.add(Draft{Product: "shop", Body: &ProposalSettled{Proposal: "SHOP-P1", Outcome: Accepted}})
	if m, err := b.state.Model("shop"); err != nil || m.Control("prepared") != nil {
		t.Fatalf("closed, and still a control (%v)", err)
	}
	again := shop()
	again.Mitigations[0].Title = "Something else"
	b.apply(again)
	m, err := b.state.Model("shop")
	if err != nil || m.Control("prepared") != nil || m.Mitigation("prepared") == nil {
		t.Fatalf("the new work counts as finished (%v)", err)
	}
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "again", Supersedes: []string{"SHOP-D1"}})
	if w := b.shop().Tasks; len(w) != 1 || w[0].Short != task || w[0].Status != TaskOpen {
		t.Errorf("the work is not asked for: %+v", w[0])
	}
	b.add(Draft{Product: "shop", Body: &TaskChanged{Task: task, To: TaskDone}})
	if m, err := b.state.Model("shop"); err != nil || m.Control("prepared") == nil {
		t.Errorf("finished again, and no control (%v)", err)
	}
}
