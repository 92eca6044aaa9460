package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/invite"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// Account is an account as an administrator sees it.
type Account struct {
	Email        string     `json:"email"`
	Name         string     `json:"name"`
	Created      time.Time  `json:"created"`
	Disabled     *time.Time `json:"disabled,omitempty"`
	SecondFactor bool       `json:"second_factor"`
	Passkeys     int        `json:"passkeys"`
	Password     bool       `json:"password"`
	Sessions     int        `json:"sessions"`
	Tokens       int        `json:"tokens"`
	NewPassword  *Letter    `json:"new_password,omitempty" doc:"The last letter with a link for a new password that was not used, for a day"`
}

// AccountOf is an account as it is told.
func AccountOf(x auth.Account) Account {
	return Account{
		Email: x.Email, Name: x.Name, Created: x.Created, Disabled: when(x.Disabled), SecondFactor: x.SecondFactor, Passkeys: x.Passkeys,
		Password: x.Password, Sessions: x.Sessions, Tokens: x.Tokens, NewPassword: (*Letter)(x.NewPassword),
	}
}

// Letter is a letter with a link for a new password.
type Letter struct {
	State string    `json:"state" enum:"waiting,failing,delivered,given-up" doc:"What became of it; failing: it could not be handed over, and is tried again"`
	Made  time.Time `json:"made" doc:"When the link was made, which is good for an hour"`
}

