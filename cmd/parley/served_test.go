package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/ledger"
)

// TestScriptsServed runs the stories of [TestScripts] over a server: the commands
// are the same, and what they are asked goes to a server of the ledger that they
// would open themselves. Whoever sits at that server's machine asks, by the link
// that it prints, so that all there is can be done.
func TestScriptsServed(t *testing.T) {
	p := stories(t)
	p.Files = servedStories(t)
	start := p.Setup
	p.Dir = ""
	p.Setup = func(e *testscript.Env) error {
		if err := start(e); err != nil {
			return err
		}
		s := &desk{dir: e.WorkDir, servers: map[string]*server{}}
		e.Defer(s.close)
		e.Values[deskKey{}] = s
		url, err := s.of(e.Getenv("PARLEY_USER"))
		e.Setenv("PARLEY_SERVER", url)
		return err
	}
	p.Condition = when("served")
	testscript.Run(t, p)
}

// machineOnly are the stories that are none over a server, and why.
var machineOnly = map[string]string{
	"alone":    "what is said where there is no ledger: a server has one",
	"places":   "which file is the ledger",
	"rotate":   "the key that signs the record is changed at its machine",
	"erase":    "a name leaves the record at its machine",
	"transfer": "backup, restore, export and import copy the key that signs the record",
	"verified": "the clock of a story is that of its commands, not of a server",
}

func servedStories(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/script/*.txt")
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	var out []string
	seen := 0
	for _, f := range all {
		name := strings.TrimSuffix(filepath.Base(f), ".txt")
		if why, alone := machineOnly[name]; alone {
			t.Logf("%s is for the machine of a ledger: %s", name, why)
			seen++
			continue
		}
		out = append(out, f)
	}
	if seen != len(machineOnly) {
		t.Errorf("machineOnly names %d stories, of which there are %d", len(machineOnly), seen)
	}
	return out
}

// deskKey is where a story has its desk.
type deskKey struct{}

// desk is the machine of a ledger: a server for each person who sits there.
type desk struct {
	mu      sync.Mutex
	dir     string
	servers map[string]*server // by person
}

// of is the link of a person's server.
func (d *desk) of(person string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.servers[person]; s != nil {
		return s.URL, nil
	}
	program, err := serverProgram()
	if err != nil {
		return "", err
	}
	s, err := startServer(exec.Command(program, "--drain", "1ms", "--ledger", filepath.Join(d.dir, "parley.db")), "", "PARLEY_USER="+person)
	if err != nil {
		return "", fmt.Errorf("for %s: %w", person, err)
	}
	d.servers[person] = s
	return s.URL, nil
}

func (d *desk) close() {
	for _, s := range d.servers {
		s.stop()
	}
}

// serverProgram is the parley that serves. With the race detector it is one
// without: a story asks one thing after the other, so that there is nothing to
// detect which the tests of the packages do not ask for at once, and each answer
// would take ten times as long.
var serverProgram = sync.OnceValues(func() (string, error) {
	if !testenv.Raced {
		return "parley", nil
	}
	program := filepath.Join(built, "parley-plain")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
})

// as is who is at work from now on: as owner@example.org
func as(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: as PERSON")
	}
	ts.Setenv("PARLEY_USER", args[0])
	if d, served := ts.Value(deskKey{}).(*desk); served {
		url, err := d.of(args[0])
		ts.Check(err)
		ts.Setenv("PARLEY_SERVER", url)
	}
}

// TestTokens runs the stories of whoever asks a server by a token.
func TestTokens(t *testing.T) {
	p := stories(t)
	p.Dir = "testdata/token"
	start := p.Setup
	p.Setup = func(e *testscript.Env) error {
		if err := start(e); err != nil {
			return err
		}
		d := &desk{dir: e.WorkDir, servers: map[string]*server{}}
		e.Defer(d.close)
		link, err := d.of("priya@example.org")
		if err != nil {
			return err
		}
		e.Setenv("PARLEY_SERVER", link[:strings.LastIndex(link, "/")])
		script, err := os.ReadFile(filepath.Join("..", "..", "contrib", "gate.sh"))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(e.WorkDir, "gate.sh"), script, 0o600); err != nil {
			return err
		}
		return tokens(e)
	}
	p.Condition = when("served")
	testscript.Run(t, p)
}

// tokens brings the example into the ledger and makes an account with a token of
// each scope.
func tokens(e *testscript.Env) error {
	ctx := context.Background()
	text, err := os.ReadFile(filepath.Join(e.WorkDir, "shop.yaml"))
	if err != nil {
		return err
	}
	x, err := openOffice(ctx, filepath.Join(e.WorkDir, "parley.db"), negotiate.Source{Name: "shop.yaml", Data: text})
	if err != nil {
		return err
	}
	defer x.close()
	const ada = "ada@example.org"
	if _, err := x.setUp(ctx, ada, "Ada"); err != nil {
		return err
	}
	if err := x.grant(ctx, ada, ledger.Contributor, ledger.Decider, ledger.Administrator); err != nil {
		return err
	}
	for _, scope := range []string{"read", "evidence", "write"} {
		plain, _, err := x.accounts.NewToken(ctx, ada, auth.TokenSpec{Name: scope, Scope: scope})
		if err != nil {
			return err
		}
		e.Setenv("TOKEN_"+strings.ToUpper(scope), plain)
		e.Setenv("PARLEY_TOKEN", plain) // the last may most
	}
	soon, _, err := x.accounts.NewToken(ctx, ada, auth.TokenSpec{Name: "soon", Scope: "evidence", Expires: time.Now().Add(60 * time.Hour)})
	if err != nil {
		return err
	}
	e.Setenv("TOKEN_SOON", soon)
	return os.WriteFile(filepath.Join(e.WorkDir, "token"), []byte(e.Getenv("PARLEY_TOKEN")+"\n"), 0o644)
}
