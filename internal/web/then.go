package web

import (
	"net/http"
	"net/url"

	"github.com/parleysec/parley"
)

// thenURL leads to what was known when a decision was taken.
func thenURL(decision string) string { return "/decisions/" + url.PathEscape(decision) }

// ThenView is what was known when a decision was taken: the brief that was signed,
// never worked out anew, and what became of the decision since.
type ThenView struct {
	Frame
	ID, Heading string
	Record      string // address
	Card        DecisionCard
	State       Tag
	Became      []EventRow // its life, oldest first
	Briefs      []SignedBrief
	NoBrief     string // why none is shown
}

// SignedBrief is the brief that somebody signed on, threat by threat.
type SignedBrief struct {
	Heading string
	Threats []SignedThreat
	Assumed []string
	Digest  string // of the very bytes, SHA-256
}

// SignedThreat is what a brief said about one threat.
type SignedThreat struct {
	Threat             Link // as it is today
	Says, People       string
	Grave              string
	Duties             []string
	RiskHeading, Often string
	Squares            Picture
	Losses             []string
	Options            []OptionRow
	Sure               []string
	Waiting, Average   string
	Exact              []Pair
}

// then shows what was known when a decision was taken.
func (s *server) then(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.then(r.Context(), r.PathValue("id"))
	if parley.KindOfError(err) == parley.NotFound {
		if a, other := s.desk.agreement(r.Context(), r.PathValue("id")); other == nil {
			http.Redirect(w, r, agreementURL(a.ID), http.StatusFound)
			return nil
		}
	}
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "then", v)
}
