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
	if head := shortText(m, e); head != "" && len(e.Clash) > 0 {
		says = catalogue.T("plan.infeasible.both", "head", head, "clash", says)
	} else if head != "" {
		says = head
	}
	return &parley.Error{Op: "plan " + m.Product.Title(), Kind: parley.No, Err: &inWords{says, err}}, true
}

// shortText says what must be done and what that takes; empty where the limits
// together offer enough.
func shortText(m *parley.Model, e *model.Infeasible) string {
	if math.IsNaN(e.NeedsMoney) || len(e.Floors) == 0 {
		return ""
	}
	over := shortOf(m, e)
	switch {
	case len(over) > 0:
		return catalogue.T("plan.infeasible", "what", named(m, e.Floors), "over", strings.Join(over, catalogue.T("plan.infeasible.and")+" "))
	case len(e.Limits.Periods) > 0:
		return catalogue.T("plan.infeasible.periods", "what", named(m, e.Floors))
	}
	return ""
}

// shortOf lists what there is too little of.
func shortOf(m *parley.Model, e *model.Infeasible) []string {
	var over []string
	money, effort := e.Limits.Together()
	currency := m.Product.Currency
	if e.NeedsMoney > money {
		over = append(over, littleText(plain.Money(e.NeedsMoney, currency), plain.Money(money, currency)))
	}
	if e.NeedsEffort > effort {
		over = append(over, littleText(plain.Days(e.NeedsEffort), plain.Days(effort)))
	}
	return over
}

// littleText puts what is needed beside what there is, rounded as for people.
func littleText(needs, there string) string {
	if needs == there {
		return catalogue.T("plan.infeasible.little", "there", there)
	}
	return catalogue.T("plan.infeasible.short", "needs", needs, "there", there)
}

// clashText lists limits and rules that no plan keeps together.
func clashText(m *parley.Model, e *model.Infeasible) string {
	var parts []string
	for _, c := range e.Clash {
		parts = append(parts, oneClash(m, c))
	}
	if parts == nil {
		return catalogue.T("plan.infeasible.none")
	}
	return catalogue.T("plan.infeasible.clash", "what", strings.Join(parts, catalogue.T("plan.infeasible.next")+" "))
}

// oneClash is one of them, with ids.
func oneClash(m *parley.Model, c model.Clash) string {
	key := "plan.clash." + keyOf(c.Kind)
	pairs := []any{"period", c.Period}
	switch c.Kind {
	case model.ClashMoney:
		pairs = append(pairs, "limit", plain.Money(c.Limit, m.Product.Currency))
	case model.ClashEffort:
		pairs = append(pairs, "limit", plain.Days(c.Limit))
	default:
		pairs = append(pairs, "one", named(m, c.IDs[:1]), "other", named(m, c.IDs[1:]), "by", strings.Join(namesOf(m, c.By), " "+catalogue.T("plan.infeasible.or")+" "))
		if len(c.By) == 0 && (c.Kind == model.ClashTreat || c.Kind == model.ClashBrings) {
			key += ".none"
		}
	}
	if c.Period != "" {
		key += ".period"
	}
	return catalogue.T(key, pairs...)
}

// named lists what things are called, each with its id.
func named(m *parley.Model, ids []string) string { return plain.List(namesOf(m, ids)) }

func namesOf(m *parley.Model, ids []string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, catalogue.T("plan.named", "title", titleOf(m, id), "id", id))
	}
	return out
}
