package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/store"
)

// TestKilled kills apply and decide at random points of a few runs.
func TestKilled(t *testing.T) { killed(t, 25) }

// TestSoakKilled kills them hundreds of times: make soak.
func TestSoakKilled(t *testing.T) {
	if os.Getenv("PARLEY_SOAK") == "" {
		t.Skip("a soak test: set PARLEY_SOAK=1, or make soak")
	}
	killed(t, 250)
}

// killed starts apply and decide on a SQLite ledger and kills them with SIGKILL
// at random times until so many were killed. After each the ledger must open,
// verify, hold all that a command reported as done, and hold nothing by halves.
func killed(t *testing.T, kills int) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	v := &victim{rand: rand.New(rand.NewPCG(seed, 0)), full: map[string]time.Duration{}}
	for v.kills < kills {
		v.fresh(t)
		for i := 0; i < 12 && v.kills < kills && !t.Failed(); i++ {
			v.once(t)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d commands started, %d killed: %d before anything was recorded, %d after it was recorded and before it was reported; %d reported as done",
		v.started, v.kills, v.kills-v.unseen, v.unseen, v.started-v.kills)
	if v.started == v.kills || v.unseen == v.kills {
		t.Errorf("the kills were all at one side: they show nothing")
	}
}

// victim is a ledger whose writers get killed.
type victim struct {
	rand    *rand.Rand
	dir     string
	full    map[string]time.Duration // about how long each command takes when it is left alone
	version int                      // of the file applied next
	told    int                      // newest version reported as applied
	decided map[string]bool          // threats reported as decided

	started, kills, unseen int
}

const killThreats = 6

func (v *victim) fresh(t *testing.T) {
	v.dir, v.told, v.decided = t.TempDir(), 0, map[string]bool{}
}

// once runs one command, kills it, and looks at what is left.
func (v *victim) once(t *testing.T) {
	args := v.command(t)
	before := v.size(t)
	done := v.start(t, args)
	after := v.size(t)
	v.started++
	switch {
	case done && args[0] == "apply":
		v.told = v.version
	case done:
		v.decided[args[1]] = true
	default:
		v.kills++
		if after > before {
			v.unseen++
		} else { // nothing recorded yet: later next time
			v.full[args[0]] += v.full[args[0]] / 12
		}
	}
	v.look(t, args)
}

// command is the next thing to do: apply a file in which every title has
// changed, or decide on a threat nobody reported as decided.
func (v *victim) command(t *testing.T) []string {
	if v.told > 0 && v.rand.IntN(2) == 0 {
		for i := range killThreats {
			id := fmt.Sprintf("t%d", i)
			if !v.decided[id] {
				return []string{"decide", id, "accept", "--until", "2040-06-30", "--because", fmt.Sprintf("try %d", v.started)}
			}
		}
	}
	v.version++
	var b strings.Builder
	b.WriteString("parley: v1\nproduct: {id: kill, currency: EUR}\nthreats:\n")
	for i := range killThreats {
		fmt.Fprintf(&b, "  - {id: t%d, title: Version %d, likelihood: 1 per year, impact: {financial: 1k}}\n", i, v.version)
	}
	if err := os.WriteFile(filepath.Join(v.dir, "kill.yaml"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"apply", "kill.yaml"}
}

// start runs a command, kills it at a random time of its life, and reports
// whether it had said that it, or one before it, was done. The times start at a
// quarter, since a program that has hardly begun cannot leave anything.
func (v *victim) start(t *testing.T, args []string) bool {
	var out, errs bytes.Buffer
	cmd := exec.Command("parley", append(args, "--json")...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = v.dir, &out, &errs
	cmd.Env = append(os.Environ(), "PARLEY_USER=priya@example.org", "PARLEY_LEDGER=", noSleep+"="+noSleepValue)
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	full, known := v.full[args[0]]
	if known {
		time.AfterFunc(time.Duration((0.25+0.85*v.rand.Float64())*float64(full)), func() { _ = cmd.Process.Kill() })
	}
	err := cmd.Wait()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok && failed.ExitCode() > 0 {
		// The decision was recorded by one that was killed before it said so.
		if args[0] != "decide" || v.unseen == 0 || !strings.Contains(errs.String(), "replaces") {
			t.Errorf("%v: %v\n%s", args, err, errs.String())
		}
		return true
	}
	if err == nil {
		v.full[args[0]] = (3*full + time.Since(begun)) / 4
		if !known {
			v.full[args[0]] = time.Since(begun)
		}
	}
	return err == nil && strings.Contains(out.String(), `"schema"`)
}

// size is the number of events; 0 where there is no ledger.
func (v *victim) size(t *testing.T) int64 {
	s := &negotiate.Service{Ledger: filepath.Join(v.dir, "parley.db")}
	defer s.Close()
	r, err := s.Status(context.Background(), negotiate.Local("test", negotiate.ViaCLI), negotiate.StatusRequest{})
	if err != nil {
		t.Fatalf("the ledger does not open: %v", err)
	}
	return r.Events
}

// look checks what is left after a kill.
func (v *victim) look(t *testing.T, args []string) {
	ctx, me := context.Background(), negotiate.Local("test", negotiate.ViaCLI)
	s := &negotiate.Service{Ledger: filepath.Join(v.dir, "parley.db")}
	defer s.Close()
	verified, err := s.Verify(ctx, me, negotiate.VerifyRequest{})
	if _, absent := errors.AsType[*store.AbsentError](err); absent && v.told == 0 {
		return
	}
	if err != nil || !verified.OK {
		t.Fatalf("after %v: %v, %+v", args, err, verified)
	}
	state, err := s.Status(ctx, me, negotiate.StatusRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(state.Products) == 0 {
		if v.told > 0 {
			t.Errorf("after %v: what was applied is gone", args)
		}
		return
	}
	p := state.Products[0]
	versions, decided := map[string]bool{}, map[string]bool{}
	for _, w := range p.Waiting {
		versions[w.Title] = true
	}
	for _, d := range p.InForce {
		decided[d.Threats[0]] = true
		versions[d.Titles[0]] = true
	}
	if n := len(p.Waiting) + len(p.InForce); n != killThreats || len(versions) != 1 {
		t.Errorf("after %v: %d threats of versions %v: a file was applied by halves", args, n, versions)
	}
	for title := range versions {
		var got int
		if _, err := fmt.Sscanf(title, "Version %d", &got); err != nil || got < v.told {
			t.Errorf("after %v: %q is older than version %d, which was reported as applied", args, title, v.told)
		}
	}
	for id := range v.decided {
		if !decided[id] {
			t.Errorf("after %v: the decision on %s is gone, which was reported as done", args, id)
		}
	}
}

// TestNothingLeftBehind: a killed first apply leaves no half ledger in the way
// of the next, and a finished one leaves no file beside the ledger.
func TestNothingLeftBehind(t *testing.T) {
	v := &victim{rand: rand.New(rand.NewPCG(1, 0)), full: map[string]time.Duration{}}
	v.fresh(t)
	v.once(t)
	if v.told != 1 {
		t.Fatal("apply did not say that it was done")
	}
	var left []string
	err := fs.WalkDir(os.DirFS(v.dir), ".", func(path string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			left = append(left, path)
		}
		return err
	})
	if err != nil || strings.Join(left, " ") != "kill.yaml parley.db" {
		t.Errorf("left: %v (%v)", left, err)
	}
}
