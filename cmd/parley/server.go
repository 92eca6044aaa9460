package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/client"
	"github.com/parleysec/parley/internal/negotiate"
)

// useCases is what commands ask: of a ledger, or of a server of one.
type useCases interface {
	api.Service
	Agree(context.Context, negotiate.Actor, negotiate.AgreeRequest) (*negotiate.AgreeResult, error)
}

// service is the use-cases over the ledger or the server that the caller named.
func (a *app) service() useCases {
	if a.remote != nil {
		return a.remote
	}
	return a.here()
}

// serverURL is the address of the server that is asked, "" for none.
func (a *app) serverURL() string {
	if a.remote == nil {
		return ""
	}
	return a.remote.Origin()
}

// here is the use-cases over the ledger that the caller named.
func (a *app) here() *negotiate.Service {
	if a.then != nil {
		return a.then
	}
	if a.own == nil {
		a.own = &negotiate.Service{Ledger: a.ledgerName(), Now: a.now, Progress: a.progress(), Once: true, RolesChanged: a.endSessions, Migrated: a.sayMigrated}
	}
	return a.own
}

// sayMigrated says that a command brought the ledger's schema up to date.
func (a *app) sayMigrated(m negotiate.Migrated) {
	a.note(catalogue.T("cli.migrated", "from", m.From, "to", m.To))
	if m.Kept != "" {
		a.note(catalogue.T("cli.migrated.kept", "kept", plain.Clean(m.Kept)))
	}
}

// close closes what was opened for a command.
func (a *app) close() error {
	var err error
	if a.own != nil {
		err = a.own.Close()
	}
	if a.remote != nil {
		err = errors.Join(err, a.remote.Close())
	}
	return err
}

func (a *app) ledgerName() string {
	if a.ledger != "" {
		return a.ledger
	}
	if l := a.env("PARLEY_LEDGER"); l != "" {
		return l
	}
	return "parley.db"
}

// alone are the commands that ask nothing of a ledger's use-cases; machine are
// those that are for the machine of a ledger, and what a flag --server means
// there is nothing.
var (
	alone   = []string{"init", "schema", "bench", "version", "help", "completion", "__complete", "__completeNoDesc"}
	machine = []string{"ledger backup", "ledger restore", "ledger export", "ledger import", "ledger rotate-key", "ledger erase", "token list", "token add", "token revoke", "serve", "demo"}
)

// reach finds out whether a server is to be asked, and makes ready to.
func (a *app) reach(cmd *cobra.Command) error {
	name := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()), " ")
	first, _, _ := strings.Cut(name, " ")
	server := a.server
	if server == "" && a.ledger == "" && name != "serve" && name != "demo" {
		server = a.env("PARLEY_SERVER")
	}
	for _, own := range alone {
		if first == own {
			return nil
		}
	}
	switch {
	case server == "":
		return nil
	case a.server != "" && a.ledger != "":
		return twoPlaces("cli.server.both")
	case a.server == "" && a.env("PARLEY_LEDGER") != "":
		return twoPlaces("cli.server.both-env")
	}
	for _, m := range machine {
		if name == m {
			return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("cli.server.machine", "command", cmd.CommandPath())).WithHint(catalogue.T("cli.hint.server.machine"))
		}
	}
	if u, err := url.Parse(a.server); err == nil && u.RawQuery != "" {
		return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("cli.server.key")).WithHint(catalogue.T("cli.hint.server.key"))
	}
	token, err := a.token()
	if err != nil {
		return err
	}
	a.remote, err = client.New(client.Options{Server: server, Token: token, Name: "parley/" + version().Version, Progress: a.progress()})
	return err
}

func twoPlaces(key string) error {
	return usageError{parley.Errorf(parley.Invalid, "", "%s", catalogue.T(key)).WithHint(catalogue.T("cli.hint.server.both"))}
}

// token is the token that says who asks: it is no flag, which others on this
// machine could read, and a file must be its owner's alone.
func (a *app) token() (string, error) {
	if t := a.env("PARLEY_TOKEN"); t != "" {
		return t, nil
	}
	name := a.env("PARLEY_TOKEN_FILE")
	if name == "" {
		return "", nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return "", outside("read "+name, err)
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return "", parley.Errorf(parley.Invalid, "", "%s", catalogue.T("cli.server.token-file", "name", plain.Clean(name))).
			WithHint(catalogue.T("cli.hint.server.token-file", "name", plain.Clean(name)))
	}
	text, err := a.readFile(name)
	if err != nil {
		return "", err
	}
	if token := strings.TrimSpace(string(text)); token != "" {
		return token, nil
	}
	return "", parley.Errorf(parley.Invalid, "", "%s", catalogue.T("cli.server.token-none", "name", plain.Clean(name)))
}
