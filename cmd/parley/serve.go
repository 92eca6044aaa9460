package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/serving"
)

// served says where the server is.
type served struct {
	Schema   string          `json:"schema"`
	URL      string          `json:"url"`                          // with the key of this machine on a loopback address
	SetUp    string          `json:"set_up,omitempty"`             // where the first account is made, while there is none
	Headless bool            `json:"nobody_administers,omitempty"` // there are accounts, and none is an administrator's
	Settings []serving.Value `json:"settings,omitempty"`           // with --print-config alone
}

// serveFlags are what the command line says beside the settings.
type serveFlags struct {
	config, asOf string
	apart        bool // the settings of a server elsewhere
	printConfig  bool
	given        map[string]*string
}

func (a *app) serveCommand() *cobra.Command {
	f := serveFlags{given: map[string]*string{}}
	c := command("serve", "serve", nil, func(cmd *cobra.Command, _ []string) error {
		s, values, err := a.settings(cmd, f)
		if err != nil {
			return err
		}
		if f.printConfig {
			return a.print(served{Schema: "parley.serve/1", Settings: values}, func(w io.Writer) error { return printSettings(w, values) })
		}
		return a.serve(cmd.Context(), s, f.asOf)
	})
	flags := c.Flags()
	for _, name := range serving.Flags() {
		if name != "ledger" { // a flag of every command
			f.given[name] = flags.String(name, serving.Standard(name), catalogue.T("cli.serve."+name))
		}
	}
	flags.StringVar(&f.config, "config", "", catalogue.T("cli.serve.config-flag"))
	flags.BoolVar(&f.printConfig, "print-config", false, catalogue.T("cli.serve.print-config"))
	flags.StringVar(&f.asOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	return c
}

// settings puts flags, environment and file together.
func (a *app) settings(cmd *cobra.Command, f serveFlags) (*serving.Settings, []serving.Value, error) {
	from := serving.Sources{Flags: map[string]string{}, Env: a.env, FileName: plain.Clean(f.config), ReadFile: os.ReadFile, Apart: f.apart}
	for name, value := range f.given {
		if cmd.Flags().Changed(name) {
			from.Flags[name] = *value
		}
	}
	if a.ledger != "" {
		from.Flags["ledger"] = a.ledger
	}
	if f.config != "" {
		b, err := os.ReadFile(f.config)
		if err != nil {
			return nil, nil, outside("read "+f.config, err)
		}
		from.File = b
	}
	return serving.Read(from)
}

func printSettings(w io.Writer, values []serving.Value) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, v := range values {
		fmt.Fprintf(t, "%s\t%s\t%s\n", v.Name, plain.Clean(v.Value), v.From)
	}
	return t.Flush()
}

// serve runs the server until the context ends.
func (a *app) serve(ctx context.Context, set *serving.Settings, asOf string) error {
	ln, err := set.Heard()
	if err != nil {
		return unheard(set.Listen, err)
	}
	if set.Ledger != "" {
		a.ledger = set.Ledger
	}
	s := a.here()
	s.Once = false
	log := serving.NewLog(a.err, set)
	s.Migrated = func(m negotiate.Migrated) {
		log.Info("migrated", "from", m.From, "to", m.To, "kept", plain.Clean(m.Kept))
	}
	opened, err := s.Create(ctx, a.actor())
	if err != nil {
		return errors.Join(err, closed(ln))
	}
	a.sayOpened(set, log, opened)
	tracer := a.tracer(set, log)
	defer tracer.Close()
	site, err := a.site(ctx, s, set, ln, log, asOf, tracer)
	if err != nil {
		return errors.Join(err, closed(ln))
	}
	if err := a.sayWhere(site); err != nil {
		return errors.Join(err, site.close(), closed(ln))
	}
	w, err := a.works(ctx, s, site, set, log)
	if err != nil {
		return errors.Join(err, site.close(), closed(ln))
	}
	stop := working(ctx, w)
	err = site.server.Serve(ctx, ln)
	return errors.Join(err, stop(), site.close(), closed(ln))
}

// sayOpened says which ledger is served: to people in a sentence, and to a program that
// reads the log as JSON in its own way.
func (a *app) sayOpened(set *serving.Settings, log *slog.Logger, opened negotiate.Opened) {
	if set.LogFormat == "json" {
		log.Info("serving", "ledger", plain.Clean(opened.Ledger), "made", opened.Made, "listen", set.Listen, "version", version().Version)
		return
	}
	key := "cli.serve.ledger"
	if opened.Made {
		key = "cli.serve.made"
	}
	a.note(catalogue.T(key, "ledger", opened.Ledger))
}

// sayWhere prints the addresses people need. The ones with secrets go to
// standard output alone, which is no log.
func (a *app) sayWhere(s *site) error {
	out := served{Schema: "parley.serve/1", URL: s.origin + "/", SetUp: s.setUp, Headless: s.headless}
	if s.door.key != nil {
		out.URL = s.door.key.Link(s.origin)
	}
	return a.print(out, func(w io.Writer) error {
		text := catalogue.T("cli.serving", "url", s.origin+"/") + "\n"
		if s.door.key != nil {
			text += catalogue.T("cli.serve.enter", "url", out.URL) + "\n"
		}
		if s.setUp != "" {
			text += catalogue.T("cli.serve.set-up", "url", s.setUp) + "\n"
		}
		if s.headless {
			text += catalogue.T("cli.serve.headless") + "\n"
		}
		return write(w, text)
	})
}

// closed closes a listener that the server may have closed already.
func closed(ln net.Listener) error {
	if err := ln.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
