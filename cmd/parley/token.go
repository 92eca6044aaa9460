package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/serving"
)

// tokenCommand is about the tokens of people: for whoever sits at the machine of the
// ledger. At a server people make their own, since a token speaks in somebody's name.
func (a *app) tokenCommand() *cobra.Command {
	return group("token", a.tokenList(), a.tokenAdd(), a.tokenRevoke())
}

// tokens is a command about tokens.
func (a *app) tokens(use, name string, args cobra.PositionalArgs, run func(ctx context.Context, s *auth.Service, args []string) error) *cobra.Command {
	var config string
	c := command(use, "token."+name, args, func(cmd *cobra.Command, args []string) error {
		return a.withAccounts(cmd, config, func(s *auth.Service, _ *serving.Settings) error { return run(cmd.Context(), s, args) })
	})
	c.Flags().StringVar(&config, "config", "", catalogue.T("cli.user.config"))
	return c
}

// tokensResult is the tokens of a person.
type tokensResult struct {
	Schema string      `json:"schema"`
	Person string      `json:"person"`
	Tokens []api.Token `json:"tokens"`
}

func (a *app) tokenList() *cobra.Command {
	return a.tokens("list PERSON", "list", cobra.ExactArgs(1), func(ctx context.Context, s *auth.Service, args []string) error {
		all, err := s.TokensOf(ctx, args[0])
		if err != nil {
			return err
		}
		r := tokensResult{"parley.tokens/1", args[0], api.Listed(all, api.TokenOf).Items}
		return a.print(r, func(w io.Writer) error { return write(w, a.tokensText(r)) })
	})
}

func (a *app) tokensText(r tokensResult) string {
	if len(r.Tokens) == 0 {
		return catalogue.T("cli.token.none", "person", plain.Clean(r.Person)) + "\n"
	}
	t := table{left: 6, head: []string{
		catalogue.T("cli.token.col.id"), catalogue.T("cli.token.col.name"), catalogue.T("cli.token.col.scope"),
		catalogue.T("cli.token.col.products"), catalogue.T("cli.token.col.used"), catalogue.T("cli.token.col.ends"),
	}}
	for _, x := range r.Tokens {
		products, used := catalogue.T("cli.token.all"), catalogue.T("cli.token.never")
		if len(x.Products) > 0 {
			products = strings.Join(x.Products, ", ")
		}
		if x.Used != nil {
			used = minute(*x.Used)
		}
		t.add(x.ID, x.Name, x.Scope, products, used, minute(x.Expires))
	}
	return t.text(a.width())
}

// tokenResult is a token that was made.
type tokenResult struct {
	Schema string    `json:"schema"`
	Person string    `json:"person"`
	Token  api.Token `json:"token"`
}

func (a *app) tokenAdd() *cobra.Command {
	var spec auth.TokenSpec
	var until string
	c := a.tokens("add PERSON", "add", cobra.ExactArgs(1), func(ctx context.Context, s *auth.Service, args []string) error {
		if until != "" {
			var err error
			if spec.Expires, err = time.Parse(time.DateOnly, until); err != nil {
				return usageError{parley.Errorf(parley.Invalid, "", "--until: %s", catalogue.T("web.token.no_date"))}
			}
		}
		all, err := a.service().Products(ctx, a.actor())
		if err != nil {
			return err
		}
		if err := spec.Within(negotiate.ProductIDs(all)); err != nil {
			return err
		}
		secret, t, err := s.TokenFor(ctx, a.user(), args[0], spec)
		if err != nil {
			return err
		}
		r := tokenResult{"parley.token/1", args[0], api.TokenOf(t)}
		r.Token.Secret = secret
		return a.print(r, func(w io.Writer) error {
			return write(w, catalogue.T("cli.token.made", "person", plain.Clean(r.Person), "until", minute(t.Expires))+"\n  "+secret+"\n")
		})
	})
	f := c.Flags()
	f.StringVar(&spec.Name, "name", "", catalogue.T("cli.token.name"))
	f.StringVar(&spec.Scope, "scope", auth.ScopeRead, catalogue.T("cli.token.scope"))
	f.StringSliceVar(&spec.Products, "product", nil, catalogue.T("cli.token.product"))
	f.StringVar(&until, "until", "", catalogue.T("cli.token.until"))
	return c
}

func (a *app) tokenRevoke() *cobra.Command {
	return a.tokens("revoke PERSON TOKEN", "revoke", cobra.ExactArgs(2), func(ctx context.Context, s *auth.Service, args []string) error {
		if err := s.RevokeTokenOf(ctx, a.user(), args[0], args[1]); err != nil {
			return err
		}
		return a.accountDone(args[1], "revoke")
	})
}
