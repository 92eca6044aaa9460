package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// conditionCommand lists the conditions of decisions in force, and says whether one
// still holds.
func (a *app) conditionCommand() *cobra.Command {
	var req negotiate.StatusRequest
	c := command("condition", "condition", nil, func(cmd *cobra.Command, _ []string) error {
		st, err := a.service().Status(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(st, func(w io.Writer) error { return write(w, conditionsText(st)) })
	})
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	holds(c, a.reviewCommand("holds", true), a.reviewCommand("fails", false))
	return c
}

func (a *app) reviewCommand(name string, stands bool) *cobra.Command {
	req := negotiate.ReviewRequest{Holds: stands}
	var number int
	c := command(name+" DECISION", "condition."+name, cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Decision, req.Condition = args[0], number
		res, err := a.service().ReviewCondition(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		next, err := a.next(cmd.Context(), nil)
		return errors.Join(a.print(res, func(w io.Writer) error { return write(w, decideText(res)+next) }), err)
	})
	wholeVar(c.Flags(), &number, "number", 0, 0, 20, catalogue.T("condition.number"))
	if stands {
		c.Flags().StringVar(&req.Next, "next", "", catalogue.T("condition.next"))
	}
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	a.whyFlags(c, &req.Because, &req.By)
	return c
}

func conditionsText(st *negotiate.Status) string {
	var b strings.Builder
	for _, p := range st.Products {
		for _, d := range p.InForce {
			for _, line := range conditionLines(d) {
				paragraph(&b, "", d.ShortID+" "+line)
			}
		}
	}
	if b.Len() == 0 {
		fmt.Fprintln(&b, catalogue.T("condition.none"))
	}
	return b.String()
}

// conditionLines are the conditions of a decision, each with when it is looked at
// and when that was done last.
func conditionLines(d negotiate.Decision) []string {
	var out []string
	for _, c := range d.Conditions {
		line := catalogue.T("condition.line", "n", c.Number, "says", plain.Clean(c.Says))
		if c.ReviewBy != "" && d.Status == string(ledger.InForce) {
			line += catalogue.T("condition.by", "date", plain.DateText(c.ReviewBy))
		}
		if n := len(c.Reviewed); n > 0 {
			last := c.Reviewed[n-1]
			key := "condition.last.fails"
			if last.Holds {
				key = "condition.last.holds"
			}
			line += catalogue.T(key, "date", plain.Date(last.At), "by", plain.Clean(byText(last.By, last.Claimed)))
		}
		out = append(out, line)
	}
	return out
}
