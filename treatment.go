package parley

import "github.com/parleysec/parley/quantity"

// Kind is a way to treat a threat.
type Kind string

// The kinds of decision. Escalate hands the decision to whoever may take it.
const (
	Mitigate Kind = "mitigate"
	Accept   Kind = "accept"
	Defer    Kind = "defer"
	Transfer Kind = "transfer"
	Avoid    Kind = "avoid"
	Escalate Kind = "escalate"
)

// Kinds lists every kind of decision.
func Kinds() []Kind { return []Kind{Mitigate, Accept, Defer, Transfer, Avoid, Escalate} }

// Treatment is a way to treat one threat besides the mitigations: a transfer
// (insurance, contract), a way to avoid it, or a deferral with what it takes.
type Treatment struct {
	ID         string            `json:"id" jsonschema:"short and stable, unique in the file"`
	Kind       Kind              `json:"kind" enum:"transfer,avoid,defer" jsonschema:"transfer, avoid or defer"`
	Title      string            `json:"title,omitempty" jsonschema:"what it is"`
	Cost       Cost              `json:"cost,omitzero" jsonschema:"what it costs besides a premium"`
	Premium    quantity.Quantity `json:"premium,omitzero" quantity:"yearly" jsonschema:"transfer: price per year"`
	Deductible quantity.Quantity `json:"deductible,omitzero" quantity:"money" jsonschema:"transfer: what stays with us first"`
	Limit      quantity.Quantity `json:"limit,omitzero" quantity:"money" jsonschema:"transfer: the most that is paid; none: without limit"`
	Share      quantity.Quantity `json:"share,omitzero" quantity:"share" jsonschema:"transfer: share paid of what lies between; default all"`
	Per        string            `json:"per,omitempty" enum:"event,year" jsonschema:"transfer: whether deductible and limit are per event (default) or per year"`
	Covers     []LossKind        `json:"covers,omitempty" jsonschema:"transfer: the kinds of loss it pays for; default all"`
	Extended
}
