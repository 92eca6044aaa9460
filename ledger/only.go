package ledger

import (
	"maps"
	"slices"
)

// Only is the state as somebody sees it who may see some of the products: the
// others are as absent as if they had never been, wherever the state speaks of
// them. It is for reading; events are folded into the whole state alone.
func (s *State) Only(sees func(*Product) bool) *State {
	c := s.Clone()
	for _, p := range s.Products() {
		if !sees(p) {
			delete(c.products, p.ID)
			c.Size -= p.Events // how much is going on there is nobody else's business
		}
	}
	c.order = slices.DeleteFunc(c.order, func(id string) bool { return c.products[id] == nil })
	maps.DeleteFunc(c.renamed, func(_, now string) bool { return c.products[now] == nil })
	known := func(id string) bool { return id == "" || c.Product(id) != nil }
	c.Members = slices.DeleteFunc(slices.Clone(s.Members), func(m Membership) bool { return !known(m.Product) })
	c.Policy = s.Policy.only(known)
	c.Authority = s.Authority.only(known)
	c.Rules = slices.Clone(s.Rules)
	for i, r := range c.Rules {
		if r.Matrix != nil {
			x := *r
			x.Matrix = r.Matrix.only(known)
			c.Rules[i] = &x
		}
	}
	return c
}

// only is the policy without the names of products that are not known.
func (p *Policy) only(known func(product string) bool) *Policy {
	if p == nil {
		return nil
	}
	c := *p
	c.Fields = slices.Clone(p.Fields)
	if !known(c.From) {
		c.From = ""
	}
	for i := range c.Fields {
		if !known(c.Fields[i].From) {
			c.Fields[i].From = ""
		}
	}
	return &c
}

// only is the matrix without products that are not known, and without the roles
// that are about those alone.
func (m *AuthorityMatrix) only(known func(product string) bool) *AuthorityMatrix {
	if m == nil {
		return nil
	}
	c := &AuthorityMatrix{Roles: []Role{}}
	for _, r := range m.Roles {
		var products []string
		for _, id := range r.Products {
			if known(id) {
				products = append(products, id)
			}
		}
		if len(r.Products) == 0 || len(products) > 0 {
			r.Products = products
			c.Roles = append(c.Roles, r)
		}
	}
	return c
}
