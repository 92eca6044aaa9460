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

// PolicyAdopted makes what a file says, and the organisation did not say yet,
// the organisation's yardstick: field by field, word by word.
type PolicyAdopted struct {
	Policy   json.RawMessage `json:"policy"`             // the fields, as in a negotiation file
	Currency string          `json:"currency,omitempty"` // of its amounts
	From     string          `json:"from,omitempty"`     // product whose file states it
	Says     string          `json:"says,omitempty"`
	// Whole says that nothing said before holds any more, and that amounts are
	// in the currency of the product: what version 1 meant.
	Whole bool `json:"whole,omitempty"`
}

// EventType is policy.adopted.
func (*PolicyAdopted) EventType() (string, int) { return "policy.adopted", 2 }

func (*PolicyAdopted) names(rename) error { return nil }

// Fields are the fields it sets, in order of path; a null takes one away.
func (b *PolicyAdopted) Fields() ([]PolicyField, error) { return fieldsOf(b.Policy, b.Currency) }

// readPolicyAdopted1 reads version 1, which took a policy as a whole.
func readPolicyAdopted1(text json.RawMessage) (Body, error) {
	var b struct {
		Policy json.RawMessage `json:"policy"`
		From   string          `json:"from,omitempty"`
		Says   string          `json:"says,omitempty"`
	}
	if err := strictJSON(text, &b); err != nil {
		return nil, err
	}
	return &PolicyAdopted{Policy: b.Policy, From: b.From, Says: b.Says, Whole: true}, nil
}

// adopt folds an adopted policy.
func (s *State) adopt(e Event, b *PolicyAdopted) error {
	before, currency := s.Policy, b.Currency
	if b.Whole {
		before, currency = nil, s.currencyOf(b.From)
	}
	next, err := before.with(b.Policy, currency, b.From, false, e)
	if err != nil {
		return err
	}
	s.Policy = next
	return nil
}

// currencyOf is the currency of a product, "" where it is not known.
func (s *State) currencyOf(product string) string {
	p := s.Product(product)
	if p == nil {
		return ""
	}
	info, err := p.Info()
	if err != nil {
		return ""
	}
	return info.Currency
}
