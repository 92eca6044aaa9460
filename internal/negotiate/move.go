package negotiate

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
)

// MoveRequest moves a decision to another state of its life, or answers a
// proposal.
type MoveRequest struct {
	Product  string
	Decision string // id of a decision, or of a proposal to approve or reject
	Move     string // withdraw, reopen, approve or reject
	Because  string
	By       string
	Seen     string // approve: digest of the brief the approver saw; "" takes it as it is now
}

var errNoReason = errors.New("a change to a decision needs its reason")

// Move withdraws, reopens, approves or rejects a decision; it also approves or
// rejects a proposal. What is approved takes effect, and re-opens what no
// longer holds with it.
func (s *Service) Move(ctx context.Context, actor Actor, req MoveRequest) (*DecideResult, error) {
	r := &DecideResult{Schema: "parley.decision/1", Decisions: []Decision{}, Tasks: []Task{}, Reopened: []Reopened{}, Notes: []string{}}
	var ref ledger.Ref
	pasts, err := s.pastsOf(ctx, actor, req)
	if err != nil {
		return nil, err
	}
	_, state, err := s.record(ctx, deed{actor, "Move", req.Move + " " + req.Decision, req.By}, func(a *access, at time.Time) (_ []ledger.Draft, err error) {
		state := a.state
		if ref, err = a.seen.Resolve(req.Product, req.Decision, ledger.KindDecision, ledger.KindProposal); err != nil {
			return nil, err
		}
		p := state.Product(ref.Product)
		useCase, looked, err := s.moving(ctx, a, p, ref, req)
		if err != nil {
			return nil, err
		}
		if err := a.check(useCase, p); err != nil {
			return nil, err
		}
		if ref.Kind == ledger.KindDecision && req.Move == "approve" {
			if r.Avoided, err = s.avoiding(state, ledger.Deciding{Product: p.ID, Terms: p.Decision(ref.ID).Terms}, ""); err != nil {
				return nil, err
			}
		}
		drafts, err := s.moves(ctx, state, p, ref, actor, req, looked)
		if err != nil {
			return nil, err
		}
		more, broken, _, err := s.heldAgainst(state, drafts, p.ID, pasts, at)
		if err != nil {
			return nil, err
		}
		drafts, reopened, err := s.settle(a, append(drafts, more...), at)
		r.Reopened = append(append([]Reopened{}, broken...), reopened...)
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	p := state.Product(ref.Product)
	if ref.Kind == ledger.KindProposal {
		q := p.Proposal(ref.ID)
		r.Notes = append(r.Notes, catalogue.T("event.settled", "id", q.Short, "outcome", catalogue.T("outcome."+string(q.Outcome))))
		return r, nil
	}
	d := decisionOf(p, p.Decision(ref.ID))
	if d.Joint = jointly(state, p.Decision(ref.ID), s.today()); d.Joint != nil {
		r.Notes = append(r.Notes, d.Joint.Says)
	}
	r.Decisions = append(r.Decisions, d)
	if req.Move != "approve" {
		return r, nil
	}
	for _, t := range p.Tasks {
		if slices.Contains(t.Decisions, d.ShortID) {
			r.Tasks = append(r.Tasks, taskOf(p, t))
		}
	}
	info, err := p.Info()
	r.Notes = append(r.Notes, r.Avoided.text(p, d, info.Currency)...)
	return r, err
}

// pastsOf is how the threat stood that an incident is of as a proposal tells it anew;
// nothing where a move is none of such a proposal. What is wrong with the move is said
// where it is made.
func (s *Service) pastsOf(ctx context.Context, actor Actor, req MoveRequest) (map[string]past, error) {
	if req.Move != "approve" {
		return nil, nil
	}
	_, a, err := s.recorded(ctx, actor, "Move")
	if err != nil {
		return nil, nil
	}
	ref, err := a.seen.Resolve(req.Product, req.Decision, ledger.KindDecision, ledger.KindProposal)
	if err != nil || ref.Kind != ledger.KindProposal {
		return nil, nil
	}
	p := a.state.Product(ref.Product)
	q := p.Proposal(ref.ID)
	if q.About != ledger.AboutCorrection {
		return nil, nil
	}
	it := p.Item(q.Kind, q.ID)
	var x parley.Incident
	if err := errors.Join(json.Unmarshal(it.JSON, &x), json.Unmarshal(q.Value, &x)); err != nil { // perhaps of another threat
		return nil, ledgerError("read incident "+it.Short, err)
	}
	return s.pasts(ctx, p.ID, []string{x.Threat}, statedOf(p, x.Threat).likelihood)
}

// moving is the line of the table that a move stands in: what somebody proposed
// and nobody agreed to yet, its proposer may take back; a yardstick is not for the
// product whose file proposes it; and whom the authority matrix names among several
// may approve with the others, by what the decision leaves today.
func (s *Service) moving(ctx context.Context, a *access, p *ledger.Product, ref ledger.Ref, req MoveRequest) (string, *leaving, error) {
	if ref.Kind == ledger.KindProposal {
		if p.Proposal(ref.ID).About == ledger.AboutPolicy {
			return "Move (policy)", nil, nil
		}
		return "Move", nil, nil
	}
	d := p.Decision(ref.ID)
	waits := d.Status == ledger.Proposed || d.Status == ledger.Challenged
	const withOthers = "Move (approve with others)"
	switch {
	case waits && req.Move == "withdraw" && d.Proposer.ID == a.actor.ID && d.By == "":
		return "Move (withdraw one's own)", nil, nil
	case !waits || req.Move != "approve" || a.check("Move", p) == nil || a.check(withOthers, p) != nil:
		return "Move", nil, nil
	}
	looked, err := s.leaves(ctx, a.state, d)
	if err != nil {
		return "", nil, err
	}
	if a.state.Standing(d, looked.terms.Exposure, s.today(), a.actor.ID) == nil {
		return "Move", looked, nil
	}
	return withOthers, looked, nil
}

// leaving is what a proposed decision leaves today, as its terms have it, with the
// brief that says so: whether several have to approve it, who of them may, and whether
// enough have is all judged by that.
type leaving struct {
	l     *loaded
	terms ledger.Terms
	seen  []byte
}

func (s *Service) leaves(ctx context.Context, state *ledger.State, d *ledger.Decision) (*leaving, error) {
	l, err := s.loadFrom(state, d.Product, "", d.Threats)
	if err != nil {
		return nil, err
	}
	report, seen, err := s.seen(ctx, l, d.Threats, "")
	if err != nil {
		return nil, err
	}
	terms := d.Terms
	terms.Exposure, terms.Propose = l.exposure(report, terms), false
	return &leaving{l: l, terms: terms, seen: seen}, nil
}

// moves are the drafts of one move, before what follows from them. looked is what the
// decision leaves, where that was worked out already.
func (s *Service) moves(ctx context.Context, state *ledger.State, p *ledger.Product, ref ledger.Ref, actor Actor, req MoveRequest, looked *leaving) ([]ledger.Draft, error) {
	if ref.Kind == ledger.KindProposal {
		return answer(state, p.Proposal(ref.ID), actor, req)
	}
	d := p.Decision(ref.ID)
	to := map[string]ledger.Status{"withdraw": ledger.Retracted, "reopen": ledger.Reopened, "reject": ledger.Rejected}[req.Move]
	switch {
	case req.Move == "approve":
		return s.approving(ctx, state, d, actor, req, looked)
	case to == "":
		return nil, parley.Errorf(parley.Invalid, "", "%q is no move of a decision", req.Move)
	case !ledger.HasReason(req.Because):
		return nil, (&parley.Error{Kind: parley.Refused, Err: errNoReason}).WithHint("say why with --because")
	}
	if err := ledger.CheckMove(d.Short, d.Status, to); err != nil {
		return nil, err
	}
	draft := ledger.Draft{Product: d.Product, Cause: d.Event, Body: &ledger.DecisionMoved{Decision: d.Short, To: to, Because: req.Because}}
	return ledger.Stamp([]ledger.Draft{draft}, actor, req.By), nil
}

// approving approves a decision on the brief as it is now, which is kept beside
// the approval: what the proposer saw may be of another day. What the decision
// leaves is judged by both.
func (s *Service) approving(ctx context.Context, state *ledger.State, d *ledger.Decision, actor Actor, req MoveRequest, looked *leaving) ([]ledger.Draft, error) {
	if err := ledger.CheckApproval(state, d, actor, req.By, s.today()); err != nil {
		return nil, err
	}
	var err error
	if looked == nil {
		if looked, err = s.leaves(ctx, state, d); err != nil {
			return nil, err
		}
	}
	if err := unmoved(d.Threats, looked.seen, req.Seen); err != nil {
		return nil, err
	}
	l, terms, seen := looked.l, looked.terms, looked.seen
	if terms.Lowered, err = l.lowered(terms, actor, req.By); err != nil {
		return nil, err
	}
	deciding := ledger.Deciding{Product: d.Product, Terms: terms, Actor: actor, By: req.By, Today: s.today(), Approving: true}
	if err := ledger.CheckExposure(state, deciding); err != nil {
		return nil, err
	}
	if err := ledger.CheckSeveral(state, d, deciding); err != nil {
		return nil, err
	}
	if err := ledger.CheckOwnEstimate(state, deciding, d); err != nil {
		return nil, err
	}
	why := slices.DeleteFunc(append([]string{req.Because}, loweredText(terms.Lowered)...), func(s string) bool { return s == "" })
	because := strings.Join(why, "; ")
	if st := state.Standing(d, terms.Exposure, s.today(), cmp.Or(req.By, actor.ID)); st != nil && !st.Complete() {
		return []ledger.Draft{ledger.Joining(d, actor, req.By, because, terms.Exposure, seen)}, nil
	}
	return ledger.Approving(d, actor, req.By, because, terms.Exposure, seen), nil
}

// answer approves or rejects a proposal.
func answer(state *ledger.State, q *ledger.Proposal, actor Actor, req MoveRequest) ([]ledger.Draft, error) {
	outcome := map[string]ledger.Outcome{"approve": ledger.Accepted, "reject": ledger.Refused}[req.Move]
	switch {
	case outcome == "":
		return nil, parley.Errorf(parley.Refused, "", "%s is a proposal: it can be approved or rejected", q.Short)
	case !q.Open():
		return nil, parley.Errorf(parley.Refused, "", "proposal %s was answered before: %s", q.Short, q.Outcome)
	case outcome == ledger.Refused && !ledger.HasReason(req.Because):
		return nil, (&parley.Error{Kind: parley.Refused, Err: errNoReason}).WithHint("say why with --because")
	}
	if outcome == ledger.Accepted {
		if err := state.CheckProposalApproval(q, actor, req.By); err != nil {
			return nil, err
		}
		if err := askable(q); err != nil {
			return nil, err
		}
	}
	drafts := []ledger.Draft{{Product: q.Product, Cause: q.Event, Body: &ledger.ProposalSettled{Proposal: q.Short, Outcome: outcome, Because: req.Because}}}
	if p := state.Product(q.Product); outcome == ledger.Accepted && q.About == ledger.AboutClosing && q.Kind == ledger.KindIncident {
		drafts = append(drafts, p.Overtaken(q.ID, "it was withdrawn")...)
	}
	return ledger.Stamp(drafts, actor, req.By), nil
}

// askable refuses a policy with an activity whose expression cannot be asked.
func askable(q *ledger.Proposal) error {
	if q.About != ledger.AboutPolicy {
		return nil
	}
	var m parley.Model
	policy := struct {
		Activities *[]parley.Activity `json:"activities"`
	}{&m.Policy.Activities}
	if err := json.Unmarshal(q.Value, &policy); err != nil {
		return fmt.Errorf("read the policy of %s: %w", q.Short, err)
	}
	found, err := gate.Problems(&m)
	if err != nil || len(found) == 0 {
		return err
	}
	p := found[0]
	return parley.Errorf(parley.Invalid, "", "%s: activity %s: %s: %s", q.Short, p.ID, p.Path, p.Message).WithHint(p.Hint)
}
