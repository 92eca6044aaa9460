package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// MoveForm asks what becomes of a decision: whether a proposal is approved, or
// whether what was decided is looked at again.
type MoveForm struct {
	ID, Action string
	Threat     string // whose page it stands on
	Digest     string // of the brief the person sees
	Says       string
	Buttons    []Choice // what can be done, by its move
	Because    string   // what was filled in
	Problem    *Problem
}

// The moves of a decision.
const (
	moveApprove  = "approve"
	moveReject   = "reject"
	moveWithdraw = "withdraw"
	moveReopen   = "reopen"
)

// moveSent is what a person sent about a decision.
type moveSent struct{ id, threat, move, because, digest string }

// separated reports whether whoever proposes a decision may not approve it.
func (s *situation) separated() bool {
	return s.status.Exists && !slices.Contains(s.status.Settings, ledger.SeparateApprover+": no")
}

// proposes reports whether an answer of who asks waits for somebody else.
func (l *live) proposes(ctx context.Context, s *situation, kind parley.Kind) bool {
	return l.may(ctx, "Decide", s.product.ID) != nil || s.separated() && kind != parley.Escalate
}

// moves are the forms about the decisions on a threat: those about proposals,
// and those about what holds, by the decision's id.
func (l *live) moves(ctx context.Context, b *briefBuilder, digest string) (proposals []MoveForm, holding map[string]*MoveForm) {
	holding = map[string]*MoveForm{}
	may := l.may(ctx, "Move", b.s.product.ID) == nil
	looks := l.may(ctx, "ReviewCondition", b.s.product.ID) == nil
	for _, d := range b.s.decisions(b.t.ID) {
		f := MoveForm{ID: d.ShortID, Action: "/decisions/" + url.PathEscape(d.ShortID), Threat: b.t.ID, Digest: digest}
		var moves []string
		waits := d.Status == string(ledger.Proposed) || d.Status == string(ledger.Challenged)
		own := !d.Claimed && d.By == actorOf(ctx).ID && l.may(ctx, "Move (withdraw one's own)", b.s.product.ID) == nil
		switch {
		case waits && may:
			moves = []string{moveApprove, moveReject}
			if len(d.Threats) > 1 { // the page shows the brief of one of them
				moves = []string{moveReject}
			}
			if own {
				moves = append(moves, moveWithdraw)
			}
		case waits && own, d.Status == string(ledger.Reopened) && may:
			moves = []string{moveWithdraw}
		case d.inForce && may:
			moves = []string{moveReopen, moveWithdraw}
		case waits && d.Joint != nil && len(d.Threats) == 1 && l.may(ctx, "Move (approve with others)", b.s.product.ID) == nil:
			moves = []string{moveApprove}
		case d.inForce && looks && len(d.Conditions) > 0:
		default:
			continue
		}
		if d.inForce && looks {
			f.Buttons = append(f.Buttons, reviewButtons(d.Conditions)...)
		}
		for _, m := range moves {
			f.Buttons = append(f.Buttons, Choice{m, catalogue.T("web.move." + m)})
		}
		if !waits {
			holding[d.ShortID] = &f
			continue
		}
		f.Says = catalogue.T("web.move.proposed", "who", decider(d.Decision), "kind", catalogue.T("kind."+string(d.Kind)))
		if len(d.Threats) > 1 {
			f.Says += " " + catalogue.T("web.move.several", "n", len(d.Threats), "id", d.ShortID)
		}
		proposals = append(proposals, f)
	}
	return proposals, holding
}

// The answers to whether a condition still holds, before its number.
const (
	conditionHolds = "holds-"
	conditionFails = "fails-"
)

// reviewButtons ask of each condition whether it still holds.
func reviewButtons(conditions []negotiate.Condition) []Choice {
	var out []Choice
	for _, c := range conditions {
		n := strconv.Itoa(c.Number)
		out = append(out, Choice{conditionHolds + n, catalogue.T("web.move.holds", "says", c.Says)}, Choice{conditionFails + n, catalogue.T("web.move.fails", "says", c.Says)})
	}
	return out
}

// reviewed reads the answer to whether a condition, by its number, still holds.
func reviewed(move string) (number int, stands, ok bool) {
	text, stands := strings.CutPrefix(move, conditionHolds)
	if !stands {
		if text, ok = strings.CutPrefix(move, conditionFails); !ok {
			return 0, false, false
		}
	}
	number, err := strconv.Atoi(text)
	return number, stands, err == nil && number > 0
}

// move says what becomes of a decision; the ledger's rules say whether it may be.
func (l *live) move(ctx context.Context, m moveSent) error {
	s, _, err := l.find(ctx, m.threat)
	if err != nil {
		return err
	}
	if number, stands, ok := reviewed(m.move); ok {
		_, err = l.service.ReviewCondition(ctx, actorOf(ctx), negotiate.ReviewRequest{Product: s.product.ID, Decision: m.id, Condition: number, Holds: stands, Because: m.because})
		return err
	}
	if m.move == moveApprove && m.digest == "" {
		return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unsealed"))
	}
	_, err = l.service.Move(ctx, actorOf(ctx), negotiate.MoveRequest{Product: s.product.ID, Decision: m.id, Move: m.move, Because: m.because, Seen: m.digest})
	if _, ok := errors.AsType[*negotiate.MovedError](err); ok {
		return conflict()
	}
	return err
}

// moved takes a form about a decision. What is not taken comes back on the page
// it was sent from, with the brief as it is now.
func (s *server) moved(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "move", "because", "brief", "threat")
	if err != nil {
		return err
	}
	m := moveSent{id: r.PathValue("id"), threat: form.Get("threat"), move: form.Get("move"), because: typed(form, "because"), digest: form.Get("brief")}
	why := s.desk.move(r.Context(), m)
	if why == nil {
		http.Redirect(w, r, threatURL(m.threat)+"?moved="+url.QueryEscape(m.id), http.StatusSeeOther)
		return nil
	}
	if !mendable(why) {
		return why
	}
	v, err := s.desk.brief(r.Context(), briefAsk{threat: m.threat})
	if err != nil {
		return err
	}
	for _, f := range v.moveForms() {
		if f.ID == m.id {
			f.Problem, f.Because = problemOf(why), m.because
			status, _ := statusOf(why)
			return s.show(w, status, "brief", v)
		}
	}
	if !overtaking(why) {
		return why
	}
	v.Settled = overtaken(m.id, s.desk.since(r.Context(), m.id), m.because)
	return s.show(w, http.StatusConflict, "brief", v)
}

// moveForms are all forms about decisions on the page.
func (v *BriefView) moveForms() []*MoveForm {
	var out []*MoveForm
	for i := range v.Proposals {
		out = append(out, &v.Proposals[i])
	}
	for _, d := range v.Record {
		if d.Move != nil {
			out = append(out, d.Move)
		}
	}
	return out
}
