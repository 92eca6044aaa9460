package negotiate

import (
	"cmp"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/gate"
)

// Whose choice it is that a gate blocks or advises.
const (
	ChosenByOrganisation = "organisation" // its yardstick: every product's gate blocks
	ChosenByProduct      = "product"
	ChosenByPolicy       = "policy"  // mode: block in the file with the rules
	ChosenByCommand      = "command" // --block
	ChosenByNobody       = "nobody"
)

// GateChoice says whose choice it is that a gate blocks or advises.
type GateChoice struct {
	From  string     `json:"from"`            // organisation, product, policy, command or nobody
	By    string     `json:"by,omitempty"`    // who chose, where the ledger knows
	Since *time.Time `json:"since,omitempty"` // of the choice, where the ledger knows
}

// gateMode is whether a gate blocks, and whose choice that is: the strictest of
// what the organisation, the product, the rules and the command say.
func (l *loaded) gateMode(policy *gate.Policy, asked bool) (gate.Mode, GateChoice) {
	ours := l.productGate()
	switch {
	case l.model.Policy.Gate == gate.Block:
		return gate.Block, l.organisationGate()
	case l.model.Product.Gate == gate.Block:
		return gate.Block, ours
	case policy != nil && policy.Mode == gate.Block:
		return gate.Block, GateChoice{From: ChosenByPolicy}
	case asked:
		return gate.Block, GateChoice{From: ChosenByCommand}
	case l.model.Product.Gate == gate.Advise:
		return gate.Advise, ours
	}
	// By is who took a choice back, where somebody did.
	return gate.Advise, GateChoice{From: ChosenByNobody, By: ours.By, Since: ours.Since}
}

// productGate is what the product chose; by whom and since when is known in a
// ledger alone.
func (l *loaded) productGate() GateChoice {
	out := GateChoice{From: ChosenByProduct}
	if l.product != nil && l.product.Gate != nil {
		g := l.product.Gate
		out.By, out.Since = cmp.Or(g.By, g.Actor.ID), &g.At
	}
	return out
}

// organisationGate is what the yardstick says of every product's gate.
func (l *loaded) organisationGate() GateChoice {
	out := GateChoice{From: ChosenByOrganisation}
	if l.state == nil || l.state.Policy == nil {
		return out
	}
	for _, f := range l.state.Policy.Fields {
		if f.Path[0] == "gate" {
			out.By, out.Since = f.From, &f.At
		}
	}
	return out
}

// says tells a choice in a sentence; rules is the name of the policy.
func (c GateChoice) says(mode gate.Mode, rules string) string {
	since := ""
	if c.Since != nil {
		since = plain.Date(*c.Since)
	}
	who := []any{"by", plain.Clean(c.By), "since", since}
	switch {
	case c.From == ChosenByPolicy:
		return catalogue.T("gate.mode.policy", "name", plain.Clean(rules))
	case c.From == ChosenByCommand:
		return catalogue.T("gate.mode.command")
	case c.From == ChosenByOrganisation && c.Since != nil:
		return catalogue.T("gate.mode.organisation", who...)
	case c.From == ChosenByOrganisation:
		return catalogue.T("gate.mode.organisation.file")
	case c.From == ChosenByProduct && c.Since == nil:
		return catalogue.T("gate.mode.product.file." + string(mode))
	case c.From == ChosenByProduct:
		return catalogue.T("gate.mode.product."+string(mode), who...)
	case c.Since != nil:
		return catalogue.T("gate.mode.taken-back", who...)
	}
	return catalogue.T("gate.mode.nobody")
}

// blocked refuses what a gate that blocks stands before; nil where it advises.
func (l *loaded) blocked(asked bool, refusal string) error {
	mode, by := l.gateMode(nil, asked)
	if mode != gate.Block {
		return nil
	}
	hint := catalogue.T("stage.hint.done")
	if by.From != ChosenByCommand {
		hint = by.says(mode, "") + " " + catalogue.T("stage.hint.chosen")
	}
	return parley.Errorf(parley.Refused, "", "%s", refusal).WithHint(hint)
}
