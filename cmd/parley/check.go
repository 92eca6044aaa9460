package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) checkCommand() *cobra.Command {
	return command("check FILE", "check", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		data, err := a.readFile(args[0])
		if err != nil {
			return err
		}
		res, err := a.service().Check(cmd.Context(), a.actor(), negotiate.Source{Name: args[0], Data: data})
		if err != nil {
			return err
		}
		if err := a.print(res, func(w io.Writer) error { return checkText(w, args[0], res) }); err != nil {
			return err
		}
		if !res.Valid {
			return saidAlready(parley.Invalid)
		}
		return nil
	})
}

func checkText(w io.Writer, name string, r *negotiate.CheckResult) error {
	var b strings.Builder
	for _, list := range [][]file.Finding{r.Errors, r.Warnings} {
		for _, f := range list {
			fmt.Fprintln(&b, f.Excerpt())
		}
	}
	if !r.Valid {
		fmt.Fprintln(&b, catalogue.N("cli.check.invalid", len(r.Errors), "name", plain.Clean(name)))
		return write(w, b.String())
	}
	fmt.Fprintln(&b, catalogue.T("cli.check.valid", "name", plain.Clean(name), "threats", catalogue.N("count.threat", r.Counts.Threats),
		"controls", catalogue.N("count.control", r.Counts.Controls), "mitigations", catalogue.N("count.mitigation", r.Counts.Mitigations), "features", catalogue.N("count.feature", r.Counts.Features)))
	return write(w, b.String())
}
