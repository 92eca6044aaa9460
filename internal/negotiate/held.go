package negotiate

import (
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// Held is what counts against the limits of a row of the matrix for one of its
// holders: what decisions in force leave, and what those of the calendar year commit to.
type Held struct {
	Role     string `json:"role"`
	Person   string `json:"person"`
	Currency string `json:"currency"`
	ledger.Exposure
	Decisions []string `json:"decisions"` // their short ids
	Says      string   `json:"says"`
}

// held is what counts against the matrix today, of the products of a state.
func (s *Service) held(state *ledger.State) []Held {
	out := []Held{}
	for _, h := range state.Held(s.today()) {
		out = append(out, Held{h.Role, h.Person, h.Currency, h.Exposure, h.Decisions, heldText(h)})
	}
	return out
}

// heldText says in one line what counts against the limits of somebody.
func heldText(h ledger.Held) string {
	var sums []string
	for _, m := range measures {
		if is := m.of(h.Exposure); is > 0 {
			sums = append(sums, catalogue.T("record.authority.sum", "what", m.text(), "money", plain.Money(is, h.Currency)))
		}
	}
	if len(sums) == 0 {
		sums = []string{plain.Money(0, h.Currency)}
	}
	return catalogue.T("record.authority.held", "person", plain.Clean(h.Person), "role", plain.Clean(h.Role), "sums", strings.Join(sums, ", "), "decisions", plain.List(h.Decisions))
}

// measure is one of the things that the authority matrix limits.
type measure struct {
	name string // as in the catalogue
	of   func(ledger.Exposure) float64
	most func(ledger.Role) *float64 // nil for no limit
}

var measures = []measure{
	{"annual", func(e ledger.Exposure) float64 { return e.Annual }, func(r ledger.Role) *float64 { return r.Annual }},
	{"one-in-20", func(e ledger.Exposure) float64 { return e.OneIn20 }, func(r ledger.Role) *float64 { return r.OneIn20 }},
	{"bad-case", func(e ledger.Exposure) float64 { return e.BadCase }, func(r ledger.Role) *float64 { return r.BadCase }},
	{"cost", func(e ledger.Exposure) float64 { return e.Cost }, func(r ledger.Role) *float64 { return r.Cost }},
}

func (m measure) text() string { return catalogue.T("record.authority.what." + m.name) }
