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

func (a *app) metricsCommand() *cobra.Command {
	var req negotiate.MetricsRequest
	c := command("metrics [PRODUCT]", "metrics", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Product = strings.Join(args, "")
		res, err := a.service().Metrics(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, metricsText(res)) })
	})
	c.Flags().StringVar(&req.From, "from", "", catalogue.T("cli.metrics.from"))
	c.Flags().StringVar(&req.To, "to", "", catalogue.T("cli.metrics.to"))
	return c
}

func metricsText(r *negotiate.MetricsResult) string {
	var b strings.Builder
	paragraph(&b, "", catalogue.T("metrics.head", "product", r.Product, "from", plain.DateText(r.From), "to", plain.DateText(r.To)))
	wide := 0
	for _, line := range r.Lines() {
		wide = max(wide, len(line[0]))
	}
	for _, line := range r.Lines() {
		start := fmt.Sprintf("  %-*s  ", wide, line[0])
		for _, text := range plain.Wrap(line[1], textWidth-len(start)) {
			b.WriteString(start + text + "\n")
			start = strings.Repeat(" ", len(start))
		}
	}
	return b.String()
}
