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

func (a *app) workshopCommand() *cobra.Command {
	return group(
		"workshop", a.workshopOpenCommand(), a.workshopShowCommand(), a.workshopAddCommand(), a.workshopEstimateCommand(),
		a.workshopStepCommand(negotiate.StepAsk), a.workshopStepCommand(negotiate.StepReveal), a.workshopStepCommand(negotiate.StepAgain),
		a.workshopStepCommand(negotiate.StepNote), a.workshopStepCommand(negotiate.StepClose),
		a.workshopLinkCommand(), a.workshopUnlinkCommand(),
	)
}

func (a *app) workshopOpenCommand() *cobra.Command {
	var req negotiate.OpenWorkshopRequest
	var lines []string
	c := command("open TITLE", "workshop.open", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Title, req.Lines = args[0], strings.Join(lines, "\n")
		res, err := a.service().OpenWorkshop(cmd.Context(), a.actor(), req)
		return a.printRoom(res, err)
	})
	f := c.Flags()
	f.StringSliceVar(&req.Threats, "threats", nil, catalogue.T("cli.workshop.threats"))
	f.StringArrayVar(&lines, "line", nil, catalogue.T("cli.workshop.line"))
	f.IntVar(&req.Seconds, "seconds", 0, catalogue.T("cli.workshop.seconds"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func (a *app) workshopShowCommand() *cobra.Command {
	var product string
	c := command("show [WORKSHOP]", "workshop.show", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			res, err := a.service().Workshop(cmd.Context(), a.actor(), negotiate.WorkshopRequest{Product: product, Workshop: args[0]})
			return a.printRoom(res, err)
		}
		res, err := a.service().Workshops(cmd.Context(), a.actor(), negotiate.WorkshopsRequest{Product: product})
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, workshopsText(res)) })
	})
	c.Flags().StringVar(&product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func (a *app) workshopAddCommand() *cobra.Command {
	var req negotiate.WorkshopThreatsRequest
	c := command("add WORKSHOP [LINE…]", "workshop.add", cobra.MinimumNArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Workshop, req.Lines = args[0], strings.Join(args[1:], "\n")
		res, err := a.service().AddToWorkshop(cmd.Context(), a.actor(), req)
		return a.printRoom(res, err)
	})
	c.Flags().StringSliceVar(&req.Threats, "threats", nil, catalogue.T("cli.workshop.threats"))
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func (a *app) workshopEstimateCommand() *cobra.Command {
	var req negotiate.WorkshopEstimateRequest
	c := command("estimate WORKSHOP", "workshop.estimate", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		if !cmd.Flags().Changed("topic") {
			return usageError{parley.Errorf(parley.Invalid, "", "--topic: %s", catalogue.T("cli.workshop.topic_missing"))}
		}
		req.Workshop = args[0]
		res, err := a.service().EstimateInWorkshop(cmd.Context(), a.actor(), req)
		return a.printRoom(res, err)
	})
	f := c.Flags()
	f.IntVar(&req.Topic, "topic", 0, catalogue.T("cli.workshop.topic_now"))
	f.StringVar(&req.Likelihood, "likelihood", "", catalogue.T("record.estimate.likelihood"))
	f.StringVar(&req.Impact, "impact", "", catalogue.T("record.estimate.impact"))
	f.StringVar(&req.Cost, "cost", "", catalogue.T("cli.workshop.cost"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func (a *app) workshopStepCommand(step negotiate.WorkshopStep) *cobra.Command {
	req := negotiate.WorkshopStepRequest{Step: step}
	use, args := string(step)+" WORKSHOP", cobra.ExactArgs(1)
	if step == negotiate.StepNote {
		use, args = use+" TEXT", cobra.ExactArgs(2)
	}
	c := command(use, "workshop."+string(step), args, func(cmd *cobra.Command, args []string) error {
		if req.Workshop = args[0]; len(args) > 1 {
			req.Text = args[1]
		}
		res, err := a.service().LeadWorkshop(cmd.Context(), a.actor(), req)
		return a.printRoom(res, err)
	})
	if step != negotiate.StepClose {
		c.Flags().IntVar(&req.Topic, "topic", 0, catalogue.T("cli.workshop.topic"))
	}
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func (a *app) workshopLinkCommand() *cobra.Command {
	var req negotiate.LinkWorkshopRequest
	c := command("link WORKSHOP", "workshop.link", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Workshop = args[0]
		res, err := a.service().LinkWorkshop(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, linkText(res, a.serverURL())) })
	})
	f := c.Flags()
	f.IntVar(&req.Guests, "guests", 0, catalogue.T("cli.workshop.guests"))
	f.IntVar(&req.Hours, "hours", 0, catalogue.T("cli.workshop.hours"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func (a *app) workshopUnlinkCommand() *cobra.Command {
	var req negotiate.WorkshopRequest
	c := command("unlink WORKSHOP", "workshop.unlink", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Workshop = args[0]
		res, err := a.service().UnlinkWorkshop(cmd.Context(), a.actor(), req)
		return a.printRoom(res, err)
	})
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

// linkText is a link and what it is good for; at is the address of the server, ""
// where the ledger is not asked over one.
func linkText(r *negotiate.WorkshopLinkResult, at string) string {
	says := catalogue.N("workshop.text.link", r.Guests, "id", r.Workshop, "until", r.Until.UTC().Format("2006-01-02 15:04 UTC"))
	if at == "" {
		says += " " + catalogue.T("workshop.text.link_where")
	}
	return at + r.Path + "\n" + says + "\n"
}

func (a *app) printRoom(res *negotiate.WorkshopResult, err error) error {
	if err != nil {
		return err
	}
	return a.print(res, func(w io.Writer) error { return write(w, roomText(res)) })
}

func workshopsText(r *negotiate.WorkshopsResult) string {
	var b strings.Builder
	for _, w := range r.Workshops {
		key := "workshop.row.open"
		if w.Closed != nil {
			key = "workshop.row.closed"
		}
		fmt.Fprintln(&b, plain.Clean(catalogue.N(key, w.Threats, "id", w.ID, "title", w.Title, "date", plain.Date(w.At), "by", w.By)))
	}
	if b.Len() == 0 {
		fmt.Fprintln(&b, catalogue.T("workshop.row.none"))
	}
	return b.String()
}

// roomText is a workshop: its threats and what was said of them, then the agenda.
func roomText(r *negotiate.WorkshopResult) string {
	var b strings.Builder
	line := func(indent, text string) { paragraph(&b, indent, plain.Clean(text)) }
	line("", r.ID+": "+r.Title)
	for _, t := range r.Topics {
		line("  ", fmt.Sprintf("%d. %s", t.Number, t.Title))
		for i, x := range t.Rounds {
			if !x.Revealed {
				line("     ", sealedText(x))
			}
			for _, said := range x.Said {
				line("     ", catalogue.T("workshop.text.said", "round", i+1, "who", said.By, "said", saidText(said)))
			}
		}
		for _, n := range t.Notes {
			line("     ", n.By+": "+n.Text)
		}
	}
	if len(r.Agenda) > 0 {
		line("", catalogue.T("workshop.agenda"))
	}
	for i, x := range r.Agenda {
		line("  ", fmt.Sprintf("%d. %s: %s", i+1, x.Title, x.Says))
		for _, o := range x.Open {
			line("     ", openText(o))
		}
	}
	return b.String()
}

// sealedText is who answered in a round that runs, and who did not.
func sealedText(x negotiate.WorkshopRound) string {
	text := catalogue.N("workshop.text.sealed", len(x.Answered), "who", plain.List(x.Answered))
	if len(x.Answered) == 0 {
		text = catalogue.T("workshop.text.nobody")
	}
	if len(x.Waiting) > 0 {
		text += "; " + catalogue.T("workshop.text.waiting", "who", plain.List(x.Waiting))
	}
	return text
}

func saidText(s negotiate.WorkshopSaid) string {
	said := slices.DeleteFunc([]string{s.Likelihood, s.Impact, s.Cost}, func(text string) bool { return text == "" })
	return strings.Join(said, "; ")
}

func openText(o negotiate.Open) string {
	if len(o.Ask) == 0 {
		return o.Says + "."
	}
	return o.Says + ". " + catalogue.T("workshop.text.ask", "who", plain.List(o.Ask))
}
