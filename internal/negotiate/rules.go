package negotiate

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// RulesResult is the organisation's rules as they stand.
type RulesResult struct {
	Schema    string            `json:"schema"`
	Settings  map[string]string `json:"settings"`
	Authority []ledger.Role     `json:"authority"` // who may leave how much as it is; none: nobody is limited
	Held      []Held            `json:"held"`      // what counts against it today, of the products one may see
	Rules     []Rule            `json:"rules"`     // every change proposed, oldest first
	Policy    []PolicyLine      `json:"policy"`    // the yardstick as far as somebody stated it
}

// PolicyLine is one field of the yardstick, or one word of its scale.
type PolicyLine struct {
	Field    string    `json:"field"`
	Value    string    `json:"value"`
	Currency string    `json:"currency,omitempty"` // of an amount of money
	From     string    `json:"from,omitempty"`     // name of the product it was stated for, where one may see it
	By       string    `json:"by,omitempty"`       // who applied the file that states it, or accepted it; where one may see that product
	Since    time.Time `json:"since"`
}

// Rule is a proposed change of the rules.
type Rule struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Value    string        `json:"value,omitempty"`
	Roles    []ledger.Role `json:"authority,omitempty"` // the whole matrix, of a change of all of it
	Role     string        `json:"role,omitempty"`      // the row it changes
	Was      *ledger.Role  `json:"was,omitempty"`       // that row when it was proposed; nothing where there was none
	Becomes  *ledger.Role  `json:"becomes,omitempty"`   // as it would be; nothing where it is taken away
	From     string        `json:"from,omitempty"`      // id of the product whose file asks for it
	Because  string        `json:"because"`
	At       time.Time     `json:"at"`
	Proposer string        `json:"proposer"`
	By       string        `json:"by,omitempty"` // as claimed
	Outcome  string        `json:"outcome"`      // "" while it waits
}

// Rules reads the organisation's rules.
func (s *Service) Rules(ctx context.Context, actor Actor) (*RulesResult, error) {
	db, a, err := s.recorded(ctx, actor, "Rules")
	if err != nil {
		return nil, err
	}
	known := a.known()
	r := rulesOf(known)
	r.Held = s.held(a.seen)
	if known.Policy == nil {
		return r, nil
	}
	by := map[string]string{} // who, by event
	for i, f := range known.Policy.Fields {
		if r.Policy[i].From == "" {
			continue
		}
		who, ok := by[f.Event]
		if !ok {
			e, err := db.Event(ctx, f.Event)
			if err != nil {
				return nil, ledgerError("read who set the limits", err)
			}
			if e != nil {
				who = cmp.Or(e.By, e.Actor.ID)
			}
			by[f.Event] = who
		}
		r.Policy[i].By = who
	}
	return r, nil
}

func rulesOf(state *ledger.State) *RulesResult {
	r := &RulesResult{Schema: "parley.rules/1", Settings: state.Settings, Authority: []ledger.Role{}, Held: []Held{}, Rules: []Rule{}, Policy: []PolicyLine{}}
	if state.Policy != nil {
		for _, f := range state.Policy.Fields {
			line := PolicyLine{Field: f.Name(), Value: f.Text(), Currency: f.Currency, Since: f.At}
			if p := state.Product(f.From); p != nil {
				line.From = p.ID
				if info, err := p.Info(); err == nil {
					line.From = info.Title()
				}
			}
			r.Policy = append(r.Policy, line)
		}
	}
	if state.Authority != nil {
		r.Authority = append(r.Authority, state.Authority.Roles...)
	}
	for _, x := range state.Rules {
		rule := Rule{ID: x.Short, Name: x.Name, Value: x.Value, Because: x.Because, At: x.At, Proposer: x.Proposer.ID, By: x.By, Outcome: string(x.Outcome)}
		if x.Matrix != nil {
			rule.Roles = x.Matrix.Roles
		}
		if c := x.Row; c != nil {
			rule.Role, rule.Was, rule.Becomes = c.Role, c.Was, c.Becomes
		}
		if p := state.Product(x.From); p != nil {
			rule.From = p.ID
		}
		r.Rules = append(r.Rules, rule)
	}
	return r
}

// rulesWaiting are the changes of the rules that nobody settled yet.
func rulesWaiting(state *ledger.State) []Rule {
	return slices.DeleteFunc(rulesOf(state).Rules, func(x Rule) bool { return x.Outcome != "" })
}

// RuleRequest changes a rule of the organisation.
type RuleRequest struct {
	Name    string // separate_approver, longest_end, who_has_seen, or "" where Role is given
	Value   string
	Role    RoleRequest
	Because string
	By      string // claimed
}

