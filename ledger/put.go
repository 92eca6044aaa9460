package ledger

import (
	"fmt"

	"github.com/parleysec/parley"
)

// PutThreat is the draft that records a threat, new or told anew.
func (p *Product) PutThreat(t parley.Threat) (Draft, error) {
	text, err := canonicalOf(t)
	if err != nil {
		return Draft{}, fmt.Errorf("threat %q: %w", t.ID, err)
	}
	return Draft{Product: p.ID, Body: &ItemPut{Kind: KindThreat, ID: t.ID, Item: text}}, nil
}

// PutMitigation is the draft that records a mitigation, new or told anew.
func (p *Product) PutMitigation(x parley.Mitigation) (Draft, error) {
	text, err := canonicalOf(x)
	if err != nil {
		return Draft{}, fmt.Errorf("mitigation %q: %w", x.ID, err)
	}
	return Draft{Product: p.ID, Body: &ItemPut{Kind: KindMitigation, ID: x.ID, Item: text}}, nil
}

// IDs are the ids of all things of a product, closed ones and former ids too.
func (p *Product) IDs() map[string]bool {
	out := map[string]bool{}
	for _, list := range p.items {
		for _, it := range list {
			out[it.ID] = true
		}
	}
	for _, former := range p.renamed {
		for id := range former {
			out[id] = true
		}
	}
	return out
}
