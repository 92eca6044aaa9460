package parley

import "github.com/parleysec/parley/quantity"

// Incident is a loss event or near miss that really happened.
type Incident struct {
	ID       string            `json:"id,omitempty" jsonschema:"short and stable"`
	Threat   string            `json:"threat" jsonschema:"id of the threat it was"`
	At       string            `json:"at" format:"date" jsonschema:"when, as YYYY-MM-DD"`
	Title    string            `json:"title,omitempty" jsonschema:"what happened"`
	Loss     quantity.Quantity `json:"loss,omitzero" quantity:"money" jsonschema:"what it cost in all, where nobody knows it by kind; by kind it stands under impact"`
	Impact   Impact            `json:"impact,omitzero" jsonschema:"what it did and cost, by kind"`
	NearMiss bool              `json:"near_miss,omitempty" jsonschema:"a layer stopped it"`
	Stopped  []string          `json:"stopped_by,omitempty" jsonschema:"layers that stopped it"`
	Passed   []string          `json:"passed,omitempty" jsonschema:"layers it got past"`
	Extended
}

// Cost is what an incident cost in all, in the product's currency, and whether
// anybody said so. A range counts as its mean.
func (x *Incident) Cost() (float64, bool) {
	if !x.Loss.IsZero() {
		return x.Loss.Mean(), true
	}
	sum := 0.0
	losses := x.Impact.Losses()
	for _, k := range losses {
		sum += k.Loss.Amount.Mean()
	}
	return sum, len(losses) > 0
}
