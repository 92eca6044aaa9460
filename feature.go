package parley

import (
	"slices"

	"github.com/parleysec/parley/quantity"
)

// Feature is a competing backlog item.
type Feature struct {
	ID    string `json:"id" jsonschema:"short and stable"`
	Title string `json:"title" jsonschema:"what it is"`
	Work
	Value      quantity.Quantity `json:"value,omitzero" quantity:"worth" jsonschema:"money per year or points; none: the break-even is shown"`
	Introduces []string          `json:"introduces,omitempty" jsonschema:"threats that exist only with this feature"`
	Stage      Stage             `json:"stage,omitempty" enum:"inception,requirements,design,development,testing,deployment,operations,decommissioning" jsonschema:"lifecycle stage"`
	Obligation *Obligation       `json:"obligation,omitempty" jsonschema:"a duty that asks for it"`
	Extended
}

// Introducing lists the ids of the features without which a threat does not
// exist, none for a threat that is there as things are.
func (m *Model) Introducing(threat string) []string {
	var out []string
	for i := range m.Features {
		if slices.Contains(m.Features[i].Introduces, threat) {
			out = append(out, m.Features[i].ID)
		}
	}
	return out
}

// Period is the effort and money there is in one stretch of time.
type Period struct {
	Period string            `json:"period" jsonschema:"its name, e.g. 2027-Q1"`
	Effort quantity.Quantity `json:"effort,omitzero" quantity:"effort" jsonschema:"person-days"`
	Money  quantity.Quantity `json:"money,omitzero" quantity:"money" jsonschema:"money"`
	Extended
}
