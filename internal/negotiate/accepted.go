package negotiate

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// AcceptedRequest asks who left what as it is.
type AcceptedRequest struct {
	Product string
	Above   string // an amount as typed: only where the bad case that was seen is at least that; "" for any
	Who     string // part of the name of who decided, in any case; "" for anybody
	Ended   bool   // only those whose end was reached, or that hold no longer
}

// AcceptedResult is who left what as it is, on whose authority, what was not
// chosen, and what has become of it.
type AcceptedResult struct {
	Schema    string       `json:"schema"`
	AsOf      string       `json:"as_of"`
	Product   string       `json:"product"`
	Name      string       `json:"name"`
	Currency  string       `json:"currency"`
	Limited   bool         `json:"limited"`              // whether an authority matrix says today who may leave how much
	Of        int          `json:"of"`                   // all such decisions, whatever was asked for
	Annual    float64      `json:"expected_annual_loss"` // that those in force leave together, per year, as their deciders saw it
	Decisions []Acceptance `json:"decisions"`            // the largest bad case first
}

// Acceptance is one decision to accept or to defer that came into force. Figures are
// those its decider saw, in the product's currency; those of several threats are added up.
type Acceptance struct {
	Decision
	Proposer string      `json:"proposed_by"`
	Others   []string    `json:"approved_with,omitempty"` // who approved it before whoever put it into force
	Decided  time.Time   `json:"decided"`                 // when it came into force
	Right    Right       `json:"authority"`
	BadCase  float64     `json:"loss_if_it_happens,omitzero"`
	Annual   float64     `json:"expected_annual_loss,omitzero"` // per year
	Overdue  bool        `json:"overdue,omitempty"`             // in force, though the end was reached
	Reopened []time.Time `json:"reopened,omitempty"`
	Ended    *time.Time  `json:"ended,omitempty"` // when its end was reached
	Replaced *time.Time  `json:"replaced,omitempty"`
	Heir     string      `json:"replaced_by,omitempty"` // the decision that replaced it
	Gone     *time.Time  `json:"withdrawn,omitempty"`
	Passed   []NotChosen `json:"not_taken"`
	Seen     SeenResult  `json:"seen"` // as far as who asks may know
}

// NotChosen is an option that was on the table and was not chosen.
type NotChosen struct {
	ledger.NotTaken
	Title string `json:"title"`
}

// Right is on whose authority a decision came into force, as the rules and roles
// were then.
type Right struct {
	Says  string       `json:"says"`
	Asked bool         `json:"asked"`         // whether an authority matrix asked for a row
	Row   *ledger.Role `json:"row,omitempty"` // the row that was enough
	Roles []HeldRole   `json:"roles"`         // of those who decided
	Known ledger.Known `json:"known"`         // how it was known who put it into force
}

// HeldRole is a role that somebody held.
type HeldRole struct {
	Person  string            `json:"person"`
	Role    ledger.MemberRole `json:"role"`
	Product string            `json:"product,omitempty"` // "" for the organisation
}

// Accepted says who left what as it is.
func (s *Service) Accepted(ctx context.Context, actor Actor, req AcceptedRequest) (*AcceptedResult, error) {
	db, a, err := s.recorded(ctx, actor, "Accepted")
	if err != nil {
		return nil, err
	}
	p, err := a.product(req.Product)
	if err != nil {
		return nil, err
	}
	m, err := a.state.Model(p.ID)
	if err != nil {
		return nil, ledgerError("read product "+p.ID, err)
	}
	least, err := leastOf(req.Above, m)
	if err != nil {
		return nil, err
	}
	today, err := s.date("")
	if err != nil {
		return nil, err
	}
	r := &AcceptedResult{
		Schema: "parley.accepted/1", AsOf: today.Format(time.DateOnly), Product: p.ID, Name: m.Product.Title(), Currency: m.Product.Currency,
		Limited: a.state.Authority != nil && len(a.state.Authority.Roles) > 0, Decisions: []Acceptance{},
	}
	over := expiring(a.state, today)
	var listed []*ledger.Decision
	for _, d := range p.Decisions {
		if !took(d) {
			continue
		}
		r.Of++
		x := acceptance(p, d, m)
		x.Overdue = over[d.Short]
		holds := d.Status == ledger.InForce
		below := x.BadCase != 0 && x.BadCase < least // where nobody knew the amount it may be any
		if below || !contains(x.deciders(), req.Who) || req.Ended && holds && !x.Overdue {
			continue
		}
		listed = append(listed, d)
		if r.Decisions = append(r.Decisions, x); holds {
			r.Annual += x.Annual
		}
	}
	seen, err := s.seenOf(db, a, p, listed)
	if err != nil {
		return nil, err
	}
	for i := range r.Decisions {
		r.Decisions[i].Seen = *seen[r.Decisions[i].ShortID]
	}
	slices.SortStableFunc(r.Decisions, func(a, b Acceptance) int { return cmp.Compare(b.BadCase, a.BadCase) })
	return r, s.rights(ctx, db, p, r.Decisions)
}

