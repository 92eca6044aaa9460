package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// ModelError says that the model of a product cannot be read with the
// organisation's yardstick.
type ModelError struct {
	Product  string
	Problems []parley.Problem // errors only
}

// Error is the first problem, and how many more there are.
func (e *ModelError) Error() string {
	p := e.Problems[0]
	s := fmt.Sprintf("product %q: %s: %s", e.Product, p.Path, p.Message)
	if p.Hint != "" {
		s += "; " + p.Hint
	}
	if n := len(e.Problems) - 1; n > 0 {
		s += fmt.Sprintf(" (and %d more)", n)
	}
	return s
}

// Model is a product as it is priced: with the organisation's policy, finished
// mitigations as controls, closed items left out, and each threat saying which
// controls stood when it was stated. It is resolved; an unreadable quantity is
// a *[ModelError].
func (s *State) Model(product string) (*parley.Model, error) {
	p := s.Product(product)
	if p == nil {
		return nil, &UnknownError{Text: product}
	}
	m, err := p.model()
	if err != nil {
		return nil, err
	}
	if err := s.withPolicy(m); err != nil {
		return nil, err
	}
	p.finished(m)
	p.statedWith(m)
	bad := parley.Errors(parley.Resolve(m))
	if bad = s.foreignAmounts(m, bad); len(bad) > 0 {
		return nil, &ModelError{Product: p.ID, Problems: bad}
	}
	return m, nil
}

// withPolicy gives a model the organisation's policy in its currency.
func (s *State) withPolicy(m *parley.Model) error {
	policy, err := s.Policy.In(m.Product.Currency)
	if err == nil {
		err = strictJSON(policy, &m.Policy)
	}
	if err != nil {
		return fmt.Errorf("the organisation's policy: %w", err)
	}
	return nil
}

// foreignAmounts says of what the organisation has in other currencies only
// where it could be stated: a price of effort, a word for money.
func (s *State) foreignAmounts(m *parley.Model, bad []parley.Problem) []parley.Problem {
	currency := m.Product.Currency
	hint := func(field, others string) string {
		return fmt.Sprintf("the organisation has it in %s; state %s in %s in the file of %s and apply it", others, field, currency, m.Product.ID)
	}
	for i, b := range bad {
		word := PolicyField{Path: []string{scalePart, "impact", b.Text}, Currency: currency}
		if others := s.inOthers(word); b.Text != "" && others != "" {
			bad[i].Hint = hint("policy."+word.name(), others)
		}
	}
	path, id := m.FirstEffort()
	if path == "" || !m.Policy.PersonDay.IsZero() {
		return bad
	}
	if others := s.inOthers(PolicyField{Path: []string{"person_day"}, Currency: currency}); others != "" {
		bad = append(bad, parley.Problem{Path: path, ID: id, Message: "effort has no price in " + currency, Hint: hint("policy.person_day", others)})
	}
	return bad
}

// inOthers names what the organisation says about a field in other currencies,
// "" for nothing: "GBP (650, from the file of shop)".
func (s *State) inOthers(f PolicyField) string {
	var out []string
	for _, x := range s.Policy.elsewhere(f) {
		from := x.From
		if p := s.Product(from); p != nil {
			from = p.ID
		}
		out = append(out, fmt.Sprintf("%s (%s, from the file of %s)", x.Currency, x.text(), from))
	}
	return strings.Join(out, ", ")
}

// File is a product as a negotiation file would say it: items as typed, with
// the policy, the authority and the rules of the file last applied. Its quantities are not resolved.
func (s *State) File(product string) (*parley.Model, error) {
	p := s.Product(product)
	if p == nil {
		return nil, &UnknownError{Text: product}
	}
	m, err := p.model()
	if err != nil {
		return nil, err
	}
	m.Mitigations = slices.DeleteFunc(m.Mitigations, func(x parley.Mitigation) bool { return m.Control(x.ID) != nil })
	tellable(m)
	if p.Base == nil {
		return m, nil
	}
	var base struct {
		Policy    parley.Policy         `json:"policy"`
		Authority []parley.AuthorityRow `json:"authority"`
		Rules     parley.Rules          `json:"rules"`
		parley.Extended
	}
	if err := json.Unmarshal(p.Base, &base); err != nil {
		return nil, fmt.Errorf("product %q: the file last applied: %w", p.ID, err)
	}
	m.Policy, m.Authority, m.Rules, m.Extended = base.Policy, base.Authority, base.Rules, base.Extended
	return m, nil
}

