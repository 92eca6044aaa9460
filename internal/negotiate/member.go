package negotiate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// MembersResult is who holds which role, in order of granting.
type MembersResult struct {
	Schema  string   `json:"schema"`
	Members []Member `json:"members"`

	state *ledger.State // that they are of; nil where a server gave them
}

// Holds reports whether somebody, by the address of an account as it is recorded, holds
// a role there itself: on a product by its id or a former one, or on the organisation.
func (r *MembersResult) Holds(person string, role ledger.MemberRole, product string) bool {
	if r.state != nil {
		if p := r.state.Product(product); p != nil {
			product = p.ID
		}
	}
	return slices.ContainsFunc(r.Members, func(m Member) bool {
		return m.Person == person && m.Role == role && m.Product == product
	})
}

// Member is a role that somebody holds.
type Member struct {
	Person  string            `json:"person"` // account, an e-mail address in lower case
	Role    ledger.MemberRole `json:"role"`
	Product string            `json:"product,omitempty"` // "" for the organisation: every product
	Since   time.Time         `json:"since"`
	By      string            `json:"granted_by"`
	Event   string            `json:"-"` // id of the event that granted it; "" where a server gave it
}

// Members lists who holds which role.
func (s *Service) Members(ctx context.Context, actor Actor) (*MembersResult, error) {
	_, a, err := s.recorded(ctx, actor, "Members")
	if err != nil {
		return nil, err
	}
	return a.members()
}

// members are the roles on products of which the actor may know them, and on the
// organisation, which count there too.
func (a *access) members() (*MembersResult, error) {
	if err := a.products(""); err != nil {
		return nil, err
	}
	roles := permissions["Members"].roles
	shown := slices.DeleteFunc(slices.Clone(a.state.Members), func(m ledger.Membership) bool { return m.Product != "" && !a.on(m.Product, roles) })
	return &MembersResult{Schema: "parley.members/1", Members: memberList(shown), state: a.state}, nil
}

func memberList(roles []ledger.Membership) []Member {
	out := []Member{}
	for _, m := range roles {
		out = append(out, Member{Person: m.Person, Role: m.Role, Product: m.Product, Since: m.At, By: m.By.ID, Event: m.Event})
	}
	return out
}

// MemberRequest gives somebody a role, or takes it away.
type MemberRequest struct {
	Person  string            // e-mail address of the account; upper and lower case are the same
	Role    ledger.MemberRole // see [ledger.MemberRoles]
	Product string            // id of the product it counts on; "" for the organisation
	Remove  bool              // take it away
	Because string
}

// SetMember gives somebody a role, or takes it away, and lists who holds which
// then. Nobody changes their own roles, and the last administrator stays. Where
// the roles changed and [Service.RolesChanged] failed, the error says so beside
// the result: the change is on record.
func (s *Service) SetMember(ctx context.Context, actor Actor, req MemberRequest) (*MembersResult, error) {
	if err := s.admit(ctx, actor, "SetMember"); err != nil {
		return nil, err
	}
	person, err := account(req.Person)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(ledger.MemberRoles(), req.Role) {
		return nil, parley.Errorf(parley.Invalid, "change roles", "%q is no role", req.Role).
			WithHint(parley.Meant(string(req.Role), ledger.MemberRoles(), catalogue.T("roles.hint.role", "roles", strings.Join(roleNames(ledger.MemberRoles()), ", "))))
	}
	_, state, err := s.record(ctx, deed{actor: actor, useCase: "SetMember", op: "change the roles of " + person}, func(a *access, _ time.Time) ([]ledger.Draft, error) {
		on := ""
		if req.Product == "" {
			if err := a.ask(nil); err != nil {
				return nil, err
			}
		} else {
			p, err := a.product(req.Product)
			if err != nil {
				return nil, err
			}
			on = p.ID
		}
		if err := ledger.CheckMember(a.state, actor, person, req.Role, on, req.Remove); err != nil {
			return nil, err
		}
		var body ledger.Body = &ledger.MemberGranted{Person: person, Role: req.Role, Product: on, Because: req.Because}
		if req.Remove {
			body = &ledger.MemberRevoked{Person: person, Role: req.Role, Product: on, Because: req.Because}
		}
		return ledger.Stamp([]ledger.Draft{{Product: on, Body: body}}, actor, ""), nil
	})
	if err != nil {
		return nil, err
	}
	a, err := accessTo(ctx, actor, "Members", state)
	if err != nil {
		return nil, err
	}
	r, err := a.members()
	if err != nil || s.RolesChanged == nil {
		return r, err
	}
	if err := s.RolesChanged(ctx, person); err != nil {
		return r, &parley.Error{Op: "end the sessions of " + person, Kind: parley.Unavailable, Err: err}
	}
	return r, nil
}

// account reads an e-mail address as the id of an account.
func account(text string) (string, error) {
	id := strings.ToLower(strings.TrimSpace(text))
	name, host, ok := strings.Cut(id, "@")
	odd := strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) // looks like another, or has one as its lower case
	if odd || !ok || name == "" || host == "" || strings.ContainsAny(id, " \t\r\n,;<>\"") || strings.Contains(host, "@") || len(id) > 254 {
		return "", parley.Errorf(parley.Invalid, "change roles", "%q is no e-mail address", text).WithHint(catalogue.T("roles.hint.person"))
	}
	return id, nil
}

// roleNames are roles as people read them.
func roleNames(roles []ledger.MemberRole) []string {
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	return names
}
