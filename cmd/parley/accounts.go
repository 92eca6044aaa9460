package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/invite"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/serving"
)

// accounts are what commands ask about accounts: of a ledger, or of a server of one.
type accounts interface {
	Accounts(context.Context) ([]api.Account, error)
	Invitations(context.Context) ([]api.Invitation, error)
	Invite(ctx context.Context, in api.Inviting, mail bool) (path string, err error)
	Withdraw(ctx context.Context, id string) error
	Reset(ctx context.Context, email string, mail bool) (path string, err error)
	ChangeAccount(ctx context.Context, email, what string) error
	AccessLog(ctx context.Context, cursor string, n int) ([]api.AccessEntry, string, error)
}

// kept are the accounts beside a ledger, as whoever sits at its machine asks about
// them.
type kept struct {
	*auth.Service
	roles invite.Roles
	actor negotiate.Actor
}

// openAccounts opens the accounts beside the ledger that the caller named.
func (a *app) openAccounts(ctx context.Context, mails bool) (*auth.Service, error) {
	s, err := auth.Open(ctx, a.ledgerName(), auth.Options{Now: a.now, Mails: mails})
	if err != nil {
		return nil, &parley.Error{Op: "open the accounts", Kind: parley.Unavailable, Err: err}
	}
	return s, nil
}

// withAccounts works on the accounts of the ledger that the settings of a server name.
func (a *app) withAccounts(cmd *cobra.Command, config string, do func(*auth.Service, *serving.Settings) error) error {
	set, _, err := a.settings(cmd, serveFlags{config: config, apart: true})
	if err != nil {
		return err
	}
	a.ledger = set.Ledger
	if _, err := a.service().Members(cmd.Context(), a.actor()); err != nil { // says what to do where there is no ledger
		return err
	}
	s, err := a.openAccounts(cmd.Context(), set.SMTP != "")
	if err != nil {
		return err
	}
	return errors.Join(do(s, set), s.Close())
}

// endSessions ends what somebody whose roles changed has open at a server of
// the same ledger.
func (a *app) endSessions(ctx context.Context, person string) error {
	s, err := a.openAccounts(ctx, false)
	if err != nil {
		return err
	}
	return errors.Join(s.EndSessions(ctx, person), s.Close())
}

// Accounts lists every account.
func (k kept) Accounts(ctx context.Context) ([]api.Account, error) {
	all, err := k.Service.Accounts(ctx)
	return api.Listed(all, api.AccountOf).Items, err
}

// Invitations lists the invitations that were not accepted yet.
func (k kept) Invitations(ctx context.Context) ([]api.Invitation, error) {
	all, err := k.Service.Invitations(ctx)
	return api.Listed(all, api.InvitationOf).Items, err
}

// Invite invites somebody and gives the path of the link, "" of one that is mailed.
func (k kept) Invite(ctx context.Context, in api.Inviting, mail bool) (string, error) {
	secret, err := invite.Send(ctx, k.Service, k.roles, k.actor, in.Wanted(mail))
	if mail {
		return "", err
	}
	return auth.InvitePath + "#" + secret, err
}

// Withdraw ends an invitation by its id.
func (k kept) Withdraw(ctx context.Context, id string) error {
	return invite.Withdraw(ctx, k.Service, k.roles, k.actor, id)
}

// Reset makes a link for a new password, as [kept.Invite] does.
func (k kept) Reset(ctx context.Context, email string, mail bool) (string, error) {
	if mail {
		return "", k.ResetByMail(ctx, k.actor.ID, email)
	}
	secret, err := k.ResetLink(ctx, k.actor.ID, email)
	return auth.ResetPath + "#" + secret, err
}

// ChangeAccount does something about the account of somebody else.
func (k kept) ChangeAccount(ctx context.Context, email, what string) error {
	do := map[string]func(ctx context.Context, by, email string) error{
		"end-sessions": k.EndAll, "clear-second-factor": k.ClearSecondFactor, "disable": k.Disable, "enable": k.Enable,
	}[what]
	if do == nil {
		return parley.Errorf(parley.Internal, "change an account", "there is no %q", what)
	}
	return do(ctx, k.actor.ID, email)
}

// AccessLog gives up to n entries, the newest first, and where those before start.
func (k kept) AccessLog(ctx context.Context, cursor string, n int) ([]api.AccessEntry, string, error) {
	before := int64(0)
	if cursor != "" {
		var err error
		if before, err = strconv.ParseInt(cursor, 10, 64); err != nil || before < 1 {
			return nil, "", parley.Errorf(parley.Invalid, "", "%s", catalogue.T("cli.user.access.cursor"))
		}
	}
	page, err := api.AccessLog(ctx, k.Service, before, n)
	if err != nil {
		return nil, "", err
	}
	return page.Items, page.Next, nil
}