// Invitation is an invitation that was not accepted yet.
type Invitation struct {
	ID      string    `json:"id"`
	Email   string    `json:"email"`
	Name    string    `json:"name,omitempty"`
	By      string    `json:"by"`
	Opens   string    `json:"opens,omitempty"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Letter  string    `json:"letter,omitempty" enum:"waiting,failing,delivered,given-up" doc:"What became of the letter that brings it, where one does; failing: it could not be handed over, and is tried again"`
}

// InvitationOf is an invitation as it is told.
func InvitationOf(x auth.Invitation) Invitation {
	return Invitation{ID: x.ID, Email: x.Email, Name: x.Name, By: x.By, Opens: x.Opens, Created: x.Created, Expires: x.Expires, Letter: x.Letter}
}

// Inviting is whom to invite, and which role they get at once.
type Inviting struct {
	Email   string `json:"email" maxLength:"320"`
	Name    string `json:"name,omitempty" maxLength:"100"`
	Opens   string `json:"opens,omitempty" maxLength:"500" doc:"Local path they are led to, such as that of a brief"`
	Role    string `json:"role,omitempty" enum:"reader,contributor,decider,security,manager,auditor,administrator" doc:"None without it: roles can be given apart, too"`
	Product string `json:"product,omitempty" maxLength:"200" doc:"What the role counts on; the organisation without it: every product"`
	Because string `json:"because,omitempty" maxLength:"10000" doc:"Why the role is given"`
}

// Wanted is what is asked for.
func (i Inviting) Wanted(mail bool) invite.Wanted {
	return invite.Wanted{
		Invitation: auth.Invitation{Email: i.Email, Name: i.Name, Opens: i.Opens},
		Mail:       mail, Role: ledger.MemberRole(i.Role), Product: i.Product, Because: i.Because,
	}
}

// AccessEntry is an entry of the log of sign-ins, failures, tokens and links.
type AccessEntry struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	What   string    `json:"what"`
	Person string    `json:"person,omitempty"`
	By     string    `json:"by,omitempty"`
	From   string    `json:"from,omitempty"`
	About  string    `json:"about,omitempty"`
}

// OfEmail names an account in a path.
type OfEmail struct {
	Email string `path:"email" maxLength:"320"`
}

// Membership is a role that is given or taken.
type Membership struct {
	Person  string `json:"person" maxLength:"320" doc:"E-mail address of the account"`
	Role    string `json:"role" enum:"reader,contributor,decider,security,manager,auditor,administrator"`
	Product string `json:"product,omitempty" maxLength:"200" doc:"The organisation without it: every product"`
	Because string `json:"because" maxLength:"10000"`
}

// memberRoutes are who holds which role.
func (a *api) memberRoutes() {
	handle(a, operation{id: "members", method: http.MethodGet, path: "/members", useCase: "Members", kept: true}, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*negotiate.MembersResult, error) {
		return a.service.Members(ctx, who)
	})
	for path, id := range map[string]string{"/members": "grant", "/members/remove": "revoke"} {
		handle(a, operation{id: id, method: http.MethodPost, path: path, useCase: "SetMember", looks: "/members"}, func(ctx context.Context, who negotiate.Actor, in *body[Membership]) (*negotiate.MembersResult, error) {
			b := in.Body
			return a.service.SetMember(ctx, who, negotiate.MemberRequest{
				Person: b.Person, Role: ledger.MemberRole(b.Role), Product: b.Product, Because: b.Because, Remove: id == "revoke",
			})
		})
	}
}

// administrationRoutes are for who may give roles on the organisation, but for
// the log, which auditors read too.
func (a *api) administrationRoutes() {
	handle(a, operation{id: "accounts", method: http.MethodGet, path: "/accounts", useCase: "Access", kept: true}, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*Page[Account], error) {
		if err := a.may(ctx, who, "SetMember"); err != nil {
			return nil, err
		}
		all, err := a.opt.Accounts.Accounts(ctx)
		return Listed(all, AccountOf), err
	})
	for id, do := range map[string]func(ctx context.Context, by, email string) error{
		"disable": a.opt.Accounts.Disable, "enable": a.opt.Accounts.Enable, "end-sessions": a.opt.Accounts.EndAll,
	} {
		handle(a, operation{id: id, method: http.MethodPost, path: "/accounts/{email}/" + id, useCase: "Access", looks: "/accounts"}, func(ctx context.Context, who negotiate.Actor, in *OfEmail) (*Done, error) {
			if err := a.may(ctx, who, "SetMember"); err != nil {
				return nil, err
			}
			return done(do(ctx, who.ID, in.Email))
		})
	}
	handle(a, operation{id: "clear-second-factor", method: http.MethodPost, path: "/accounts/{email}/clear-second-factor", useCase: "Access", looks: "/accounts"}, func(ctx context.Context, who negotiate.Actor, in *OfEmail) (*Done, error) {
		if err := a.admits(ctx, who); err != nil {
			return nil, err
		}
		return done(a.opt.Accounts.ClearSecondFactor(ctx, who.ID, in.Email))
	})
	handleSecret(a, operation{id: "reset-link", method: http.MethodPost, path: "/accounts/{email}/reset-link", useCase: "Access", looks: "/accounts", status: http.StatusCreated}, func(ctx context.Context, who negotiate.Actor, in *OfEmail) (*Secret, error) {
		if err := a.admits(ctx, who); err != nil {
			return nil, err
		}
		secret, err := a.opt.Accounts.ResetLink(ctx, who.ID, in.Email)
		return &Secret{Path: auth.ResetPath + "#" + secret}, err
	})
	handle(a, operation{id: "mail-reset-link", method: http.MethodPost, path: "/accounts/{email}/mail-reset-link", useCase: "Access", looks: "/accounts"}, func(ctx context.Context, who negotiate.Actor, in *OfEmail) (*Done, error) {
		if err := a.admits(ctx, who); err != nil {
			return nil, err
		}
		return done(a.opt.Accounts.ResetByMail(ctx, who.ID, in.Email))
	})
	a.invitationRoutes()
	handle(a, operation{id: "access-log", method: http.MethodGet, path: "/access-log", useCase: "Access"}, a.accessLog)
}

// admits refuses whoever may not make a way into an account of somebody else, or
// proved too long ago who they are: such a way lasts longer than a stolen session.
func (a *api) admits(ctx context.Context, who negotiate.Actor) error {
	return a.lately(ctx, who, "SetMember")
}

// lately refuses whoever may not use a use-case, or proved too long ago who they
// are.
func (a *api) lately(ctx context.Context, who negotiate.Actor, useCase string) error {
	if err := a.may(ctx, who, useCase); err != nil || who.Known != ledger.SignedIn {
		return err
	}
	return auth.Fresh(ctx)
}

func (a *api) invitationRoutes() {
	handle(a, operation{id: "invitations", method: http.MethodGet, path: "/invitations", useCase: "Access", kept: true}, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*Page[Invitation], error) {
		if err := a.may(ctx, who, "SetMember"); err != nil {
			return nil, err
		}
		all, err := a.opt.Accounts.Invitations(ctx)
		return Listed(all, InvitationOf), err
	})
	handleSecret(a, operation{id: "invite", method: http.MethodPost, path: "/invitations", useCase: "Access", looks: "/invitations", status: http.StatusCreated}, func(ctx context.Context, who negotiate.Actor, in *body[Inviting]) (*Secret, error) {
		if err := a.admits(ctx, who); err != nil {
			return nil, err
		}
		secret, err := invite.Send(ctx, a.opt.Accounts, a.service, who, in.Body.Wanted(false))
		return &Secret{Path: auth.InvitePath + "#" + secret}, err
	})
	handle(a, operation{id: "mail-invitation", method: http.MethodPost, path: "/invitations/mail", useCase: "Access", looks: "/invitations"}, func(ctx context.Context, who negotiate.Actor, in *body[Inviting]) (*Done, error) {
		if err := a.admits(ctx, who); err != nil {
			return nil, err
		}
		_, err := invite.Send(ctx, a.opt.Accounts, a.service, who, in.Body.Wanted(true))
		return done(err)
	})
	handle(a, operation{id: "withdraw-invitation", method: http.MethodDelete, path: "/invitations/{id}", useCase: "Access", looks: "/invitations"}, func(ctx context.Context, who negotiate.Actor, in *OfID) (*Done, error) {
		if err := a.may(ctx, who, "SetMember"); err != nil {
			return nil, err
		}
		return done(invite.Withdraw(ctx, a.opt.Accounts, a.service, who, in.ID))
	})
}

func (a *api) accessLog(ctx context.Context, who negotiate.Actor, in *Paging) (*Page[AccessEntry], error) {
	if err := a.may(ctx, who, "SetMember", "Checkpoint"); err != nil {
		return nil, err
	}
	before := int64(0)
	if in.Cursor != "" {
		text, ok := openCursor(in.Cursor, "access")
		n, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil || n < 1 {
			return nil, badCursor()
		}
		before = n
	}
	page, err := AccessLog(ctx, a.opt.Accounts, before, in.Limit)
	if err != nil {
		return nil, err
	}
	if page.Next != "" {
		page.Next = cursor(page.Next, "access")
	}
	return page, nil
}

// AccessLog is up to n entries of the log before the entry of an id, 0 for the newest
// of all; its Next is the id to go on from.
func AccessLog(ctx context.Context, accounts Accounts, before int64, n int) (*Page[AccessEntry], error) {
	all, err := accounts.AccessLog(ctx, before, n+1)
	if err != nil {
		return nil, err
	}
	page := Listed(all[:min(len(all), n)], func(x auth.Access) AccessEntry { return AccessEntry(x) })
	if len(all) > n {
		page.Next = strconv.FormatInt(all[n-1].ID, 10)
	}
	return page, nil
}
