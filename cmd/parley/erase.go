package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) eraseCommand() *cobra.Command {
	var req negotiate.EraseRequest
	c := command("erase PERSON --because …", "ledger.erase", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Person = args[0]
		r, err := a.here().Erase(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(r, func(w io.Writer) error { return write(w, erasedText(r)) })
	})
	c.Flags().StringVar(&req.Because, "because", "", catalogue.T("record.erase.because"))
	return c
}

func erasedText(r *negotiate.EraseResult) string {
	var b strings.Builder
	paragraph(&b, "", catalogue.T("record.erase.done", "person", plain.Clean(r.Person), "root", r.Root))
	paragraph(&b, "", catalogue.T("record.erase.copies"))
	if len(r.Texts) == 0 {
		return b.String()
	}
	fmt.Fprintln(&b, catalogue.N("record.erase.texts", len(r.Texts)))
	for _, e := range r.Texts {
		fmt.Fprintln(&b, eventText(e))
	}
	return b.String()
}
