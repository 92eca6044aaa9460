package parley

import "github.com/parleysec/parley/quantity"

// Function is what a layer does; a label, what it achieves is said by its shares.
type Function string

// The functions of a layer.
const (
	Prevent Function = "prevent"
	Detect  Function = "detect"
	Respond Function = "respond"
	Recover Function = "recover"
)

// Barrier is what a control and a mitigation have in common: a layer that
// stops a share of events, or a share of their loss.
type Barrier struct {
	Function Function          `json:"function,omitempty" enum:"prevent,detect,respond,recover" jsonschema:"prevent, detect, respond or recover"`
	Against  []Against         `json:"against,omitempty" jsonschema:"what it stops, threat by threat"`
	ReliesOn []string          `json:"relies_on,omitempty" jsonschema:"dependencies without which it does not work"`
	Coverage quantity.Quantity `json:"coverage,omitzero" quantity:"share" jsonschema:"share of cases it is in front of; default all"`
	Degraded quantity.Quantity `json:"degraded,omitzero" quantity:"share" jsonschema:"what it still stops when it does not work as intended; default 0"`
	Checks   []Check           `json:"checks,omitempty" jsonschema:"tests that verify it"`
}

// Against says what share of one threat's events, or of their loss, a layer
// stops. Neither stated: the strength is not known yet.
type Against struct {
	Threat     string            `json:"threat" jsonschema:"id of the threat"`
	Likelihood quantity.Quantity `json:"likelihood,omitzero" quantity:"share" jsonschema:"share of events stopped"`
	Impact     quantity.Quantity `json:"impact,omitzero" quantity:"share" jsonschema:"share of the loss per event avoided"`
	Extended
}

// Stated reports whether any strength is stated.
func (a Against) Stated() bool { return !a.Likelihood.IsZero() || !a.Impact.IsZero() }

// Control is a layer already in place.
type Control struct {
	ID    string `json:"id" jsonschema:"short and stable"`
	Title string `json:"title" jsonschema:"what it is"`
	Barrier
	Owner  string  `json:"owner,omitempty" jsonschema:"who answers for it"`
	Notes  string  `json:"notes,omitempty" jsonschema:"longer description"`
	Source *Source `json:"source,omitempty" jsonschema:"where it was brought from"`
	Was    string  `json:"was,omitempty" jsonschema:"the id before it was renamed"`
	Extended
}

// Check is a test that verifies a layer.
type Check struct {
	ID       string            `json:"id" jsonschema:"short and stable"`
	Every    quantity.Quantity `json:"every,omitzero" quantity:"duration" jsonschema:"how often it reports, e.g. 7 days"`
	Tool     string            `json:"tool,omitempty" jsonschema:"the tool that runs it"`
	Kind     string            `json:"kind,omitempty" enum:"static,dynamic,dependency,manual,production" jsonschema:"how it verifies: static (reads code or configuration), dynamic (runs it), dependency (what is built in), manual (a person looks or attacks), production (watches what runs); default: known from the tool"`
	Rule     string            `json:"rule,omitempty" jsonschema:"rule ids that count, with wildcards"`
	Test     string            `json:"test,omitempty" jsonschema:"test names that count, with wildcards"`
	Path     string            `json:"path,omitempty" jsonschema:"paths that count, with wildcards"`
	Level    string            `json:"level,omitempty" jsonschema:"level from which a finding fails"`
	MinCases int               `json:"min_cases,omitempty" jsonschema:"fewest cases for a pass"`
	Branch   string            `json:"branch,omitempty" jsonschema:"branch or release it must be on"`
	Required *bool             `json:"required,omitempty" jsonschema:"whether a failure takes the layer's credit; default yes"`
	Extended
}

// Dependency is something layers rely on.
type Dependency struct {
	ID    string            `json:"id" jsonschema:"short and stable"`
	Title string            `json:"title,omitempty" jsonschema:"what it is"`
	Down  quantity.Quantity `json:"down,omitzero" quantity:"share" jsonschema:"share of time it is down; default 0%"`
	Was   string            `json:"was,omitempty" jsonschema:"the id before it was renamed"`
	Extended
}
