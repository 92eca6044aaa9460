package web

import (
	"net/http"
	"net/url"
)

// agreementPath is under which each plan that was agreed on has its page.
const agreementPath = "/agreements"

func agreementURL(id string) string { return agreementPath + "/" + url.PathEscape(id) }

// AgreementView is a plan that was agreed on: what was recorded then, and what
// became of it.
type AgreementView struct {
	Frame
	ID, Heading string
	Plan, Tasks Link
	State       Tag
	Lead        []string
	Because     string
	Claimed     string // that the name is only a claim, "" where it is known
	Unread      string // why the plan as it was seen is not shown, "" where it is
	Grounds     []Pair
	GroundsNote string
	Assumed     []string
	Built       []AgreedRow
	Decisions   []AgreedDecisionRow
	Left        []AgreedLeft
	Dropped     []string // features that fell off the roadmap
	Passed      []string // plans about as good
	Costs       []string
	Figures     []FigureRow
	Today       bool // whether a figure of today is another one
	FiguresNote string
	Became      []EventRow
	Nothing     string // that nothing became of its decisions yet
	Digest      string // of the plan as it was seen, SHA-256
}

// AgreedRow is one thing that the plan builds.
type AgreedRow struct {
	Title, Costs string // as they were then
	When         string // in which period it starts, "" where the plan has one
	State        Tag    // today
}

// AgreedLeft is something that could be built and that the plan leaves out, with
// the decisions that answered its threats in another way then.
type AgreedLeft struct {
	Title   string
	Decided []Link
}

// AgreedDecisionRow is a decision that was recorded with the plan.
type AgreedDecisionRow struct {
	Link
	What    string
	State   Tag      // today
	Counted []string // on what
}

// FigureRow is one figure: as things stood, with the plan, and today.
type FigureRow struct{ Says, Before, After, Today string }

// agreement shows a plan that was agreed on.
func (s *server) agreement(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.agreement(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "agreement", v)
}
