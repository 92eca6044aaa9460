package ledger

import (
	"errors"
	"testing"
)

// A correction that still waits when its incident was withdrawn, as in a record of an
// older program, is approved by nobody.
func TestNoCorrectionOfAWithdrawnIncident(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(
		Draft{Product: "shop", Body: &ItemPut{Kind: KindIncident, ID: "i1", Item: []byte(`{"at":"2026-11-01","id":"i1","loss":"12k","threat":"leak"}`)}},
		Draft{Product: "shop", Body: &ProposalMade{About: AboutCorrection, Kind: KindIncident, ID: "i1", Value: []byte(`{"loss":"1k"}`)}},
	)
	q := b.shop().Proposals[0]
	if err := b.state.CheckProposalApproval(q, priya, ""); err != nil {
		t.Fatal(err)
	}
	b.add(
		Draft{Product: "shop", Body: &ProposalMade{About: AboutClosing, Kind: KindIncident, ID: "i1"}},
		Draft{Product: "shop", Body: &ProposalSettled{Proposal: "SHOP-P2", Outcome: Accepted}},
	)
	var refused Refusals
	if err := b.state.CheckProposalApproval(q, priya, ""); !errors.As(err, &refused) || !refused.Has(Gone) {
		t.Errorf("%v", err)
	}
	if got := b.shop().Overtaken("i1", "x"); len(got) != 1 {
		t.Errorf("%d corrections wait", len(got))
	}
}
