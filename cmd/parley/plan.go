package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/plan/model"
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
	f.DurationVar(&p.req.Budget.Deadline, "deadline", 0, catalogue.T("cli.plan.deadline"))
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
		res, err := a.service().Plan(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return a.planText(w, res) })
	})
	p.flags(c)
	return c
}

// planText says what to do, what is left, what is as good, and what it rests on.
func (a *app) planText(w io.Writer, r *negotiate.PlanResult) error {
	var b strings.Builder
	money := func(x float64) string { return plain.Money(x, r.Currency) }
	line := func(key string, pairs ...any) { fmt.Fprintln(&b, catalogue.T(key, pairs...)) }
	line("cli.plan.head", "product", plain.Clean(r.Product), "budget", budgetText(r))
	line("cli.plan.value", "value", plain.About(r.Value, r.Currency), "time", plain.Next(r.HorizonYears),
		"money", money(r.Cost.Money), "effort", plain.Days(r.Cost.EffortDays))
	for _, l := range r.Appetite {
		fmt.Fprintln(&b, limitText(l.After, r.Currency))
	}
	b.WriteString("\n" + a.itemTable(r, true) + "\n" + a.itemTable(r, false))
	a.planPeers(&b, r)
	for _, o := range r.Obligations {
		fmt.Fprintln(&b, floorText(o, r.Currency))
	}
	for _, x := range r.BreakEven {
		fmt.Fprintln(&b, plain.Clean(x.Says)+".")
	}
	if r.ViableAt != nil {
		line("cli.plan.viable", "outlay", money(*r.ViableAt))
	}
	for _, x := range r.LeftOut {
		fmt.Fprintln(&b, plain.Clean(x.Says)+".")
	}
	line("cli.plan.average", "before", money(r.AnnualLoss.Before), "after", money(r.AnnualLoss.After))
	if r.Unconfirmed > 0 {
		line("cli.risk.unconfirmed", "share", plain.Percent(r.Unconfirmed))
	}
	if r.Proved {
		line("cli.plan.proved")
	} else {
		line("cli.plan.gap", "gap", fmt.Sprintf("%.2g %%", 100*r.Gap))
	}
	b.WriteString(assumedText(r.Assumed))
	return write(w, b.String())
}

func budgetText(r *negotiate.PlanResult) string {
	var parts []string
	if m := r.Budget.Money; m != nil {
		parts = append(parts, plain.Exact(*m, r.Currency))
	}
	if e := r.Budget.EffortDays; e != nil {
		parts = append(parts, plain.Days(*e))
	}
	if len(parts) == 0 {
		return catalogue.T("cli.plan.no-limit")
	}
	return plain.List(parts)
}

// itemTable lists what is in the plan, or what is not, with the reason.
func (a *app) itemTable(r *negotiate.PlanResult, in bool) string {
	why := map[string]string{}
	for _, w := range r.Why {
		why[w.ID] = w.Says
	}
	head := catalogue.T("cli.plan.out")
	if in {
		head = catalogue.T("cli.plan.in")
	}
	t := table{head: []string{head, catalogue.T("cli.col.effort"), catalogue.T("cli.col.once"), catalogue.T("cli.col.yearly"), catalogue.T("cli.col.why")}, left: 5}
	for _, it := range r.Items {
		if it.In != in {
			continue
		}
		title := it.ID
		if it.Feature {
			title += " (" + catalogue.T("cli.feature") + ")"
		}
		t.add(title, it.Effort, it.Once, it.Yearly, why[it.ID])
	}
	return t.text(max(a.width(), 110))
}

func (a *app) planPeers(b *strings.Builder, r *negotiate.PlanResult) {
	if len(r.Peers) == 0 {
		fmt.Fprintln(b, "\n"+catalogue.T("cli.plan.no-peers"))
		return
	}
	fmt.Fprintln(b, "\n"+catalogue.T("cli.plan.peers"))
	for _, p := range r.Peers {
		fmt.Fprintln(b, "  "+catalogue.T("cli.plan.peer", "differs", plain.Clean(p.Differs), "value", plain.About(p.Value, r.Currency), "loss", plain.Money(p.AnnualLoss, r.Currency)))
	}
	fmt.Fprintln(b)
}

func floorText(f model.Floor, currency string) string {
	key := "cli.floor.unmet"
	price := ""
	switch {
	case f.Met && f.Price == nil:
		key = "cli.floor.met"
	case f.Met:
		key, price = "cli.floor.priced", plain.About(*f.Price, currency)
	}
	return catalogue.T(key, "kind", catalogue.T("floor."+string(f.Kind)), "says", plain.Clean(f.Says), "id", f.ID, "price", price)
}

func (a *app) frontierCommand() *cobra.Command {
	var p planning
	c := command("frontier SOURCE", "frontier", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req, err := a.asked(&p, args[0])
		if err != nil {
			return err
		}
		res, err := a.service().Frontier(cmd.Context(), a.actor(), req)
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
	t := table{head: []string{catalogue.T("cli.col.outlay"), catalogue.T("cli.col.value"), catalogue.T("cli.col.average"), catalogue.T("cli.col.return"), catalogue.T("cli.col.chosen")}}
	shown := 0
	for _, p := range r.Points {
		if !p.OnHull {
			continue
		}
		shown++
		t.add(money(p.Outlay), money(p.Value), money(p.AnnualLoss), fmt.Sprintf("%.2f", p.MarginalReturn), catalogue.N("count.item", len(p.Chosen)))
	}
	text := t.text(a.width()) + catalogue.T("cli.plan.viable", "outlay", money(r.ViableAt)) + "\n"
	if more := len(r.Points) - shown; more > 0 {
		text += catalogue.N("cli.frontier.more", more) + "\n"
	}
	return write(w, text)
}