// model builds the model from the items that are not closed.
func (p *Product) model() (*parley.Model, error) {
	fields := map[string]any{"parley": parley.FormatVersion}
	for _, sec := range sections {
		var list []json.RawMessage
		for _, it := range p.items[sec.kind] {
			if !it.Closed {
				list = append(list, it.JSON)
			}
		}
		switch {
		case len(list) == 0:
		case sec.kind == KindProduct:
			fields[sec.key] = list[0]
		default:
			fields[sec.key] = list
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, fmt.Errorf("product %q: %w", p.ID, err)
	}
	m := new(parley.Model)
	if err := strictJSON(text, m); err != nil {
		return nil, fmt.Errorf("product %q holds what this version of the program does not know: %w", p.ID, err)
	}
	return m, nil
}

// finished turns finished mitigations into controls. What requires one has it;
// a control of the same id, put there by the file, stands for it.
func (p *Product) finished(m *parley.Model) {
	gone := map[string]bool{}
	m.Mitigations = slices.DeleteFunc(m.Mitigations, func(x parley.Mitigation) bool {
		switch {
		case m.Control(x.ID) != nil:
		case p.Item(KindMitigation, x.ID).Done:
			m.Controls = append(m.Controls, parley.Control{ID: x.ID, Title: x.Title, Barrier: x.Barrier, Notes: x.Notes, Source: x.Source})
		default:
			return false
		}
		gone[x.ID] = true
		return true
	})
	if len(gone) == 0 {
		return
	}
	done := func(id string) bool { return gone[id] }
	for i := range m.Mitigations {
		w := &m.Mitigations[i].Work
		w.Requires, w.Excludes = slices.DeleteFunc(w.Requires, done), slices.DeleteFunc(w.Excludes, done)
	}
	for i := range m.Features {
		w := &m.Features[i].Work
		w.Requires, w.Excludes = slices.DeleteFunc(w.Requires, done), slices.DeleteFunc(w.Excludes, done)
	}
}

// statedWith writes into each threat which of today's controls its statement
// counted on, unless it says so itself or counted on all of them.
func (p *Product) statedWith(m *parley.Model) {
	for i := range m.Threats {
		t := &m.Threats[i]
		if t.StatedWith != nil {
			continue
		}
		var ids []string
		stood := p.Item(KindThreat, t.ID).StatedWith
		for _, c := range m.Controls {
			if slices.Contains(stood, c.ID) {
				ids = append(ids, c.ID)
			}
		}
		if len(ids) < len(m.Controls) {
			ids = append([]string{}, ids...) // an empty list, not none
			t.StatedWith = &ids
		}
	}
}

// Undecided lists the threats of a product that wait for a decision: they ask
// for one, and none is in force but to escalate.
func (p *Product) Undecided() ([]*Item, error) {
	var out []*Item
	for _, it := range p.items[KindThreat] {
		if it.Closed {
			continue
		}
		t, err := it.threat()
		if err != nil {
			return nil, err
		}
		d := p.InForce(it.ID)
		if t.NeedsDecision() && (d == nil || d.Kind == parley.Escalate) {
			out = append(out, it)
		}
	}
	return out, nil
}

// threat reads the item as a threat.
func (i *Item) threat() (*parley.Threat, error) {
	t := new(parley.Threat)
	if err := strictJSON(i.JSON, t); err != nil {
		return nil, fmt.Errorf("threat %q: %w", i.ID, err)
	}
	return t, nil
}

// Title is the title of an item, or its id where it has none.
func (i *Item) Title() string {
	var v struct {
		Title string `json:"title"`
		Name  string `json:"name"`
	}
	if err := json.Unmarshal(i.JSON, &v); err != nil || v.Title+v.Name == "" {
		return i.ID
	}
	return strings.TrimSpace(v.Title + v.Name)
}
