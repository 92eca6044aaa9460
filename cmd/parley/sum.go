package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) sumCommand() *cobra.Command {
	var p planning
	var with string
	c := command("sum SOURCE [ABOUT] [ID] [OPTION]", "sum", cobra.RangeArgs(1, 4), func(cmd *cobra.Command, args []string) error {
		plan, err := a.asked(&p, args[0])
		if err != nil {
			return err
		}
		named := append(args[1:], "", "", "")
		req := negotiate.SumRequest{Source: plan.Source, AsOf: plan.AsOf, About: named[0], ID: named[1], Option: named[2], With: splitList(with), Budget: plan.Budget}
		res, err := a.service().Sum(cmd.Context(), a.reader(req.Source), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, a.sumText(res)) })
	})
	p.flags(c)
	c.Flags().StringVar(&with, "with", "", catalogue.T("cli.sum.with"))
	return c
}

// sumText is each figure with its terms and their sum.
func (a *app) sumText(r *negotiate.SumsResult) string {
	var b strings.Builder
	b.WriteString(plain.Clean(r.Title) + "\n")
	if len(r.Sums) == 0 {
		paragraph(&b, "  ", catalogue.T("sum.nothing"))
	}
	for i := range r.Sums {
		y := &r.Sums[i]
		b.WriteString("\n")
		paragraph(&b, "", plain.Clean(y.Says))
		b.WriteString(sumTable(y).text(a.width()))
		paragraph(&b, "  ", catalogue.T("sum.formula.see", "formula", plain.Clean(y.Formula), "docs", y.Docs))
	}
	return b.String()
}

// sumTable has a column for how terms are worked out where one of them is.
func sumTable(y *negotiate.Sum) *table {
	worked := slices.ContainsFunc(y.Terms, func(t negotiate.Term) bool { return t.Working != "" })
	t := &table{head: []string{catalogue.T("sum.col.what"), catalogue.T("sum.col.amount")}, left: 1}
	if worked {
		t.head, t.left = slices.Insert(t.head, 1, catalogue.T("sum.col.working")), 2
	}
	for _, row := range y.Rows() {
		if worked {
			t.add(row.Says, row.Working, row.Value)
		} else {
			t.add(row.Says, row.Value)
		}
	}
	return t
}
