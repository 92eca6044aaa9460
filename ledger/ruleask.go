package ledger

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// authorityKey is the part of a model that states rows of the authority matrix.
const authorityKey = "authority"

// authority compares the rows of authority that the file states with the matrix:
// each that differs, and that the file did not say before, is proposed; so is that a
// row is taken away that stood in the file and in the matrix alike. What waits and
// the file no longer asks for is withdrawn.
func (m *merger) authority(said *parley.Model) error {
	before := m.rowsOf(said)
	for i, x := range m.app.Model.Authority {
		row, err := m.roleOf(&m.app.Model.Authority[i])
		if err == nil {
			err = m.askRow(row, before[x.Role])
		}
		if err != nil {
			return &parley.Error{Op: fmt.Sprintf("apply authority[%d]", i), Kind: parley.Invalid, Err: err}
		}
		delete(before, x.Role)
	}
	for _, r := range m.state.authorityRows() { // in order of the matrix
		if was := before[r.Name]; was != nil && r.Same(was) && m.waitingRow(r.Name) == nil {
			m.proposeRow(&RowChange{Role: r.Name, Was: r.clone()}, "the file states it no more")
		}
	}
	for _, q := range m.waitingRows() {
		if before[q.Row.Role] != nil && q.Row.Becomes != nil {
			m.withdrawRule(q)
		}
	}
	return nil
}

// askRow proposes one row where the file says it anew and the matrix says otherwise.
func (m *merger) askRow(row, before *Role) error {
	now, open := m.state.Authority.Row(row.Name), m.waitingRow(row.Name)
	switch {
	case open == nil && (row.Same(now) || row.Same(before)):
		return nil
	case open != nil && row.Same(open.Row.Becomes) && now.Same(open.Row.Was):
		return nil
	case open != nil:
		m.withdrawRule(open)
	}
	if row.Same(now) {
		return nil
	}
	c := &RowChange{Role: row.Name, Was: now.clone(), Becomes: row}
	if err := c.check(); err != nil {
		return err
	}
	m.proposeRow(c, "the file states it")
	return nil
}

func (m *merger) proposeRow(c *RowChange, because string) {
	m.proposeRule(&RuleProposed{Name: RuleAuthority, Row: c, Because: because})
}

func (m *merger) proposeRule(b *RuleProposed) {
	b.From = m.out.Product
	m.out.Drafts = append(m.out.Drafts, Draft{Body: b})
}

func (m *merger) withdrawRule(q *Rule) {
	m.out.Drafts = append(m.out.Drafts, Draft{Body: &RuleSettled{Rule: q.Short, Outcome: Withdrawn, Because: "the file states something else now"}})
}

// waitingRules are the changes of one rule that the file's product asks for and nobody settled.
func (m *merger) waitingRules(name string) []*Rule {
	var out []*Rule
	for _, r := range m.state.Rules {
		if r.Outcome == "" && r.Name == name && r.From != "" && m.product != nil && m.state.Product(r.From) == m.product {
			out = append(out, r)
		}
	}
	return out
}

// waitingRows are those of rows of the matrix.
func (m *merger) waitingRows() []*Rule {
	return slices.DeleteFunc(m.waitingRules(RuleAuthority), func(r *Rule) bool { return r.Row == nil })
}

// waitingRow is that of one row, nil for none.
func (m *merger) waitingRow(role string) *Rule {
	for _, r := range m.waitingRows() {
		if r.Row.Role == role {
			return r
		}
	}
	return nil
}

// authorityRows are the rows of the matrix, none where nobody set any.
func (s *State) authorityRows() []Role {
	if s.Authority == nil {
		return nil
	}
	return s.Authority.Roles
}

// baseRules is what the file last applied asked of the organisation's rules, resolved;
// empty where none was.
func (m *merger) baseRules() (*parley.Model, error) {
	said := &parley.Model{}
	if m.product == nil || m.product.Base == nil {
		return said, nil
	}
	var base struct {
		Product struct {
			Currency string `json:"currency"`
		} `json:"product"`
		Policy    parley.Policy         `json:"policy"`
		Authority []parley.AuthorityRow `json:"authority"`
		Rules     parley.Rules          `json:"rules"`
	}
	if err := json.Unmarshal(m.product.Base, &base); err != nil {
		return nil, err
	}
	said.Product.Currency, said.Policy, said.Authority, said.Rules = base.Product.Currency, base.Policy, base.Authority, base.Rules
	parley.Resolve(said)
	return said, nil
}

// rowsOf are the rows that the file last applied stated, by role.
func (m *merger) rowsOf(said *parley.Model) map[string]*Role {
	out := map[string]*Role{}
	for i := range said.Authority {
		row, err := m.roleOf(&said.Authority[i])
		if err != nil {
			continue // a product that went since: whatever is said now is new
		}
		row.Currency = said.Product.Currency
		out[row.Name] = row
	}
	return out
}

// roleOf is a row of a resolved file as the matrix has it.
func (m *merger) roleOf(x *parley.AuthorityRow) (*Role, error) {
	r := &Role{Name: x.Role, Of: x.Of, For: x.For, Approvers: x.Approvers, Currency: m.app.Model.Product.Currency}
	for _, h := range x.Holders {
		r.Holders = append(r.Holders, Holder{h})
	}
	for _, id := range x.Products {
		p := m.state.Product(id)
		switch {
		case id == m.out.Product:
		case p == nil || m.app.Sees != nil && !m.app.Sees(p):
			return nil, fmt.Errorf("role %q is about the product %q, which is not in the ledger: apply its file first", x.Role, id)
		default:
			id = p.ID
		}
		r.Products = append(r.Products, id)
	}
	r.Annual, r.OneIn20, r.BadCase, r.Cost = limitOf(x.Annual), limitOf(x.OneIn20), limitOf(x.BadCase), limitOf(x.Cost)
	return r, r.Idle()
}

// limitOf is a stated limit, nil where none is.
func limitOf(q quantity.Quantity) *float64 {
	if !q.Parsed() {
		return nil
	}
	x := q.Mean()
	return &x
}
