package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) compareCommand() *cobra.Command {
	var p planning
	c := command("compare SOURCE A B", "compare", cobra.ExactArgs(3), func(cmd *cobra.Command, args []string) error {
		req, err := a.asked(&p, args[0])
		if err != nil {
			return err
		}
		res, err := a.service().Compare(cmd.Context(), a.actor(), negotiate.CompareRequest{PlanRequest: req, A: args[1], B: args[2]})
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, a.compareText(res)) })
	})
	p.flags(c)
	return c
}

// compareText puts two plans in two columns: chances first, the average last.
func (a *app) compareText(r *negotiate.CompareResult) string {
	var b strings.Builder
	list := func(key string, ids []string) {
		if len(ids) > 0 {
			hanging(&b, "", catalogue.T(key, "items", plain.List(ids)), a.width())
		}
	}
	list("compare.only-a", r.OnlyA)
	list("compare.only-b", r.OnlyB)
	list("compare.both", r.Both)
	b.WriteString("\n")
	money := func(x float64) string { return plain.Money(x, r.Currency) }
	t := table{head: []string{"", r.A.Name, r.B.Name}, left: 1}
	if len(r.A.Name) > 20 || len(r.B.Name) > 20 {
		t.head = []string{"", "A", "B"}
	}
	row := func(key string, text func(p negotiate.ComparedPlan) string, pairs ...any) {
		t.add(catalogue.T(key, pairs...), text(r.A), text(r.B))
	}
	for k, l := range r.A.Appetite {
		row("compare.limit", func(p negotiate.ComparedPlan) string { return of100(p.Appetite[k].Chance) }, "loss", money(l.Loss), "allowed", of100(l.ChanceAllowed))
	}
	row("compare.value", func(p negotiate.ComparedPlan) string { return money(p.Value) }, "time", plain.Next(r.HorizonYears))
	row("compare.worth-it", func(p negotiate.ComparedPlan) string { return of100(p.WorthIt) })
	row("compare.money", func(p negotiate.ComparedPlan) string { return money(p.Cost.Money) })
	row("compare.effort", func(p negotiate.ComparedPlan) string { return plain.Days(p.Cost.EffortDays) })
	row("compare.fits", func(p negotiate.ComparedPlan) string { return yesNo(p.WithinLimits) })
	row("compare.average", func(p negotiate.ComparedPlan) string { return money(p.AnnualLoss) })
	for k, x := range r.Threats {
		if k == mostCompared {
			break
		}
		t.add("  "+x.Title, money(x.A), money(x.B))
	}
	b.WriteString(t.text(a.width()))
	for _, side := range []struct {
		key string
		p   negotiate.ComparedPlan
	}{{"compare.unmet-a", r.A}, {"compare.unmet-b", r.B}} {
		for _, o := range side.p.Obligations {
			if !o.Met {
				fmt.Fprintln(&b, catalogue.T(side.key, "what", catalogue.T("plan.floor."+string(o.Kind), "id", o.ID)))
			}
		}
	}
	return b.String()
}

// mostCompared is how many threats a comparison lists.
const mostCompared = 8

// of100 is a share of a hundred in whole numbers, as on the squares.
func of100(share float64) string { return strconv.Itoa(plain.Squares(share)) }

func yesNo(yes bool) string {
	if yes {
		return catalogue.T("compare.yes")
	}
	return catalogue.T("compare.no")
}
