package negotiate

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// AgreeRequest agrees on the best plan of a product within a budget.
type AgreeRequest struct {
	PlanRequest // of a product of the ledger
	Because     string
	By          string // claimed
	PlanOnly    bool   // decide on no threat with it
	Propose     bool   // only propose the decisions that follow: somebody else approves each

	// Seen is what the plan does that somebody agrees on, as [PlanResult.Chosen]
	// says it. Where the best plan is another one by now, nothing is recorded. Nil
	// takes the best plan, whatever it is.
	Seen []string
}

// Check refuses a request that names a file, which nobody agrees on.
func (r AgreeRequest) Check() error {
	if r.Data == nil {
		return nil
	}
	return parley.Errorf(parley.Invalid, "agree on a plan", "%s", catalogue.T("agree.file")).WithHint(catalogue.T("agree.hint.file"))
}

// AgreeResult is the agreement, and the decisions that follow from it: to mitigate
// each threat that waits and that the plan acts on.
type AgreeResult struct {
	Agreement Agreement `json:"agreement"`
	DecideResult
}

// Agreement is a plan that was agreed on.
type Agreement struct {
	ID         string              `json:"id"`
	At         time.Time           `json:"at"`
	By         string              `json:"by"`
	Claimed    bool                `json:"claimed"` // By is only a claim
	Because    string              `json:"because"`
	AsOf       string              `json:"as_of"`
	Currency   string              `json:"currency"`
	Budget     BudgetResult        `json:"budget"`
	Chosen     []AgreedItem        `json:"chosen"`
	Done       int                 `json:"done"` // of those chosen
	Value      float64             `json:"value"`
	Proved     bool                `json:"proved"`
	CostMoney  float64             `json:"cost_money"`
	CostDays   float64             `json:"cost_effort_days"`
	Before     float64             `json:"expected_annual_loss_before"`
	After      float64             `json:"expected_annual_loss_after"`
	PassedOver []ledger.PassedOver `json:"passed_over"`
	Dropped    []AgreedItem        `json:"dropped"` // features that fell off the roadmap
	Holds      bool                `json:"holds"`   // no later plan was agreed on

	Kept *AgreementKept `json:"-"` // what stands behind it; nil in a list
}

// AgreedItem is an item of an agreed plan, as it is called today.
type AgreedItem struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Period string `json:"period,omitempty"`
	Done   bool   `json:"done"`
}

// Agree records the best plan within a budget as agreed on: what is done and
// when, what was as good and passed over, and what fell off the roadmap, with the
// whole plan kept beside it. With it each threat that waits and that the plan acts
// on is decided on, or proposed to be, by the same rules and on the same record as
// one by one. All of it is written, or nothing.
func (s *Service) Agree(ctx context.Context, actor Actor, req AgreeRequest) (*AgreeResult, error) {
	r := &AgreeResult{}
	r.Schema = "parley.agreement/1"
	if err := req.Check(); err != nil {
		return nil, err
	}
	var id string
	var skipped []string
	events, state, err := s.record(ctx, deed{actor, "Agree", "agree on a plan", req.By}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		p, err := a.product(req.Product)
		if err != nil {
			return nil, err
		}
		id = p.ID
		drafts, left, err := s.agreeing(ctx, a, p, req)
		if err != nil {
			return nil, err
		}
		skipped = left
		drafts, reopened, err := s.settle(a, drafts, at)
		r.Reopened = reopened
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	p := state.Product(id)
	r.fill(p, events)
	r.Agreement = agreementOf(p, p.Agreed())
	r.Notes = append(r.Notes, skipped...)
	return r, nil
}

// agreeing drafts the agreement and the decisions that follow, and says which
// threats of the plan are left as they are.
func (s *Service) agreeing(ctx context.Context, a *access, p *ledger.Product, req AgreeRequest) ([]ledger.Draft, []string, error) {
	if !ledger.HasReason(req.Because) {
		return nil, nil, parley.Errorf(parley.Refused, "", "%s", catalogue.T("agree.reason")).WithHint(catalogue.T("agree.hint.reason"))
	}
	l, err := s.loadFrom(a.state, p.ID, req.AsOf, nil)
	if err != nil {
		return nil, nil, err
	}
	req.Table = false // what stands beside a plan is for looking at: none of it is recorded
	plan, err := s.planOf(ctx, l, req.PlanRequest)
	if err != nil {
		return nil, nil, err
	}
	if req.Seen != nil && !slices.Equal(plan.Chosen, req.Seen) {
		return nil, nil, parley.Errorf(parley.Conflict, "", "%s", catalogue.T("agree.moved")).WithHint(catalogue.T("agree.hint.moved"))
	}
	if len(plan.Chosen) == 0 {
		return nil, nil, parley.Errorf(parley.Refused, "", "%s", catalogue.T("agree.nothing")).WithHint(catalogue.T("agree.hint.nothing"))
	}
	seen, err := json.Marshal(plan)
	if err != nil {
		return nil, nil, &parley.Error{Kind: parley.Internal, Err: err}
	}
	drafts := []ledger.Draft{{Product: p.ID, Actor: a.actor, By: req.By, Body: agreedPlan(plan, req.Because), Attach: seen, Media: "application/json"}}
	if req.PlanOnly {
		return drafts, nil, nil
	}
	more, skipped, err := s.followed(ctx, a, p, l, plan.Chosen, req)
	return append(drafts, more...), skipped, err
}

// followed drafts a decision for each threat that waits and that a plan acts on.
func (s *Service) followed(ctx context.Context, a *access, p *ledger.Product, l *loaded, chosen []string, req AgreeRequest) ([]ledger.Draft, []string, error) {
	var drafts []ledger.Draft
	var skipped []string
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		var with []string
		for _, id := range chosen {
			if l.model.Mitigation(id) != nil && slices.Contains(l.concerns(id), t.ID) {
				with = append(with, id)
			}
		}
		if len(with) == 0 || !t.NeedsDecision() {
			continue
		}
		if d := undone(p, t.ID); d != nil {
			if d.Kind != parley.Mitigate {
				skipped = append(skipped, catalogue.T("agree.skipped", "title", titleOf(l.model, t.ID), "id", d.Short, "status", string(d.Status)))
			}
			continue
		}
		ask := DecideRequest{Product: p.ID, Threats: []string{t.ID}, Kind: parley.Mitigate, With: with, Because: req.Because, By: req.By, AsOf: req.AsOf, Propose: req.Propose}
		d, err := s.deciding(a, ask)
		if err != nil {
			return nil, nil, err
		}
		draft, err := s.draft(ctx, a.state, d, ask)
		if err != nil {
			return nil, nil, err
		}
		draft.Cause = ledger.CauseOf(0)
		drafts = append(drafts, draft)
	}
	return drafts, skipped, nil
}

