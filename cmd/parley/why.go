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
	fmt.Fprintln(&b, plain.Clean(r.Heading()))
	fmt.Fprintln(&b, "  "+catalogue.T("why.ends", "from", r.From, "before", r.Says(r.Before), "to", r.To, "after", r.Says(r.After)))
	if r.Moved != nil {
		fmt.Fprintln(&b, "  "+catalogue.T("why.moved", "moved", r.MoveSays(*r.Moved)))
	}
	for _, c := range r.ByCause {
		fmt.Fprintln(&b, "    "+catalogue.T("why.cause", "moved", r.MoveSays(c.Moved), "cause", catalogue.T("why.cause."+c.Cause)))
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
		moved := r.MoveSays(s.Moved)
		if s.Before == nil || s.After == nil {
			moved = ""
		}
		t.add(plain.Date(s.At.Local()), what, moved, r.Says(s.After))
	}
	fmt.Fprint(&b, "\n"+t.text(a.width()))
	return b.String()
}
