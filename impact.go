package parley

import (
	"encoding/json"

	"github.com/parleysec/parley/quantity"
)

// Impact is what one event does: in plain words, to people (never priced) and
// in money by the kind of risk to the organisation.
type Impact struct {
	Says         string  `json:"says,omitempty" jsonschema:"the consequence in plain words"`
	People       *People `json:"people,omitempty" jsonschema:"who is harmed, how many, how badly; never priced"`
	Profit       Loss    `json:"profit,omitzero" jsonschema:"lost business"`
	Reputation   Loss    `json:"reputation,omitzero" jsonschema:"lost trust, in money"`
	Financial    Loss    `json:"financial,omitzero" jsonschema:"fines and compensation"`
	Regulatory   Loss    `json:"regulatory,omitzero" jsonschema:"cost of dealing with regulators"`
	Compromise   Loss    `json:"compromise,omitzero" jsonschema:"cost of compromised data or systems"`
	Availability Loss    `json:"availability,omitzero" jsonschema:"cost of standing still"`
	Extended
}

// LossKind is a kind of risk to the organisation.
type LossKind string

// The kinds of loss, in the order they are shown.
const (
	Profit       LossKind = "profit"
	Reputation   LossKind = "reputation"
	Financial    LossKind = "financial"
	Regulatory   LossKind = "regulatory"
	Compromise   LossKind = "compromise"
	Availability LossKind = "availability"
)

// LossKinds lists every kind of loss in the order they are shown.
func LossKinds() []LossKind {
	return []LossKind{Profit, Reputation, Financial, Regulatory, Compromise, Availability}
}

// KindLoss is the loss of one kind.
type KindLoss struct {
	Kind LossKind
	Loss Loss
}

// Losses lists the stated losses in the fixed order of kinds.
func (i *Impact) Losses() []KindLoss {
	return statedLosses(i.Profit, i.Reputation, i.Financial, i.Regulatory, i.Compromise, i.Availability)
}

// statedLosses lists those of the losses of every kind, in the order of kinds,
// that are stated.
func statedLosses(all ...Loss) []KindLoss {
	var out []KindLoss
	for i, kind := range LossKinds() {
		if i < len(all) && !all[i].Amount.IsZero() {
			out = append(out, KindLoss{kind, all[i]})
		}
	}
	return out
}

// Of is the loss of a kind, nil for what is no kind.
func (i *Impact) Of(kind LossKind) *Loss {
	switch kind {
	case Profit:
		return &i.Profit
	case Reputation:
		return &i.Reputation
	case Financial:
		return &i.Financial
	case Regulatory:
		return &i.Regulatory
	case Compromise:
		return &i.Compromise
	case Availability:
		return &i.Availability
	}
	return nil
}

// Stated reports whether at least one loss is stated.
func (i *Impact) Stated() bool { return len(i.Losses()) > 0 }

// Loss is a loss per event of one kind, which may happen in only some events.
// In files it is the amount alone, or {loss, chance}.
type Loss struct {
	Amount quantity.Quantity `json:"loss" quantity:"money" short:"true" jsonschema:"money per event"`
	Chance quantity.Quantity `json:"chance,omitzero" quantity:"share" jsonschema:"share of events in which this loss happens; default all"`
}

// MarshalJSON writes the amount alone where no chance is stated.
func (l Loss) MarshalJSON() ([]byte, error) {
	if l.Chance.IsZero() {
		return json.Marshal(l.Amount)
	}
	type full Loss
	return json.Marshal(full(l))
}

// UnmarshalJSON reads the amount alone, or {loss, chance}.
func (l *Loss) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &l.Amount)
	}
	type full Loss
	return json.Unmarshal(b, (*full)(l))
}

// Harm is how badly people are harmed.
type Harm string

// The degrees of harm to people.
const (
	Minor   Harm = "minor"
	Serious Harm = "serious"
	Grave   Harm = "grave"
)

// People says who is harmed, how many and how badly. It is never turned into money.
type People struct {
	Who     string            `json:"who" jsonschema:"who is harmed"`
	HowMany quantity.Quantity `json:"how_many,omitzero" quantity:"count" jsonschema:"how many people"`
	Harm    Harm              `json:"harm,omitempty" enum:"minor,serious,grave" jsonschema:"how badly: minor, serious or grave"`
	Extended
}

// SeriousHarm reports whether the threat may harm people seriously, or gravely.
func (t *Threat) SeriousHarm() bool {
	return t.GraveHarm() || t.Impact.People != nil && t.Impact.People.Harm == Serious
}

// GraveHarm reports whether the threat may harm people gravely.
func (t *Threat) GraveHarm() bool { return t.Impact.People != nil && t.Impact.People.Harm == Grave }
