package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) importCommand() *cobra.Command {
	var req negotiate.ImportRequest
	var out string
	c := command("import [--from FORMAT] FILE…", "import", cobra.MinimumNArgs(1), func(cmd *cobra.Command, args []string) error {
		for _, name := range args {
			data, err := a.readFile(name)
			if err != nil {
				return err
			}
			req.Files = append(req.Files, exchange.Input{Name: name, Data: data})
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
	f.StringVarP(&out, "output", "o", "", catalogue.T("cli.flag.output"))
	return c
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
