//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user who owns nothing; root would be allowed everything.
const nobody = 65534

// TestWithoutRights reads and writes ledgers, files and folders that the user
// may not read or write: the error says so, and nothing else.
func TestWithoutRights(t *testing.T) {
	dir := t.TempDir()
	program := theirs(t, dir)
	if _, errs, code := runProgram(t, dir, "init", "-o", "shop.yaml"); code != 0 {
		t.Fatal(errs)
	}
	for _, name := range []string{"parley.db", "hidden.db"} {
		if _, errs, code := runProgram(t, dir, "--ledger", name, "apply", "shop.yaml"); code != 0 {
			t.Fatal(errs)
		}
	}
	for name, mode := range map[string]os.FileMode{"parley.db": 0o444, "hidden.db": 0, "shop.yaml": 0o444, ".": 0o555} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"status"}, "you may not write to parley.db"},
		{[]string{"apply", "shop.yaml"}, "you may not write to parley.db"},
		{[]string{"--ledger", "hidden.db", "status"}, "you may not read hidden.db"},
		{[]string{"--ledger", "new.db", "apply", "shop.yaml"}, "you may not write into the folder ."},
		{[]string{"check", "hidden.db"}, "read hidden.db: you may not"},
		{[]string{"init", "-o", "new.yaml"}, "write new.yaml: you may not"},
	} {
		cmd := exec.Command(program, c.args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PARLEY_USER=omar@example.org", "PARLEY_LEDGER=", "HOME=/", "GOCOVERDIR=", noSleep+"="+noSleepValue)
		if os.Geteuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
		out, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != 3 {
			t.Errorf("%v: %v, want exit code 3", c.args, err)
		}
		if !strings.Contains(string(out), c.want) || strings.Contains(string(out), "not a Parley ledger") {
			t.Errorf("%v says\n%swant %q", c.args, out, c.want)
		}
	}
}

// theirs is the program where every user can run it, and lets them into a
// folder of this test.
func theirs(t *testing.T, dir string) string {
	found, err := exec.LookPath("parley")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(found)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "parley")
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return program
}
