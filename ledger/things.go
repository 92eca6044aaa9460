package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/parleysec/parley"
)

// thing is one item of a model, decoded.
type thing struct {
	id     string
	was    string
	fields any
}

// things are the items of a model by kind, in file order.
type things map[ItemKind][]thing

func (t things) find(kind ItemKind, id string) (thing, bool) {
	for _, x := range t[kind] {
		if x.id == id {
			return x, true
		}
	}
	return thing{}, false
}

// thingsOf splits a model in canonical JSON into its items. An empty text has none.
func thingsOf(model json.RawMessage) (things, error) {
	out := things{}
	if len(model) == 0 {
		return out, nil
	}
	v, err := decodeAny(model)
	if err != nil {
		return nil, err
	}
	fields, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("a model is an object")
	}
	for _, sec := range sections {
		list, ok := fields[sec.key].([]any)
		if one, single := fields[sec.key].(map[string]any); single {
			list, ok = []any{one}, true
		}
		if !ok {
			continue
		}
		for _, f := range list {
			t := newThing(sec, f)
			if _, twice := out.find(sec.kind, t.id); twice && sec.id != "" && t.id != "" {
				if sec.kind != KindIncident {
					return nil, fmt.Errorf("%s: the id %q stands twice", sec.key, t.id)
				}
			} else if twice {
				continue // the same content twice is one thing
			}
			out[sec.kind] = append(out[sec.kind], t)
		}
	}
	return out, nil
}

func newThing(sec section, fields any) thing {
	t := thing{fields: fields}
	o, _ := fields.(map[string]any)
	if sec.id != "" {
		t.id, _ = o[sec.id].(string)
		t.was, _ = o["was"].(string)
	}
	if t.id == "" { // what has no id is known by its content
		sum := sha256.Sum256(text(fields))
		t.id = "x" + hex.EncodeToString(sum[:8])
	}
	return t
}

// modelText is the canonical JSON of a model, quantities as typed.
func modelText(m *parley.Model) (json.RawMessage, error) {
	b, err := canonicalOf(m)
	if err != nil {
		return nil, fmt.Errorf("model of %q: %w", m.Product.ID, err)
	}
	return b, nil
}
