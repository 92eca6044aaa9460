package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/parleysec/parley/internal/testenv"
)

// TestMain lets the test program stand in for the command, so that the scripts
// and the kill test run the real one as a program of its own.
func TestMain(m *testing.M) {
	testscript.Main(within{m}, map[string]func(){"parley": told})
}

// built is the folder of what a test builds for all.
var built string

// within runs the tests with a folder for what they build.
type within struct{ *testing.M }

func (m within) Run() int {
	dir, err := os.MkdirTemp("", "parley-built-")
	if err != nil {
		panic(err)
	}
	built = dir
	defer os.RemoveAll(dir)
	return m.M.Run()
}

// storyToday names the variable with the date of a story; without it the clock
// of the machine counts.
const storyToday = "STORY_TODAY"

// told is main in a story. A text that the catalogue does not have fails it.
func told() {
	day, err := time.Parse(time.DateOnly, os.Getenv(storyToday))
	if err != nil && slices.ContainsFunc(os.Args[1:], func(arg string) bool { return arg == "serve" || arg == "demo" }) {
		main() // which says things while it runs
		return
	}
	out, errs := &heard{File: os.Stdout}, &heard{File: os.Stderr}
	a, begun := newApp(os.Stdin, out, errs), time.Now()
	if err == nil {
		a.now = func() time.Time { return day.Add(9*time.Hour + time.Since(begun)) }
	}
	code := a.execute(context.Background(), os.Args[1:])
	if key := textless.Find(slices.Concat(out.said, errs.said)); key != nil {
		fmt.Fprintf(os.Stderr, "the catalogue has no text for %s\n", key)
		code = 99
	}
	os.Exit(code)
}

// textless is what stands in the place of a text that the catalogue does not have.
var textless = regexp.MustCompile(`\{[a-z]+(\.[a-z0-9_-]+)+\}`)

// heard is a file that keeps what was written to it.
type heard struct {
	*os.File
	mu   sync.Mutex
	said []byte
}

func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said = append(h.said, b...)
	return h.File.Write(b)
}

// today sets the date of a story: today 2026-11-02
func today(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: today DATE")
	}
	_, err := time.Parse(time.DateOnly, args[0])
	ts.Check(err)
	ts.Setenv(storyToday, args[0])
}

// Under the race detector a program sleeps a second before it ends, for races
// that nobody waited for; the commands here end by themselves.
const (
	noSleep      = "GORACE"
	noSleepValue = "atexit_sleep_ms=0"
)

// TestScripts runs testdata/script: each file is a story told in commands. See
// the README there for the commands beside parley that the stories use.
func TestScripts(t *testing.T) {
	p := stories(t)
	p.Condition = when("alone")
	testscript.Run(t, p)
}

// when says how a story is told: alone, on a ledger, or served, over a server of it.
func when(told string) func(string) (bool, error) {
	return func(name string) (bool, error) {
		if name != "alone" && name != "served" {
			return false, fmt.Errorf("a story is told alone or served, not %s", name)
		}
		return name == told, nil
	}
}

// stories is how scripts are run.
func stories(t *testing.T) testscript.Params {
	t.Helper()
	return testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: false,
		RequireUniqueNames:  true,
		Setup:               setup(t),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit":      exits,
			"json":      isJSON,
			"lines":     countLines,
			"mode":      mode,
			"same":      same,
			"elsewhere": elsewhere,
			"tamper":    tamper,
			"replace":   replace,
			"cut":       cut,
			"copy":      copyLedger,
			"as":        as,
			"today":     today,
		},
	}
}

