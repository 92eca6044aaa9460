package negotiate

import (
	"context"
	"encoding/json"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/gate"
)

// readFile reads a negotiation file, the expressions of its activities included. Where it states effort and no price of a
// day, that of the organisation stands in the model, if there is a ledger with
// one; borrowed says so.
func (s *Service) readFile(ctx context.Context, src Source) (doc *file.Document, borrowed bool, err error) {
	doc, err = file.ReadAt(src.Name, src.Data, "", gate.Problems)
	if err == nil || !doc.Model.Policy.PersonDay.IsZero() {
		return doc, false, err
	}
	if path, _ := doc.Model.FirstEffort(); path == "" {
		return doc, false, err
	}
	price := s.personDay(ctx, doc.Model.Product.Currency)
	if price == "" {
		return doc, false, err
	}
	doc, err = file.ReadAt(src.Name, src.Data, price, gate.Problems)
	return doc, true, err
}

// personDay is what one day of one person costs by the organisation's policy,
// "" where there is no ledger, none that can be read, or none that says it.
func (s *Service) personDay(ctx context.Context, currency string) string {
	if s.Ledger == "" {
		return ""
	}
	state, err := s.state(ctx)
	if err != nil {
		return ""
	}
	text, err := state.Policy.In(currency)
	if err != nil {
		return ""
	}
	var policy parley.Policy
	if err := json.Unmarshal(text, &policy); err != nil {
		return ""
	}
	return policy.PersonDay.Text
}
