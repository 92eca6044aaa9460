package negotiate

import (
	"slices"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// TestDecidedAnew: a re-opened decision loses the threats that are decided anew,
// and has ended when none is left, with nothing asking in its name.
func TestDecidedAnew(t *testing.T) {
	for name, propose := range map[string]bool{"at once": false, "by approval": true} {
		d := newDesk(t)
		d.apply(shop)
		d.decide(DecideRequest{Threats: []string{"leak", "duty"}, Kind: parley.Mitigate, Because: "both are cheap"})
		if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "SHOP-D1", Move: "reopen", Because: "the price is wrong"}); err != nil {
			t.Fatal(err)
		}
		again := func(threat, short string) {
			d.decide(DecideRequest{Threats: []string{threat}, Kind: parley.Mitigate, Because: "still worth it", Propose: propose})
			if !propose {
				return
			}
			if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: short, Move: "approve"}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		stands := func() *ledger.Decision {
			_, a, err := d.recorded(t.Context(), d.tom, "Log")
			if err != nil {
				t.Fatal(err)
			}
			return a.state.Product("shop").Decision("SHOP-D1")
		}
		again("leak", "SHOP-D2")
		if x := stands(); x.Status != ledger.Reopened || !slices.Equal(x.Live, []string{"duty"}) {
			t.Errorf("%s: one of two is decided anew, and it is %s for %v", name, x.Status, x.Live)
		}
		again("duty", "SHOP-D3")
		if x := stands(); x.Status != ledger.Superseded {
			t.Errorf("%s: both are decided anew, and it is %s for %v", name, x.Status, x.Live)
		}
		tasks, err := d.Tasks(t.Context(), d.tom, TasksRequest{})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range tasks.Tasks {
			if slices.Contains(x.Decisions, "SHOP-D1") {
				t.Errorf("%s: %s is asked for by %v", name, x.Title, x.Decisions)
			}
		}
	}
}

// TestReopenedAfterAProposalStaysOnRecord: a decision taken and re-opened while an
// older proposal about its threat waited is on record when that proposal holds.
func TestReopenedAfterAProposalStaysOnRecord(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	older := d.propose("replay")
	taken := d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "rare", Until: "2027-06-30"}).Decisions[0].ShortID
	for _, m := range []MoveRequest{{Decision: taken, Move: "reopen", Because: "not so rare"}, {Decision: older, Move: "approve"}} {
		if _, err := d.Move(t.Context(), d.tom, m); err != nil {
			t.Fatalf("%s %s: %v", m.Move, m.Decision, err)
		}
	}
	p := d.status()
	if len(p.InForce) != 1 || p.InForce[0].ShortID != older || len(p.Reopened) != 0 {
		t.Fatalf("in force %+v, re-opened %+v", p.InForce, p.Reopened)
	}
	if len(p.Over) != 1 || p.Over[0].ShortID != taken {
		t.Errorf("%s is on no list: over %+v", taken, p.Over)
	}
}
