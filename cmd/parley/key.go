package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/catalogue"
)

func (a *app) rotateKeyCommand() *cobra.Command {
	var because string
	c := command("rotate-key --because …", "ledger.rotate-key", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
		r, err := a.here().RotateKey(cmd.Context(), a.actor(), because)
		if err != nil {
			return err
		}
		return a.print(r, func(w io.Writer) error {
			var b strings.Builder
			for _, k := range r.Keys {
				b.WriteString(catalogue.T("record.keys", "from", k.From, "key", k.Verifier) + "\n")
			}
			return write(w, b.String())
		})
	})
	c.Flags().StringVar(&because, "because", "", catalogue.T("cli.decide.because"))
	return c
}
