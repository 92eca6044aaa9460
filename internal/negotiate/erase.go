package negotiate

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// EraseRequest names a person whose name is to leave the record.
type EraseRequest struct {
	Person  string
	Because string
}

// EraseResult says that a name has left the record, and where it still stands.
type EraseResult struct {
	Schema string  `json:"schema"`
	Person string  `json:"person"`
	Root   string  `json:"root"`  // of the Merkle log with the erasure on record
	Texts  []Event `json:"texts"` // events in whose words, or in what is kept beside them, the name still stands, oldest first
}

// Erase takes a person's name out of the record for good, and their account with it: the
// events keep a reference that leads to nobody, and every hash and proof stays as it is.
// Nobody may but at the machine of the ledger. What people wrote in their own words is
// part of the events and stays; the result says where.
func (s *Service) Erase(ctx context.Context, actor Actor, req EraseRequest) (*EraseResult, error) {
	db, err := s.whole(ctx, actor, "Erase")
	if err != nil {
		return nil, err
	}
	op, person := "erase "+req.Person, strings.TrimSpace(req.Person)
	switch {
	case person == "":
		return nil, parley.Errorf(parley.Invalid, "erase", "no name is given").WithHint("name the person as the record shows them (parley ledger log)")
	case !ledger.HasReason(req.Because):
		return nil, (&parley.Error{Op: op, Kind: parley.Refused, Err: errNoReason}).WithHint("say why with --because")
	case strings.EqualFold(person, actor.ID):
		return nil, parley.Errorf(parley.Refused, op, "nobody erases their own name").WithHint("let somebody else do it: who did it is on record by name")
	case strings.Contains(strings.ToLower(req.Because), strings.ToLower(person)):
		return nil, parley.Errorf(parley.Refused, op, "the reason names the person, and stays on record").WithHint("say why without the name")
	}
	if err := db.Erase(ctx, person, strings.TrimSpace(req.Because), actor); err != nil {
		return nil, ledgerError(op, err)
	}
	head, err := db.Head(ctx)
	if err != nil {
		return nil, ledgerError(op, err)
	}
	r := &EraseResult{Schema: "parley.erased/1", Person: person, Root: head.Root.String(), Texts: []Event{}}
	err = db.Load(ctx, 0, func(e ledger.Event) error {
		named := naming(e.Body, person)
		if e.Attached != nil && !named {
			beside, err := db.Attachment(ctx, *e.Attached)
			if err != nil {
				return err
			}
			named = naming(beside, person)
		}
		if named {
			r.Texts = append(r.Texts, eventOf(e, new(namer)))
		}
		return nil
	})
	if err != nil {
		return nil, ledgerError("look for the name in texts", err)
	}
	return r, nil
}

// naming reports whether a name stands in JSON, as it reads and not as it is written
// there, in upper or lower case; in bytes that are no JSON, as they are.
func naming(text []byte, name string) bool {
	name = strings.ToLower(name)
	var v any
	if json.Unmarshal(text, &v) != nil {
		return bytes.Contains(bytes.ToLower(text), []byte(name))
	}
	return anyText(v, func(text string, _ bool) bool { return strings.Contains(strings.ToLower(text), name) })
}

// anyText reports whether a text anywhere in a JSON value is as asked for; key says
// whether it is the name of a field.
func anyText(v any, is func(text string, key bool) bool) bool {
	switch v := v.(type) {
	case string:
		return is(v, false)
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return anyText(x, is) })
	case map[string]any:
		for k, x := range v {
			if is(k, true) || anyText(x, is) {
				return true
			}
		}
	}
	return false
}
