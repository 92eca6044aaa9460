package brief

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// Assumed names what nobody set and the figures of a model rest on, each in a
// sentence. The model must be resolved.
func Assumed(m *parley.Model) []parley.Assumption {
	list := m.Assumptions()
	for i := range list {
		list[i].Says = assumedWords(list[i])
	}
	return list
}

func assumedWords(a parley.Assumption) string {
	switch {
	case a.Word != "":
		return catalogue.N("assumed.word", a.N, "word", a.Word, "means", plain.StatedRange(a.Value), "scale", a.Scale)
	case a.Field == "lead_time" && a.N == a.Of:
		return catalogue.T("assumed.lead-time.all")
	case a.Field == "lead_time":
		return catalogue.T("assumed.lead-time", "n", a.N, "all", a.Of)
	}
	return catalogue.T("assumed." + strings.ReplaceAll(strings.TrimPrefix(a.Field, "policy."), "_", "-"))
}

// AssumedFor are those assumptions that the figures of one threat and of what acts
// on it rest on. The model must be resolved and have the threat.
func AssumedFor(m *parley.Model, t *Threat) []parley.Assumption {
	acts := func(id string, against []parley.Against) bool {
		return slices.ContainsFunc(against, func(a parley.Against) bool { return a.Threat == t.ID }) ||
			slices.ContainsFunc(t.Options, func(o Option) bool { return slices.Contains(o.With, id) })
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
	return slices.DeleteFunc(Assumed(&part), func(a parley.Assumption) bool {
		switch a.Field {
		case "policy.common_cause": // needs two layers that could fail together
			return len(part.Controls)+len(part.Mitigations) < 2
		case "policy.unverified": // needs a layer that is checked
			return !slices.ContainsFunc(part.Controls, func(c parley.Control) bool { return len(c.Checks) > 0 })
		}
		return false
	})
}
