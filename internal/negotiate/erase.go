package negotiate

import (
	"bytes"
	"context"
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
	Texts  []Event `json:"texts"` // events in whose words the name still stands, oldest first
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
	name := []byte(strings.ToLower(person))
	err = db.Load(ctx, 0, func(e ledger.Event) error {
		if bytes.Contains(bytes.ToLower(e.Body), name) {
			r.Texts = append(r.Texts, eventOf(e))
		}
		return nil
	})
	if err != nil {
		return nil, ledgerError("look for the name in texts", err)
	}
	return r, nil
}
