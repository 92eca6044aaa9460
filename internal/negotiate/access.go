package negotiate

import (
	"context"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// allow refuses an actor that may not call a use-case whatever roles it has:
// what is left to ask is asked of the record ([accessTo]).
func allow(ctx context.Context, actor Actor, useCase string) error {
	p, ok := permissions[useCase]
	limit, limited := LimitOf(ctx)
	switch {
	case ok && actor.Known == ledger.ThisMachine:
		return nil
	case ok && actor.Known == ledger.ByLink && p.guests:
		return nil
	case ok && actor.Known == ledger.ByLink:
		return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("workshop.guest.only"))
	case !ok || len(p.roles) == 0 || actor.Known != ledger.SignedIn && actor.Known != ledger.ByToken:
		return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("roles.machine")).WithHint(catalogue.T("roles.hint.machine"))
	case actor.Known == ledger.ByToken && !limited:
		return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("roles.token.bare"))
	case actor.Known == ledger.ByToken && p.people:
		return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("roles.token.people")).WithHint(catalogue.T("roles.hint.people"))
	case limited && !limit.Scope.covers(p.least()):
		return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("roles.token.scope", "scope", string(limit.Scope))).
			WithHint(catalogue.T("roles.hint.scope", "scope", string(p.least())))
	}
	return nil
}

// access is what an actor may see and do by one use-case, as the record stands.
type access struct {
	ctx     context.Context
	useCase string
	actor   Actor
	roles   []ledger.Membership
	only    []string // ids of products that a token is limited to; nil for no such limit

	state *ledger.State // the whole record: what rules are computed over
	seen  *ledger.State // what the actor may read: where things are looked up that somebody names

	room string // short id of the workshop of a guest; "" for everybody else, and who is about to join

	granted []string // what was asked and allowed: ids of products, "" for the organisation
}

// accessTo is the access of an actor; who holds no role at all has none.
func accessTo(ctx context.Context, actor Actor, useCase string, state *ledger.State) (*access, error) {
	if err := allow(ctx, actor, useCase); err != nil {
		return nil, err
	}
	a := &access{ctx: ctx, useCase: useCase, actor: actor, state: state, seen: state}
	if a.local() {
		return a, nil
	}
	if actor.Known == ledger.ByLink {
		return a, a.asGuest()
	}
	if a.roles = state.RolesOf(actor.ID); len(a.roles) == 0 && useCase != "Access" {
		return nil, noRole()
	}
	if limit, ok := LimitOf(ctx); ok && len(limit.Products) > 0 {
		a.only = []string{}
		for _, id := range limit.Products {
			if p := state.Product(id); p != nil {
				a.only = append(a.only, p.ID)
			}
		}
	}
	if !a.on("", reading) {
		a.seen = state.Only(func(p *ledger.Product) bool { return a.on(p.ID, reading) })
	}
	return a, nil
}

func noRole() error {
	return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("roles.none")).WithHint(catalogue.T("roles.hint.none"))
}

func (a *access) local() bool { return a.actor.Known == ledger.ThisMachine }

// on reports whether the actor holds one of some roles on a product, or on the
// organisation, which product "" stands for.
func (a *access) on(product string, roles []ledger.MemberRole) bool {
	if a.local() {
		return true
	}
	if a.only != nil && !slices.Contains(a.only, product) {
		return false
	}
	return slices.ContainsFunc(a.roles, func(m ledger.Membership) bool { return m.On(product) && slices.Contains(roles, m.Role) })
}

// all reports whether the actor sees the whole record.
func (a *access) all() bool { return a.seen == a.state }

// known is what the actor may know of: products on which it holds any role.
func (a *access) known() *ledger.State {
	if a.on("", everybody) {
		return a.state
	}
	return a.state.Only(func(p *ledger.Product) bool { return a.on(p.ID, everybody) })
}

// check refuses the actor who may not do something with a product, nil for the
// organisation, and says who may. It remembers what was allowed ([access.guard]).
func (a *access) check(useCase string, p *ledger.Product) error {
	if err := allow(a.ctx, a.actor, useCase); err != nil {
		return err
	}
	may, id, name := permissions[useCase], "", catalogue.T("roles.everywhere")
	if p != nil && may.where != onOrganisation {
		id, name = p.ID, p.ID
	}
	if a.actor.Known == ledger.ByLink {
		if err := a.checkGuest(may, p); err != nil {
			return err
		}
	} else if may.where != anywhere && !a.on(id, may.roles) {
		return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("roles.denied", "roles", anyOf(may.roles), "where", name)).
			WithHint(catalogue.T("roles.hint.denied"))
	}
	a.granted = append(a.granted, id)
	if p != nil {
		a.granted = append(a.granted, p.ID) // what holds for the organisation holds for each product
	}
	return nil
}

// ask is check for the use-case itself.
func (a *access) ask(p *ledger.Product) error { return a.check(a.useCase, p) }

