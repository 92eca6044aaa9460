package parley

import (
	"fmt"
	"slices"

	"github.com/parleysec/parley/quantity"
)

// threat checks one threat: that it says enough for its triage, and how it is treated.
func (v *validator) threat(t *Threat, path string) {
	switch {
	case t.NeedsDecision():
		v.negotiable(t, path)
	case t.Triage == Aware && t.Care == "":
		v.fail(path+".care", t.ID, "e.g. care: auto-renewal with an alert; we look again in March",
			"a threat to be aware of needs care: what is done about it, and when we look again")
	}
	if !ValidBasis(t.Basis) {
		v.fail(path+".basis", t.ID, meant(t.Basis, Bases()), "%q is not a basis for an estimate", t.Basis)
	}
	if t.AtMostOnce && t.Likelihood.Parsed() && t.Likelihood.Form == quantity.Rate {
		v.fail(path+".likelihood", t.ID, "a chance over a time, e.g. 30% within 2 years",
			"what happens at most once needs a chance, not the rate %q", t.Likelihood.Text)
	}
	if t.AtMostOnce && !t.Clustered.IsZero() {
		v.fail(path+".clustered", t.ID, "leave out clustered, or at_most_once", "what happens at most once does not come in clusters")
	}
	v.fair(t, path)
	for i := range t.Treatments {
		v.treatment(&t.Treatments[i], fmt.Sprintf("%s.treatments[%d]", path, i))
	}
}

// negotiable checks that a threat that needs a decision says how likely it is
// and what it does.
func (v *validator) negotiable(t *Threat, path string) {
	if !t.RateStated() {
		v.fail(path+".likelihood", t.ID, "e.g. likelihood: 10%..30% within 2 years, or a word such as unlikely",
			"a threat that needs a decision needs a likelihood")
	}
	switch {
	case t.LossStated():
	case t.Impact.People != nil:
		v.warn(path+".impact", t.ID, "add e.g. financial: 20k..200k, for fines and compensation",
			"no loss in money is stated: harm to people is shown, the rest is not priced")
	default:
		v.fail(path+".impact", t.ID, "e.g. impact: {says: What happens then, financial: 20k..200k}",
			"a threat that needs a decision needs an impact: at least one loss")
	}
}

// treatment checks a transfer, a way to avoid, or a deferral.
func (v *validator) treatment(x *Treatment, path string) {
	if x.Kind == Transfer {
		if x.Premium.IsZero() && !x.Cost.Stated() {
			v.fail(path+".premium", x.ID, "e.g. premium: 9k per year", "a transfer needs its price: premium, or cost")
		}
		for i, k := range x.Covers {
			if !slices.Contains(LossKinds(), k) {
				v.fail(fmt.Sprintf("%s.covers[%d]", path, i), x.ID, meant(string(k), LossKinds()), "%q is not a kind of loss", k)
			}
		}
		return
	}
	if x.Kind == "" {
		return // reported as missing
	}
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"premium", !x.Premium.IsZero()},
		{"deductible", !x.Deductible.IsZero()},
		{"limit", !x.Limit.IsZero()},
		{"share", !x.Share.IsZero()},
		{"per", x.Per != ""},
		{"covers", len(x.Covers) > 0},
	} {
		if f.set {
			v.fail(path+"."+f.name, x.ID, "take it out, or make it kind: transfer", "%s belongs to a transfer, this is kind: %s", f.name, x.Kind)
		}
	}
}
