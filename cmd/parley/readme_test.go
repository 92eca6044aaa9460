package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/testenv"
)

// readmeThreats are what somebody might write down in two minutes.
const readmeThreats = `Customer records are stolen; very likely within 2 years; 200k..4M; 15d..40d
A paid order is replayed; low; low; 3d..6d
Somebody spills coffee over the server
`

// TestReadme runs the block "Start with your own" of README.md line by line,
// as it stands there, in an empty folder with a list of threats. Only what the
// reader has to fill in is filled in, and the page is asked for a free port.
func TestReadme(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "threats.txt"), []byte(readmeThreats), 0o600); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, line := range readmeBlock(t, "## Start with your own") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "go install"):
			continue // the test program stands in for it
		case line == "parley serve":
			serves(t, dir, line+" --listen 127.0.0.1:0")
		default:
			line = strings.NewReplacer("THREAT", "paid-order-replayed", "…", "costs less than the form", "2027-06-30", "2040-06-30").Replace(line)
			cmd := exec.Command("sh", "-c", line)
			cmd.Dir, cmd.Env = dir, environment()
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, out)
			}
		}
		seen++
	}
	if seen < 7 {
		t.Fatalf("README.md has %d commands to start with, want 7 at least", seen)
	}
	out, _, code := runProgram(t, dir, "status", "--json")
	var status negotiate.Status
	if err := json.Unmarshal([]byte(out), &status); err != nil || code != 0 {
		t.Fatal(err, code)
	}
	if p := status.Products[0]; len(p.Waiting) != 2 || len(p.InForce) != 1 {
		t.Errorf("%d threats wait and %d are decided, want 2 and 1", len(p.Waiting), len(p.InForce))
	}
}

// readmeBlock is the first block of commands below a heading of README.md.
func readmeBlock(t *testing.T, heading string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testenv.Root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), heading+"\n")
	if !ok {
		t.Fatalf("README.md has no %q", heading)
	}
	_, rest, _ = strings.Cut(rest, "```sh\n")
	block, _, _ := strings.Cut(rest, "```")
	return strings.Split(strings.TrimSpace(block), "\n")
}

// environment is this one's without what a developer may have set.
func environment() []string {
	return append(os.Environ(), "PARLEY_USER=priya@example.org", "PARLEY_LEDGER=", noSleep+"="+noSleepValue)
}

// serves starts a server, reads its first page at the address it prints, and
// stops it.
func serves(t *testing.T, dir, line string) {
	t.Helper()
	page := firstPage(t, dir, entrance, strings.Fields(line)[1:]...)
	if !strings.Contains(page, "Customer records are stolen") {
		t.Errorf("the first page does not show the threats:\n%s", page)
	}
}

// Addresses that servers print: the demo's, and the one that lets in whoever
// sits at this machine.
var (
	address  = regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)
	entrance = regexp.MustCompile(`http://127\.0\.0\.1:\d+/enter\?key=\w+`)
)

// firstPage starts a server as a program of its own, and answers with the first
// page at the address it prints; the server is stopped as by Ctrl-C.
func firstPage(t testing.TB, dir string, at *regexp.Regexp, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "parley", args...)
	cmd.Dir, cmd.Env = dir, environment()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, line := bufio.NewReader(out), ""
	for err == nil && !at.MatchString(line) {
		line, err = lines.ReadString('\n')
	}
	if err != nil {
		t.Fatalf("it printed %q: %v", line, err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Jar: jar}).Get(at.FindString(line))
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %v", resp.StatusCode, err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v", err)
	}
	return string(page)
}

// TestDemo: the demo is there, its first page says what came back and which number
// moved, and it leaves nothing.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	page := firstPage(t, dir, address, "demo")
	for _, want := range []string{
		"Rounds", "Re-opened", "The chance within two years: it was ", "27 of 100 when it came back", // a test failed: that moved the number
		"A phone was left on a bus", // what the last week changed
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the first page does not say %q:\n%s", want, page)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("the demo left %v (%v)", left, err)
	}
}
