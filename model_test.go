package parley_test

import (
	"slices"
	"testing"

	"github.com/parleysec/parley"
)

// TestFind finds each thing by its id, the very one of the model, and lists ids
// in the order of the file.
func TestFind(t *testing.T) {
	m := &parley.Model{
		Threats:      []parley.Threat{{ID: "leak"}, {ID: "replay", Treatments: []parley.Treatment{{ID: "cover"}}}},
		Controls:     []parley.Control{{ID: "waf"}},
		Mitigations:  []parley.Mitigation{{ID: "prepared"}, {ID: "consent"}},
		Features:     []parley.Feature{{ID: "one-click"}},
		Dependencies: []parley.Dependency{{ID: "cdn"}},
	}
	switch {
	case m.Threat("replay") != &m.Threats[1], m.Control("waf") != &m.Controls[0], m.Mitigation("consent") != &m.Mitigations[1],
		m.Feature("one-click") != &m.Features[0], m.Dependency("cdn") != &m.Dependencies[0], m.Work("consent") != &m.Mitigations[1].Work, m.Work("one-click") != &m.Features[0].Work,
		m.Treatment("cover") != &m.Threats[1].Treatments[0]:
		t.Error("something was not found by its id")
	case m.Threat("waf") != nil, m.Control("leak") != nil, m.Mitigation("one-click") != nil, m.Feature("prepared") != nil, m.Dependency("") != nil, m.Work("waf") != nil, m.Treatment("leak") != nil:
		t.Error("something was found by the id of another kind")
	}
	for _, c := range []struct {
		what      string
		got, want []string
	}{
		{"threats", m.ThreatIDs(), []string{"leak", "replay"}},
		{"backlog", m.BacklogIDs(), []string{"prepared", "consent", "one-click"}},
		{"layers", m.LayerIDs(), []string{"waf", "prepared", "consent", "cdn"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
}
