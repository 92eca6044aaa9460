package parley

// Stage is where a product or feature stands in its life.
type Stage string

// The stages, in order.
const (
	Inception       Stage = "inception"
	Requirements    Stage = "requirements"
	Design          Stage = "design"
	Development     Stage = "development"
	Testing         Stage = "testing"
	Deployment      Stage = "deployment"
	Operations      Stage = "operations"
	Decommissioning Stage = "decommissioning"
)

// Stages lists every stage in order.
func Stages() []Stage {
	return []Stage{Inception, Requirements, Design, Development, Testing, Deployment, Operations, Decommissioning}
}

// Product is what is being built or run.
type Product struct {
	ID       string   `json:"id" jsonschema:"short and stable, for speech and addresses"`
	Name     string   `json:"name,omitempty" jsonschema:"what people call it"`
	Stage    Stage    `json:"stage,omitempty" enum:"inception,requirements,design,development,testing,deployment,operations,decommissioning" jsonschema:"lifecycle stage"`
	Currency string   `json:"currency" jsonschema:"ISO 4217 code of every amount in the file, e.g. GBP"`
	Owner    string   `json:"owner,omitempty" jsonschema:"who answers for it"`
	Gate     GateMode `json:"gate,omitempty" enum:"advise,block" jsonschema:"what the gate does when something is missing: advise (default), or block: stop the pipeline"`
	Was      string   `json:"was,omitempty" jsonschema:"the id before it was renamed"`
	Extended
}

// GateMode says what a gate does when something is missing.
type GateMode string

// The modes of a gate; none stated means GateAdvise.
const (
	GateAdvise GateMode = "advise" // says so
	GateBlock  GateMode = "block"  // says so, and stops the pipeline
)

// Title is the name, or the id where no name is given.
func (p Product) Title() string {
	if p.Name != "" {
		return p.Name
	}
	return p.ID
}
