package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (a *app) userCommand() *cobra.Command {
	return group("user", append([]*cobra.Command{a.userList(), a.userChange("grant", false), a.userChange("revoke", true)}, a.peopleCommands()...)...)
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
