package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) sweepCommand() *cobra.Command {
	return command("sweep", "sweep", nil, func(cmd *cobra.Command, _ []string) error {
		res, err := a.service().Sweep(cmd.Context(), a.actor())
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, sweepText(res)) })
	})
}

func sweepText(r *negotiate.SweepResult) string {
	var b strings.Builder
	if r.Recorded == 0 {
		fmt.Fprintln(&b, catalogue.T("record.sweep.nothing", "as_of", r.AsOf))
	}
	for _, d := range r.Ended {
		fmt.Fprintln(&b, decisionLine(d))
	}
	for _, x := range r.Reopened {
		fmt.Fprintln(&b, reopenedText(x))
	}
	for _, n := range r.Notes {
		fmt.Fprintln(&b, plain.Clean(n))
	}
	return b.String()
}

// showAt shows the whole record, or a product, as it stood at the end of a day.
func (a *app) showAt(ctx context.Context, req negotiate.ShowAtRequest) error {
	res, err := a.service().ShowAt(ctx, a.actor(), req)
	if err != nil {
		return err
	}
	return a.print(res, func(w io.Writer) error { return write(w, a.showAtText(res)) })
}

func (a *app) showAtText(r *negotiate.ShowAtResult) string {
	var b strings.Builder
	fmt.Fprintln(&b, catalogue.T("record.at", "at", r.At, "n", r.Events))
	for _, p := range r.Products {
		fmt.Fprintln(&b, "\n"+plain.Clean(p.Name))
		if p.Unpriced != "" {
			fmt.Fprintln(&b, "  "+catalogue.T("record.at.unpriced", "why", plain.Clean(p.Unpriced)))
		} else {
			fmt.Fprintln(&b, "  "+catalogue.T("record.at.price", "money", plain.Money(p.ExpectedAnnualLoss, p.Currency), "chance", plain.OneChance(p.Chance)))
		}
		for _, list := range [][]negotiate.Decision{p.InForce, p.Reopened, p.Proposed} {
			for _, d := range list {
				fmt.Fprintln(&b, "  "+decisionLine(d))
			}
		}
		t := table{head: []string{catalogue.T("record.col.threat"), catalogue.T("record.col.decision"), catalogue.T("record.col.annual")}, left: 2}
		for _, x := range p.Threats {
			t.add(x.Title, x.Decision, plain.Money(x.ExpectedAnnualLoss, p.Currency))
		}
		b.WriteString(t.text(a.width()))
	}
	return b.String()
}
