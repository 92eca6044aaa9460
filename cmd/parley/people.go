package main

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/serving"
)

// peopleCommands are about who can sign in to a server.
func (a *app) peopleCommands() []*cobra.Command {
	return []*cobra.Command{
		a.userAccounts(), a.userInvite(), a.userInvitations(), a.userWithdraw(), a.userReset(),
		a.userAccount("end", "end-sessions"), a.userAccount("clear", "clear-second-factor"), a.userAccount("disable", "disable"), a.userAccount("enable", "enable"),
		a.userAccess(),
	}
}

// people is a command about accounts. The settings of the server say under which
// address it is reached and whether it sends mail.
func (a *app) people(use, name string, args cobra.PositionalArgs, run func(ctx context.Context, to accounts, origin string, args []string) error) *cobra.Command {
	var config string
	c := command(use, "user."+name, args, func(cmd *cobra.Command, args []string) error {
		if a.remote != nil {
			return run(cmd.Context(), a.remote, a.remote.Origin(), args)
		}
		return a.withAccounts(cmd, config, func(s *auth.Service, set *serving.Settings) error {
			return run(cmd.Context(), kept{s, a.service(), a.actor()}, strings.TrimSuffix(set.URL, "/"), args)
		})
	})
	c.Flags().StringVar(&config, "config", "", catalogue.T("cli.user.config"))
	return c
}

// accountsResult is every account.
type accountsResult struct {
	Schema   string        `json:"schema"`
	Accounts []api.Account `json:"accounts"`
}

func (a *app) userAccounts() *cobra.Command {
	return a.people("accounts", "accounts", nil, func(ctx context.Context, to accounts, _ string, _ []string) error {
		all, err := to.Accounts(ctx)
		if err != nil {
			return err
		}
		return a.print(accountsResult{"parley.accounts/1", all}, func(w io.Writer) error { return write(w, a.accountsText(all)) })
	})
}

func (a *app) accountsText(all []api.Account) string {
	if len(all) == 0 {
		return catalogue.T("cli.user.accounts.none") + "\n"
	}
	t := table{left: 3, head: []string{catalogue.T("cli.user.col.person"), catalogue.T("cli.user.col.name"), catalogue.T("cli.user.col.state")}}
	for _, x := range all {
		t.add(x.Email, x.Name, accountState(x))
	}
	return t.text(a.width())
}

// accountState is what there is to say about an account, in words.
func accountState(x api.Account) string {
	var out []string
	if x.Disabled != nil {
		out = append(out, catalogue.T("cli.user.state.disabled", "since", plain.Date(*x.Disabled)))
	}
	for _, c := range []struct {
		n   int
		key string
	}{{x.Sessions, "sessions"}, {x.Tokens, "tokens"}, {x.Passkeys, "passkeys"}} {
		if c.n > 0 {
			out = append(out, catalogue.N("cli.user.state."+c.key, c.n))
		}
	}
	if x.SecondFactor {
		out = append(out, catalogue.T("cli.user.state.second"))
	}
	if x.NewPassword != nil {
		out = append(out, catalogue.T("cli.user.state.letter", "state", catalogue.T("cli.user.letter."+x.NewPassword.State)))
	}
	return strings.Join(out, ", ")
}

// linkResult is a link that was made for somebody.
type linkResult struct {
	Schema string `json:"schema"`
	Person string `json:"person"`
	Link   string `json:"link,omitempty"` // shown this once; a path where nobody said under which address the server is reached
	Mailed bool   `json:"mailed"`
}

// printLink prints a link with a secret, this once.
func (a *app) printLink(person, origin, path, says string) error {
	r := linkResult{"parley.link/1", person, origin + path, path == ""}
	if r.Mailed {
		r.Link = ""
	}
	return a.print(r, func(w io.Writer) error {
		if r.Mailed {
			return write(w, catalogue.T("cli.user.mailed", "person", plain.Clean(person))+"\n")
		}
		text := catalogue.T(says, "person", plain.Clean(person)) + "\n  " + r.Link + "\n"
		if origin == "" {
			text += catalogue.T("cli.user.no-address") + "\n"
		}
		return write(w, text)
	})
}

func (a *app) userInvite() *cobra.Command {
	var in api.Inviting
	var mail bool
	c := a.people("invite PERSON [ROLE]", "invite", cobra.RangeArgs(1, 2), func(ctx context.Context, to accounts, origin string, args []string) error {
		in.Email = args[0]
		if len(args) > 1 {
			in.Role = args[1]
		}
		path, err := to.Invite(ctx, in, mail)
		if err != nil {
			return err
		}
		return a.printLink(in.Email, origin, path, "cli.user.invited")
	})
	f := c.Flags()
	f.StringVar(&in.Product, "product", "", catalogue.T("cli.user.product"))
	f.StringVar(&in.Because, "because", catalogue.T("web.people.because_invited"), catalogue.T("cli.decide.because"))
	f.StringVar(&in.Name, "name", "", catalogue.T("cli.user.invite.name"))
	f.StringVar(&in.Opens, "opens", "", catalogue.T("cli.user.invite.opens"))
	f.BoolVar(&mail, "mail", false, catalogue.T("cli.user.mail"))
	return c
}

// invitationsResult is who was invited and did not come yet.
type invitationsResult struct {
	Schema      string           `json:"schema"`
	Invitations []api.Invitation `json:"invitations"`
}

