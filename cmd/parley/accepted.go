package main

import (
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/cell"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) acceptedCommand() *cobra.Command {
	var req negotiate.AcceptedRequest
	var format string
	c := command("accepted", "ledger.accepted", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
		if a.json && format != "" {
			return usageError{errors.New(catalogue.T("cli.ledger.accepted.json"))}
		}
		res, err := a.service().Accepted(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		switch format {
		case "", "text":
			return a.print(res, func(w io.Writer) error { return write(w, acceptedText(res)) })
		case "markdown":
			return write(a.out, res.Markdown())
		case "csv":
			return cell.CSV(a.out, res.Rows())
		}
		return usageError{errors.New(catalogue.T("cli.ledger.accepted.bad-format", "format", format))}
	})
	f := c.Flags()
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	f.StringVar(&req.Above, "above", "", catalogue.T("cli.ledger.accepted.above"))
	f.StringVar(&req.Who, "by", "", catalogue.T("cli.ledger.accepted.who"))
	f.BoolVar(&req.Ended, "ended", false, catalogue.T("cli.ledger.accepted.ended"))
	f.StringVar(&format, "format", "", catalogue.T("cli.ledger.accepted.format"))
	return c
}

func acceptedText(r *negotiate.AcceptedResult) string {
	var b strings.Builder
	paragraph(&b, "", r.Says())
	for _, text := range r.Sums() {
		paragraph(&b, "", text)
	}
	for i := range r.Decisions {
		x := &r.Decisions[i]
		b.WriteString("\n")
		paragraph(&b, "", x.ShortID+": "+plain.Clean(x.What()))
		for _, line := range r.Lines(x) {
			paragraph(&b, "  ", line[0]+": "+line[1])
		}
	}
	return b.String()
}
