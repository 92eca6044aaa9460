package negotiate

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// AppetiteRequest proposes what may be lost how often, in place of what the
// organisation says about it in the currency of a product.
type AppetiteRequest struct {
	Product string // id; "" for the only one
	Limits  []Tolerated
	Because string
	By      string // claimed
}

// Tolerated is one point of an appetite: more than this loss in at most that share
// of years, both as typed.
type Tolerated struct {
	Loss   string `json:"loss"`
	Chance string `json:"chance"`
}

// AppetiteResult is a proposal about the appetite that waits for somebody's word.
type AppetiteResult struct {
	Schema   string   `json:"schema"`
	Product  string   `json:"product"`
	Proposal Proposal `json:"proposal"`
}

// aboutAppetite is what a proposal about the policy names where it is about the
// appetite alone, as people propose it. What a product's file proposes names
// nothing, and is withdrawn when the file says something else; this is not.
const aboutAppetite = "appetite"

// LimitError says which point of an appetite cannot be used, and why.
type LimitError struct {
	At      int    // of the points, from 0
	Field   string // loss or chance
	Problem string
}

// Error is what is wrong with the point.
func (e *LimitError) Error() string {
	return catalogue.T("appetite.wrong", "n", e.At+1, "field", catalogue.T("appetite."+e.Field), "problem", e.Problem)
}

// ProposeAppetite proposes what may be lost how often. It changes nothing: whoever
// may answer for the yardstick of all says whether it holds.
func (s *Service) ProposeAppetite(ctx context.Context, actor Actor, req AppetiteRequest) (*AppetiteResult, error) {
	var id, short string
	_, state, err := s.record(ctx, deed{actor, "ProposeAppetite", "propose an appetite", req.By}, func(a *access, _ time.Time) ([]ledger.Draft, error) {
		p, err := a.product(req.Product)
		if err != nil {
			return nil, err
		}
		info, err := p.Info()
		if err != nil {
			return nil, err
		}
		limits, err := tolerated(req.Limits, info.Currency)
		if err != nil {
			return nil, &parley.Error{Kind: parley.Invalid, Err: err}
		}
		value, err := json.Marshal(map[string]any{"appetite": limits})
		if err != nil {
			return nil, err
		}
		drafts, err := freeAppetite(p, actor, req.By)
		if err != nil {
			return nil, err
		}
		id, short = p.ID, p.NextProposal()
		body := &ledger.ProposalMade{About: ledger.AboutPolicy, ID: aboutAppetite, Value: value, Currency: info.Currency, Says: toleratedText(limits, info.Currency, req.Because)}
		return ledger.Stamp(append(drafts, ledger.Draft{Product: p.ID, Body: body}), actor, req.By), nil
	})
	if err != nil {
		return nil, err
	}
	return &AppetiteResult{Schema: "parley.appetite/1", Product: id, Proposal: proposalOf(state.Product(id).Proposal(short))}, nil
}

// freeAppetite withdraws what the same person proposed before; what somebody else
// did has to be answered first.
func freeAppetite(p *ledger.Product, actor Actor, by string) ([]ledger.Draft, error) {
	for _, q := range p.Proposals {
		switch {
		case !q.Open() || q.About != ledger.AboutPolicy || q.ID != aboutAppetite:
		case q.Proposer.ID != actor.ID || q.ProposerBy != by:
			return nil, parley.Errorf(parley.Refused, "", "%s", catalogue.T("appetite.waits", "id", q.Short, "who", q.Proposer.ID)).
				WithHint(catalogue.T("appetite.hint.waits", "id", q.Short))
		default:
			return []ledger.Draft{{Product: p.ID, Cause: q.Event, Body: &ledger.ProposalSettled{Proposal: q.Short, Outcome: ledger.Withdrawn, Because: catalogue.T("appetite.anew")}}}, nil
		}
	}
	return nil, nil
}

// tolerated reads the points of an appetite: a larger loss is tolerated less often.
func tolerated(points []Tolerated, currency string) ([]parley.Limit, error) {
	if len(points) == 0 {
		return nil, &LimitError{Field: "loss", Problem: catalogue.T("appetite.none")}
	}
	env := quantity.Env{Currency: currency}
	var out []parley.Limit
	for i, x := range points {
		loss, err := oneNumber(x.Loss, quantity.Money, env)
		if err != nil {
			return nil, unreadPoint(i, "loss", err)
		}
		chance, err := oneNumber(x.Chance, quantity.Share, env)
		if err != nil {
			return nil, unreadPoint(i, "chance", err)
		}
		if i > 0 && loss.Mean() <= out[i-1].Loss.Mean() {
			return nil, &LimitError{At: i, Field: "loss", Problem: catalogue.T("appetite.not-more", "loss", plain.Amount(out[i-1].Loss.Mean(), currency))}
		}
		if i > 0 && chance.Mean() > out[i-1].Chance.Mean() {
			return nil, &LimitError{At: i, Field: "chance", Problem: catalogue.T("appetite.more-often", "chance", plain.YearsOf(out[i-1].Chance.Mean()))}
		}
		out = append(out, parley.Limit{Loss: loss, Chance: chance})
	}
	m := parley.Model{Product: parley.Product{Currency: currency}, Policy: parley.Policy{Appetite: out}}
	for _, p := range parley.Errors(append(parley.Resolve(&m), parley.Validate(&m)...)) {
		if strings.HasPrefix(p.Path, "policy.appetite") {
			return nil, &LimitError{Field: "loss", Problem: p.Message}
		}
	}
	return out, nil
}

// unreadPoint says what is wrong with a figure in one line: what a reader of
// quantities suggests would be a range, and its caret needs a terminal.
func unreadPoint(at int, field string, err error) error {
	problem := err.Error()
	if bad, ok := errors.AsType[*quantity.ParseError](err); ok {
		problem = catalogue.T("appetite.unread."+field, "text", plain.Clean(bad.Text), "problem", bad.Problem)
	}
	return &LimitError{At: at, Field: field, Problem: problem}
}

// oneNumber reads one number; a range would leave open what is breached.
func oneNumber(text string, kind quantity.Kind, env quantity.Env) (quantity.Quantity, error) {
	if strings.TrimSpace(text) == "" {
		return quantity.Quantity{}, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("appetite.missing"))
	}
	q, err := quantity.ParseNumbers(strings.TrimSpace(text), kind, env)
	if err != nil {
		return q, err
	}
	if _, one := q.Dist().(quantity.Constant); !one || q.Mean() <= 0 {
		return q, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("appetite.range"))
	}
	return q, nil
}

// AppetiteWords says each limit on losses, given as it was typed in a currency: “more than
// £250k in at most 25 of 100 years”. What cannot be read is said as it was typed.
func AppetiteWords(limits []parley.Limit, currency string) []string {
	var out []string
	env := quantity.Env{Currency: currency}
	for _, x := range limits {
		says := [2]string{x.Loss.Text, x.Chance.Text}
		if loss, err := oneNumber(x.Loss.Text, quantity.Money, env); err == nil {
			says[0] = plain.Amount(loss.Mean(), currency)
		}
		if chance, err := oneNumber(x.Chance.Text, quantity.Share, env); err == nil {
			says[1] = plain.YearsOf(chance.Mean())
		}
		out = append(out, catalogue.T("appetite.point", "loss", says[0], "years", says[1]))
	}
	return out
}

func toleratedText(limits []parley.Limit, currency, because string) string {
	text := strings.Join(AppetiteWords(limits, currency), "; ")
	if strings.TrimSpace(because) != "" {
		text += ": " + strings.TrimSpace(because)
	}
	return text
}
