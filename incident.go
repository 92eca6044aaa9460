package parley

import "github.com/parleysec/parley/quantity"

// Incident is a loss event or near miss that really happened.
type Incident struct {
	ID       string            `json:"id,omitempty" jsonschema:"short and stable"`
	Threat   string            `json:"threat" jsonschema:"id of the threat it was"`
	At       string            `json:"at" format:"date" jsonschema:"when, as YYYY-MM-DD"`
	Title    string            `json:"title,omitempty" jsonschema:"what happened"`
	Loss     quantity.Quantity `json:"loss,omitzero" quantity:"money" jsonschema:"what it cost"`
	NearMiss bool              `json:"near_miss,omitempty" jsonschema:"a layer stopped it"`
	Stopped  []string          `json:"stopped_by,omitempty" jsonschema:"layers that stopped it"`
	Extended
}
