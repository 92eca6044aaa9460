package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/internal/negotiate"
)

// stageFlags are what the command was told.
type stageFlags struct {
	to, done, undo, at, because, by, product, asOf string
	block, print                                   bool
}

func (a *app) stageCommand() *cobra.Command {
	var o stageFlags
	c := command("stage [SOURCE|FEATURE] [FEATURE] [STAGE]", "stage", cobra.MaximumNArgs(3), func(cmd *cobra.Command, args []string) error {
		if o.print {
			return write(a.out, string(gate.DefaultMatrix()))
		}
		o, args := o.aimed(args)
		if len(args) > 2 {
			return usageError{errors.New(catalogue.T("cli.stage.many", "what", plain.Clean(args[2])))}
		}
		res, err := a.stage(cmd, o, args)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, a.stageText(res)) })
	})
	f := c.Flags()
	f.StringVar(&o.to, "to", "", catalogue.T("cli.stage.to"))
	f.StringVar(&o.done, "done", "", catalogue.T("cli.stage.done"))
	f.StringVar(&o.undo, "undo", "", catalogue.T("cli.stage.undo"))
	f.StringVar(&o.at, "at", "", catalogue.T("cli.stage.at"))
	f.BoolVar(&o.block, "block", false, catalogue.T("cli.stage.block"))
	f.BoolVar(&o.print, "print-activities", false, catalogue.T("cli.stage.print"))
	f.StringVar(&o.because, "because", "", catalogue.T("cli.stage.because"))
	f.StringVar(&o.by, "by", "", catalogue.T("cli.decide.by"))
	f.StringVar(&o.product, "product", "", catalogue.T("cli.flag.product"))
	f.StringVar(&o.asOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	return c
}

// aimed takes a stage that is named last for --to. A feature whose id is that of a
// stage is named with --to or --done, or as SOURCE.
func (o stageFlags) aimed(args []string) (stageFlags, []string) {
	if n := len(args) - 1; n > 0 && o.to+o.done+o.undo == "" && slices.Contains(parley.Stages(), parley.Stage(args[n])) {
		o.to = args[n]
		return o, args[:n]
	}
	return o, args
}

// stage asks what the command line says.
func (a *app) stage(cmd *cobra.Command, o stageFlags, args []string) (*negotiate.StagesResult, error) {
	said := 0
	for _, x := range []string{o.to, o.done, o.undo} {
		if x != "" {
			said++
		}
	}
	if said > 1 {
		return nil, usageError{errors.New(catalogue.T("cli.stage.one"))}
	}
	if said == 1 && strings.TrimSpace(o.because) == "" {
		return nil, usageError{errors.New(catalogue.T("cli.stage.why"))}
	}
	product, item := o.product, ""
	switch len(args) {
	case 2:
		product, item = args[0], args[1]
	case 1:
		item = args[0]
	}
	s := a.service()
	switch {
	case o.to != "":
		return s.MoveStage(cmd.Context(), a.actor(), negotiate.MoveStageRequest{Product: product, Item: item, To: o.to, Because: o.because, By: o.by, Block: o.block})
	case said == 1:
		return s.SayActivity(cmd.Context(), a.actor(), negotiate.SayActivityRequest{
			Product: product, Item: item, Activity: o.done + o.undo, Stage: o.at, Undo: o.undo != "", Because: o.because, By: o.by,
		})
	}
	req := negotiate.StagesRequest{Source: negotiate.Source{Product: product}, Item: item, AsOf: o.asOf}
	if len(args) > 0 {
		src, err := a.source(args[0])
		switch {
		case err == nil && src.Data != nil:
			req.Source, req.Item = src, strings.Join(args[1:], "")
		case err != nil && len(args) == 2:
			return nil, err
		}
	}
	return s.Stages(cmd.Context(), a.actor(), req)
}

// stageText says what the next stage needs, then what is expected at each.
func (a *app) stageText(r *negotiate.StagesResult) string {
	var b strings.Builder
	line := func(indent, text string) { paragraph(&b, indent, text) }
	where := string(r.Stage)
	if where == "" {
		where = catalogue.T("stage.nowhere")
	}
	line("", catalogue.T("stage.head", "title", r.Title, "id", r.ID, "as_of", untilText(r.AsOf), "stage", where, "tier", string(r.Tier), "loss", plain.Money(r.Loss, r.Currency)))
	line("", catalogue.T("stage.tiers", "medium", plain.Amount(r.Medium, r.Currency), "high", plain.Amount(r.High, r.Currency)))
	switch {
	case r.Next == "":
		line("", catalogue.T("stage.last"))
	case len(r.Missing) == 0:
		line("", catalogue.T("stage.next.none", "next", plain.Capital(string(r.Next))))
	default:
		line("", catalogue.N("stage.next", len(r.Missing), "next", plain.Capital(string(r.Next))))
		for _, x := range r.Activities {
			if x.State == negotiate.ActivityMissing && before(x.Stage, r.Next) {
				line("  ", "- "+catalogue.T("stage.missing", "title", x.Title, "id", x.ID, "stage", string(x.Stage), "says", x.Says))
			}
		}
	}
	for _, x := range r.Reopened {
		line("", reopenedText(x))
	}
	for _, id := range r.Ended {
		line("", catalogue.T("stage.ended", "id", id))
	}
	a.matrixText(&b, r)
	if r.Shipped {
		line("", catalogue.T("stage.shipped"))
	}
	return b.String()
}

// before reports whether one stage comes before another.
func before(a, b parley.Stage) bool {
	for _, s := range parley.Stages() {
		switch s {
		case b:
			return false
		case a:
			return true
		}
	}
	return false
}

// matrixText lists what is expected at each stage, the features, and the moves.
func (a *app) matrixText(b *strings.Builder, r *negotiate.StagesResult) {
	line := func(indent, text string) { paragraph(b, indent, text) }
	fmt.Fprintln(b)
	line("", catalogue.T("stage.matrix"))
	var at parley.Stage
	for _, x := range r.Activities {
		if x.Stage != at {
			at = x.Stage
			line("", plain.Capital(string(at)))
		}
		by, date := "", ""
		if x.At != nil {
			by, date = byText(x.By, x.Claimed), plain.Date(*x.At)
		}
		line("  ", catalogue.T("stage.line."+x.State, "title", x.Title, "id", x.ID, "says", x.Says, "by", by, "date", date, "because", x.Because))
		if x.Source != "" {
			line("    ", catalogue.T("stage.source", "source", x.Source))
		}
	}
	if len(r.Features) > 0 {
		fmt.Fprintln(b)
		line("", catalogue.T("stage.features"))
	}
	for _, f := range r.Features {
		where, missing := string(f.Stage), catalogue.T("stage.feature.none")
		if where == "" {
			where = catalogue.T("stage.nowhere")
		}
		if len(f.Missing) > 0 {
			missing = catalogue.T("stage.feature.missing", "missing", strings.Join(f.Missing, ", "))
		}
		line("  ", catalogue.T("stage.feature", "title", f.Title, "id", f.ID, "stage", where, "tier", string(f.Tier), "missing", missing))
	}
	if len(r.Moves) > 0 {
		fmt.Fprintln(b)
		line("", catalogue.T("stage.moves"))
	}
	for _, m := range r.Moves {
		line("  ", catalogue.T("stage.move", "date", plain.Date(m.At), "to", string(m.To), "by", byText(m.By, m.Claimed), "because", m.Because))
		if len(m.Missing) > 0 {
			line("    ", catalogue.T("stage.move.missing", "missing", strings.Join(m.Missing, ", ")))
		}
	}
}
