package ledger

import (
	"encoding/json"
	"maps"
	"slices"
)

// Conflict is a field that both the file and the ledger changed since the file
// was last applied.
type Conflict struct {
	Kind   ItemKind        `json:"kind"`
	ID     string          `json:"id"`
	Field  string          `json:"field,omitempty"` // e.g. impact.financial, "" for the item as a whole
	Base   json.RawMessage `json:"base"`            // as last applied, null when it was not there
	File   json.RawMessage `json:"file"`            // null when it is not there
	Ledger json.RawMessage `json:"ledger"`
}

// absent stands for a field that is not there.
type absent struct{}

// merge3 merges two decoded JSON values that come from a common base. What one
// side changed is taken; what both changed differently goes to the preferred
// side, and without one is a conflict. Objects merge field by field, lists and
// texts as a whole.
type merge3 struct {
	prefer    Side
	conflicts []Conflict // with Kind and ID left empty
}

func (m *merge3) value(path string, base, file, ledger any) any {
	switch {
	case equal(file, ledger), equal(file, base):
		return ledger
	case equal(ledger, base):
		return file
	}
	f, isF := file.(map[string]any)
	l, isL := ledger.(map[string]any)
	if isF && isL {
		b, _ := base.(map[string]any)
		return m.object(path, b, f, l)
	}
	switch m.prefer {
	case PreferFile:
		return file
	case PreferLedger:
		return ledger
	}
	m.conflicts = append(m.conflicts, Conflict{Field: path, Base: text(base), File: text(file), Ledger: text(ledger)})
	return ledger
}

func (m *merge3) object(path string, base, file, ledger map[string]any) map[string]any {
	keys := map[string]bool{}
	for _, o := range []map[string]any{base, file, ledger} {
		for k := range o {
			keys[k] = true
		}
	}
	out := map[string]any{}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		p := k
		if path != "" {
			p = path + "." + k
		}
		v := m.value(p, field(base, k), field(file, k), field(ledger, k))
		if _, gone := v.(absent); !gone {
			out[k] = v
		}
	}
	return out
}

func field(o map[string]any, k string) any {
	if v, ok := o[k]; ok {
		return v
	}
	return absent{}
}

// equal compares decoded JSON values by their canonical texts.
func equal(a, b any) bool {
	_, goneA := a.(absent)
	_, goneB := b.(absent)
	if goneA || goneB {
		return goneA == goneB
	}
	return string(text(a)) == string(text(b))
}

// text is the canonical text of a decoded value, null for one that is absent.
// Values here were decoded from canonical texts, so encoding cannot fail.
func text(v any) json.RawMessage {
	if _, gone := v.(absent); gone {
		return json.RawMessage("null")
	}
	b, err := canonicalOf(v)
	if err != nil {
		return json.RawMessage("null")
	}
	return b
}