// product finds a product that the actor knows of and may use; "" means the
// only one there is.
func (a *access) product(id string) (*ledger.Product, error) {
	p, err := product(a.known(), id)
	if err == nil {
		err = a.ask(p)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// products asks about one product, or for "" about a list of those the actor may
// use: whoever may use none is refused.
func (a *access) products(id string) error {
	if id != "" {
		_, err := a.product(id)
		return err
	}
	roles := permissions[a.useCase].roles
	if a.on("", roles) || slices.ContainsFunc(a.state.Products(), func(p *ledger.Product) bool { return a.on(p.ID, roles) }) {
		return nil
	}
	return a.ask(nil)
}

// resolve finds what an id means among what the actor may read, and asks
// whether the use-case is allowed there.
func (a *access) resolve(product, text string, kinds ...ledger.ItemKind) (ledger.Ref, error) {
	ref, err := a.seen.Resolve(product, text, kinds...)
	if err == nil {
		err = a.ask(a.state.Product(ref.Product))
	}
	return ref, err
}

// guard refuses drafts that the use-case did not ask leave for: events of
// another product, in another's name, or with a claimed decider. What follows by
// itself from what the actor does, on the clock's account, needs no leave.
func (a *access) guard(drafts []ledger.Draft) error {
	if a.local() {
		return nil
	}
	for _, d := range drafts {
		on := ""
		if p := a.state.Product(speaksFor(a.state, d)); p != nil {
			on = p.ID
		}
		switch {
		case d.Actor.ID != a.actor.ID || d.Actor.Known != a.actor.Known || d.By != "":
			return parley.Errorf(parley.Internal, a.useCase, "an event in the name of somebody else")
		case d.Actor.Via != ledger.ViaJob && !slices.Contains(a.granted, on):
			return parley.Errorf(parley.Internal, a.useCase, "an event of %q, for which no leave was asked", d.Product)
		}
	}
	return nil
}

// speaksFor is the product that an event is about, or whose file asks for it: what a
// file asks of the organisation, whoever brings the file may ask, and take back.
func speaksFor(state *ledger.State, d ledger.Draft) string {
	switch b := d.Body.(type) {
	case *ledger.RuleProposed:
		return b.From
	case *ledger.RuleSettled:
		if r := state.Rule(b.Rule); r != nil && b.Outcome == ledger.Withdrawn {
			return r.From
		}
	}
	return d.Product
}

// then is a former state of the record as the actor may see it now. Products
// are known by the prefix of their short ids, which no other id ever takes over.
func (a *access) then(state *ledger.State) *ledger.State {
	if a.all() {
		return state
	}
	sees := map[string]bool{}
	for _, p := range a.seen.Products() {
		sees[p.Prefix] = true
	}
	return state.Only(func(p *ledger.Product) bool { return sees[p.Prefix] })
}

// reopened are those of a list whose decisions the actor may read.
func (a *access) reopened(list []Reopened) []Reopened {
	if a.all() {
		return list
	}
	return slices.DeleteFunc(list, func(r Reopened) bool {
		return !slices.ContainsFunc(a.seen.Products(), func(p *ledger.Product) bool { return p.Decision(r.Decision) != nil })
	})
}

// claimed refuses a name that somebody who is known says a thing is done for.
func claimed(actor Actor, by string) error {
	if by == "" || actor.Known == ledger.ThisMachine {
		return nil
	}
	return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("roles.claimed")).WithHint(catalogue.T("roles.hint.claimed"))
}

// maxText bounds a file that comes in a request over a server, in bytes.
const maxText = 2 << 20

// admit asks whether an actor may call a use-case that needs nothing of the
// record. At this machine no ledger needs to be there.
func (s *Service) admit(ctx context.Context, actor Actor, useCase string) error {
	if err := allow(ctx, actor, useCase); err != nil || actor.Known == ledger.ThisMachine {
		return err
	}
	_, _, err := s.recorded(ctx, actor, useCase)
	return err
}

// admitFile is admit for a use-case on a file in the request.
func (s *Service) admitFile(ctx context.Context, actor Actor, useCase string, data []byte) error {
	if err := s.admit(ctx, actor, useCase); err != nil {
		return err
	}
	switch {
	case actor.Known == ledger.ThisMachine:
		return nil
	case !permissions[useCase].files:
		return parley.Errorf(parley.Internal, useCase, "this takes no file over a server")
	case len(data) > maxText:
		return parley.Errorf(parley.Invalid, "read the file", "%s", catalogue.T("roles.large", "most", maxText>>20))
	}
	return nil
}

// absent gives the error of a ledger that is not there to somebody who is not at
// this machine: nobody holds a role in it.
func absent(actor Actor, err error) error {
	if actor.Known != ledger.ThisMachine && is[*store.AbsentError](err) {
		return noRole()
	}
	return err
}

// anyOf lists roles as an alternative: "contributor or security".
func anyOf(roles []ledger.MemberRole) string {
	names := roleNames(roles)
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return catalogue.T("roles.or", "first", strings.Join(names[:last], ", "), "last", names[last])
}
