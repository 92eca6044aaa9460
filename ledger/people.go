package ledger

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// EventType is person.erased.
func (*PersonErased) EventType() (string, int) { return "person.erased", 1 }

// names visits nothing: the reference stays a reference, also when opened.
func (b *PersonErased) names(rename) error { return nil }

// renameFields rewrites the names in the given fields of a JSON object, such
// as owner or estimates[].by. The text stays as it is when none is there.
func renameFields(text *json.RawMessage, fields []string, visit rename) error {
	if len(fields) == 0 || len(*text) == 0 {
		return nil
	}
	value, err := decodeAny(*text)
	if err != nil {
		return err
	}
	touched := false
	for _, f := range fields {
		err := renameField(value, f, func(s string) (string, error) {
			touched = true
			return visit(s)
		})
		if err != nil {
			return err
		}
	}
	if !touched {
		return nil
	}
	*text, err = canonicalOf(value)
	return err
}

// renameField rewrites the names at one path below a decoded value.
func renameField(value any, path string, visit rename) error {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	field, rest, deeper := strings.Cut(path, "[].")
	if list, names := strings.CutSuffix(path, "[]"); names && !deeper {
		return renameList(object[list], visit)
	}
	if !deeper {
		name, ok := object[field].(string)
		if !ok || name == "" {
			return nil
		}
		to, err := visit(name)
		object[field] = to
		return err
	}
	list, _ := object[field].([]any)
	for _, v := range list {
		if err := renameField(v, rest, visit); err != nil {
			return err
		}
	}
	return nil
}

// renameList rewrites the names that a list is made of.
func renameList(value any, visit rename) error {
	list, _ := value.([]any)
	for i, v := range list {
		name, ok := v.(string)
		if !ok || name == "" {
			continue
		}
		var err error
		if list[i], err = visit(name); err != nil {
			return err
		}
	}
	return nil
}

// renameModel rewrites the names in a whole model.
func renameModel(text *json.RawMessage, visit rename) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(*text, &fields); err != nil {
		return err
	}
	for _, s := range append(slices.Clone(sections), section{key: authorityKey, people: []string{"holders[]"}}) {
		part, ok := fields[s.key]
		if !ok || len(s.people) == 0 {
			continue
		}
		if s.kind == KindProduct {
			if err := renameFields(&part, s.people, visit); err != nil {
				return err
			}
			fields[s.key] = part
			continue
		}
		var list []json.RawMessage
		if err := json.Unmarshal(part, &list); err != nil {
			return err
		}
		for i := range list {
			if err := renameFields(&list[i], s.people, visit); err != nil {
				return err
			}
		}
		var err error
		if fields[s.key], err = canonicalOf(list); err != nil {
			return err
		}
	}
	var err error
	*text, err = canonicalOf(fields)
	return err
}

// decodeAny decodes JSON into maps, lists and texts, numbers as typed.
func decodeAny(text []byte) (any, error) {
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err := d.Decode(&v)
	return v, err
}
