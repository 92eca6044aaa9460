package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) briefCommand() *cobra.Command {
	var req negotiate.BriefRequest
	var markdown bool
	c := command("brief SOURCE [THREAT]", "brief", cobra.RangeArgs(1, 2), func(cmd *cobra.Command, args []string) error {
		if a.json && markdown {
			return usageError{errors.New(catalogue.T("cli.brief.json"))}
		}
		src, err := a.source(args[0])
		if err != nil {
			return err
		}
		req.Source, req.Threats = src, args[1:]
		rep, err := a.service().Brief(cmd.Context(), a.reader(src), req)
		if err != nil {
			return err
		}
		one := ""
		if len(args) == 2 && len(rep.Threats) == 1 {
			one = rep.Threats[0].ID
		}
		if len(rep.Threats) == 0 && !a.json {
			defer a.note(catalogue.T("cli.empty", "name", plain.Clean(args[0])))
		}
		return a.print(rep, func(w io.Writer) error {
			if markdown {
				return brief.Markdown(w, rep, one)
			}
			return brief.Text(w, rep, one, a.width())
		})
	})
	f := c.Flags()
	f.StringVar(&req.AsOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	f.StringVar(&req.Budget.Money, "money", "", catalogue.T("cli.flag.money"))
	f.StringVar(&req.Budget.Effort, "effort", "", catalogue.T("cli.flag.effort"))
	overFlag(f, &req.Over)
	f.BoolVar(&markdown, "markdown", false, catalogue.T("cli.flag.markdown"))
	return c
}
