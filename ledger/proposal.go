package ledger

import "encoding/json"

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
}

// EventType is proposal.made.
func (*ProposalMade) EventType() (string, int) { return "proposal.made", 1 }

func (*ProposalMade) names(rename) error { return nil }

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
}

// Open reports whether the proposal still waits.
func (p *Proposal) Open() bool { return p.Outcome == "" }
