package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) importCommand() *cobra.Command {
	var req negotiate.ImportRequest
	var out, into string
	var was []string
	c := command("import [--from FORMAT] FILE…", "import", cobra.MinimumNArgs(1), func(cmd *cobra.Command, args []string) error {
		var err error
		if req.Files, err = a.inputs(args); err != nil {
			return err
		}
		if req.Former, err = a.inputs(was); err != nil {
			return err
		}
		if req.Into, err = a.product(cmd.Context(), into); err != nil {
			return err
		}
		switch {
		case into == "" && len(was) > 0:
			return usageError{errors.New(catalogue.T("cli.import.was.alone"))}
		case into != "" && req.Name != "":
			return usageError{errors.New(catalogue.T("cli.import.name.into"))}
		}
		res, err := a.service().Import(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.imported(res, out)
	})
	f := c.Flags()
	f.StringVar(&req.Format, "from", "", catalogue.T("cli.import.from", "formats", strings.Join(append(importFormats(), negotiate.FormatLines), ", ")))
	f.StringVar(&req.Name, "name", "", catalogue.T("cli.import.name"))
	f.StringVar(&req.Currency, "currency", "", catalogue.T("cli.flag.currency"))
	f.StringVar(&req.Document, "document", "", catalogue.T("cli.import.document"))
	f.StringVar(&into, "into", "", catalogue.T("cli.import.into"))
	f.StringArrayVar(&was, "was", nil, catalogue.T("cli.import.was"))
	f.StringVarP(&out, "output", "o", "", catalogue.T("cli.flag.output"))
	return c
}

// inputs reads files to import.
func (a *app) inputs(names []string) ([]exchange.Input, error) {
	var out []exchange.Input
	for _, name := range names {
		data, err := a.readFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, exchange.Input{Name: name, Data: data})
	}
	return out, nil
}

// product is the file of a product: one that is named, or that of a product of
// the ledger; none for no name.
func (a *app) product(ctx context.Context, name string) (negotiate.Source, error) {
	if name == "" {
		return negotiate.Source{}, nil
	}
	src, err := a.source(name)
	if err != nil || src.Data != nil {
		return src, err
	}
	text, err := a.service().Export(ctx, a.actor(), negotiate.ExportRequest{Source: src, Format: negotiate.FormatOwn})
	return negotiate.Source{Name: name, Data: []byte(text)}, err
}

// importFormats are the names of the formats that can be imported.
func importFormats() []string {
	var names []string
	for _, f := range exchange.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// imported writes the file to standard output and the report to standard
// error, so that the one can be kept and the other read.
func (a *app) imported(res *negotiate.ImportResult, out string) error {
	if !a.quiet && !a.json {
		if err := res.Report.WriteText(a.err); err != nil {
			return &parley.Error{Op: "write the report", Kind: parley.Unavailable, Err: err}
		}
	}
	if err := a.deliver(out, []byte(res.File), res); err != nil {
		return err
	}
	if res.Report.Into != nil && out != "" && out != "-" && !a.json {
		a.note(catalogue.T("cli.import.into.next", "name", plain.Clean(out)))
		return nil
	}
	a.nextRead(out)
	return nil
}

// exported is a negotiation file that was made.
type exported struct {
	Schema string `json:"schema"`
	File   string `json:"file"`
}

func (a *app) exportCommand() *cobra.Command {
	var req negotiate.ExportRequest
	var out string
	c := command("export --to parley SOURCE", "export", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		if req.Format == "" {
			return usageError{errors.New(catalogue.T("cli.export.no-format"))}
		}
		src, err := a.source(args[0])
		if err != nil {
			return err
		}
		req.Source = src
		text, err := a.service().Export(cmd.Context(), a.reader(src), req)
		if err != nil {
			return err
		}
		return a.deliver(out, []byte(text), exported{Schema: "parley.export/1", File: text})
	})
	c.Flags().StringVar(&req.Format, "to", "", catalogue.T("cli.export.to"))
	c.Flags().StringVarP(&out, "output", "o", "", catalogue.T("cli.flag.output"))
	return c
}
