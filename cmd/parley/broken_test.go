package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

// TestBrokenFiles applies each broken file as a new user would: one clear
// error with its place, exit code 2, no answer, and nothing written.
func TestBrokenFiles(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(testenv.Root(t), "internal", "file", "testdata", "broken", "*.yaml"))
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d broken files (%v), want at least 20", len(paths), err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(strings.TrimSuffix(path, ".yaml") + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
				t.Fatal(err)
			}
			out, errs, code := runProgram(t, dir, "apply", name)
			if code != 2 {
				t.Errorf("exit code %d, want 2", code)
			}
			if out != "" {
				t.Errorf("it printed an answer: %s", out)
			}
			if strings.TrimSpace(errs) != strings.TrimSpace(string(want)) {
				t.Errorf("it says\n%swant\n%s", errs, want)
			}
			if n := strings.Count("\n"+errs, "\n"+name+":"); n != 1 {
				t.Errorf("%d errors, want one:\n%s", n, errs)
			}
			left, err := os.ReadDir(dir)
			if err != nil || len(left) != 1 {
				t.Errorf("it left %v (%v)", left, err)
			}
		})
	}
}

// runProgram runs one command as a program of its own in a folder.
func runProgram(t testing.TB, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs strings.Builder
	cmd := exec.Command("parley", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	cmd.Env = environment()
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}
