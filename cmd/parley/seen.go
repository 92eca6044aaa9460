package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) seenCommand() *cobra.Command {
	var req negotiate.SeenRequest
	c := command("seen DECISION", "ledger.seen", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Decision = args[0]
		res, err := a.service().Seen(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, seenText(res)) })
	})
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func seenText(r *negotiate.SeenResult) string {
	var b strings.Builder
	paragraph(&b, "", catalogue.T("seen.head", "decision", r.Decision, "date", plain.Date(r.Decided)))
	for _, text := range r.Words() {
		paragraph(&b, "  ", "- "+plain.Clean(text))
	}
	return b.String()
}
