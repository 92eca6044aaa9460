package ledger

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/parleysec/parley"
)

// GateChoice is what a product chose for its gate, by whom and since when.
type GateChoice struct {
	Mode  parley.GateMode // advise or block; "" once a choice was taken back
	Event string          // id of the event that chose
	At    time.Time
	Actor Actor
	By    string // claimed, "" for none
}

// people are the places of the names in a copy of it.
func (g *GateChoice) people() []*string { return []*string{&g.Actor.ID, &g.By} }

// chooseGate notes what the text of a product chooses for its gate, where that
// is another choice than the one before.
func (p *Product) chooseGate(e Event, text json.RawMessage) error {
	var product struct {
		Gate parley.GateMode `json:"gate"`
	}
	if err := json.Unmarshal(text, &product); err != nil {
		return fmt.Errorf("read the gate of product %s: %w", p.ID, err)
	}
	var before parley.GateMode
	if p.Gate != nil {
		before = p.Gate.Mode
	}
	if product.Gate != before {
		p.Gate = &GateChoice{Mode: product.Gate, Event: e.ID, At: e.At, Actor: e.Actor, By: e.By}
	}
	return nil
}
