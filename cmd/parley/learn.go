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

func (a *app) learnCommand() *cobra.Command {
	var asOf string
	c := command("learn SOURCE", "learn", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		src, err := a.source(args[0])
		if err != nil {
			return err
		}
		res, err := a.service().Learn(cmd.Context(), a.reader(src), negotiate.LearnRequest{Source: src, AsOf: asOf})
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return a.learnText(w, res) })
	})
	c.Flags().StringVar(&asOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	return c
}

// learnText says first what is worth most, then ranks the rest; what would
// change no choice is counted only.
func (a *app) learnText(w io.Writer, r *negotiate.LearnResult) error {
	var b strings.Builder
	line := func(text string) { fmt.Fprintln(&b, strings.Join(plain.Wrap(text, a.width()), "\n")) }
	line(catalogue.T("learn.head", "product", plain.Clean(r.Product), "as_of", untilText(r.AsOf), "limits", string(r.Limits)))
	t := table{head: []string{catalogue.T("learn.col.what"), catalogue.T("learn.col.stated"), catalogue.T("learn.col.decision"), catalogue.T("learn.col.worth")}, left: 3}
	none, bound := 0, false
	for _, e := range r.Estimates {
		if !e.Worthwhile() {
			none++
			continue
		}
		about := e.Decision
		if about == negotiate.PlanDecision {
			about, bound = catalogue.T("learn.plan"), true
		}
		t.add(askedOf(e), e.Stated, about, plain.Money(e.EVPPI, r.Currency))
	}
	switch {
	case len(r.Decisions) == 0:
		line(catalogue.T("learn.nothing-to-decide"))
	case len(t.rows) == 0:
		line(catalogue.T("learn.none"))
	default:
		line(r.Estimates[0].Says + ".")
		line(r.Estimates[0].Reason)
		fmt.Fprintln(&b)
		b.WriteString(t.text(a.width()))
		if none > 0 {
			line(catalogue.N("learn.other", none))
		}
	}
	if bound {
		line(catalogue.T("learn.bound"))
	}
	b.WriteString(assumedText(r.Assumed, a.width()))
	return write(w, b.String())
}

// askedOf is what to find out, and who may know more of it.
func askedOf(e negotiate.Estimate) string {
	if len(e.Ask) == 0 {
		return e.Says
	}
	return catalogue.T("learn.ask", "says", e.Says, "who", plain.List(e.Ask))
}
