package ledger

import (
	"fmt"
	"slices"
	"strings"
)

// Status is where a decision stands in its life.
type Status string

// The states of a decision.
const (
	Proposed   Status = "proposed"   // waits for an approver
	Challenged Status = "challenged" // somebody doubts what it stands on
	Agreed     Status = "agreed"     // approved, not yet in force
	Rejected   Status = "rejected"   // not approved
	InForce    Status = "in force"   // it holds
	Superseded Status = "superseded" // later decisions took all its threats
	Expired    Status = "expired"    // its end was reached
	Reopened   Status = "reopened"   // a premise broke, or somebody re-opened it
	Retracted  Status = "withdrawn"  // taken back
)

// Statuses lists every state in the order of a decision's life.
func Statuses() []Status {
	return []Status{Proposed, Challenged, Agreed, Rejected, InForce, Superseded, Expired, Reopened, Retracted}
}

// moves is the table of legal moves. What is not in it is refused: nothing
// leads back into force, so that prolonging or reviving a decision always is a
// new one that passes every rule again.
var moves = map[Status][]Status{
	Proposed:   {Challenged, Agreed, Rejected, Superseded, Retracted},
	Challenged: {Proposed, Agreed, Rejected, Superseded, Retracted},
	Agreed:     {InForce, Superseded, Retracted},
	InForce:    {Superseded, Expired, Reopened, Retracted},
	Reopened:   {Superseded, Retracted},
	Rejected:   nil,
	Superseded: nil,
	Expired:    nil,
	Retracted:  nil,
}

// Moves lists the states a decision may move to from one state.
func Moves(from Status) []Status { return slices.Clone(moves[from]) }

// Ended reports whether a decision in this state stays in it for ever.
func (s Status) Ended() bool { return len(moves[s]) == 0 }

// MoveError refuses a move that the table of legal moves does not have.
type MoveError struct {
	Decision string // short id
	From, To Status
}

// Error says from which state and what would be possible.
func (e *MoveError) Error() string {
	if e.From.Ended() {
		return fmt.Sprintf("decision %s is %s, which is final; record a new decision instead of moving it to %q", e.Decision, e.From, e.To)
	}
	var can []string
	for _, s := range moves[e.From] {
		can = append(can, string(s))
	}
	return fmt.Sprintf("decision %s is %s and cannot become %q; it can become %s", e.Decision, e.From, e.To, strings.Join(can, ", "))
}

// CheckMove reports whether a decision may move between two states, as a
// *[MoveError] when not.
func CheckMove(decision string, from, to Status) error {
	if slices.Contains(moves[from], to) {
		return nil
	}
	return &MoveError{Decision: decision, From: from, To: to}
}
