package web

import (
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
)

// assumed shows what nobody stated and this threat's figures rest on, and
// folds away what only others rest on.
func (b *briefBuilder) assumed(v *BriefView) {
	m := b.s.product.Model
	if m == nil || m.Threat(b.t.ID) == nil {
		v.Assumed = b.report.Assumed
		return
	}
	v.Assumed = assumptionsOf(m, b.t)
	for _, a := range b.report.Assumed {
		if !slices.ContainsFunc(v.Assumed, func(u parley.Assumption) bool { return u.Field == a.Field }) {
			v.AssumedElsewhere = append(v.AssumedElsewhere, a)
		}
	}
}

// assumptionsOf are those of a model with one threat and what acts on it.
func assumptionsOf(m *parley.Model, t *brief.Threat) []parley.Assumption {
	acts := func(id string, against []parley.Against) bool {
		return slices.ContainsFunc(against, func(a parley.Against) bool { return a.Threat == t.ID }) ||
			slices.ContainsFunc(t.Options, func(o brief.Option) bool { return slices.Contains(o.With, id) })
	}
	part := parley.Model{Product: m.Product, Policy: m.Policy, Threats: []parley.Threat{*m.Threat(t.ID)}}
	// What people estimated and nobody agreed on is shown, and nothing rests on it.
	part.Threats[0].Estimates = nil
	for _, c := range m.Controls {
		if acts(c.ID, c.Against) {
			part.Controls = append(part.Controls, c)
		}
	}
	for _, x := range m.Mitigations {
		if acts(x.ID, x.Against) {
			part.Mitigations = append(part.Mitigations, x)
		}
	}
	for _, x := range m.Features {
		if acts(x.ID, nil) || slices.Contains(t.OnlyWith, x.ID) {
			part.Features = append(part.Features, x)
		}
	}
	return slices.DeleteFunc(brief.Assumed(&part), func(a parley.Assumption) bool {
		switch a.Field {
		case "policy.common_cause": // needs two layers that could fail together
			return len(part.Controls)+len(part.Mitigations) < 2
		case "policy.unverified": // needs a layer that is checked
			return !slices.ContainsFunc(part.Controls, func(c parley.Control) bool { return len(c.Checks) > 0 })
		}
		return false
	})
}
