package ledger

import "encoding/json"

// LedgerFounded is the first event of every ledger.
type LedgerFounded struct {
	Ledger   string            `json:"ledger"`   // ULID of the ledger
	Key      string            `json:"key"`      // verifier key of its checkpoints, in the form of golang.org/x/mod/sumdb/note
	Settings map[string]string `json:"settings"` // as they are at the start
	Says     string            `json:"says,omitempty"`
}

// EventType is ledger.founded.
func (*LedgerFounded) EventType() (string, int) { return "ledger.founded", 1 }

func (*LedgerFounded) names(rename) error { return nil }

// SeparateApprover is the setting that says whether the proposer of a decision
// may approve it: "no" lets one person do both.
const SeparateApprover = "separate_approver"

// Founding is the draft of a ledger's first event.
func Founding(actor Actor, ledger, key string) Draft {
	return Draft{Actor: actor, Body: &LedgerFounded{
		Ledger: ledger, Key: key,
		Settings: map[string]string{SeparateApprover: "no"},
		Says:     "separate_approver: no. Whoever proposes a decision may also approve it, until a second person exists.",
	}}
}

// SettingChanged changes a setting of the organisation.
type SettingChanged struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Because string `json:"because,omitempty"`
}

// EventType is setting.changed.
func (*SettingChanged) EventType() (string, int) { return "setting.changed", 1 }

func (*SettingChanged) names(rename) error { return nil }

// PolicyAdopted makes a policy the organisation's yardstick.
type PolicyAdopted struct {
	Policy json.RawMessage `json:"policy"` // as in a negotiation file
	From   string          `json:"from,omitempty"`
	Says   string          `json:"says,omitempty"`
}

// EventType is policy.adopted.
func (*PolicyAdopted) EventType() (string, int) { return "policy.adopted", 1 }

func (*PolicyAdopted) names(rename) error { return nil }