func (a *app) userInvitations() *cobra.Command {
	return a.people("invitations", "invitations", nil, func(ctx context.Context, to accounts, _ string, _ []string) error {
		all, err := to.Invitations(ctx)
		if err != nil {
			return err
		}
		return a.print(invitationsResult{"parley.invitations/1", all}, func(w io.Writer) error {
			if len(all) == 0 {
				return write(w, catalogue.T("cli.user.invitations.none")+"\n")
			}
			t := table{left: 5, head: []string{
				catalogue.T("cli.user.col.id"), catalogue.T("cli.user.col.person"), catalogue.T("cli.user.col.maker"), catalogue.T("cli.user.col.until"), catalogue.T("cli.user.col.letter"),
			}}
			for _, x := range all {
				letter := ""
				if x.Letter != "" {
					letter = catalogue.T("cli.user.letter." + x.Letter)
				}
				t.add(x.ID, x.Email, x.By, minute(x.Expires), letter)
			}
			return write(w, t.text(a.width()))
		})
	})
}

// minute is a time to the minute where the reader is.
func minute(t time.Time) string {
	t = t.Local()
	return plain.Date(t) + ", " + t.Format("15:04 MST")
}

// accountDone says what was done.
type accountDone struct {
	Schema string `json:"schema"`
	About  string `json:"about"` // e-mail address, or id of an invitation
	Done   string `json:"done"`
}

func (a *app) accountDone(about, what string) error {
	return a.print(accountDone{"parley.account/1", about, what}, func(w io.Writer) error {
		return write(w, catalogue.T("cli.user.done."+what, "about", plain.Clean(about))+"\n")
	})
}

func (a *app) userWithdraw() *cobra.Command {
	return a.people("withdraw PERSON", "withdraw", cobra.ExactArgs(1), func(ctx context.Context, to accounts, _ string, args []string) error {
		id, err := invited(ctx, to, args[0])
		if err != nil {
			return err
		}
		if err := to.Withdraw(ctx, id); err != nil {
			return err
		}
		return a.accountDone(args[0], "withdraw")
	})
}

// invited is the id of the invitation that stands for a person; what is no address is
// an id itself.
func invited(ctx context.Context, to accounts, who string) (string, error) {
	email, err := auth.Email(who)
	if err != nil {
		return who, nil // an id
	}
	all, err := to.Invitations(ctx)
	if err != nil {
		return "", err
	}
	for _, x := range all {
		if x.Email == email {
			return x.ID, nil
		}
	}
	return "", auth.ErrNotFound
}

func (a *app) userReset() *cobra.Command {
	var mail bool
	c := a.people("reset PERSON", "reset", cobra.ExactArgs(1), func(ctx context.Context, to accounts, origin string, args []string) error {
		path, err := to.Reset(ctx, args[0], mail)
		if err != nil {
			return err
		}
		return a.printLink(args[0], origin, path, "cli.user.reset-link")
	})
	c.Flags().BoolVar(&mail, "mail", false, catalogue.T("cli.user.mail"))
	return c
}

// userAccount is a command that does one thing about the account of somebody.
func (a *app) userAccount(name, what string) *cobra.Command {
	return a.people(name+" PERSON", name, cobra.ExactArgs(1), func(ctx context.Context, to accounts, _ string, args []string) error {
		if err := to.ChangeAccount(ctx, args[0], what); err != nil {
			return err
		}
		return a.accountDone(args[0], name)
	})
}

// accessLogResult is a part of the log of sign-ins.
type accessLogResult struct {
	Schema  string            `json:"schema"`
	Entries []api.AccessEntry `json:"entries"`
	Next    string            `json:"next,omitempty"` // for --cursor
}

// mostAccess is how many entries a server gives at once.
const mostAccess = 500

func (a *app) userAccess() *cobra.Command {
	var cursor string
	n := new(int)
	c := a.people("access", "access", nil, func(ctx context.Context, to accounts, _ string, _ []string) error {
		list, next, err := to.AccessLog(ctx, cursor, *n)
		if err != nil {
			return err
		}
		return a.print(accessLogResult{"parley.access-log/1", list, next}, func(w io.Writer) error { return write(w, a.accessText(list, next)) })
	})
	wholeVar(c.Flags(), n, "limit", 50, 1, mostAccess, catalogue.T("cli.user.access.limit", "most", strconv.Itoa(mostAccess)))
	c.Flags().StringVar(&cursor, "cursor", "", catalogue.T("cli.user.access.cursor-flag"))
	return c
}

func (a *app) accessText(list []api.AccessEntry, next string) string {
	if len(list) == 0 {
		return catalogue.T("web.access.none") + "\n"
	}
	t := table{left: 5, head: []string{
		catalogue.T("web.access.when"), catalogue.T("web.access.what"), catalogue.T("web.access.whom"), catalogue.T("cli.user.col.maker"), catalogue.T("web.access.from"),
	}}
	for _, x := range list {
		what := x.What
		if key := "web.access.what." + what; catalogue.Has(key) {
			what = catalogue.T(key)
		}
		t.add(minute(x.At), strings.TrimSpace(what+" "+x.About), x.Person, x.By, x.From)
	}
	text := t.text(a.width())
	if next != "" {
		text += catalogue.T("cli.user.access.more", "cursor", next) + "\n"
	}
	return text
}
