package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
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
		res, err := a.service().Compare(cmd.Context(), a.reader(req.Source), negotiate.CompareRequest{PlanRequest: req, A: args[1], B: args[2]})
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
	row("compare.outlay", func(p negotiate.ComparedPlan) string { return money(p.Outlay) })
	row("compare.effort", func(p negotiate.ComparedPlan) string { return plain.Days(p.Cost.EffortDays) })
	row("compare.fits", func(p negotiate.ComparedPlan) string { return yesNo(p.WithinLimits) })
	for _, need := range parley.Needs() {
		if len(r.A.Needs[need])+len(r.B.Needs[need]) > 0 {
			row("brief.need."+string(need), func(p negotiate.ComparedPlan) string { return effectsText(p.Needs[need]) })
		}
	}
	row("compare.average", func(p negotiate.ComparedPlan) string { return money(p.AnnualLoss) })
	for k, x := range r.Threats {
		if k == mostCompared {
			break
		}
		t.add("  "+x.Title, money(x.A), money(x.B))
	}
	b.WriteString(t.text(a.width()))
	if more := len(r.Threats) - mostCompared; more > 0 {
		fmt.Fprintln(&b, catalogue.N("compare.more", more))
	}
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

// effectsText is what a plan does to one need, each effect once.
func effectsText(list []string) string {
	if len(list) == 0 {
		return catalogue.T("compare.need.same")
	}
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(list))), ", ")
}

// mostCompared is how many threats a comparison lists.
const mostCompared = 8

// of100 is a share of a hundred in whole numbers, as on the squares.
func of100(share float64) string { return plain.Of100(share) }

func yesNo(yes bool) string {
	if yes {
		return catalogue.T("compare.yes")
	}
	return catalogue.T("compare.no")
}
