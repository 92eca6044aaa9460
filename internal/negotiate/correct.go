package negotiate

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// CorrectIncidentRequest says what of an incident on record was wrong.
type CorrectIncidentRequest struct {
	Product  string
	Incident string // id, short or long
	Withdraw bool   // it did not happen: it counts no more
	Because  string
	At       string   // what is empty stays as it is
	Title    string   // what happened
	Losses   []string // in place of all that was said about its cost
	NearMiss *bool    // true drops what was said about its cost
	Stopped  []string
	Passed   []string
	By       string // claimed
}

// CorrectIncidentResult is the incident as it stands, and what follows from it.
type CorrectIncidentResult struct {
	Schema   string     `json:"schema"`
	Product  string     `json:"product"`
	ID       string     `json:"id"`
	ShortID  string     `json:"short_id"`
	Gone     bool       `json:"withdrawn"`
	Waits    string     `json:"waits,omitempty"` // the proposal, where somebody else has to approve it
	Says     string     `json:"says"`
	Reopened []Reopened `json:"reopened"` // decisions that stood on less
	Kept     []string   `json:"kept"`     // decisions in force that it is within the tolerance of
	Currency string     `json:"currency"`
	Before   *Happened  `json:"before,omitempty"`   // what had happened to its threat as it was told; left out where there is no such threat any more
	Happened *Happened  `json:"happened,omitempty"` // as it is told now; the same as before while it waits
}

// CorrectIncident tells an incident anew, or withdraws it, with the reason on
// record. What was recorded before stays in the record. To withdraw it, and to tell it
// so that it says less, waits for somebody who approves it, unless whoever asks may
// decide and nobody else has to.
func (s *Service) CorrectIncident(ctx context.Context, actor Actor, req CorrectIncidentRequest) (*CorrectIncidentResult, error) {
	op := "correct " + req.Incident
	if !ledger.HasReason(req.Because) {
		if err := s.admit(ctx, actor, "CorrectIncident"); err != nil {
			return nil, err
		}
		return nil, (&parley.Error{Op: op, Kind: parley.Refused, Err: errNoReason}).WithHint("say why with --because")
	}
	_, a, err := s.recorded(ctx, actor, "CorrectIncident")
	if err != nil {
		return nil, err
	}
	ref, err := a.resolve(req.Product, req.Incident, ledger.KindIncident)
	if err != nil {
		return nil, ledgerError(op, err)
	}
	var was parley.Incident
	if err := json.Unmarshal(a.state.Product(ref.Product).Item(ledger.KindIncident, ref.ID).JSON, &was); err != nil {
		return nil, ledgerError(op, err)
	}
	pasts, err := s.pasts(ctx, ref.Product, []string{was.Threat}, statedOf(a.state.Product(ref.Product), was.Threat).likelihood)
	if err != nil {
		return nil, err
	}
	r := &CorrectIncidentResult{Schema: "parley.incident-correction/1", Product: ref.Product, ID: ref.ID}
	r.Before, _ = s.happenedTo(a.state, ref.Product, was.Threat, pasts)
	_, state, err := s.record(ctx, deed{actor, "CorrectIncident", op, req.By}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		r.Reopened, r.Kept, r.Waits = []Reopened{}, []string{}, ""
		p := a.state.Product(ref.Product)
		if err := a.ask(p); err != nil {
			return nil, err
		}
		if it := p.Item(ledger.KindIncident, ref.ID); req.Withdraw && it.Closed {
			return nil, parley.Errorf(parley.Refused, "", "%s", catalogue.T("incident.withdraw.twice", "id", it.Short))
		}
		if req.Withdraw {
			return s.settled(a, r, req.withdrawing(a, p, ref.ID, r), at)
		}
		drafts, err := req.correcting(a, p, ref.ID, s.today(), r)
		if err != nil {
			return nil, err
		}
		drafts = ledger.Stamp(drafts, actor, req.By)
		more, reopened, kept, err := s.heldAgainst(a.state, drafts, p.ID, pasts, at)
		if err != nil {
			return nil, err
		}
		r.Reopened, r.Kept = append(r.Reopened, reopened...), append(r.Kept, kept...)
		return s.settled(a, r, append(drafts, more...), at)
	})
	if err != nil {
		return nil, err
	}
	it := state.Product(ref.Product).Item(ledger.KindIncident, ref.ID)
	r.ShortID, r.Gone = it.Short, it.Closed
	switch {
	case r.Waits != "" && !req.Withdraw:
		r.Says = catalogue.T("incident.correct.waits", "id", it.Short, "proposal", r.Waits)
	case r.Waits != "":
		r.Says = catalogue.T("incident.withdraw.waits", "id", it.Short, "proposal", r.Waits)
	case r.Gone:
		r.Says = catalogue.T("incident.withdrawn", "id", it.Short)
	default:
		r.Says = catalogue.T("incident.corrected", "id", it.Short)
	}
	r.Happened, r.Currency = s.happenedTo(state, ref.Product, was.Threat, pasts)
	return r, nil
}

