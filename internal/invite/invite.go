// Package invite gives a role with an invitation, and takes it back with one: who
// somebody is stands in the accounts, what they may do in the ledger, and every way
// in joins the two here.
package invite

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// Accounts keep invitations; [auth.Service] is one.
type Accounts interface {
	Invitable(ctx context.Context, in auth.Invitation, byMail bool) (auth.Invitation, error)
	Invite(ctx context.Context, by string, in auth.Invitation) (secret string, err error)
	InviteByMail(ctx context.Context, by string, in auth.Invitation) error
	Withdraw(ctx context.Context, by, id string) (auth.Invitation, error)
}

// Roles says who may do what; [negotiate.Service] is one.
type Roles interface {
	Members(context.Context, negotiate.Actor) (*negotiate.MembersResult, error)
	SetMember(context.Context, negotiate.Actor, negotiate.MemberRequest) (*negotiate.MembersResult, error)
}

// Wanted is whom to invite, and what they get.
type Wanted struct {
	auth.Invitation
	Mail    bool              // it is sent to whom it is for, and nobody else sees the link
	Role    ledger.MemberRole // "" for none
	Product string            // id of the product the role counts on, "" for the organisation
	Because string            // "" for “with an invitation”
}

// Send invites somebody and gives the secret of the link, "" of one that is mailed.
// The role is given first, once everything else was looked at: who may not give it
// invites nobody. A role that is held there already is not given again, and is not
// taken back with the invitation. Where there is no invitation after all, the role is
// taken back; where that fails, too, the error says which stays.
func Send(ctx context.Context, accounts Accounts, roles Roles, actor negotiate.Actor, w Wanted) (secret string, err error) {
	in, err := accounts.Invitable(ctx, w.Invitation, w.Mail)
	if err != nil {
		return "", err
	}
	if w.Role != "" {
		if in.Gave, err = give(ctx, roles, actor, in.Email, w); err != nil {
			return "", err
		}
	}
	if w.Mail {
		err = accounts.InviteByMail(ctx, actor.ID, in)
	} else {
		secret, err = accounts.Invite(ctx, actor.ID, in)
	}
	if err == nil || len(in.Gave) == 0 {
		return secret, err
	}
	ctx = context.WithoutCancel(ctx) // whoever asked may be gone
	held, failed := roles.Members(ctx, actor)
	if failed != nil {
		return "", errors.Join(err, stays("web.people.role_left", in.Email, w.Role, failed))
	}
	return "", errors.Join(append([]error{err}, takeBack(ctx, roles, actor, held, in, "web.people.because_not_invited", "web.people.role_left")...)...)
}

// give gives the role, and names it unless it was held there already.
func give(ctx context.Context, roles Roles, actor negotiate.Actor, person string, w Wanted) ([]auth.Role, error) {
	held, err := roles.Members(ctx, actor)
	if err != nil || held.Holds(person, w.Role, w.Product) {
		return nil, err
	}
	because := w.Because
	if because == "" {
		because = catalogue.T("web.people.because_invited")
	}
	held, err = roles.SetMember(ctx, actor, negotiate.MemberRequest{Person: person, Role: w.Role, Product: w.Product, Because: because})
	if err != nil {
		return nil, err
	}
	for _, m := range slices.Backward(held.Members) { // in order of granting: it is the last one
		if m.Person == person && m.Role == w.Role {
			return []auth.Role{{Role: string(m.Role), Product: m.Product, Event: m.Event}}, nil
		}
	}
	return nil, nil // taken away meanwhile
}

// Withdraw ends an invitation by its id, and takes back what was given with it and
// nobody ever used; a role that was taken away since and given again apart from it
// stays. Where that is refused, as of the last administrator, the invitation has ended
// all the same, every other role is taken back, and the error says which stays.
func Withdraw(ctx context.Context, accounts Accounts, roles Roles, actor negotiate.Actor, id string) error {
	was, err := accounts.Withdraw(ctx, actor.ID, id)
	if err != nil || len(was.Gave) == 0 {
		return err
	}
	held, err := roles.Members(ctx, actor)
	if err != nil {
		return err
	}
	return errors.Join(takeBack(ctx, roles, actor, held, was, "web.people.because_withdrawn", "web.people.role_stays")...)
}

// takeBack takes back what was given with an invitation and is still held by that gift;
// it says which roles stay. because and left are keys of the catalogue.
func takeBack(ctx context.Context, roles Roles, actor negotiate.Actor, held *negotiate.MembersResult, was auth.Invitation, because, left string) (stay []error) {
	for _, m := range held.Members {
		if m.Person != was.Email || !slices.ContainsFunc(was.Gave, func(r auth.Role) bool { return r.Event == m.Event }) {
			continue
		}
		req := negotiate.MemberRequest{Person: m.Person, Role: m.Role, Product: m.Product, Remove: true, Because: catalogue.T(because)}
		if _, err := roles.SetMember(ctx, actor, req); err != nil {
			stay = append(stay, stays(left, m.Person, m.Role, err))
		}
	}
	return stay
}

// stays says that a role could not be taken back.
func stays(left, person string, role ledger.MemberRole, err error) error {
	says := catalogue.T(left, "person", person, "role", catalogue.T("web.role."+string(role)))
	return &parley.Error{Kind: parley.KindOfError(err), Err: fmt.Errorf("%s: %w", says, err)}
}