// RoleRequest sets one row of the authority matrix, or takes it away.
type RoleRequest struct {
	Name     string
	Holders  []string      // a name alone takes the role away; anything besides needs holders, or roles in Of
	For      []parley.Kind // kinds of decisions it is about; none: accept and defer
	Of       []string      // roles whose holders hold this one too
	Approve  int           // how many of them have to approve; 0 is 1
	Products []string
	Currency string
	Annual   string // limits, as typed; "" for none
	OneIn20  string
	BadCase  string
	Cost     string
}

// SetRule proposes a change of the rules. Where one person may do both it holds
// at once; where proposer and approver are two people, or whoever proposes may not
// settle it, it waits for the second.
func (s *Service) SetRule(ctx context.Context, actor Actor, req RuleRequest) (*RulesResult, error) {
	if err := s.admit(ctx, actor, "SetRule"); err != nil {
		return nil, err
	}
	if strings.TrimSpace(req.Because) == "" {
		return nil, (&parley.Error{Op: "change the rules", Kind: parley.Refused, Err: errNoReason}).WithHint("say why with --because")
	}
	return s.ruling(ctx, deed{actor, "SetRule", "change the rules", req.By}, func(a *access) ([]ledger.Draft, error) {
		body := &ledger.RuleProposed{Name: req.Name, Value: inDays(req), Because: req.Because}
		if req.Role.Name != "" {
			body.Name = ledger.RuleAuthority
			var err error
			if body.Row, err = req.Role.change(a.state); err != nil {
				return nil, err
			}
		}
		if err := body.CheckRule(); err != nil {
			return nil, &parley.Error{Kind: parley.Invalid, Err: err}
		}
		drafts := []ledger.Draft{{Body: body}}
		if !a.state.SeparateApprover() && a.check("SetRule (at once)", nil) == nil {
			drafts = append(drafts, ledger.Draft{Cause: ledger.CauseOf(0), Body: &ledger.RuleSettled{Rule: a.state.NextRule(), Outcome: ledger.Accepted}})
		}
		return ledger.Stamp(drafts, actor, req.By), nil
	})
}

// inDays is the value asked for, a stated time as whole days.
func inDays(req RuleRequest) string {
	q, err := quantity.Parse(req.Value, quantity.Duration, quantity.Env{})
	if _, one := q.Dist().(quantity.Constant); req.Name != ledger.RuleLongestEnd && req.Name != ledger.RuleWhoHasSeen || err != nil || !one {
		return req.Value
	}
	return strconv.Itoa(parley.Rules{LongestEnd: q}.Days())
}

// SettleRuleRequest accepts or refuses a proposed rule.
type SettleRuleRequest struct {
	Rule    string
	Accept  bool
	Because string
	By      string
}

// SettleRule accepts or refuses a change of the rules that waits.
func (s *Service) SettleRule(ctx context.Context, actor Actor, req SettleRuleRequest) (*RulesResult, error) {
	return s.ruling(ctx, deed{actor, "SettleRule", "settle " + req.Rule, req.By}, func(a *access) ([]ledger.Draft, error) {
		rule := a.state.Rule(strings.ToUpper(req.Rule))
		if rule == nil {
			return nil, parley.Errorf(parley.NotFound, "settle "+req.Rule, "there is no such rule").WithHint("parley policy lists them")
		}
		if rule.Outcome != "" {
			return nil, parley.Errorf(parley.Refused, "settle "+req.Rule, "%s was settled before: %s", rule.Short, rule.Outcome)
		}
		body := &ledger.RuleSettled{Rule: rule.Short, Outcome: ledger.Refused, Because: req.Because}
		if req.Accept {
			if err := a.state.CheckRuleApproval(rule, actor, req.By); err != nil {
				return nil, ruleProblem(rule, err)
			}
			body.Outcome = ledger.Accepted
		}
		return ledger.Stamp([]ledger.Draft{{Cause: rule.Event, Body: body}}, actor, req.By), nil
	})
}

// ruleProblem says what to do where a change fits the matrix no more.
func ruleProblem(rule *ledger.Rule, err error) error {
	op := "accept " + rule.Short
	if _, moved := errors.AsType[*ledger.RowConflict](err); moved {
		return (&parley.Error{Op: op, Kind: parley.Conflict, Err: err}).WithHint("refuse it, and propose the row anew as it is to be")
	}
	if _, refused := errors.AsType[ledger.Refusals](err); refused {
		return err
	}
	return (&parley.Error{Op: op, Kind: parley.Conflict, Err: err}).WithHint("settle the change of that other role first")
}