// happenedTo is what happened to a threat as some state tells it, and the currency of
// its product. It is there to be looked at: where it cannot be worked out, as of a
// threat that was closed, it is nil, and what somebody does holds all the same.
func (s *Service) happenedTo(state *ledger.State, product, threat string, pasts map[string]past) (*Happened, string) {
	info, err := state.Product(product).Info()
	if err != nil {
		return nil, ""
	}
	l, err := s.loadFrom(state, product, "", []string{threat})
	if err != nil {
		return nil, info.Currency
	}
	t := l.model.Threat(threat)
	if t == nil {
		return nil, info.Currency
	}
	h, err := l.happened(t, statedOf(l.product, threat), pasts[threat], s.now())
	if err != nil {
		return nil, info.Currency
	}
	return &h, info.Currency
}

// settled adds what follows from drafts.
func (s *Service) settled(a *access, r *CorrectIncidentResult, drafts []ledger.Draft, at time.Time) ([]ledger.Draft, error) {
	drafts, more, err := s.settle(a, drafts, at)
	r.Reopened = append(r.Reopened, more...)
	return drafts, err
}

// withdrawing drafts that an incident counts no more.
func (req CorrectIncidentRequest) withdrawing(a *access, p *ledger.Product, id string, r *CorrectIncidentResult) []ledger.Draft {
	because := strings.TrimSpace(req.Because)
	drafts := []ledger.Draft{{Product: p.ID, Body: &ledger.ProposalMade{About: ledger.AboutClosing, Kind: ledger.KindIncident, ID: id, Says: because}}}
	next := p.NextProposal()
	if a.alone(p) {
		drafts = append(drafts, ledger.Draft{Product: p.ID, Cause: ledger.CauseOf(0), Body: &ledger.ProposalSettled{Proposal: next, Outcome: ledger.Accepted, Because: because}})
		drafts = append(drafts, p.Overtaken(id, "it was withdrawn")...)
	} else {
		r.Waits = next
	}
	return ledger.Stamp(drafts, a.actor, req.By)
}

// alone reports whether the actor may make an incident say less with nobody else.
func (a *access) alone(p *ledger.Product) bool {
	return !a.state.SeparateApprover() && a.check("Move", p) == nil
}

// correcting drafts an incident told anew, and why; what was proposed about it before
// is overtaken. Where it says less and takes a second person it is proposed.
func (req CorrectIncidentRequest) correcting(a *access, p *ledger.Product, id, today string, r *CorrectIncidentResult) ([]ledger.Draft, error) {
	x, next, err := req.told(a.state, p, id, today)
	if err != nil {
		return nil, err
	}
	because := strings.TrimSpace(req.Because)
	less, err := a.state.Lowers(p.ID, x, next)
	if err != nil {
		return nil, err
	}
	over := p.Overtaken(id, "it is told anew")
	if less && !p.Item(ledger.KindIncident, id).Closed && !a.alone(p) {
		r.Waits = p.NextProposal()
		draft, err := p.Correcting(id, next, because)
		return append(over, draft), err
	}
	draft, err := p.PutIncident(next)
	if err != nil {
		return nil, err
	}
	says := catalogue.T("incident.corrected.note", "id", p.Item(ledger.KindIncident, id).Short, "because", because)
	note := &ledger.NoteAdded{Kind: ledger.NoteComment, About: ledger.KindThreat, ID: x.Threat, Text: says}
	drafts := []ledger.Draft{draft, {Product: p.ID, Cause: ledger.CauseOf(0), Body: note}}
	return append(drafts, over...), note.CheckNote()
}

// told is an incident as it was recorded, and as it would be.
func (req CorrectIncidentRequest) told(state *ledger.State, p *ledger.Product, id, today string) (x, next parley.Incident, err error) {
	m, err := state.Model(p.ID)
	if err != nil {
		return x, next, err
	}
	if err := json.Unmarshal(p.Item(ledger.KindIncident, id).JSON, &x); err != nil {
		return x, next, err
	}
	told := AddIncidentRequest{At: x.At, Title: x.Title, NearMiss: x.NearMiss, Stopped: x.Stopped, Passed: x.Passed, Losses: req.Losses}
	for _, f := range []struct{ into, from *string }{{&told.At, &req.At}, {&told.Title, &req.Title}} {
		if *f.from != "" {
			*f.into = *f.from
		}
	}
	if req.NearMiss != nil {
		told.NearMiss = *req.NearMiss
	}
	if len(req.Stopped) > 0 {
		told.Stopped = req.Stopped
	}
	if len(req.Passed) > 0 {
		told.Passed = req.Passed
	}
	if next, err = told.incident(x.Threat, today); err != nil {
		return x, next, err
	}
	if err = fits(m, next, x); err != nil {
		return x, next, err
	}
	if len(req.Losses) == 0 && !next.NearMiss { // a near miss has none
		next.Loss, next.Impact = x.Loss, x.Impact
	}
	next.ID, next.Extended = id, x.Extended
	return x, next, nil
}
