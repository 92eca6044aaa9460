package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// ScaleError refuses a file that gives words another meaning than they have in
// the organisation: its figures would be read as something it does not say.
type ScaleError struct {
	Product string // whose file it is
	Words   []ScaleConflict
}

// ScaleConflict is one word with two meanings.
type ScaleConflict struct {
	Field    string   // e.g. scale.impact.low
	Currency string   // of a word for money
	File     string   // what the file says it means
	Holds    string   // what it means in the organisation
	From     string   // product whose file said so first; "" for the scale that comes with the program
	Since    string   // civil date; "" for the scale that comes with the program
	Used     []string // products whose figures rest on it, for the scale that comes with the program
}

// Error names each word, both meanings and whose the other one is.
func (e *ScaleError) Error() string {
	var lines []string
	for _, w := range e.Words {
		path := strings.Split(w.Field, ".")
		whose := fmt.Sprintf("in the organisation's scale (from the file of %s, %s)", w.From, w.Since)
		if w.From == "" {
			whose = "in the scale that comes with Parley, on which figures of " + strings.Join(w.Used, ", ") + " rest"
		}
		lines = append(lines, fmt.Sprintf("the word %q (%s) means %s %s, and %s in the file of %s", path[len(path)-1], path[1], w.Holds, whose, w.File, e.Product))
	}
	return strings.Join(lines, "\n")
}

// policy compares the file's policy with the organisation's, field by field.
// What the organisation does not say yet is adopted; what it says differently,
// and the file did not say before, is proposed; a word with another meaning is
// refused, unless a side is preferred.
func (m *merger) policy() error {
	currency := m.app.Model.Product.Currency
	want, err := canonicalOf(m.app.Model.Policy)
	if err != nil {
		return fmt.Errorf("apply: policy: %w", err)
	}
	stated, err := fieldsOf(want, currency)
	if err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	before, err := m.basePolicy()
	if err != nil {
		return fmt.Errorf("apply: the file last applied: %w", err)
	}
	y := yardstick{merger: m, before: before, open: m.openProposal(AboutPolicy, "", ""), refused: ScaleError{Product: m.out.Product}}
	if q := y.open; q != nil {
		if y.asked, err = fieldsOf(q.Value, q.amounts(currency)); err != nil {
			return fmt.Errorf("apply: proposal %s: %w", q.Short, err)
		}
	}
	for _, f := range stated {
		if err := y.compare(f); err != nil {
			return fmt.Errorf("apply: policy: %w", err)
		}
	}
	if len(y.refused.Words) > 0 {
		return &y.refused
	}
	return y.draft(currency)
}

// amounts is the currency of a proposal's amounts.
func (p *Proposal) amounts(ofProduct string) string {
	if p.Whole {
		return ofProduct
	}
	return p.Currency
}

// yardstick is one comparison of a file's policy with the organisation's.
type yardstick struct {
	*merger
	before  []PolicyField       // as the file said it when it was last applied
	open    *Proposal           // what the file's product proposes already, nil for nothing
	asked   []PolicyField       // the fields of open
	rests   map[string]*resting // by key; nil: not looked at yet
	adopt   []PolicyField
	propose []PolicyField
	says    []string // of what is proposed, in words
	refused ScaleError
}

// compare decides what becomes of one field the file states.
func (y *yardstick) compare(f PolicyField) error {
	held := y.state.Policy.field(f)
	var users []string
	if held == nil {
		var err error
		if held, users, err = y.byDefault(f); err != nil {
			return err
		}
	}
	switch {
	case held == nil && !y.app.Proposes:
		y.adopt = append(y.adopt, f)
	case held == nil:
		if !said(y.before, f) || said(y.asked, f) {
			y.propose = append(y.propose, f)
			y.says = append(y.says, fmt.Sprintf("%s %s, of which it says nothing yet", f.name(), f.text()))
		}
	case sameMeaning(*held, f):
	case !said(y.before, f) && f.isWord() && !y.own(held, users) && y.app.Prefer == "":
		c := ScaleConflict{Field: f.name(), Currency: f.Currency, File: f.text(), Holds: held.text(), Used: users}
		if held.From != "" {
			c.From, c.Since = y.nameOf(held.From), held.At.Format(time.DateOnly)
		}
		y.refused.Words = append(y.refused.Words, c)
	case f.isWord() && y.app.Prefer == PreferLedger:
	case !said(y.before, f) || said(y.asked, f):
		y.propose = append(y.propose, f)
		y.says = append(y.says, fmt.Sprintf("%s %s instead of %s", f.name(), f.text(), held.text()))
	}
	return nil
}

// own reports whether the file's own product is the only one that a meaning
// comes from or that rests on it.
func (y *yardstick) own(held *PolicyField, users []string) bool {
	id := y.out.Product
	if held.From != "" {
		return y.nameOf(held.From) == id
	}
	return len(users) == 1 && users[0] == id
}

