package ledger

import "strings"

// Reason is why a decision is refused.
type Reason string

// The reasons to refuse a decision.
const (
	NoProduct     Reason = "unknown product"
	NoThreat      Reason = "unknown threat"       // none named, not there, or closed
	BadKind       Reason = "unknown kind"         // none of the kinds of decision
	NoReason      Reason = "no reason"            // Because is empty
	NoEnd         Reason = "no end"               // accept or defer without Until
	BadEnd        Reason = "end not understood"   // neither a date nor a stage
	LongEnd       Reason = "end too far"          // later than the organisation's longest
	PastEnd       Reason = "end in the past"      // a date before today, or a stage reached
	NoMitigation  Reason = "no mitigation"        // mitigate with nothing to build
	BadMitigation Reason = "unknown mitigation"   // not there, closed, or built already
	BadTreatment  Reason = "unknown treatment"    // transfer or avoid with a treatment no threat has
	NoTreatment   Reason = "no treatment"         // transfer to nobody, or avoid by nothing
	Duty          Reason = "obligation"           // accept under a duty for its price alone
	Authority     Reason = "authority"            // grave harm to people, and not the highest authority
	OwnEstimate   Reason = "own estimate"         // who lowered an estimate may not accept under it alone
	OneApprover   Reason = "separate approver"    // the proposer may not approve
	Decided       Reason = "already decided"      // another decision is in force and is not named
	Same          Reason = "already recorded"     // this very decision is in force
	BadSupersedes Reason = "nothing to supersede" // names a decision that covers none of the threats
	BadCondition  Reason = "condition"            // without words, or reviewed on no day of its life
	BadPremise    Reason = "premise"              // not a number, or upside down
	Gone          Reason = "withdrawn"            // what it is about was withdrawn

	OwnRole           Reason = "own role"           // nobody changes their own roles
	NoRole            Reason = "role"               // granted twice, or not held
	LastAdministrator Reason = "last administrator" // somebody must be able to give roles
)

// Refusal says why a decision is refused and what would be right.
type Refusal struct {
	Reason   Reason `json:"reason"`
	Threat   string `json:"threat,omitempty"`   // id of the threat concerned
	Decision string `json:"decision,omitempty"` // short id of the decision in the way
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

// Error is the message and the hint.
func (r Refusal) Error() string {
	if r.Hint == "" {
		return r.Message
	}
	return r.Message + "; " + r.Hint
}

// Refusals are all the reasons a decision is refused for.
type Refusals []Refusal

// Error joins the reasons, one a line.
func (r Refusals) Error() string {
	var lines []string
	for _, x := range r {
		lines = append(lines, x.Error())
	}
	return strings.Join(lines, "\n")
}

// Has reports whether a reason is among them.
func (r Refusals) Has(reason Reason) bool {
	for _, x := range r {
		if x.Reason == reason {
			return true
		}
	}
	return false
}
