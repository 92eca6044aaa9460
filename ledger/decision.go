package ledger

import (
	"cmp"
	"slices"
	"time"

	"github.com/parleysec/parley"
)

// Terms are what a decision says: exactly what was signed. Ids are the items'
// own ids, not short ones.
type Terms struct {
	Threats          []string    `json:"threats"`
	Kind             parley.Kind `json:"kind"`
	With             []string    `json:"with,omitempty"` // mitigations, in plan order, treatments, or features that are not built
	Because          string      `json:"because"`
	Until            string      `json:"until,omitempty"` // YYYY-MM-DD, to the end of that day, or a stage
	Conditions       []Condition `json:"conditions,omitempty"`
	ObligationReason string      `json:"obligation_reason,omitempty"` // why a duty does not apply
	Premises         []Premise   `json:"premises,omitempty"`
	NotTaken         []NotTaken  `json:"not_taken,omitempty"`
	Seed             uint64      `json:"seed,string,omitempty"`
	Trials           int         `json:"trials,omitempty"`
	Engine           string      `json:"engine,omitempty"`     // version that computed the figures
	AsOf             string      `json:"as_of,omitempty"`      // civil date the figures are of
	Drops            string      `json:"drops,omitempty"`      // avoid: what is taken away, in words
	Supersedes       []string    `json:"supersedes,omitempty"` // short ids of the decisions it takes threats from
	Propose          bool        `json:"propose,omitempty"`    // waits for an approver
	Lowered          []Lowered   `json:"lowered,omitempty"`    // what the decider had lowered before
	Exposure         *Exposure   `json:"exposure,omitempty"`   // what it leaves or commits to, for authority; nil where there is no price
}

// NotTaken is an option that was on the table and was not chosen.
type NotTaken struct {
	Option string `json:"option"`
	Why    string `json:"why,omitempty"`    // as the decider said
	Ground string `json:"ground,omitempty"` // what its figures said, in words; no reason of anybody
}

// Says is why it was not chosen: what the decider said, else what its figures said.
func (n NotTaken) Says() string { return cmp.Or(n.Why, n.Ground) }

// DecisionRecorded records a decision; the brief the decider saw is the event's
// attachment.
type DecisionRecorded struct {
	Terms
}

// EventType is decision.recorded. Version 1 said nothing of lowered estimates,
// version 2 nothing of what is dropped; up to version 3 conditions were texts; version 4
// said nothing of what a decision commits to, version 5 nothing of why options were not taken,
// version 6 nothing of lowered terms of contracts.
func (*DecisionRecorded) EventType() (string, int) { return "decision.recorded", 7 }

func (*DecisionRecorded) names(rename) error { return nil }

// DecisionMoved moves a decision to another state of its life.
type DecisionMoved struct {
	Decision string   `json:"decision"` // its short id
	To       Status   `json:"to"`
	Because  string   `json:"because,omitempty"`
	Broken   []Broken `json:"broken,omitempty"` // the premises that re-open it, with the figures compared
	// Exposure is what a decision leaves or commits to as whoever approves it saw it: it
	// counts from then on in place of what its proposer saw; nil where nothing was said.
	Exposure *Exposure `json:"exposure,omitempty"`
}

// EventType is decision.moved. Version 1 said nothing of what an approval is of.
func (*DecisionMoved) EventType() (string, int) { return "decision.moved", 2 }

func (*DecisionMoved) names(rename) error { return nil }

// Decision is a decision as it stands.
type Decision struct {
	Terms
	Short    string      // e.g. SHOP-D7
	Event    string      // id of the event that recorded it
	Product  string      // id of the product
	At       time.Time   // when it was recorded
	Proposer Actor       // who recorded it
	By       string      // claimed decider, "" for none
	Brief    *Attachment // the bytes the decider saw, nil where none were kept
	Status   Status
	Live     []string // threats it still covers: those no later decision took over
	History  []Move   // every state it was in, in order

	// Approvals are those of a decision that takes several, but the last one, which
	// agrees to it; oldest first.
	Approvals []Approval `json:",omitempty"`

	Reviews []Review `json:",omitempty"` // of its conditions, oldest first
}

// Move is one step of a decision's life.
type Move struct {
	To      Status
	At      time.Time
	Event   string // id of the event that moved it
	Actor   Actor
	By      string // claimed, "" for none
	Because string
	Broken  []Broken
	Brief   *Attachment `json:",omitempty"` // the bytes whoever moved it saw, nil where none were kept
}

// Holds reports whether the decision is in force for a threat.
func (d *Decision) Holds(threat string) bool {
	return d.Status == InForce && slices.Contains(d.Live, threat)
}

// Decider is who took the decision: the claimed decider where one is claimed,
// else the actor of the move that put it into force, else the proposer.
// claimed says whether the name is only a claim.
func (d *Decision) Decider() (name string, claimed bool) {
	for i := len(d.History) - 1; i >= 0; i-- {
		if m := d.History[i]; m.To == InForce {
			if m.By != "" {
				return m.By, true
			}
			return m.Actor.ID, false
		}
	}
	if d.By != "" {
		return d.By, true
	}
	return d.Proposer.ID, false
}

// deciders are all who took the decision.
func (d *Decision) deciders() []string {
	name, _ := d.Decider()
	out := []string{name}
	for _, a := range d.Approvals {
		if !slices.Contains(out, a.Name()) {
			out = append(out, a.Name())
		}
	}
	return out
}

func (d *Decision) move(to Status, e Event, because string, broken []Broken) error {
	if err := CheckMove(d.Short, d.Status, to); err != nil {
		return err
	}
	d.enter(to, e, because, broken)
	return nil
}

func (d *Decision) enter(to Status, e Event, because string, broken []Broken) {
	seen := e.Attached
	if e.ID == d.Event { // what the proposer saw stands with the decision
		seen = nil
	}
	d.Status = to
	d.History = append(slices.Clone(d.History), Move{To: to, At: e.At, Event: e.ID, Actor: e.Actor, By: e.By, Because: because, Broken: broken, Brief: seen})
}
