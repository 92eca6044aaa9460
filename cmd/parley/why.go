package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) whyCommand() *cobra.Command {
	var req negotiate.WhyRequest
	c := command("why [FIGURE]", "why", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			req.Figure = args[0]
		}
		res, err := a.service().Why(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, a.whyText(res)) })
	})
	f := c.Flags()
	f.StringVar(&req.From, "from", "", catalogue.T("cli.why.from"))
	f.StringVar(&req.To, "to", "", catalogue.T("cli.why.to"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

// whyText is the two figures, the causes, and then what happened in between.
func (a *app) whyText(r *negotiate.WhyResult) string {
	var b strings.Builder
	figure, n, _ := strings.Cut(r.Figure, ".")
	fmt.Fprintln(&b, plain.Clean(catalogue.T("why.head."+figure, "title", r.Title, "n", cmp.Or(n, "1"))))
	fmt.Fprintln(&b, "  "+catalogue.T("why.ends", "from", r.From, "before", whyFigure(r, r.Before), "to", r.To, "after", whyFigure(r, r.After)))
	if r.Moved != nil {
		fmt.Fprintln(&b, "  "+catalogue.T("why.moved", "moved", whyMove(*r.Moved, r.Unit)))
	}
	for _, c := range r.ByCause {
		fmt.Fprintln(&b, "    "+catalogue.T("why.cause", "moved", whyMove(c.Moved, r.Unit), "cause", catalogue.T("why.cause."+c.Cause)))
	}
	if len(r.Steps) == 0 {
		fmt.Fprintln(&b, "  "+catalogue.N("why.nothing", r.Looked))
		return b.String()
	}
	t := table{head: []string{catalogue.T("why.column.day"), catalogue.T("why.column.what"), catalogue.T("why.column.moved"), catalogue.T("why.column.then")}, left: 2}
	for _, s := range r.Steps {
		what := s.Says
		if s.By != "" {
			what = catalogue.T("why.by", "says", s.Says, "by", s.By)
		}
		moved := whyMove(s.Moved, r.Unit)
		if s.Before == nil || s.After == nil {
			moved = ""
		}
		t.add(plain.Date(s.At.Local()), what, moved, whyFigure(r, s.After))
	}
	fmt.Fprint(&b, "\n"+t.text(a.width()))
	return b.String()
}

// whyFigure is a figure in its unit, in words where there was none.
func whyFigure(r *negotiate.WhyResult, x *float64) string {
	switch {
	case x == nil:
		return catalogue.T("why.unpriced")
	case r.Yearly:
		return catalogue.T("why.yearly", "money", plain.Money(*x, r.Unit))
	}
	return whyAmount(*x, r.Unit)
}

// whyAmount is a figure that is 0 or more in its unit.
func whyAmount(x float64, unit string) string {
	switch unit {
	case "chance":
		return plain.Percent(x)
	case "person-days":
		return catalogue.T("why.days", "days", plain.Number(x))
	}
	return plain.Money(x, unit)
}

// whyMove is a difference with its sign.
func whyMove(x float64, unit string) string {
	sign := "+"
	if x < 0 {
		sign = "−"
	}
	if x == 0 {
		sign = ""
	}
	if unit == "chance" {
		return catalogue.T("why.points", "move", sign+plain.Number(math.Abs(100*x)))
	}
	return sign + whyAmount(math.Abs(x), unit)
}
