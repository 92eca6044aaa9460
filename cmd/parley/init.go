package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/file"
)

type initOptions struct {
	from, id, name, currency, personDay, out string
}

// initResult is a starter file, with what was guessed in it and what to ask.
type initResult struct {
	Schema string   `json:"schema"`
	File   string   `json:"file"`
	Ask    []string `json:"ask"`
}

func (a *app) initCommand() *cobra.Command {
	var o initOptions
	c := command("init [--from lines FILE]", "init", cobra.MaximumNArgs(1), func(_ *cobra.Command, args []string) error {
		return a.runInit(o, args)
	})
	f := c.Flags()
	f.StringVar(&o.from, "from", "", catalogue.T("cli.init.from"))
	f.StringVar(&o.id, "id", "", catalogue.T("cli.init.id"))
	f.StringVar(&o.name, "name", "", catalogue.T("cli.init.name"))
	f.StringVar(&o.currency, "currency", "", catalogue.T("cli.flag.currency"))
	f.StringVar(&o.personDay, "person-day", "", catalogue.T("cli.init.person-day"))
	f.StringVarP(&o.out, "output", "o", "", catalogue.T("cli.flag.output"))
	return c
}

func (a *app) runInit(o initOptions, args []string) error {
	var text []byte
	var ask []string
	var err error
	switch {
	case o.from == "lines" && len(args) == 1:
		text, ask, err = a.fromLines(o, args[0])
	case o.from == "" && len(args) == 0:
		text, err = file.Starter(file.StartOptions{ID: o.id, Name: o.name, Currency: o.currency, PersonDay: o.personDay})
		err = startError(err)
	case o.from == "lines":
		err = usageError{errors.New(catalogue.T("cli.init.no-list"))}
	case o.from == "":
		err = usageError{errors.New(catalogue.T("cli.init.no-from", "name", args[0]))}
	default:
		err = badFrom(o.from, args)
	}
	if err != nil {
		return err
	}
	if !a.json {
		for _, q := range ask {
			a.note(q)
		}
	}
	if err := a.deliver(o.out, text, initResult{Schema: "parley.init/1", File: string(text), Ask: append([]string{}, ask...)}); err != nil {
		return err
	}
	a.nextRead(o.out)
	return nil
}

func (a *app) fromLines(o initOptions, name string) ([]byte, []string, error) {
	data, err := a.readFile(name)
	if err != nil {
		return nil, nil, err
	}
	if o.name == "" && o.id == "" {
		o.name = productName()
	}
	m, ask, err := file.FromLines(name, bytes.NewReader(data), file.StartOptions{ID: o.id, Name: o.name, Currency: o.currency, PersonDay: o.personDay})
	if err != nil {
		return nil, nil, startError(err)
	}
	var b bytes.Buffer
	if err := file.Write(&b, m); err != nil {
		return nil, nil, &parley.Error{Op: "init", Kind: parley.Internal, Err: err}
	}
	return b.Bytes(), ask, nil
}

// badFrom is the error of a --from that init does not know; what import knows
// is named as such.
func badFrom(from string, args []string) error {
	err := parley.Errorf(parley.Invalid, "", "%s", catalogue.T("cli.init.bad-from", "from", plain.Clean(from)))
	if slices.Contains(importFormats(), from) {
		return usageError{err.WithHint(catalogue.T("cli.init.import", "from", from, "files", plain.Clean(strings.Join(args, " "))))}
	}
	return usageError{err.WithHint(parley.Suggest(from, []string{"lines"}))}
}

// startError is the error of making a file; one about an option names the flag.
func startError(err error) error {
	if err == nil {
		return nil
	}
	out := &parley.Error{Op: "init", Kind: parley.Invalid, Err: err}
	if bad, ok := errors.AsType[*file.OptionError](err); ok {
		out.Op, out.Err, out.Hint = "", fmt.Errorf("--%w", bad), bad.Hint
	}
	return out
}

// productName guesses what the product is called: the folder's name.
func productName() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return filepath.Base(dir)
}

// deliver writes a made file to a new file, or to standard output, as it is: it is
// to be read again. With --json the answer v, which holds the file, goes to standard
// output.
func (a *app) deliver(out string, text []byte, v any) error {
	if out != "" && out != "-" {
		if err := a.newFile(out, text); err != nil || !a.json {
			return err
		}
	}
	if !a.json {
		return write(a.out, string(text))
	}
	return a.print(v, nil)
}

// nextRead says how to read a negotiation file that was just made.
func (a *app) nextRead(out string) {
	if out != "" && out != "-" && !a.json {
		a.note(catalogue.T("cli.made", "name", plain.Clean(out)))
	}
}

func (a *app) schemaCommand() *cobra.Command {
	return command("schema", "schema", nil, func(*cobra.Command, []string) error { return write(a.out, string(file.Schema())) })
}

func (a *app) versionCommand() *cobra.Command {
	return command("version", "version", nil, func(*cobra.Command, []string) error { return a.printVersion() })
}

func (a *app) printVersion() error {
	v := version()
	return a.print(v, func(w io.Writer) error {
		return write(w, fmt.Sprintf("parley %s (%s, %s)\n", v.Version, v.Commit, v.Go))
	})
}
