package parley

import "github.com/parleysec/parley/quantity"

// fair checks a threat that is taken apart: that each of its parts can be told
// from what is stated, and that nothing is stated twice.
func (v *validator) fair(t *Threat, path string) {
	if t.Fair == nil {
		return
	}
	f := t.Fair
	at := path + ".fair"
	v.fairRate(t, path)
	if f.StatesRate() {
		v.fairSusceptibility(f, at, t.ID)
	}
	if f.StatesLoss() {
		for _, k := range t.Impact.Losses() {
			v.fail(path+".impact."+string(k.Kind), t.ID, "state losses in impact, or in fair.primary and fair.secondary",
				"the losses are stated twice: here and in fair")
		}
	}
	v.fairLosses(f.Primary, at+".primary", t.ID)
	v.fairLosses(f.Secondary, at+".secondary", t.ID)
	if !f.StatesRate() && f.Primary == nil && f.Secondary == nil {
		v.fail(at, t.ID, "e.g. fair: {attempts: 4..20 per year, susceptibility: 5%..20%}",
			"fair takes a threat apart: it needs attempts, or primary or secondary losses")
	}
}

// fairRate checks what says how often somebody attempts.
func (v *validator) fairRate(t *Threat, path string) {
	f, at := t.Fair, path+".fair"
	switch {
	case f.StatesRate() && !t.Likelihood.IsZero():
		v.fail(path+".likelihood", t.ID, "take out the likelihood, or what fair says about attempts",
			"the likelihood is stated twice: here and in fair")
	case f.StatesRate() && t.AtMostOnce:
		v.fail(path+".at_most_once", t.ID, "state its likelihood itself, as a chance within a time, instead of fair.attempts",
			"what happens at most once needs a chance, not a rate of attempts")
	}
	switch {
	case !f.Attempts.IsZero() && !f.Contacts.IsZero():
		v.fail(at+".contacts", t.ID, "keep attempts, or contacts with action", "the attempts are stated twice: as attempts and as contacts")
	case !f.Contacts.IsZero() && f.Action.IsZero():
		v.fail(at+".action", t.ID, "e.g. action: 5%..20%", "contacts need action: the share of them in which somebody acts")
	}
	if !f.Action.IsZero() && f.Contacts.IsZero() {
		v.fail(at+".action", t.ID, "e.g. contacts: 100..500 per year", "action is a share of contacts, and none are stated")
	}
	for _, x := range []struct {
		name string
		q    quantity.Quantity
	}{{"susceptibility", f.Susceptibility}, {"capability", f.Capability}, {"strength", f.Strength}} {
		if !f.StatesRate() && !x.q.IsZero() {
			v.fail(at+"."+x.name, t.ID, "e.g. attempts: 4..20 per year", "%s says which attempts succeed, and no attempts are stated", x.name)
		}
	}
}

// fairSusceptibility checks what says which attempts succeed.
func (v *validator) fairSusceptibility(f *Fair, at, id string) {
	scored := !f.Capability.IsZero() || !f.Strength.IsZero()
	switch {
	case f.Susceptibility.IsZero() && !scored:
		v.fail(at+".susceptibility", id, "e.g. susceptibility: 5%..20%, or capability: 40%..80% with strength: 60%..90%",
			"it is not said which share of attempts succeed")
	case !f.Susceptibility.IsZero() && scored:
		v.fail(at+".susceptibility", id, "keep susceptibility, or capability with strength", "the susceptibility is stated twice: itself and by capability and strength")
	case scored && f.Strength.IsZero():
		v.fail(at+".strength", id, "e.g. strength: 60%..90%", "capability needs strength to be compared with: what today's controls withstand")
	case scored && f.Capability.IsZero():
		v.fail(at+".capability", id, "e.g. capability: 40%..80%", "strength needs capability to be compared with: how capable those are who attempt")
	}
}

// fairLosses checks a group of losses.
func (v *validator) fairLosses(f *FairLosses, at, id string) {
	if f != nil && len(f.Losses()) == 0 {
		v.fail(at, id, "e.g. {chance: 20%..40%, financial: 200k..4M}", "no loss is stated here")
	}
}
