package negotiate

import (
	"errors"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// propose proposes to live with a threat until the end of June.
func (d *desk) propose(threat string) string {
	d.t.Helper()
	return d.decide(DecideRequest{Threats: []string{threat}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30", Propose: true}).Decisions[0].ShortID
}

func (d *desk) bytes(threat string) []byte {
	d.t.Helper()
	r, err := d.Brief(d.t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}})
	if err != nil {
		d.t.Fatal(err)
	}
	b, err := BriefBytes(r, threat)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// TestD3AnApprovalKeepsWhatTheApproverSaw: the brief at the time of the approval
// is kept with it, beside the one the proposer saw, byte for byte; an approver
// who read older numbers is refused.
func TestD3AnApprovalKeepsWhatTheApproverSaw(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	proposed := d.bytes("replay")
	id := d.propose("replay")
	d.apply(strings.Replace(shop, "1..3 per year", "1.1..3.1 per year", 1))
	now := d.bytes("replay")
	approve := func(seen []byte) error {
		_, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: id, Move: "approve", Seen: Digest(seen)})
		return err
	}
	if _, moved := errors.AsType[*MovedError](approve(proposed)); !moved {
		t.Fatal("approved on numbers that moved since")
	}
	if err := approve(now); err != nil {
		t.Fatal(err)
	}
	r, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: id})
	if err != nil || string(r.Brief) != string(proposed) || string(r.ApprovedBrief) != string(now) {
		t.Errorf("%v; kept with the proposal %t, with the approval %t", err, string(r.Brief) == string(proposed), string(r.ApprovedBrief) == string(now))
	}
	for _, m := range r.History {
		if (m.Brief != "") != (m.To == ledger.Agreed) {
			t.Errorf("%s carries the brief %q", m.To, m.Brief)
		}
	}
	v, err := d.Verify(t.Context(), d.tom, VerifyRequest{})
	if err != nil || !v.OK {
		t.Errorf("%+v, %v", v, err)
	}
	proof, err := d.Prove(t.Context(), d.tom, ProveRequest{Decision: id})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := d.CheckProof(t.Context(), d.tom, CheckProofRequest{Proof: proof}); err != nil || !c.OK || !c.Brief {
		t.Errorf("%+v, %v", c, err)
	}
}

// What a decision leaves is judged on the day it is approved, not as it was proposed.
func TestAnApprovalIsJudgedByTodaysFigures(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	rule := RuleRequest{Because: "limits", Role: RoleRequest{Name: "lead", Holders: []string{"tom@example.org"}, Currency: "GBP", Annual: "10k"}}
	if _, err := d.SetRule(t.Context(), d.tom, rule); err != nil {
		t.Fatal(err)
	}
	id := d.propose("replay")
	d.apply(strings.Replace(shop, "1..3 per year", "10..30 per year", 1))
	_, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: id, Move: "approve"})
	if r, ok := errors.AsType[ledger.Refusals](err); !ok || !r.Has(ledger.Authority) {
		t.Errorf("got %v", err)
	}
}