// setup gives each story a folder of its own with the examples in it, and a
// machine that knows nobody but priya.
func setup(t *testing.T) func(*testscript.Env) error {
	examples := map[string][]byte{"shop.yaml": nil, "fair.yaml": nil}
	for name := range examples {
		text, err := os.ReadFile(filepath.Join(testenv.Root(t), "examples", name))
		if err != nil {
			t.Fatal(err)
		}
		examples[name] = text
	}
	return func(e *testscript.Env) error {
		e.Setenv("PARLEY_USER", "priya@example.org")
		e.Setenv("TZ", "UTC")
		e.Setenv(noSleep, noSleepValue)
		e.Setenv("ESCAPE", "\x1b[31mred")
		for name, text := range examples {
			if err := os.WriteFile(filepath.Join(e.WorkDir, name), text, 0o600); err != nil {
				return err
			}
		}
		return nil
	}
}

// exits runs a program that must end with an exit code: exit 2 parley …
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE PROGRAM …")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// isJSON checks that the last command printed one JSON object of a schema, and
// fields of it: json parley.apply/1 applied=0 changes/0/id. A field is a path
// of keys and places joined by /; with = it must read so, without it must be
// there.
func isJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: json SCHEMA [PATH[=VALUE]]…")
	}
	dec := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	dec.UseNumber()
	var v map[string]any
	if err := dec.Decode(&v); err != nil {
		ts.Fatalf("stdout is no JSON object: %v", err)
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		ts.Fatalf("stdout has something after the JSON object")
	}
	if v["schema"] != args[0] {
		ts.Fatalf("schema is %v, want %s", v["schema"], args[0])
	}
	for _, a := range args[1:] {
		path, want, compare := strings.Cut(a, "=")
		got, err := at(v, strings.Split(path, "/"))
		ts.Check(err)
		if text := said(got); compare && text != want {
			ts.Fatalf("%s is %s, want %s", path, text, want)
		}
	}
}

// at follows a path of keys and places.
func at(v any, path []string) (any, error) {
	for i, key := range path {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[key]
			if !ok {
				return nil, fmt.Errorf("there is no %s", strings.Join(path[:i+1], "/"))
			}
			v = next
		case []any:
			n, err := strconv.Atoi(key)
			if err != nil || n >= len(x) {
				return nil, fmt.Errorf("there is no %s: the list has %d", strings.Join(path[:i+1], "/"), len(x))
			}
			v = x[n]
		default:
			return nil, fmt.Errorf("there is nothing in %s", strings.Join(path[:i], "/"))
		}
	}
	return v, nil
}

// said is a value as the scripts write it: text as it is, the rest as JSON.
func said(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// replace changes a text in a file, which must be there, {n} being a line break:
// replace FILE OLD NEW
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	fresh := strings.ReplaceAll(args[2], "{n}", "\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], fresh)), 0o600))
}

// cut copies the first bytes of a file: cut FILE BYTES NEW
func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: cut FILE BYTES NEW")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text[:min(n, len(text))]), 0o600))
}

// countLines checks how many lines a file has: lines stdout 1
func countLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines FILE NUMBER")
	}
	if got := strings.Count(ts.ReadFile(args[0]), "\n"); strconv.Itoa(got) != args[1] {
		ts.Fatalf("%s has %d lines, want %s", args[0], got, args[1])
	}
}

// mode checks who may read a file: mode 600 parley.db
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode OCTAL FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

// same checks that two folders hold the same files, byte for byte.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] same FOLDER FOLDER")
	}
	a, err := contents(ts.MkAbs(args[0]))
	ts.Check(err)
	b, err := contents(ts.MkAbs(args[1]))
	ts.Check(err)
	if equal := a == b; equal == neg {
		ts.Fatalf("%s and %s: same is %v", args[0], args[1], equal)
	}
}

// contents is a folder's files as one text.
func contents(dir string) (string, error) {
	var b strings.Builder
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		fmt.Fprintf(&b, "%s %d %x\n", path, len(data), data)
		return err
	})
	return b.String(), err
}

// copyLedger copies a ledger with what was written beside it and not yet into it:
// copy parley.db other.db
func copyLedger(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copy LEDGER NEW")
	}
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(ts.MkAbs(args[0] + end))
		if errors.Is(err, fs.ErrNotExist) && end != "" {
			continue
		}
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(args[1]+end), data, 0o600))
	}
}
