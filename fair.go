package parley

import "github.com/parleysec/parley/quantity"

// Fair is a threat taken apart as the Open FAIR standard does (The Open Group,
// O-RT, Risk Taxonomy): another way to state its likelihood, its losses, or both.
//
// Loss events happen at the rate attempts × susceptibility, or contacts × action ×
// susceptibility; susceptibility is stated, or follows from how capable those are
// who attempt and what today's controls withstand.
type Fair struct {
	Attempts       quantity.Quantity `json:"attempts,omitzero" quantity:"likelihood" jsonschema:"how often somebody acts against us, whether or not it succeeds (threat event frequency)"`
	Contacts       quantity.Quantity `json:"contacts,omitzero" quantity:"likelihood" jsonschema:"instead of attempts: how often somebody is in a position to act (contact frequency)"`
	Action         quantity.Quantity `json:"action,omitzero" quantity:"share" jsonschema:"with contacts: the share of them in which somebody acts (probability of action)"`
	Susceptibility quantity.Quantity `json:"susceptibility,omitzero" quantity:"share" jsonschema:"share of attempts that succeed with today's controls"`
	Capability     quantity.Quantity `json:"capability,omitzero" quantity:"share" jsonschema:"instead of susceptibility: how capable those are who attempt, as a share of all such people they surpass (threat capability)"`
	Strength       quantity.Quantity `json:"strength,omitzero" quantity:"share" jsonschema:"with capability: how capable somebody must be to overcome today's controls, on the same scale (resistance strength)"`
	Primary        *FairLosses       `json:"primary,omitempty" jsonschema:"losses that an event itself brings"`
	Secondary      *FairLosses       `json:"secondary,omitempty" jsonschema:"losses from what others do after an event: regulators, customers, the press"`
	Extended
}

// FairLosses are losses that come together, in all events or in a share of them.
type FairLosses struct {
	Chance       quantity.Quantity `json:"chance,omitzero" quantity:"share" jsonschema:"share of events that bring these losses, all of them together; default all"`
	Profit       Loss              `json:"profit,omitzero" jsonschema:"lost business"`
	Reputation   Loss              `json:"reputation,omitzero" jsonschema:"lost trust, in money"`
	Financial    Loss              `json:"financial,omitzero" jsonschema:"fines and compensation"`
	Regulatory   Loss              `json:"regulatory,omitzero" jsonschema:"cost of dealing with regulators"`
	Compromise   Loss              `json:"compromise,omitzero" jsonschema:"cost of compromised data or systems"`
	Availability Loss              `json:"availability,omitzero" jsonschema:"cost of standing still"`
	Extended
}

// Losses lists the stated losses in the fixed order of kinds.
func (f *FairLosses) Losses() []KindLoss {
	if f == nil {
		return nil
	}
	return statedLosses(f.Profit, f.Reputation, f.Financial, f.Regulatory, f.Compromise, f.Availability)
}

// StatesRate reports whether it says how often events happen.
func (f *Fair) StatesRate() bool {
	return f != nil && (!f.Attempts.IsZero() || !f.Contacts.IsZero())
}

// StatesLoss reports whether it says what an event costs.
func (f *Fair) StatesLoss() bool {
	return f != nil && len(f.Primary.Losses())+len(f.Secondary.Losses()) > 0
}

// LossPart is a group of losses of one event. Where a chance is stated, that share
// of events brings all of them; each may have its own chance besides.
type LossPart struct {
	Path   string // of the field that states it, below the threat
	Chance quantity.Quantity
	Losses []KindLoss
}

// LossParts are the losses of one event as stated: the impact, or the primary
// and the secondary losses.
func (t *Threat) LossParts() []LossPart {
	if !t.Fair.StatesLoss() {
		return []LossPart{{Path: "impact", Losses: t.Impact.Losses()}}
	}
	var out []LossPart
	for _, p := range []struct {
		path string
		part *FairLosses
	}{{"fair.primary", t.Fair.Primary}, {"fair.secondary", t.Fair.Secondary}} {
		if losses := p.part.Losses(); len(losses) > 0 {
			out = append(out, LossPart{p.path, p.part.Chance, losses})
		}
	}
	return out
}

// RateStated reports whether the threat says how likely it is.
func (t *Threat) RateStated() bool { return !t.Likelihood.IsZero() || t.Fair.StatesRate() }

// LossStated reports whether at least one loss in money is stated.
func (t *Threat) LossStated() bool { return t.Impact.Stated() || t.Fair.StatesLoss() }
