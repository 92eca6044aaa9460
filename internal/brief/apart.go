package brief

import (
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/risk"
)

// apartWords says what an estimate that is taken apart was put together from, as
// typed.
func apartWords(f *parley.Fair) []string {
	var out []string
	if f.StatesRate() {
		share := f.Susceptibility.Text
		if !f.Capability.IsZero() {
			share = plain.Percent(risk.Exceeds(f.Capability.Dist(), f.Strength.Dist()))
		}
		if f.Contacts.IsZero() {
			out = append(out, catalogue.T("brief.fair.attempts", "attempts", f.Attempts.Text, "share", share))
		} else {
			out = append(out, catalogue.T("brief.fair.contacts", "contacts", f.Contacts.Text, "action", f.Action.Text, "share", share))
		}
		if !f.Capability.IsZero() {
			out = append(out, catalogue.T("brief.fair.scored", "share", share, "capability", f.Capability.Text, "strength", f.Strength.Text))
		}
	}
	if f != nil && f.Secondary != nil && !f.Secondary.Chance.IsZero() {
		out = append(out, catalogue.T("brief.fair.secondary", "chance", f.Secondary.Chance.Text))
	}
	return out
}
