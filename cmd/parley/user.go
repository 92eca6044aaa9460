package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (a *app) userCommand() *cobra.Command {
	return group("user", a.userList(), a.userChange("grant", false), a.userChange("revoke", true))
}

func (a *app) userList() *cobra.Command {
	return command("list", "user.list", nil, func(cmd *cobra.Command, _ []string) error {
		return a.members(a.service().Members(cmd.Context(), a.actor()))
	})
}

func (a *app) userChange(name string, remove bool) *cobra.Command {
	req := negotiate.MemberRequest{Remove: remove}
	c := command(name+" PERSON ROLE", "user."+name, cobra.ExactArgs(2), func(cmd *cobra.Command, args []string) error {
		req.Person, req.Role = args[0], ledger.MemberRole(args[1])
		return a.members(a.service().SetMember(cmd.Context(), a.actor(), req))
	})
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.user.product"))
	c.Flags().StringVar(&req.Because, "because", "", catalogue.T("cli.decide.because"))
	return c
}

// endSessions ends what somebody whose roles changed has open at a server of
// the same ledger.
func (a *app) endSessions(ctx context.Context, person string) error {
	accounts, err := auth.Open(ctx, a.ledgerName(), auth.Options{Now: a.now})
	if err != nil {
		return &parley.Error{Op: "open the accounts", Kind: parley.Unavailable, Err: err}
	}
	return errors.Join(accounts.EndSessions(ctx, person), accounts.Close())
}

func (a *app) members(r *negotiate.MembersResult, err error) error {
	if err != nil {
		return err
	}
	return a.print(r, func(w io.Writer) error { return write(w, membersText(r)) })
}

func membersText(r *negotiate.MembersResult) string {
	if len(r.Members) == 0 {
		return catalogue.T("cli.user.none") + "\n"
	}
	t := table{left: 5, head: []string{
		catalogue.T("cli.user.col.person"), catalogue.T("cli.user.col.role"), catalogue.T("cli.user.col.of"),
		catalogue.T("cli.user.col.since"), catalogue.T("cli.user.col.by"),
	}}
	for _, m := range r.Members {
		of := m.Product
		if of == "" {
			of = catalogue.T("roles.everywhere")
		}
		t.add(m.Person, string(m.Role), of, plain.Date(m.Since), m.By)
	}
	return t.text(textWidth)
}