// took reports whether a decision left something as it is: whatever it is now, it
// came into force once.
func took(d *ledger.Decision) bool {
	return (d.Kind == parley.Accept || d.Kind == parley.Defer) && slices.ContainsFunc(d.History, func(m ledger.Move) bool { return m.To == ledger.InForce })
}

// intoForce is the move that put a decision into force, the last one of several.
func intoForce(d *ledger.Decision) ledger.Move {
	var out ledger.Move
	for _, m := range d.History {
		if m.To == ledger.InForce {
			out = m
		}
	}
	return out
}

// leastOf reads an amount of the product's currency, 0 for none.
func leastOf(text string, m *parley.Model) (float64, error) {
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	q, err := quantity.ParseNumbers(text, quantity.Money, m.Env())
	if err != nil {
		return 0, &parley.Error{Op: "read the amount " + text, Kind: parley.Invalid, Err: err}
	}
	return q.Mean(), nil
}

func acceptance(p *ledger.Product, d *ledger.Decision, m *parley.Model) Acceptance {
	x := Acceptance{
		Decision: decisionOf(p, d), Proposer: cmp.Or(d.By, d.Proposer.ID), Passed: []NotChosen{},
		BadCase: sawOf(d.Premises, premiseBad), Annual: sawOf(d.Premises, premiseLoss),
	}
	for _, k := range d.Approvals {
		x.Others = append(x.Others, k.Name())
	}
	for _, o := range d.NotTaken {
		x.Passed = append(x.Passed, NotChosen{o, OptionTitle(m, o.Option)})
	}
	for _, h := range d.History {
		switch h.To {
		case ledger.InForce:
			x.Decided = h.At
		case ledger.Reopened:
			x.Reopened = append(x.Reopened, h.At)
		case ledger.Expired:
			x.Ended = &h.At
		case ledger.Superseded:
			x.Replaced, x.Heir = &h.At, strings.TrimPrefix(h.Because, "by ")
		case ledger.Retracted:
			x.Gone = &h.At
		}
	}
	return x
}

// deciders are all who took it, with commas between.
func (x *Acceptance) deciders() string {
	return strings.Join(append([]string{x.By}, x.Others...), ", ")
}

var errEnough = errors.New("all that was looked for was found")

// rights adds on whose authority decisions of a product came into force: the record
// is gone through again from the first of them on, since a state keeps the roles and
// rules of its own moment alone.
func (s *Service) rights(ctx context.Context, db *store.DB, p *ledger.Product, list []Acceptance) error {
	first, at := time.Time{}, map[string]int{} // in the list, by the event that put it into force
	for i := range list {
		m := intoForce(p.Decision(list[i].ShortID))
		if at[m.Event] = i; first.IsZero() || m.At.Before(first) {
			first = m.At
		}
	}
	if len(at) == 0 {
		return nil
	}
	then, err := db.StateBefore(ctx, first)
	if err != nil {
		return ledgerError("read the rules of "+first.Format(time.DateOnly), err)
	}
	state := then.Clone()
	err = db.Load(ctx, then.Size, func(e ledger.Event) error {
		if i, ok := at[e.ID]; ok {
			x := &list[i]
			d := p.Decision(x.ShortID)
			m := intoForce(d)
			day := m.At.In(s.now().Location()).Format(time.DateOnly)
			x.Right = rightOf(state.RightTo(ledger.Deciding{Product: e.Product, Terms: d.Terms, Actor: m.Actor, By: m.By, Today: day}, x.Others), m.Actor.Known)
			if delete(at, e.ID); len(at) == 0 {
				return errEnough
			}
		}
		return state.Apply(e)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return ledgerError("read on whose authority was decided", err)
	}
	return nil
}
