package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// planning are the flags of every command that plans.
type planning struct {
	req           negotiate.PlanRequest
	must, mustNot string
}

func (p *planning) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&p.req.AsOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	f.StringVar(&p.req.Budget.Money, "money", "", catalogue.T("cli.flag.money"))
	f.StringVar(&p.req.Budget.Effort, "effort", "", catalogue.T("cli.flag.effort"))
	f.StringVar(&p.req.Budget.Periods, "periods", "", catalogue.T("plan.flag.periods"))
	f.StringVar(&p.must, "must", "", catalogue.T("cli.plan.must"))
	f.StringVar(&p.mustNot, "must-not", "", catalogue.T("cli.plan.must-not"))
	f.BoolVar(&p.req.Budget.MeetAppetite, "meet-appetite", false, catalogue.T("plan.flag.appetite"))
	f.StringVar((*string)(&p.req.Budget.Objective), "objective", "", catalogue.T("plan.flag.objective"))
	f.Var(span{&p.req.Budget.Deadline}, "deadline", catalogue.T("cli.plan.deadline"))
}

func (a *app) asked(p *planning, name string) (negotiate.PlanRequest, error) {
	src, err := a.source(name)
	p.req.Source = src
	p.req.Budget.Must, p.req.Budget.MustNot = splitList(p.must), splitList(p.mustNot)
	return p.req, err
}

func (a *app) planCommand() *cobra.Command {
	var p planning
	c := command("plan SOURCE", "plan", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req, err := a.asked(&p, args[0])
		if err != nil {
			return err
		}
		res, err := a.service().Plan(cmd.Context(), a.reader(req.Source), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return a.planText(w, res) })
	})
	p.flags(c)
	c.Flags().BoolVar(&p.req.Quick, "quick", false, catalogue.T("plan.flag.quick"))
	c.Flags().BoolVar(&p.req.Robust, "robust", false, catalogue.T("plan.flag.robust"))
	c.Flags().BoolVar(&p.req.Effects, "effects", false, catalogue.T("plan.flag.effects"))
	return c
}

func (a *app) frontierCommand() *cobra.Command {
	var p planning
	c := command("frontier SOURCE", "frontier", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req, err := a.asked(&p, args[0])
		if err != nil {
			return err
		}
		res, err := a.service().Frontier(cmd.Context(), a.reader(req.Source), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return a.frontierText(w, res) })
	})
	p.flags(c)
	return c
}

func (a *app) frontierText(w io.Writer, r *negotiate.FrontierResult) error {
	money := func(x float64) string { return plain.Money(x, r.Currency) }
	t := table{head: []string{catalogue.T("cli.col.chosen"), catalogue.T("cli.col.outlay"), catalogue.T("cli.col.value"), catalogue.T("cli.col.average"), catalogue.T("cli.col.return", "unit", plain.Amount(1, r.Currency))}, left: 1}
	shown := 0
	for _, p := range r.Points {
		if !p.OnHull {
			continue
		}
		shown++
		chosen := plain.List(p.Chosen)
		if chosen == "" {
			chosen = catalogue.T("cli.frontier.nothing")
		}
		brings := "" // of the first one there is nothing before
		if shown > 1 {
			brings = fmt.Sprintf("%.2f", p.MarginalReturn)
		}
		t.add(chosen, money(p.Outlay), money(p.Value), money(p.AnnualLoss), brings)
	}
	text := t.text(a.width()) + viableText(r.ViableAt, r.PersonDay, r.Currency) + "\n"
	if more := len(r.Points) - shown; more > 0 {
		text += catalogue.N("cli.frontier.more", more) + "\n"
	}
	return write(w, text)
}