// nameOf is the present id of a product.
func (m *merger) nameOf(id string) string {
	if m.product != nil && id == m.product.ID {
		return m.out.Product // it may just be getting another one
	}
	if p := m.state.Product(id); p != nil {
		return p.ID
	}
	return id
}

// said reports whether a field stands in a list with the same text.
func said(list []PolicyField, f PolicyField) bool {
	return slices.ContainsFunc(list, func(x PolicyField) bool { return x.key() == f.key() && string(x.Value) == string(f.Value) })
}

// draft adds the events: what is adopted, and what is proposed anew.
func (y *yardstick) draft(currency string) error {
	if len(y.adopt) > 0 {
		text, err := policyText(y.adopt)
		if err != nil {
			return fmt.Errorf("apply: policy: %w", err)
		}
		y.out.Drafts = append(y.out.Drafts, Draft{Body: &PolicyAdopted{
			Policy: text, Currency: currency, From: y.out.Product, Says: "the organisation had not said this yet",
		}})
	}
	value, err := policyText(y.propose)
	if err != nil {
		return fmt.Errorf("apply: policy: %w", err)
	}
	if y.open != nil {
		if string(y.open.Value) == string(value) && y.open.amounts(currency) == currency {
			return nil
		}
		y.add(&ProposalSettled{Proposal: y.open.Short, Outcome: Withdrawn, Because: "the file states something else now"})
	}
	if len(y.propose) > 0 {
		y.add(&ProposalMade{About: AboutPolicy, Value: value, Currency: currency, Says: "the file states another policy than the organisation's: " + strings.Join(y.says, "; ")})
	}
	return nil
}

// basePolicy is what the file's policy said when it was last applied.
func (m *merger) basePolicy() ([]PolicyField, error) {
	var base struct {
		Product struct {
			Currency string `json:"currency"`
		} `json:"product"`
		Policy json.RawMessage `json:"policy"`
	}
	if m.product == nil || m.product.Base == nil {
		return nil, nil
	}
	if err := json.Unmarshal(m.product.Base, &base); err != nil || base.Policy == nil {
		return nil, err
	}
	return fieldsOf(base.Policy, base.Product.Currency)
}

// byDefault is the meaning a field has where nobody states it, with the
// products whose figures rest on that: for them it holds as if it were stated.
// It is nil where nothing rests on it.
func (y *yardstick) byDefault(f PolicyField) (*PolicyField, []string, error) {
	if y.rests == nil {
		y.rests = map[string]*resting{}
		for _, p := range y.state.Products() {
			if err := y.assumed(p); err != nil {
				return nil, nil, err
			}
		}
	}
	on := y.rests[f.key()]
	if on == nil {
		return nil, nil, nil
	}
	value, err := canonicalOf(on.value)
	return &PolicyField{Path: f.Path, Currency: f.Currency, Value: value}, on.users, err
}

// resting is a default with the products whose figures rest on it.
type resting struct {
	value string
	users []string
}

// assumed notes the defaults that a product's figures rest on: of every other
// product, and of this one where decisions in force stand on them. A product
// that cannot be priced has no figures.
func (y *yardstick) assumed(p *Product) error {
	self := p == y.product
	if self && !slices.ContainsFunc(p.Decisions, func(d *Decision) bool { return d.Status == InForce }) {
		return nil
	}
	model, err := y.state.Model(p.ID)
	if _, unpriced := errors.AsType[*ModelError](err); unpriced {
		return nil
	}
	if err != nil {
		return err
	}
	for _, a := range model.Assumptions() {
		path := strings.Split(strings.TrimPrefix(a.Field, "policy."), ".")
		f := PolicyField{Path: path}
		if isMoney(path) {
			f.Currency = model.Product.Currency
		}
		on := y.rests[f.key()]
		if on == nil {
			on = &resting{value: a.Value}
			y.rests[f.key()] = on
		}
		on.users = append(on.users, y.nameOf(p.ID))
	}
	return nil
}

// sameMeaning reports whether two statements of a field say the same, as typed
// or as numbers.
func sameMeaning(a, b PolicyField) bool {
	if string(a.Value) == string(b.Value) {
		return true
	}
	kind, ok := map[string]quantity.Kind{
		"horizon": quantity.Duration, "discount_rate": quantity.Share, "common_cause": quantity.Share, "unverified": quantity.Share,
		"person_day": quantity.Money, "impact": quantity.Money, "likelihood": quantity.Likelihood, "cost": quantity.Effort, "strength": quantity.Share,
	}[a.Path[min(1, len(a.Path)-1)]]
	if !ok {
		return false
	}
	env := quantity.Env{Currency: a.Currency, Horizon: parley.DefaultHorizon}
	x, err := quantity.ParseNumbers(a.text(), kind, env)
	y, err2 := quantity.ParseNumbers(b.text(), kind, env)
	y.Text = x.Text
	return err == nil && err2 == nil && x.Equal(y)
}
