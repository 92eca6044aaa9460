package ledger

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley/quantity"
)

// Policy is the organisation's yardstick as it stands. It is known field by
// field, since each may come from another product's file; amounts of money are
// known for each currency apart. It is never changed in place.
type Policy struct {
	Fields []PolicyField // by currency and path
	From   string        // product whose file last changed it
	Event  string        // id of the event that last changed it
	At     time.Time     // since when it holds as it is
}

// PolicyField is one field of the yardstick, or one word of its scale.
type PolicyField struct {
	Path     []string        // e.g. horizon, or scale, impact, terrible
	Currency string          // of an amount of money; "" for what is none
	Value    json.RawMessage // as in a negotiation file
	From     string          // product whose file stated it
	Event    string          // id of the event that set it
	At       time.Time       // since when it holds
}

// scalePart is the field of a policy that holds words.
const scalePart = "scale"

// foreignPart is what a file keeps for somebody else (parley.Extended): no
// yardstick of the organisation.
const foreignPart = "x"

// isMoney reports whether a field holds amounts of money, which are known for
// each currency apart.
func isMoney(path []string) bool {
	switch path[0] {
	case "person_day", "appetite", "tiers":
		return true
	case scalePart:
		return len(path) > 1 && (path[1] == "impact" || path[1] == "points")
	}
	return false
}

// isWord reports whether a field is a word of the scale.
func (f PolicyField) isWord() bool { return len(f.Path) == 3 }

// Name is the field as people write it: horizon, scale.impact.terrible.
func (f PolicyField) Name() string { return f.name() }

// Text is the value as typed.
func (f PolicyField) Text() string { return f.text() }

// name is the field as people write it.
func (f PolicyField) name() string { return strings.Join(f.Path, ".") }

// text is the value as typed.
func (f PolicyField) text() string {
	var s string
	if json.Unmarshal(f.Value, &s) == nil {
		return s
	}
	return string(f.Value)
}

// key is what two statements of one field have in common: words are the same
// however they are spaced and capitalised.
func (f PolicyField) key() string {
	path := f.Path
	if f.isWord() {
		path = []string{path[0], path[1], quantity.PlainWord(path[2])}
	}
	return f.Currency + " " + strings.Join(path, ".")
}

// fieldsOf are the fields that the text of a policy states, in order of path. A
// null is kept: it takes a field away.
func fieldsOf(text json.RawMessage, currency string) ([]PolicyField, error) {
	var out []PolicyField
	var walk func(text json.RawMessage, path ...string) error
	walk = func(text json.RawMessage, path ...string) error {
		holds := len(path) == 0 || path[0] == scalePart && (len(path) == 1 || len(path) == 2 && path[1] != "points")
		if !holds || string(text) == "null" {
			f := PolicyField{Path: slices.Clone(path), Value: text}
			if isMoney(path) {
				f.Currency = currency
			}
			out = append(out, f)
			return nil
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(text, &fields); err != nil {
			return fmt.Errorf("policy %s: %w", strings.Join(path, "."), err)
		}
		for _, k := range slices.Sorted(maps.Keys(fields)) {
			if len(path) == 0 && k == foreignPart {
				continue
			}
			if err := walk(fields[k], append(slices.Clone(path), k)...); err != nil {
				return err
			}
		}
		return nil
	}
	if string(text) == "null" {
		return nil, fmt.Errorf("a policy is an object")
	}
	return out, walk(text)
}

// policyText is the text of a policy with these fields.
func policyText(fields []PolicyField) (json.RawMessage, error) {
	root := map[string]any{}
	for _, f := range fields {
		at := root
		for _, k := range f.Path[:len(f.Path)-1] {
			inner, ok := at[k].(map[string]any)
			if !ok {
				inner = map[string]any{}
				at[k] = inner
			}
			at = inner
		}
		at[f.Path[len(f.Path)-1]] = f.Value
	}
	return canonicalOf(root)
}

// In is the yardstick for a product with a currency, as a negotiation file
// states it: what is not money, and the amounts in that currency.
func (p *Policy) In(currency string) (json.RawMessage, error) {
	var fields []PolicyField
	if p != nil {
		for _, f := range p.Fields {
			if f.Currency == currency || !isMoney(f.Path) {
				fields = append(fields, f)
			}
		}
	}
	return policyText(fields)
}

// field is what the organisation says about the field that f states, nil for nothing.
func (p *Policy) field(f PolicyField) *PolicyField {
	if p == nil {
		return nil
	}
	if i := slices.IndexFunc(p.Fields, func(x PolicyField) bool { return x.key() == f.key() }); i >= 0 {
		return &p.Fields[i]
	}
	return nil
}

// elsewhere lists what the organisation says about a field of money in other
// currencies than the one of f.
func (p *Policy) elsewhere(f PolicyField) []PolicyField {
	if p == nil {
		return nil
	}
	var out []PolicyField
	for _, x := range p.Fields {
		here := x
		here.Currency = f.Currency
		if x.Currency != f.Currency && here.key() == f.key() {
			out = append(out, x)
		}
	}
	return out
}

// with is the policy after the fields of a text were set by an event. whole
// takes the text's fields at the top level for all there is to say about them,
// as the first version of a proposal meant it.
func (p *Policy) with(text json.RawMessage, currency, from string, whole bool, e Event) (*Policy, error) {
	set, err := fieldsOf(text, currency)
	if err != nil {
		return nil, err
	}
	next := &Policy{From: from, Event: e.ID, At: e.At}
	if p != nil {
		next.Fields = slices.Clone(p.Fields)
	}
	for _, f := range set {
		next.Fields = slices.DeleteFunc(next.Fields, func(x PolicyField) bool {
			return x.key() == f.key() || whole && x.Path[0] == f.Path[0] && (x.Currency == currency || !isMoney(x.Path))
		})
	}
	for _, f := range set {
		if string(f.Value) == "null" {
			continue
		}
		f.From, f.Event, f.At = from, e.ID, e.At
		next.Fields = append(next.Fields, f)
	}
	slices.SortStableFunc(next.Fields, func(a, b PolicyField) int { return strings.Compare(a.key(), b.key()) })
	return next, nil
}