func (s *Service) ruling(ctx context.Context, d deed, draft func(*access) ([]ledger.Draft, error)) (*RulesResult, error) {
	var last *access
	_, state, err := s.record(ctx, d, func(a *access, _ time.Time) ([]ledger.Draft, error) {
		last = a
		if err := a.ask(nil); err != nil {
			return nil, err
		}
		return draft(a)
	})
	if err != nil {
		return nil, err
	}
	if err := s.forget(ctx, state); err != nil {
		return nil, err
	}
	seen := last.then(state)
	r := rulesOf(seen)
	r.Held = s.held(seen)
	return r, nil
}

// change is the change of one row of the matrix as it stands.
func (r RoleRequest) change(state *ledger.State) (*ledger.RowChange, error) {
	if len(r.Holders)+len(r.Of) > 0 {
		row, err := r.row(state)
		if err != nil {
			return nil, err
		}
		return changing(state, r.Name, row)
	}
	if !r.bare() {
		return nil, parley.Errorf(parley.Invalid, "change the role "+r.Name, "%s", catalogue.T("rules.no-holders", "role", r.Name)).WithHint(catalogue.T("rules.hint.no-holders"))
	}
	if state.Authority.Row(r.Name) == nil {
		return nil, parley.Errorf(parley.NotFound, "take the role away", "there is no role %q", r.Name)
	}
	return changing(state, r.Name, nil)
}

// bare reports whether nothing but the name of a role is given.
func (r RoleRequest) bare() bool {
	said := r.Annual + r.OneIn20 + r.BadCase + r.Cost + r.Currency
	return said == "" && r.Approve == 0 && len(r.Holders)+len(r.Of)+len(r.For)+len(r.Products) == 0
}

func changing(state *ledger.State, role string, becomes *ledger.Role) (*ledger.RowChange, error) {
	c, err := state.Authority.Changing(role, becomes)
	if err != nil {
		return nil, &parley.Error{Op: "change the role " + role, Kind: parley.Invalid, Err: err}
	}
	return c, nil
}

// row reads the row that is asked for.
func (r RoleRequest) row(state *ledger.State) (*ledger.Role, error) {
	role := ledger.Role{Name: r.Name, Currency: r.Currency, Of: r.Of, Approvers: r.Approve, For: r.For}
	for _, h := range r.Holders {
		role.Holders = append(role.Holders, ledger.Holder{Name: h})
	}
	for _, id := range r.Products {
		p, err := product(state, id)
		if err != nil {
			return nil, err
		}
		role.Products = append(role.Products, p.ID)
	}
	for _, l := range []struct {
		text string
		into **float64
	}{{r.Annual, &role.Annual}, {r.OneIn20, &role.OneIn20}, {r.BadCase, &role.BadCase}, {r.Cost, &role.Cost}} {
		if l.text == "" {
			continue
		}
		q, err := quantity.Parse(l.text, quantity.Money, quantity.Env{Currency: r.Currency})
		if err != nil {
			return nil, &parley.Error{Op: "read the limit " + l.text, Kind: parley.Invalid, Err: err}
		}
		x := q.Mean()
		*l.into = &x
	}
	if err := role.Idle(); err != nil {
		return nil, err
	}
	return &role, nil
}

// exposure is what a decision leaves of threats by the brief that was seen, or what
// it commits to; nil where one of them has no price. Bad years and cases of several
// threats are added up.
func (l *loaded) exposure(r *brief.Report, t ledger.Terms) *ledger.Exposure {
	switch t.Kind {
	case parley.Accept, parley.Defer:
	case parley.Mitigate, parley.Transfer:
		return l.commitment(t.With)
	default:
		return nil
	}
	var e ledger.Exposure
	for _, id := range t.Threats {
		x := r.Threat(id)
		if x == nil || x.ExpectedAnnualLoss == nil || x.LossOneInTwenty == nil || x.LossIfItHappens == nil {
			return nil
		}
		e.Annual += *x.ExpectedAnnualLoss
		e.OneIn20 += *x.LossOneInTwenty
		e.BadCase += x.LossIfItHappens.P95
	}
	return &e
}

// commitment is what work and contracts cost on average within the horizon, effort at
// the price of a day; nil where nobody stated it. What is finished costs nothing more.
func (l *loaded) commitment(with []string) *ledger.Exposure {
	var e ledger.Exposure
	for _, id := range with {
		m, t := l.model.Mitigation(id), l.model.Treatment(id)
		switch {
		case m != nil && m.Cost.Stated():
			e.Cost += l.moneyOf(m) + m.Cost.Effort.Mean()*l.portfolio.PersonDay()
		case m == nil && t != nil && (t.Cost.Stated() || !t.Premium.IsZero()):
			c, money := l.costOf(id)
			e.Cost += t.Premium.Mean()*l.portfolio.Horizon() + money + c.Effort.Mean()*l.portfolio.PersonDay()
		case m != nil || t != nil:
			return nil
		}
	}
	return &e
}
