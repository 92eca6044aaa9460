package ledger

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// About is what a proposal is about.
type About string

// What may be proposed.
const (
	AboutClosing  About = "closing"  // an item is gone from its file
	AboutPolicy   About = "policy"   // a file states another yardstick than the organisation's
	AboutEstimate About = "estimate" // an estimate under a decision in force
)

// ProposalMade records a change that waits for somebody's word.
type ProposalMade struct {
	About About           `json:"about"`
	Kind  ItemKind        `json:"kind,omitempty"`  // of the item, "" for a policy
	ID    string          `json:"id,omitempty"`    // of the item
	Value json.RawMessage `json:"value,omitempty"` // the fields as they would be; null takes a field away
	Says  string          `json:"says,omitempty"`

	Currency string `json:"currency,omitempty"` // of the amounts of a policy
	// Whole says that a policy's value states all there is to say about its
	// top-level fields, in the currency of the product: what version 1 meant.
	Whole bool `json:"whole,omitempty"`
}

// EventType is proposal.made. Version 2 knew no corrections.
func (*ProposalMade) EventType() (string, int) { return "proposal.made", 3 }

func (*ProposalMade) names(rename) error { return nil }

// readProposalMade1 reads version 1, whose policies named no currency and
// replaced the scale as a whole.
func readProposalMade1(text json.RawMessage) (Body, error) {
	var b struct {
		About About           `json:"about"`
		Kind  ItemKind        `json:"kind,omitempty"`
		ID    string          `json:"id,omitempty"`
		Value json.RawMessage `json:"value,omitempty"`
		Says  string          `json:"says,omitempty"`
	}
	if err := strictJSON(text, &b); err != nil {
		return nil, err
	}
	return &ProposalMade{About: b.About, Kind: b.Kind, ID: b.ID, Value: b.Value, Says: b.Says, Whole: b.About == AboutPolicy}, nil
}

// Outcome is how a proposal ended.
type Outcome string

// The outcomes of a proposal.
const (
	Accepted  Outcome = "accepted"
	Refused   Outcome = "refused"
	Withdrawn Outcome = "withdrawn" // the file no longer asks for it
)

// ProposalSettled ends a proposal. An accepted one takes effect with this event.
type ProposalSettled struct {
	Proposal string  `json:"proposal"` // its short id
	Outcome  Outcome `json:"outcome"`
	Because  string  `json:"because,omitempty"`
}

// EventType is proposal.settled.
func (*ProposalSettled) EventType() (string, int) { return "proposal.settled", 1 }

func (*ProposalSettled) names(rename) error { return nil }

// Proposal is a proposal as it stands.
type Proposal struct {
	ProposalMade
	Short   string  // e.g. SHOP-P3
	Event   string  // id of the event that made it
	Product string  // whose file or team proposes
	Outcome Outcome // "" while it is open
	Because string  // why it ended so

	Proposer   Actor  // who applied the file that asks for it
	ProposerBy string // claimed, "" for none
}

// CheckProposalApproval reports why somebody may not accept a proposal: where
// proposer and approver are to be different people, that they are not.
//
// A correction of an incident that was withdrawn since is refused, too: it would count
// again what somebody decided did not happen.
func (s *State) CheckProposalApproval(q *Proposal, actor Actor, by string) error {
	if p := s.Product(q.Product); p != nil && q.About == AboutCorrection {
		if it := p.Item(q.Kind, q.ID); it != nil && it.Closed {
			return Refusals{{
				Reason:  Gone,
				Message: fmt.Sprintf("%s corrects %s, which was withdrawn since", q.Short, it.Short),
				Hint:    "reject it; if the incident did happen, tell it anew with `parley incident correct`",
			}}
		}
	}
	if !s.SeparateApprover() || !samePerson(q.Proposer, q.ProposerBy, actor, by) {
		return nil
	}
	return Refusals{{
		Reason:  OneApprover,
		Message: fmt.Sprintf("%s comes from the same person, who may not accept it as well", q.Short),
		Hint:    "somebody else must approve it (separate_approver: yes)",
	}}
}

// NextProposal is the short id that the next proposal of a product will have.
func (p *Product) NextProposal() string { return p.Prefix + "-P" + strconv.Itoa(p.numbers["P"]+1) }

// Open reports whether the proposal still waits.
func (p *Proposal) Open() bool { return p.Outcome == "" }
