package brief

import (
	"strings"

	"github.com/parleysec/parley"
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
		return catalogue.N("assumed.word", a.N, "word", a.Word, "means", a.Value, "scale", a.Scale)
	case a.Field == "lead_time" && a.N == a.Of:
		return catalogue.T("assumed.lead-time.all")
	case a.Field == "lead_time":
		return catalogue.T("assumed.lead-time", "n", a.N, "all", a.Of)
	}
	return catalogue.T("assumed." + strings.ReplaceAll(strings.TrimPrefix(a.Field, "policy."), "_", "-"))
}