// undone is the decision on a threat that stands in the way of another: one in
// force that hands nothing up, or one that waits for somebody's word.
func undone(p *ledger.Product, threat string) *ledger.Decision {
	for _, d := range p.Decisions {
		switch d.Status {
		case ledger.InForce:
			if d.Kind != parley.Escalate && d.Holds(threat) {
				return d
			}
		case ledger.Proposed, ledger.Challenged, ledger.Agreed:
			if slices.Contains(d.Threats, threat) {
				return d
			}
		}
	}
	return nil
}

// agreedPlan is what of a plan goes on record.
func agreedPlan(r *PlanResult, because string) *ledger.PlanAgreed {
	b := &ledger.PlanAgreed{
		Because: strings.TrimSpace(because), AsOf: r.AsOf, Engine: EngineVersion, Currency: r.Currency, Money: r.Budget.Money, EffortDays: r.Budget.EffortDays,
		Value: r.Value, Proved: r.Proved, CostMoney: r.Cost.Money, CostDays: r.Cost.EffortDays,
		Before: r.AnnualLoss.Before, After: r.AnnualLoss.After, Chosen: []ledger.AgreedItem{}, PassedOver: []ledger.PassedOver{}, Dropped: []string{},
	}
	starts := map[string]string{}
	if len(r.Periods) > 1 {
		for _, x := range r.Periods {
			for _, id := range x.Items {
				starts[id] = x.Period
			}
		}
	}
	for _, id := range r.Chosen {
		b.Chosen = append(b.Chosen, ledger.AgreedItem{ID: id, Period: starts[id]})
	}
	for _, x := range r.Peers {
		b.PassedOver = append(b.PassedOver, ledger.PassedOver{Chosen: x.Chosen, Value: x.Value})
	}
	for _, x := range r.Items {
		if x.Feature && !x.In {
			b.Dropped = append(b.Dropped, x.ID)
		}
	}
	return b
}

// agreementOf is an agreement as it stands today.
func agreementOf(p *ledger.Product, x *ledger.Agreement) Agreement {
	out := Agreement{
		ID: x.Short, At: x.At, By: x.Actor.ID, Because: x.Because, AsOf: x.AsOf, Currency: x.Currency,
		Budget: BudgetResult{Money: x.Money, EffortDays: x.EffortDays, From: "request"}, Value: x.Value, Proved: x.Proved,
		CostMoney: x.CostMoney, CostDays: x.CostDays, Before: x.Before, After: x.After, PassedOver: x.PassedOver,
		Chosen: []AgreedItem{}, Dropped: []AgreedItem{}, Holds: p.Agreed() == x,
	}
	if x.By != "" {
		out.By, out.Claimed = x.By, true
	}
	for _, c := range x.Chosen {
		item := agreedItem(p, c.ID)
		item.Period = c.Period
		out.Chosen = append(out.Chosen, item)
		if item.Done {
			out.Done++
		}
	}
	for _, id := range x.Dropped {
		out.Dropped = append(out.Dropped, agreedItem(p, id))
	}
	return out
}

// agreedItem is an item as it is called today, and whether it is done.
func agreedItem(p *ledger.Product, id string) AgreedItem {
	for _, kind := range []ledger.ItemKind{ledger.KindMitigation, ledger.KindFeature} {
		if it := p.Item(kind, id); it != nil {
			return AgreedItem{ID: it.ID, Title: title(p, kind, it.ID), Done: it.Done}
		}
	}
	return AgreedItem{ID: id, Title: id}
}

// AgreementsRequest asks for the plans agreed on.
type AgreementsRequest struct {
	Product   string // id; "" for the only one, or the one that has the agreement
	Agreement string // id of the one that is wanted, with what stands behind it; "" for all
}

// AgreementsResult is the plans agreed on, the last one first.
type AgreementsResult struct {
	Schema     string      `json:"schema"`
	Product    string      `json:"product"`
	Agreements []Agreement `json:"agreements"`
}

// Agreements lists the plans that were agreed on, the last one first.
func (s *Service) Agreements(ctx context.Context, actor Actor, req AgreementsRequest) (*AgreementsResult, error) {
	if req.Agreement != "" {
		return s.agreement(ctx, actor, req)
	}
	_, p, err := s.recordedOf(ctx, actor, "Agreements", req.Product)
	if err != nil {
		return nil, err
	}
	r := &AgreementsResult{Schema: "parley.agreements/1", Product: p.ID, Agreements: []Agreement{}}
	for _, x := range slices.Backward(p.Agreements) {
		r.Agreements = append(r.Agreements, agreementOf(p, x))
	}
	return r, nil
}
