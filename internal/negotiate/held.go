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
	for _, x := range []struct {
		what string
		is   float64
	}{{"annual", h.Annual}, {"one-in-20", h.OneIn20}, {"bad-case", h.BadCase}, {"cost", h.Cost}} {
		if x.is > 0 {
			sums = append(sums, catalogue.T("record.authority.sum", "what", catalogue.T("record.authority.what."+x.what), "money", plain.Money(x.is, h.Currency)))
		}
	}
	if len(sums) == 0 {
		sums = []string{plain.Money(0, h.Currency)}
	}
	return catalogue.T("record.authority.held", "person", plain.Clean(h.Person), "role", plain.Clean(h.Role), "sums", strings.Join(sums, ", "), "decisions", plain.List(h.Decisions))
}
