package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (a *app) applyCommand() *cobra.Command {
	var ours, theirs bool
	c := command("apply FILE", "apply", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		if ours && theirs {
			return usageError{errors.New(catalogue.T("cli.apply.both"))}
		}
		data, err := a.readFile(args[0])
		if err != nil {
			return err
		}
		req := negotiate.ApplyRequest{Source: negotiate.Source{Name: args[0], Data: data}}
		switch {
		case ours:
			req.Prefer = ledger.PreferFile
		case theirs:
			req.Prefer = ledger.PreferLedger
		}
		res, err := a.service().Apply(cmd.Context(), a.actor(), req)
		if res == nil {
			return err
		}
		next, err2 := a.next(cmd.Context(), err)
		return errors.Join(a.print(res, func(w io.Writer) error { return write(w, applyText(res)+next) }), err, err2)
	})
	c.Flags().BoolVar(&ours, "ours", false, catalogue.T("cli.apply.ours"))
	c.Flags().BoolVar(&theirs, "theirs", false, catalogue.T("cli.apply.theirs"))
	return c
}

// next says what is worth typing now, after something was recorded; nothing
// where it was not, or nobody wants to read it.
func (a *app) next(ctx context.Context, err error) (string, error) {
	if err != nil || a.json || a.quiet {
		return "", nil
	}
	res, err := a.service().Status(ctx, a.actor(), negotiate.StatusRequest{})
	if err != nil || len(res.Next) == 0 {
		return "", err
	}
	return nextText(res.Next), nil
}

func nextText(list []string) string {
	var b strings.Builder
	fmt.Fprintln(&b, "\n"+catalogue.T("cli.status.next"))
	for _, n := range list {
		fmt.Fprintln(&b, "  "+plain.Clean(n))
	}
	return b.String()
}

func applyText(r *negotiate.ApplyResult) string {
	var b strings.Builder
	for _, c := range r.Conflicts {
		field := c.Field
		if field == "" {
			field = catalogue.T("cli.apply.whole")
		}
		paragraph(&b, "", catalogue.T("cli.apply.conflict", "kind", catalogue.T("item."+string(c.Kind)), "id", c.ID, "field", field,
			"file", string(c.File), "ledger", string(c.Ledger)))
	}
	if len(r.Conflicts) > 0 {
		return b.String()
	}
	if r.Applied == 0 {
		return catalogue.T("cli.apply.nothing", "product", plain.Clean(r.Product)) + "\n"
	}
	const most = 12
	for i, c := range r.Changes {
		if i == most && len(r.Changes) > most+1 {
			fmt.Fprintln(&b, "  "+catalogue.N("cli.apply.more", len(r.Changes)-most))
			break
		}
		paragraph(&b, "  ", c.Says)
	}
	for _, x := range r.Reopened {
		paragraph(&b, "", reopenedText(x))
	}
	key := "cli.applied"
	if r.Made {
		key = "cli.applied.made"
	}
	paragraph(&b, "", catalogue.N(key, r.Applied, "product", r.Product, "ledger", r.Ledger))
	return b.String()
}

func reopenedText(x negotiate.Reopened) string {
	var why []string
	for _, p := range x.Broken {
		why = append(why, negotiate.BrokenText(p))
	}
	if x.Because != "" {
		why = append(why, plain.Clean(x.Because))
	}
	return catalogue.T("cli.reopened", "id", x.Decision, "why", strings.Join(why, "; "))
}

type statusOptions struct {
	bare    bool // parley alone
	product string
	asOf    string
}

func (a *app) statusCommand() *cobra.Command {
	var o statusOptions
	c := command("status", "status", nil, func(cmd *cobra.Command, _ []string) error { return a.runStatus(cmd.Context(), o) })
	c.Flags().StringVar(&o.product, "product", "", catalogue.T("cli.flag.product"))
	c.Flags().StringVar(&o.asOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	return c
}

func statusText(w io.Writer, r *negotiate.Status, bare bool) error {
	var b strings.Builder
	if bare {
		fmt.Fprintln(&b, catalogue.T("cli.welcome"))
	}
	if !r.Exists {
		fmt.Fprintln(&b, catalogue.T("cli.status.none", "ledger", plain.Clean(r.Ledger)))
	}
	if r.Changed {
		paragraph(&b, "", catalogue.T("cli.status.changed"))
	}
	for _, p := range r.Products {
		productText(&b, p)
	}
	if len(r.Rules) > 0 {
		fmt.Fprintln(&b, catalogue.T("cli.status.rules"))
	}
	for _, x := range r.Rules {
		paragraph(&b, "  ", ruleLine(x))
	}
	if len(r.Settings) > 0 && len(r.Products) > 0 {
		paragraph(&b, "", catalogue.T("cli.status.one-person"))
	}
	return write(w, b.String()+nextText(r.Next))
}

// waitingText says how many decisions wait, and how many of them were handed up.
func waitingText(list []negotiate.Waiting) string {
	handed := 0
	for _, x := range list {
		if x.HandedUp != "" {
			handed++
		}
	}
	text := catalogue.N("count.decision", len(list))
	if handed == 0 {
		return text
	}
	return text + " " + catalogue.N("count.handed-up", handed)
}

func productText(b *strings.Builder, p negotiate.ProductStatus) {
	fmt.Fprintln(b, catalogue.T("cli.status.product", "name", plain.Clean(p.Name), "waiting", waitingText(p.Waiting), "tasks", catalogue.N("count.task", p.OpenTasks)))
	for _, x := range p.Waiting {
		line := x.ShortID + "  " + x.Title
		if x.Grave {
			line += " (" + catalogue.T("cli.status.grave") + ")"
		}
		if x.HandedUp != "" {
			line = catalogue.T("cli.status.handed-up", "threat", line, "id", x.HandedUp, "by", x.By, "because", x.Because)
		}
		paragraph(b, "  ", line)
	}
	if len(p.Asked) > 0 {
		fmt.Fprintln(b, catalogue.T("cli.status.asked"))
		for _, line := range strings.Split(strings.TrimSpace(notesText(p.Asked)), "\n") {
			paragraph(b, "  ", line)
		}
	}
	handed := func(d negotiate.Decision) bool { return d.Kind == parley.Escalate }
	for _, part := range []struct {
		key  string
		list []negotiate.Decision
	}{
		{"cli.status.reopened", p.Reopened},
		{"cli.status.proposed", p.Proposed},
		{"cli.status.overdue", p.Overdue},
		{"cli.status.due-soon", p.DueSoon},
		{"cli.status.review", p.Review},
		{"cli.status.in-force", slices.DeleteFunc(slices.Clone(p.InForce), handed)}, // those handed up wait above
	} {
		if len(part.list) == 0 {
			continue
		}
		fmt.Fprintln(b, catalogue.T(part.key))
		for _, d := range part.list {
			line := listedDecision(d)
			if part.key == "cli.status.review" {
				line = d.ShortID + " " + strings.Join(conditionLines(d), " ")
			}
			if d.Joint != nil && part.key == "cli.status.proposed" {
				line += " " + plain.Clean(d.Joint.Says)
			}
			paragraph(b, "  ", line)
		}
	}
	if len(p.Proposals) > 0 {
		fmt.Fprintln(b, catalogue.T("cli.status.proposals"))
		for _, q := range p.Proposals {
			paragraph(b, "  ", q.ShortID+" "+q.Asks+": "+q.Says)
		}
	}
}
