package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/client"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// app is the command line with all it touches of the outside.
type app struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
	now      func() time.Time

	json   bool
	quiet  bool
	ledger string
	server string

	who    string             // who is at work, once it was asked for
	remote *client.Client     // a server that is asked instead of a ledger, nil for none
	then   *negotiate.Service // the service to use instead of one of its own
	own    *negotiate.Service // its own, made when first needed and closed at the end
}

func newApp(in io.Reader, out, errw io.Writer) *app {
	return &app{in: in, out: out, err: errw, env: os.Getenv, now: time.Now}
}

// execute runs one command line and returns its exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	cmd, err := root.ExecuteContextC(ctx)
	a.tokenNote(cmd)
	err = errors.Join(err, a.close())
	if err == nil {
		return 0
	}
	a.report(cmd, err)
	return exitCode(err)
}

// report prints an error and what would be right.
func (a *app) report(cmd *cobra.Command, err error) {
	if errors.Is(err, errSaid) {
		return
	}
	if bad, ok := errors.AsType[*file.InvalidError](err); ok {
		for _, f := range bad.Findings {
			if !f.Warning {
				fmt.Fprintln(a.err, plain.Orderless(f.Excerpt()))
			}
		}
		return
	}
	if refused, ok := errors.AsType[ledger.Refusals](err); ok {
		for _, r := range refused {
			a.say("parley: ", r.Message)
			a.hint(r.Hint)
		}
		return
	}
	a.say("parley: ", err.Error())
	if e, ok := errors.AsType[*parley.Error](err); ok && e.Hint != "" {
		a.hint(e.Hint)
		return
	}
	if isUsage(err) {
		a.hint(catalogue.T("cli.see-help", "command", cmd.CommandPath()))
	}
}

// hint says what would be right, below an error.
func (a *app) hint(text string) {
	if text != "" {
		a.say("  ", text)
	}
}

// say writes an error or hint, each line of it wrapped and set in below its
// start where that is needed.
func (a *app) say(start, text string) {
	for i, line := range strings.Split(cleanLines(text), "\n") {
		if i > 0 {
			start = start[:len(start)-len(strings.TrimLeft(start, " "))] // a hint stays set in
		}
		parts := []string{line}
		if width := min(a.width(), textWidth); plain.Width(start+line) > width {
			parts = plain.Wrap(line, width-plain.Width(start))
		}
		for k, part := range parts {
			if k > 0 {
				start = "  "
			}
			fmt.Fprintln(a.err, plain.Orderless(start+part))
		}
	}
}

// errSaid marks an error whose text was printed already.
var errSaid = errors.New("said already")

// saidAlready is an error that only sets the exit code.
func saidAlready(kind parley.ErrorKind) error { return &parley.Error{Kind: kind, Err: errSaid} }

// cleanLines makes text safe for a terminal and keeps its lines.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = plain.Clean(lines[i])
	}
	return strings.Join(lines, "\n")
}

// usageError is a wrong use of the command line.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func isUsage(err error) bool {
	_, ok := errors.AsType[usageError](err)
	return ok || parley.KindOfError(err) == parley.Internal && strings.HasPrefix(err.Error(), "unknown command")
}

// exitCode follows docs/cli.md: 1 the answer is no, 2 wrong input or use, 3 could not.
func exitCode(err error) int {
	if isUsage(err) {
		return 2
	}
	switch parley.KindOfError(err) {
	case parley.No:
		return 1
	case parley.Invalid, parley.Refused, parley.Forbidden, parley.NotFound, parley.Conflict:
		return 2
	default:
		return 3
	}
}

// actor is who this machine says is at work: PARLEY_USER, else git's e-mail,
// else the login.
func (a *app) actor() negotiate.Actor {
	return negotiate.Local(a.user(), negotiate.ViaCLI)
}

// reader is who asks about a source. A file is for whoever can read it, under any
// name or none; git is asked for one only where a ledger is read, as starting it
// takes a fifth of the time in which a small file is priced.
func (a *app) reader(src negotiate.Source) negotiate.Actor {
	if src.Data != nil {
		return negotiate.Local("", negotiate.ViaCLI)
	}
	return a.actor()
}

// user is asked for once: a command may record and then look again.
func (a *app) user() string {
	if a.who == "" && a.remote == nil { // a server knows by itself who asks
		a.who = a.askUser()
	}
	return a.who
}

func (a *app) askUser() string {
	if u := a.env("PARLEY_USER"); u != "" {
		return u
	}
	if out, err := exec.Command("git", "config", "--get", "user.email").Output(); err == nil {
		if mail := strings.TrimSpace(string(out)); mail != "" {
			return mail
		}
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "somebody on this machine"
}

// The least width that anything is set in, and the most: what a terminal is wider
// than that makes nothing easier to read.
const (
	leastWidth = 40
	mostWidth  = 100
)

// width is what COLUMNS says, else the width of the terminal, else 80.
func (a *app) width() int {
	if w, err := strconv.Atoi(a.env("COLUMNS")); err == nil && w > 0 {
		return min(max(w, leastWidth), mostWidth)
	}
	if f, ok := a.out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return min(max(w, leastWidth), mostWidth)
		}
	}
	return 80
}

// progress reports long work on a terminal, and is silent elsewhere.
func (a *app) progress() func(what string, done float64) {
	f, ok := a.err.(*os.File)
	if a.quiet || a.json || !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	start := a.now()
	return func(what string, done float64) {
		if a.now().Sub(start) < time.Second {
			return
		}
		if done >= 1 {
			fmt.Fprint(a.err, "\r\x1b[K")
			return
		}
		if done >= 0 {
			what += fmt.Sprintf(" %3.0f %%", 100*done)
		}
		fmt.Fprint(a.err, "\r", what, "\x1b[K")
	}
}

// note says something on the way, unless the caller wants quiet.
func (a *app) note(text string) {
	if !a.quiet && text != "" {
		a.say("", text)
	}
}
