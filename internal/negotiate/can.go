package negotiate

import (
	"context"
	"slices"

	"github.com/parleysec/parley/ledger"
)

// AccessResult is what an actor may do, so that a page or a script need not try.
type AccessResult struct {
	Schema       string          `json:"schema"`
	Person       string          `json:"person"`
	Known        ledger.Known    `json:"known"`
	Roles        []Member        `json:"roles"`        // the actor's own
	Organisation []string        `json:"organisation"` // what may be done that concerns the organisation: lines of the table
	Products     []ProductAccess `json:"products"`     // those the actor may know of
}

// ProductAccess is what an actor may do with one product.
type ProductAccess struct {
	ID   string   `json:"id"`
	Name string   `json:"name"`
	May  []string `json:"may"` // lines of the table, e.g. Brief, Decide, Decide (propose)
}

// May reports whether something may be done with a product, or with "" for the
// organisation. useCase is a line of the table of permissions: the name of a
// method of [Service], with what is asked of it in brackets where the table
// tells that apart.
func (r *AccessResult) May(useCase, product string) bool {
	if product == "" {
		return slices.Contains(r.Organisation, useCase)
	}
	return slices.ContainsFunc(r.Products, func(p ProductAccess) bool { return p.ID == product && slices.Contains(p.May, useCase) })
}

// Access says what the actor may do. Who holds no role learns that it is nothing.
func (s *Service) Access(ctx context.Context, actor Actor) (*AccessResult, error) {
	_, a, err := s.recorded(ctx, actor, "Access")
	if err != nil {
		return nil, err
	}
	r := &AccessResult{Schema: "parley.access/1", Person: actor.ID, Known: actor.Known, Roles: memberList(a.own()), Organisation: a.may(""), Products: []ProductAccess{}}
	for _, p := range a.known().Products() {
		x := ProductAccess{ID: p.ID, Name: p.ID, May: a.may(p.ID)}
		if info, err := p.Info(); err == nil {
			x.Name = info.Title()
		}
		r.Products = append(r.Products, x)
	}
	return r, nil
}

// may lists the lines of the table that are allowed on a product, "" for the
// organisation, in order of their names.
func (a *access) may(product string) []string {
	out := []string{}
	for line := range permissions {
		if a.able(line, product) {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}

// able reports whether a line of the table is allowed on a product, "" for the
// organisation.
func (a *access) able(line, product string) bool {
	if allow(a.ctx, a.actor, line) != nil {
		return false
	}
	p := permissions[line]
	some := a.local() || p.where == anywhere && len(a.roles) > 0
	return some && product == "" || p.where != anywhere && a.on(product, p.roles) && (p.where == onProduct || product == "")
}

// own are the actor's roles, without those on products a token is not for.
func (a *access) own() []ledger.Membership {
	return slices.DeleteFunc(slices.Clone(a.roles), func(m ledger.Membership) bool {
		return m.Product != "" && a.only != nil && !slices.Contains(a.only, m.Product)
	})
}
