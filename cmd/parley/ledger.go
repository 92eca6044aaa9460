package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (a *app) ledgerCommand() *cobra.Command {
	return group("ledger", append([]*cobra.Command{a.logCommand(), a.showCommand(), a.seenCommand(), a.acceptedCommand(), a.verifyCommand(), a.checkpointCommand(), a.rotateKeyCommand(), a.eraseCommand()}, a.recordCommands()...)...)
}

func (a *app) logCommand() *cobra.Command {
	var req negotiate.LogRequest
	var before int
	c := command("log", "ledger.log", nil, func(cmd *cobra.Command, _ []string) error {
		req.Before = int64(before)
		res, err := a.service().Log(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error {
			var b strings.Builder
			head := ""
			if len(res.Events) == 0 {
				key := "cli.log.none"
				if res.Size == 0 {
					key = "web.record.none"
				}
				fmt.Fprintln(&b, catalogue.T(key))
			}
			for _, e := range res.Events {
				if h := catalogue.T("cli.log.head", "day", plain.Date(e.At.Local()), "who", plain.Clean(whoText(e))); h != head {
					head = h
					fmt.Fprintln(&b, head)
				}
				b.WriteString(loggedText(e))
			}
			return write(w, b.String())
		})
	})
	f := c.Flags()
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	f.StringVar(&req.Type, "type", "", catalogue.T("cli.log.type"))
	f.StringVar(&req.Who, "who", "", catalogue.T("cli.log.who"))
	f.StringVar(&req.From, "from", "", catalogue.T("cli.log.from"))
	f.StringVar(&req.To, "to", "", catalogue.T("cli.log.to"))
	f.StringVar(&req.About, "about", "", catalogue.T("cli.log.about"))
	f.StringVar(&req.Text, "text", "", catalogue.T("cli.log.text"))
	wholeVar(c.Flags(), &before, "before", 0, 0, math.MaxInt, catalogue.T("cli.log.before"))
	wholeVar(c.Flags(), &req.Limit, "limit", 50, 0, math.MaxInt, catalogue.T("cli.log.limit"))
	return c
}

// loggedText is an event below its day and whoever did it: number and time in
// columns of their own, then what happened.
func loggedText(e negotiate.Event) string {
	var b strings.Builder
	start := fmt.Sprintf("%6d  %s  ", e.Seq, e.At.Local().Format("15:04"))
	for _, line := range plain.Wrap(plain.Clean(e.Says), textWidth-len(start)) {
		b.WriteString(start + line + "\n")
		start = strings.Repeat(" ", len(start))
	}
	return b.String()
}

func eventText(e negotiate.Event) string {
	return fmt.Sprintf("%5d  %s  %s (%s)", e.Seq, e.At.Local().Format("2006-01-02 15:04"), plain.Clean(e.Says), plain.Clean(whoText(e)))
}

// whoText is who did it, and in whose name.
func whoText(e negotiate.Event) string {
	if e.By != "" {
		return catalogue.T("cli.log.claimed", "by", e.By, "actor", e.Actor.ID)
	}
	return e.Actor.ID
}

func (a *app) showCommand() *cobra.Command {
	var req negotiate.ShowRequest
	c := command("show [DECISION]", "ledger.show", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return a.showAt(cmd.Context(), negotiate.ShowAtRequest{Product: req.Product, At: req.At})
		}
		req.Decision = args[0]
		res, err := a.service().Show(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return showText(w, res) })
	})
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	c.Flags().StringVar(&req.At, "at", "", catalogue.T("record.show.at"))
	return c
}

func showText(w io.Writer, r *negotiate.ShowResult) error {
	var b strings.Builder
	d := r.Decision
	fmt.Fprintln(&b, decisionLine(d))
	fmt.Fprintln(&b, "  "+catalogue.T("cli.show.because", "because", plain.Clean(d.Because)))
	for _, p := range d.Premises {
		fmt.Fprintln(&b, "  "+premiseLine(p))
	}
	for _, line := range conditionLines(d) {
		paragraph(&b, "  ", line)
	}
	if d.Joint != nil {
		fmt.Fprintln(&b, "  "+plain.Clean(d.Joint.Says))
	}
	for _, n := range r.NotTaken {
		notTakenText(&b, n)
	}
	for _, m := range r.History {
		fmt.Fprintln(&b, "  "+catalogue.T("cli.show.move", "at", plain.Date(m.At), "status", catalogue.T("decision."+strings.ReplaceAll(string(m.To), " ", "-")), "who", plain.Clean(m.Actor.ID)))
		if m.Because != "" {
			paragraph(&b, "    ", catalogue.T("cli.show.because", "because", plain.Clean(m.Because)))
		}
		for _, x := range m.Broken {
			fmt.Fprintln(&b, "    "+negotiate.BrokeText(x))
		}
		if m.MovedBy != "" {
			paragraph(&b, "    ", catalogue.T("cli.show.moved_by", "says", plain.Clean(m.MovedBy)))
		}
	}
	b.WriteString(notesText(r.Notes))
	fmt.Fprintln(&b, catalogue.T("cli.show.brief"))
	return write(w, b.String())
}

