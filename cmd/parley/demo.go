package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/examples"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) demoCommand() *cobra.Command {
	var listen string
	c := command("demo", "demo", nil, func(cmd *cobra.Command, _ []string) error {
		ln, err := loopback(listen)
		if err != nil {
			return err
		}
		dir, err := os.MkdirTemp("", "parley-demo-")
		if err != nil {
			return &parley.Error{Op: "demo", Kind: parley.Unavailable, Err: errors.Join(err, ln.Close())}
		}
		return errors.Join(a.demo(cmd.Context(), dir, ln), closed(ln), os.RemoveAll(dir))
	})
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:0", catalogue.T("cli.demo.listen"))
	return c
}

// demoGC lets the demo's small heap grow before it is collected: the first page
// is there a tenth sooner.
const demoGC = 400 // per cent

// demo makes the example ledger in a folder, and serves it.
func (a *app) demo(ctx context.Context, dir string, ln net.Listener) error {
	defer debug.SetGCPercent(debug.SetGCPercent(demoGC))
	s := &negotiate.Service{Ledger: filepath.Join(dir, "demo.db"), Throwaway: true}
	err := a.demoLedger(ctx, s, dir)
	if err == nil {
		s.Now = a.now
		a.note(catalogue.T("cli.demo.what"))
		err = a.serveOpen(ctx, s, ln)
	}
	return errors.Join(err, s.Close())
}

// demoLedger makes the example ledger by its commands.
func (a *app) demoLedger(ctx context.Context, s *negotiate.Service, dir string) error {
	script, err := fs.ReadFile(examples.Files, examples.Demo)
	if err != nil {
		return &parley.Error{Op: "demo", Kind: parley.Unavailable, Err: err}
	}
	for i, line := range strings.Split(string(script), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := a.typed(ctx, s, dir, line); err != nil {
			return fmt.Errorf("%s:%d: %w", examples.Demo, i+1, err)
		}
	}
	return nil
}

// typed runs one line of the demo as if somebody had typed it then.
func (a *app) typed(ctx context.Context, s *negotiate.Service, dir, line string) error {
	when, rest, _ := strings.Cut(line, " ")
	who, words, _ := strings.Cut(rest, " ")
	now := a.now()
	at, err := shifted(now, when)
	if err != nil {
		return err
	}
	var said strings.Builder
	then := &app{in: strings.NewReader(""), out: &said, err: &said, quiet: true, then: s}
	then.now = func() time.Time { return at }
	then.env = func(name string) string {
		if name == "PARLEY_USER" {
			return who
		}
		return ""
	}
	s.Now = then.now
	args, err := split(words, now)
	if err != nil {
		return err
	}
	for i, word := range args {
		if args[i], err = exampleFile(dir, word); err != nil {
			return &parley.Error{Op: "demo", Kind: parley.Unavailable, Err: err}
		}
	}
	if code := then.execute(ctx, append(args, "--quiet")); code != 0 {
		return fmt.Errorf("exit code %d: %s", code, said.String())
	}
	return nil
}

// exampleFile writes the file of the examples that a word names into a folder, and
// is its path; any other word is itself. A date in the name is when it was written,
// which a report says in its text.
func exampleFile(dir, word string) (string, error) {
	from, on := word, ""
	if m := datedName.FindStringSubmatch(word); m != nil {
		from, on = m[1]+m[3], m[2]
	}
	text, err := fs.ReadFile(examples.Files, from)
	if err != nil {
		return word, nil //nolint:nilerr // no file of the examples: an ordinary word
	}
	path := filepath.Join(dir, word)
	return path, os.WriteFile(path, bytes.ReplaceAll(text, []byte("{date}"), []byte(on)), 0o600)
}

var (
	word   = regexp.MustCompile(`"([^"]*)"|\S+`)
	dateIn = regexp.MustCompile(`\{([+-]\d+[dw])\}`)

	datedName = regexp.MustCompile(`^(.+)-(\d{4}-\d\d-\d\d)(\.[a-z]+)$`)
)

// split splits a line into words, "…" being one, and fills in dates.
func split(line string, now time.Time) ([]string, error) {
	var out []string
	var wrong error
	for _, m := range word.FindAllStringSubmatch(line, -1) {
		w := m[0]
		if strings.HasPrefix(w, `"`) {
			w = m[1]
		}
		out = append(out, dateIn.ReplaceAllStringFunc(w, func(s string) string {
			t, err := shifted(now, strings.Trim(s, "{}"))
			wrong = errors.Join(wrong, err)
			return t.Format(time.DateOnly)
		}))
	}
	return out, wrong
}

// shifted is a time some days or weeks from another, e.g. -9d or +22w.
func shifted(t time.Time, by string) (time.Time, error) {
	if len(by) < 3 {
		return t, fmt.Errorf("%q is no shift such as -9d or +22w", by)
	}
	n, err := strconv.Atoi(by[:len(by)-1])
	switch by[len(by)-1] {
	case 'd':
	case 'w':
		n *= 7
	default:
		err = fmt.Errorf("%q is no shift such as -9d or +22w", by)
	}
	return t.AddDate(0, 0, n), err
}
