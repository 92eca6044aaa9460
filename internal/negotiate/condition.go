package negotiate

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// reviewEvery is after how many days a condition is looked at where nobody says
// when: a quarter of a year.
const reviewEvery = 91

// Condition is what a decision holds under, and when it is looked at.
type Condition struct {
	Number   int    `json:"number"` // from 1
	Says     string `json:"says"`
	ReviewBy string `json:"review_by,omitempty"` // date
	Reviewed []Look `json:"reviewed,omitempty"`
}

// Look is one look at a condition.
type Look struct {
	Holds   bool      `json:"holds"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Claimed bool      `json:"claimed"` // the name is only a claim
	Because string    `json:"because,omitempty"`
	Event   string    `json:"event"` // id of the event that recorded it
}

func conditionsOf(d *ledger.Decision) []Condition {
	var out []Condition
	for i, c := range d.Conditions {
		x := Condition{Number: i + 1, Says: c.Says, ReviewBy: d.ReviewBy(i + 1)}
		for _, r := range d.Reviewed(x.Number) {
			x.Reviewed = append(x.Reviewed, Look{Holds: r.Holds, At: r.At, By: cmp.Or(r.By, r.Actor.ID), Claimed: r.By != "", Because: r.Because, Event: r.Event})
		}
		out = append(out, x)
	}
	return out
}

// conditions are those of a decision on its way, each with a day of review: its
// own, else the decision's end, else a quarter of a year from today.
func (s *Service) conditions(req DecideRequest) []ledger.Condition {
	var out []ledger.Condition
	for _, c := range req.Conditions {
		c.Says = strings.TrimSpace(c.Says)
		if _, err := time.Parse(time.DateOnly, req.Until); c.Review == "" && err != nil {
			c.Review = s.now().AddDate(0, 0, reviewEvery).Format(time.DateOnly)
		}
		out = append(out, c)
	}
	return out
}

// ReviewRequest says whether a condition of a decision still holds.
type ReviewRequest struct {
	Product   string
	Decision  string
	Condition int // number, from 1; 0 for the only one
	Holds     bool
	Because   string
	Next      string // date of the next look; "" for a quarter of a year from today, or the decision's end
	By        string // claimed
}

// ReviewCondition records that a condition of a decision in force was looked at. One
// that no longer holds re-opens the decision, naming the condition.
func (s *Service) ReviewCondition(ctx context.Context, actor Actor, req ReviewRequest) (*DecideResult, error) {
	r := &DecideResult{Schema: "parley.decision/1", Tasks: []Task{}, Reopened: []Reopened{}, Notes: []string{}}
	var ref ledger.Ref
	_, state, err := s.record(ctx, deed{actor, "ReviewCondition", "look at a condition of " + req.Decision, req.By}, func(a *access, at time.Time) (_ []ledger.Draft, err error) {
		if ref, err = a.seen.Resolve(req.Product, req.Decision, ledger.KindDecision); err != nil {
			return nil, err
		}
		p := a.state.Product(ref.Product)
		if err := a.ask(p); err != nil {
			return nil, err
		}
		drafts, reopened, err := s.reviewing(p.Decision(ref.ID), actor, req)
		if err != nil {
			return nil, err
		}
		drafts, more, err := s.settle(a, drafts, at)
		r.Reopened = append(append([]Reopened{}, reopened...), more...)
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	p := state.Product(ref.Product)
	r.Decisions = []Decision{decisionOf(p, p.Decision(ref.ID))}
	return r, nil
}

// reviewing drafts a look at a condition, and what follows from it.
func (s *Service) reviewing(d *ledger.Decision, actor Actor, req ReviewRequest) ([]ledger.Draft, []Reopened, error) {
	if req.Condition == 0 && len(d.Conditions) == 1 {
		req.Condition = 1
	}
	if len(d.Conditions) == 0 {
		return nil, nil, parley.Errorf(parley.Refused, "", "%s", catalogue.T("condition.without", "id", d.Short)).WithHint(catalogue.T("condition.hint.without"))
	}
	if req.Condition == 0 {
		return nil, nil, parley.Errorf(parley.Invalid, "", "%s has %d conditions: say which one", d.Short, len(d.Conditions)).WithHint(catalogue.T("condition.hint.which"))
	}
	body := &ledger.ConditionReviewed{Decision: d.Short, Condition: req.Condition, Holds: req.Holds, Because: strings.TrimSpace(req.Because)}
	if req.Holds {
		body.Next = req.Next
		if body.Next == "" {
			body.Next = s.now().AddDate(0, 0, reviewEvery).Format(time.DateOnly)
			if _, err := time.Parse(time.DateOnly, d.Until); err == nil && d.Until < body.Next {
				body.Next = d.Until
			}
		}
	}
	if err := ledger.CheckReview(d, body, s.today()); err != nil {
		return nil, nil, err
	}
	drafts := []ledger.Draft{{Product: d.Product, Cause: d.Event, Body: body}}
	if req.Holds {
		return ledger.Stamp(drafts, actor, req.By), nil, nil
	}
	why := catalogue.T("condition.failed", "says", d.Conditions[req.Condition-1].Says, "because", body.Because)
	drafts = append(drafts, ledger.Draft{
		Product: d.Product, Cause: ledger.CauseOf(0), Body: &ledger.DecisionMoved{Decision: d.Short, To: ledger.Reopened, Because: why},
	})
	return ledger.Stamp(drafts, actor, req.By), []Reopened{{Decision: d.Short, Threats: d.Live, Because: why}}, nil
}

// toReview reports whether a condition of a decision is to be looked at by a day.
func toReview(d *ledger.Decision, day string) bool {
	for i := range d.Conditions {
		if by := d.ReviewBy(i + 1); by != "" && by <= day {
			return true
		}
	}
	return false
}
