package main

import (
	"fmt"
	"math"
	"time"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// tokenNote says on standard error that the token a server was asked by ends soon.
// In a pipeline it says, too, that a token may do more than a pipeline needs: who
// can read the variables of one could do that as well.
func (a *app) tokenNote(cmd *cobra.Command) {
	if a.remote == nil || a.quiet {
		return
	}
	t, ok := a.remote.Token()
	if !ok {
		return
	}
	if left := t.Ends.Sub(a.now()); left < negotiate.TokenEndsSoon {
		days := max(0, int(math.Ceil(left.Hours()/24)))
		fmt.Fprintln(a.err, catalogue.N("cli.token.ends", days, "when", plain.Date(t.Ends.In(time.UTC))+t.Ends.UTC().Format(" 15:04 UTC")))
	}
	if t.Scope == negotiate.ScopeWrite && a.env("CI") != "" && piped(cmd) {
		fmt.Fprintln(a.err, catalogue.T("cli.token.wide"))
	}
}

// piped reports whether a command is one that pipelines run.
func piped(cmd *cobra.Command) bool {
	return cmd != nil && (cmd.Name() == "gate" || cmd.HasParent() && cmd.Parent().Name() == "evidence")
}