// premiseLine says what a decision counted on, and how far that may move.
func premiseLine(p ledger.Premise) string {
	says, value := plain.Clean(p.Says), negotiate.PremiseText(p.Value, p.Unit)
	switch {
	case p.High != nil && p.Low != nil:
		return catalogue.T("cli.show.premise.between", "says", says, "value", value, "low", negotiate.PremiseText(*p.Low, p.Unit), "high", negotiate.PremiseText(*p.High, p.Unit))
	case p.High != nil:
		return catalogue.T("cli.show.premise", "says", says, "value", value, "high", negotiate.PremiseText(*p.High, p.Unit))
	case p.Low != nil:
		return catalogue.T("cli.show.premise.least", "says", says, "value", value, "low", negotiate.PremiseText(*p.Low, p.Unit))
	}
	return catalogue.T("cli.show.premise.any", "says", says, "value", value)
}

// notTakenText says what was not chosen, and why.
func notTakenText(b *strings.Builder, n ledger.NotTaken) {
	text := catalogue.T("cli.show.not-taken", "option", optionText(n.Option))
	if why := n.Says(); why != "" {
		text = catalogue.T("cli.show.not-taken.why", "option", optionText(n.Option), "why", why)
	}
	paragraph(b, "  ", text)
}

// optionText is an option that was not taken: one of the kinds, or an id.
func optionText(id string) string {
	if catalogue.Has("kind." + id) {
		return catalogue.T("kind." + id)
	}
	return plain.Clean(id)
}

func (a *app) verifyCommand() *cobra.Command {
	var files []string
	c := command("verify", "ledger.verify", nil, func(cmd *cobra.Command, _ []string) error {
		var req negotiate.VerifyRequest
		for _, f := range files {
			text, err := a.readFile(f)
			if err != nil {
				return err
			}
			req.Checkpoints, req.Names = append(req.Checkpoints, text), append(req.Names, f)
		}
		res, err := a.service().Verify(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		err = a.print(res, func(w io.Writer) error {
			text := res.Says + "\n"
			for _, f := range res.Findings {
				text += fmt.Sprintf("  %s: %s\n", f.Fault, plain.Clean(f.Says))
			}
			return write(w, text)
		})
		if err == nil && !res.OK {
			return saidAlready(parley.No)
		}
		return err
	})
	c.Flags().StringArrayVar(&files, "checkpoint", nil, catalogue.T("cli.verify.checkpoint"))
	return c
}

// checkpointed is a signed statement of the size and root of the record.
type checkpointed struct {
	Schema     string `json:"schema"`
	Checkpoint string `json:"checkpoint"`
}

func (a *app) checkpointCommand() *cobra.Command {
	var to string
	c := command("checkpoint", "ledger.checkpoint", nil, func(cmd *cobra.Command, _ []string) error {
		text, err := a.service().Checkpoint(cmd.Context(), a.actor())
		if err != nil {
			return err
		}
		return a.deliver(to, text, checkpointed{Schema: "parley.checkpoint/1", Checkpoint: string(text)})
	})
	c.Flags().StringVar(&to, "to", "", catalogue.T("cli.checkpoint.to"))
	return c
}

// listedDecision is a decision below a heading that says how it stands.
func listedDecision(d negotiate.Decision) string {
	return catalogue.T("cli.decision.listed", "id", d.ShortID, "threats", plain.List(d.Titles), "kind", kindText(d), "until", untilOf(d), "by", byText(d.By, d.Claimed))
}

// decisionLine is a decision in one line.
func decisionLine(d negotiate.Decision) string {
	return catalogue.T("cli.decision", "id", d.ShortID, "status", catalogue.T("decision."+strings.ReplaceAll(d.Status, " ", "-")),
		"threats", plain.Clean(plain.List(d.Titles)), "kind", kindText(d), "until", untilOf(d), "by", plain.Clean(byText(d.By, d.Claimed)))
}

func untilOf(d negotiate.Decision) string {
	if d.Until == "" {
		return ""
	}
	return catalogue.T("cli.until", "until", untilText(d.Until))
}

// byText is in whose name something was done.
func byText(by string, claimed bool) string {
	if claimed {
		return catalogue.T("cli.claimed", "by", by)
	}
	return by
}

// kindText is what was decided, with what is to be built or signed.
func kindText(d negotiate.Decision) string {
	kind := catalogue.T("kind." + string(d.Kind))
	if len(d.With) == 0 {
		return kind
	}
	return catalogue.T("cli.with", "kind", kind, "with", plain.Clean(plain.List(d.With)))
}

// untilText is an end for people: a date, or a stage as it stands.
func untilText(s string) string {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return plain.Date(t)
	}
	return plain.Clean(s)
}
