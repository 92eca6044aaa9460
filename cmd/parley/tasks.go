package main

import (
	"cmp"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/cell"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (a *app) tasksCommand() *cobra.Command {
	var req negotiate.TasksRequest
	var format string
	c := command("tasks", "tasks", nil, func(cmd *cobra.Command, _ []string) error {
		if a.json && format != "" {
			return usageError{errors.New(catalogue.T("cli.tasks.json"))}
		}
		res, err := a.service().Tasks(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		switch format {
		case "", "text":
			return a.print(res, func(w io.Writer) error { return a.tasksText(w, res) })
		case "markdown":
			return write(a.out, res.Markdown())
		case "csv":
			return cell.CSV(a.out, res.Rows())
		}
		return usageError{errors.New(catalogue.T("cli.tasks.bad-format", "format", format))}
	})
	f := c.Flags()
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	f.BoolVar(&req.All, "all", false, catalogue.T("cli.tasks.all"))
	f.StringVar(&format, "format", "", catalogue.T("cli.tasks.format"))
	f.StringVar(&req.Budget.Money, "money", "", catalogue.T("cli.flag.money"))
	f.StringVar(&req.Budget.Effort, "effort", "", catalogue.T("cli.flag.effort"))
	holds(c, a.tasksMoveCommand(), a.tasksOrderCommand())
	return c
}

func (a *app) tasksMoveCommand() *cobra.Command {
	var req negotiate.OrderRequest
	c := command("move TASK", "tasks.move", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Task = args[0]
		return a.order(cmd, req)
	})
	f := c.Flags()
	f.StringVar(&req.Before, "before", "", catalogue.T("cli.tasks.move.before"))
	f.StringVar(&req.After, "after", "", catalogue.T("cli.tasks.move.after"))
	f.BoolVar(&req.First, "first", false, catalogue.T("cli.tasks.move.first"))
	f.BoolVar(&req.Last, "last", false, catalogue.T("cli.tasks.move.last"))
	f.StringVar(&req.Because, "because", "", catalogue.T("cli.tasks.move.because"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func (a *app) tasksOrderCommand() *cobra.Command {
	var req negotiate.OrderRequest
	c := command("order --as-planned", "tasks.order", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
		if !req.AsPlanned {
			return usageError{errors.New(catalogue.T("cli.tasks.order.which"))}
		}
		return a.order(cmd, req)
	})
	f := c.Flags()
	f.BoolVar(&req.AsPlanned, "as-planned", false, catalogue.T("cli.tasks.order.as_planned"))
	f.StringVar(&req.Because, "because", "", catalogue.T("cli.tasks.move.because"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

// order moves an item and prints the backlog as it stands then.
func (a *app) order(cmd *cobra.Command, req negotiate.OrderRequest) error {
	res, err := a.service().Order(cmd.Context(), a.actor(), req)
	if err != nil {
		return err
	}
	return a.print(res, func(w io.Writer) error {
		if m := res.Moved; m != nil {
			if err := write(w, catalogue.T("cli.tasks.moved", "id", m.Task, "title", plain.Clean(m.Title), "place", m.Place, "of", m.Of)+"\n\n"); err != nil {
				return err
			}
		}
		return a.tasksText(w, res)
	})
}

func (a *app) tasksText(w io.Writer, r *negotiate.TasksResult) error {
	if len(r.Tasks) == 0 {
		return write(w, catalogue.T("cli.tasks.none")+"\n"+noPlanText(r))
	}
	t := table{head: []string{catalogue.T("cli.col.task"), catalogue.T("cli.col.title"), catalogue.T("cli.col.kind"), catalogue.T("cli.col.status"), catalogue.T("cli.col.effort"), catalogue.T("cli.col.asked")}, left: 6}
	for _, x := range r.Tasks {
		t.add(x.ShortID, x.Title, catalogue.T("item."+x.Kind), x.Status, cmp.Or(x.Says.Effort, x.Effort), strings.Join(x.Decisions, ", "))
	}
	return write(w, t.text(a.width())+orderText(r)+noPlanText(r))
}

// orderText says in what order the tasks stand, how far the capacity gets and
// what the order breaks.
func orderText(r *negotiate.TasksResult) string {
	var b strings.Builder
	if len(r.Tasks) > 1 && (r.NoPlan == "" || r.Order.By != negotiate.OrderedByPlan) {
		paragraph(&b, "", r.OrderSays())
	}
	for _, line := range r.LinesSay() {
		paragraph(&b, "", line)
	}
	for _, x := range r.Warnings {
		paragraph(&b, "", catalogue.T("cli.tasks.warning", "says", plain.Clean(x.Says)))
	}
	return b.String()
}

// noPlanText says why no feature is among the tasks.
func noPlanText(r *negotiate.TasksResult) string {
	if r.NoPlan == "" {
		return ""
	}
	var b strings.Builder
	paragraph(&b, "", catalogue.T("cli.tasks.no-plan", "why", r.NoPlan))
	return b.String()
}

// doneText says what follows from a task whose status changed: what a finished
// one takes off and how far that is verified, and the decisions that the change
// re-opens.
func doneText(r *negotiate.TasksResult) string {
	var b strings.Builder
	finishedText(&b, r)
	for _, x := range r.Reopened {
		paragraph(&b, "", reopenedText(x))
	}
	return b.String()
}

func finishedText(b *strings.Builder, r *negotiate.TasksResult) {
	t := r.Tasks[0]
	if t.Status != string(ledger.TaskDone) {
		return
	}
	if t.Kind == "drop" {
		paragraph(b, "  ", catalogue.T("cli.done.dropped"))
		return
	}
	paragraph(b, "  ", catalogue.T("cli.done.control"))
	for _, e := range r.Effects {
		paragraph(b, "  ", catalogue.T("cli.done.effect", "title", e.Title,
			"before", plain.Money(e.Before, r.Currency), "after", plain.Money(e.After, r.Currency)))
	}
	switch {
	case len(t.Checks) == 0:
		paragraph(b, "  ", catalogue.T("cli.done.no-check"))
	case r.Standing == string(evidence.NotVerified) || r.Standing == string(evidence.NotDue):
		paragraph(b, "  ", catalogue.T("cli.done.unverified", "checks", plain.List(t.Checks), "check", t.Checks[0]))
	default:
		paragraph(b, "  ", catalogue.T("cli.done.standing", "standing", negotiate.StandingWord(evidence.Standing(r.Standing))))
	}
}

func (a *app) doneCommand() *cobra.Command {
	var req negotiate.DoneRequest
	var cancel, reopen bool
	c := command("done TASK", "done", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Task = args[0]
		switch {
		case cancel && reopen:
			return usageError{errors.New(catalogue.T("cli.done.both"))}
		case cancel:
			req.To = ledger.TaskCancelled
		case reopen:
			req.To = ledger.TaskOpen
		}
		res, err := a.service().Done(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error {
			t := res.Tasks[0]
			return write(w, catalogue.T("cli.done", "id", t.ShortID, "title", plain.Clean(t.Title), "status", catalogue.T("task."+t.Status))+"\n"+doneText(res))
		})
	})
	f := c.Flags()
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	f.StringVar(&req.Because, "because", "", catalogue.T("cli.decide.because"))
	f.BoolVar(&cancel, "cancel", false, catalogue.T("cli.done.cancel"))
	f.BoolVar(&reopen, "reopen", false, catalogue.T("cli.done.reopen"))
	return c
}
