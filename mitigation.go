package parley

import "github.com/parleysec/parley/quantity"

// Mitigation is a control or change that could be built.
type Mitigation struct {
	ID    string `json:"id" jsonschema:"short and stable"`
	Title string `json:"title" jsonschema:"what would be done"`
	Scope string `json:"scope,omitempty" enum:"team,outside" jsonschema:"team (default), or outside when others must do it"`
	Ask   string `json:"ask,omitempty" jsonschema:"for outside: whom to ask"`
	Barrier
	Work
	EffectOnNeeds map[Need]Effect `json:"effect_on_needs,omitempty" jsonschema:"side effects on delivery, performance, operability, usability, accessibility"`
	Benefits      []Benefit       `json:"benefits,omitempty" jsonschema:"what it brings besides less risk"`
	Obligation    *Obligation     `json:"obligation,omitempty" jsonschema:"a duty that asks for it"`
	Source        *Source         `json:"source,omitempty" jsonschema:"where it was brought from"`
	Extended
}

// Who does a mitigation; none stated means ScopeTeam.
const (
	ScopeTeam    = "team"
	ScopeOutside = "outside" // others must: Ask says whom
)

// Work is what mitigations and features have in common as items of a backlog.
type Work struct {
	Cost     Cost              `json:"cost,omitzero" jsonschema:"effort and money"`
	LeadTime quantity.Quantity `json:"lead_time,omitzero" quantity:"duration" jsonschema:"from start to effect, e.g. 6 weeks; default none"`
	Requires []string          `json:"requires,omitempty" jsonschema:"mitigations or features that must be done too"`
	Excludes []string          `json:"excludes,omitempty" jsonschema:"mitigations or features that cannot be done as well"`
	Must     bool              `json:"must,omitempty" jsonschema:"in every plan"`
	Notes    string            `json:"notes,omitempty" jsonschema:"longer description"`
	Was      string            `json:"was,omitempty" jsonschema:"the id before it was renamed"`
}

// Cost is what an item takes.
type Cost struct {
	Effort quantity.Quantity `json:"effort,omitzero" quantity:"effort" jsonschema:"person-time, e.g. 15d..40d"`
	Once   quantity.Quantity `json:"once,omitzero" quantity:"money" jsonschema:"money at the start"`
	Yearly quantity.Quantity `json:"yearly,omitzero" quantity:"yearly" jsonschema:"money per year once finished"`
	Extended
}

// Stated reports whether any cost is stated.
func (c Cost) Stated() bool { return !c.Effort.IsZero() || !c.Once.IsZero() || !c.Yearly.IsZero() }

// Need is what security is balanced against.
type Need string

// The needs.
const (
	Delivery      Need = "delivery"
	Performance   Need = "performance"
	Operability   Need = "operability"
	Usability     Need = "usability"
	Accessibility Need = "accessibility"
)

// Needs lists every need in the order they are shown.
func Needs() []Need { return []Need{Delivery, Performance, Operability, Usability, Accessibility} }

// Effect is how an item changes a need.
type Effect string

// The effects, from worst to best.
const (
	MuchWorse      Effect = "much worse"
	Worse          Effect = "worse"
	SlightlyWorse  Effect = "slightly worse"
	Same           Effect = "same"
	SlightlyBetter Effect = "slightly better"
	Better         Effect = "better"
	MuchBetter     Effect = "much better"
)

// Effects lists every effect from worst to best.
func Effects() []Effect {
	return []Effect{MuchWorse, Worse, SlightlyWorse, Same, SlightlyBetter, Better, MuchBetter}
}

// Benefit is what a mitigation brings besides less risk.
type Benefit struct {
	Says  string            `json:"says" jsonschema:"the benefit in plain words"`
	Value quantity.Quantity `json:"value,omitzero" quantity:"yearly" jsonschema:"money per year, where it can be priced"`
	Extended
}
