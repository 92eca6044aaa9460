package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/testenv"
)

// TestLargeReport sends 100 MB of SARIF with 200 000 results to a server: it is
// recorded once, and the server does not hold it in memory.
func TestLargeReport(t *testing.T) {
	dir := t.TempDir()
	report := filepath.Join(dir, "scan.sarif")
	writeSARIF(t, report, 200_000)
	run := func(env []string, args ...string) string {
		c := exec.CommandContext(t.Context(), "parley", args...)
		c.Dir, c.Env = dir, append(environment(), env...)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run(nil, "apply", filepath.Join(testenv.Root(t), "examples", "shop.yaml"), "--ledger", "l.db")
	s := serve(t, dir, "--ledger", "l.db")
	here := []string{"PARLEY_SERVER=" + s.URL}
	before := s.most(t)
	for _, want := range []string{"Recorded 1 result", "Nothing new"} {
		if out := run(here, "evidence", "add", report, "--product", "shop", "--check", "waf-regression"); !strings.Contains(out, want) || !strings.Contains(out, "200000 failed") {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	after := s.most(t)
	t.Logf("the server took at most %.0f MB before and %.0f MB after", before, after)
	if after > 200 && !testenv.Raced {
		t.Errorf("the server took %.0f MB, %.0f before", after, before)
	}
	s.stop()
}

// TestSeveralLargeReports sends reports that are too large for one request together:
// all are recorded, once; one that cannot be read keeps all back; of one that the
// server refuses it is said which are recorded before it.
func TestSeveralLargeReports(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	writeSARIF(t, file("a.sarif"), 20_000)
	writeSARIF(t, file("b.sarif"), 20_001)
	for name, text := range map[string]string{"bad.sarif": `{"runs": [`, "late.json": `{"schema":"parley.results/1","tool":"scan","time":"2199-01-01T00:00:00Z","results":[{"outcome":"pass"}]}`} {
		if err := os.WriteFile(file(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file("own.yaml"), []byte("parley: v1\nproduct: {id: own, currency: GBP}\ncontrols:\n  - {id: wall, title: Wall, against: [{threat: leak, likelihood: 50%}], checks: [{id: scan, tool: scan}]}\nthreats:\n  - {id: leak, title: Leak, likelihood: 50% per year, impact: {financial: 300k}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := environment()
	run := func(want bool, args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), "parley", args...)
		c.Dir, c.Env = dir, env
		out, err := c.CombinedOutput()
		if (err == nil) != want {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return strings.Join(strings.Fields(string(out)), " ")
	}
	run(true, "apply", "own.yaml", "--ledger", "l.db")
	s := serve(t, dir, "--ledger", "l.db")
	defer s.stop()
	env = append(env, "PARLEY_SERVER="+s.URL)
	has := func(out string, want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("no %q in:\n%s", w, out)
			}
		}
	}
	add := []string{"evidence", "add", "--product", "own"}
	has(run(false, append(add, "a.sarif", "b.sarif", "bad.sarif")...), "bad.sarif:1:")
	has(run(true, append(add, "a.sarif", "b.sarif")...), "Recorded 2 results", "From a.sarif:", "20000 failed", "From b.sarif:", "20001 failed", "before: not verified")
	has(run(true, append(add, "a.sarif", "b.sarif")...), "Nothing new")
	has(run(false, append(add, "a.sarif", "b.sarif", "late.json")...), "late.json was refused: ", "Recorded are a.sarif and b.sarif; not recorded are late.json", "what is recorded already changes nothing")
}

// most is the most memory a server has had, in MB.
func (s *server) most(t *testing.T) float64 {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb / 1000
}

// writeSARIF writes some 520 bytes for each result.
func writeSARIF(t *testing.T, name string, results int) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprint(w, `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"scan"}},"results":[`)
	text := strings.Repeat("x", 360)
	for i := range results {
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, `{"ruleId":"R%d","level":"error","message":{"text":"%s"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a/f%d.go"},"region":{"startLine":%d}}}]}`, i%50, text, i, i+1)
	}
	fmt.Fprint(w, "]}]}")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestPipes: a pipe with a name is read like standard input, and one that nobody
// writes to is given up.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mkfifo", filepath.Join(dir, "f"), filepath.Join(dir, "silent")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	shell := func(line string) (string, error) {
		c := exec.CommandContext(t.Context(), "bash", "-c", line)
		c.Dir, c.Env = dir, environment()
		out, err := c.CombinedOutput()
		return string(out), err
	}
	report := `{"schema": "parley.results/1", "tool": "t", "results": [{"test": "a", "outcome": "pass"}]}`
	for _, line := range []string{
		`(sleep 0.3; printf '%s' '` + report + `' > f) & parley evidence read f`,
		`parley evidence read <(sleep 0.3; printf '%s' '` + report + `')`,
	} {
		if out, err := shell(line); err != nil || !strings.Contains(out, "pass") {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
	}
	p := &pipe{until: time.Now()}
	var err error
	if p.File, err = os.Open(os.DevNull); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := p.Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "nobody wrote") {
		t.Errorf("a pipe that nobody writes to: %v", err)
	}
}
