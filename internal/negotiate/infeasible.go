package negotiate

import (
	"errors"
	"math"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan/model"
)

// inWords is an error whose text was put into words of people.
type inWords struct {
	says string
	err  error
}

func (e *inWords) Error() string { return e.says }
func (e *inWords) Unwrap() error { return e.err }

// reason is why no plan is possible, without what was asked for.
func reason(err error) string {
	if e, ok := errors.AsType[*inWords](err); ok {
		return e.says
	}
	return err.Error()
}

// infeasible says in words of people why no plan is possible; ok is false where
// that is not what the error says.
func infeasible(m *parley.Model, err error) (_ error, ok bool) {
	e, ok := errors.AsType[*model.Infeasible](err)
	if !ok {
		return nil, false
	}
	says := clashText(m, e)
	if !math.IsNaN(e.NeedsMoney) && len(e.Floors) > 0 {
		if over := shortOf(m, e); len(over) > 0 {
			says = catalogue.T("plan.infeasible", "what", titles(m, e.Floors), "over", strings.Join(over, catalogue.T("plan.infeasible.and")+" "))
		} else if len(e.Limits.Periods) > 0 {
			says = catalogue.T("plan.infeasible.periods", "what", titles(m, e.Floors))
		}
	}
	return &parley.Error{Op: "plan " + m.Product.Title(), Kind: parley.No, Err: &inWords{says, err}}, true
}

// shortOf lists what there is too little of.
func shortOf(m *parley.Model, e *model.Infeasible) []string {
	var over []string
	money, effort := e.Limits.Together()
	currency := m.Product.Currency
	if e.NeedsMoney > money {
		over = append(over, shortText(plain.Money(e.NeedsMoney, currency), plain.Money(money, currency)))
	}
	if e.NeedsEffort > effort {
		over = append(over, shortText(plain.Days(e.NeedsEffort), plain.Days(effort)))
	}
	return over
}

// shortText puts what is needed beside what there is, rounded as for people.
func shortText(needs, there string) string {
	if needs == there {
		return catalogue.T("plan.infeasible.little", "there", there)
	}
	return catalogue.T("plan.infeasible.short", "needs", needs, "there", there)
}

// clashText says which rules clash whatever the limits.
func clashText(m *parley.Model, e *model.Infeasible) string {
	who := titles(m, e.Err.IDs)
	switch n := len(e.Err.IDs); {
	case e.Err.Limit != "":
		return catalogue.T("plan.infeasible.limit", "what", who)
	case n == 1:
		return catalogue.T("plan.infeasible.ruled-out", "what", who)
	case n > 1:
		return catalogue.T("plan.infeasible.clash", "what", who)
	}
	return catalogue.T("plan.infeasible.none")
}
