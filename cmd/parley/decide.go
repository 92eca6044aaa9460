package main

import (
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (a *app) decideCommand() *cobra.Command {
	var req negotiate.DecideRequest
	var with, replaces, review string
	var conditions, not []string
	c := command("decide THREATS KIND --because …", "decide", cobra.ExactArgs(2), func(cmd *cobra.Command, args []string) error {
		req.Threats = splitList(args[0])
		req.Kind = parley.Kind(args[1])
		for _, text := range not {
			option, why, ok := strings.Cut(text, "=")
			if !ok {
				return parley.Errorf(parley.Invalid, "read --not", "%s", catalogue.T("record.not-taken.form"))
			}
			req.NotTaken = append(req.NotTaken, ledger.NotTaken{Option: strings.TrimSpace(option), Why: why})
		}
		req.With, req.Replaces = splitList(with), splitList(replaces)
		for _, says := range conditions {
			req.Conditions = append(req.Conditions, ledger.Condition{Says: says, Review: review})
		}
		if review != "" && len(conditions) == 0 {
			return parley.Errorf(parley.Invalid, "read --review", "%s", catalogue.T("condition.review-of-nothing"))
		}
		res, err := a.service().Decide(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		next, err := a.next(cmd.Context(), nil)
		return errors.Join(a.print(res, func(w io.Writer) error { return write(w, decideText(res)+next) }), err)
	})
	f := c.Flags()
	f.StringVar(&req.Because, "because", "", catalogue.T("cli.decide.because"))
	f.StringVar(&req.Until, "until", "", catalogue.T("cli.decide.until"))
	f.StringVar(&with, "with", "", catalogue.T("cli.decide.with"))
	f.StringVar(&req.Drops, "drops", "", catalogue.T("cli.decide.drops"))
	f.StringVar(&replaces, "replaces", "", catalogue.T("cli.decide.replaces"))
	f.StringArrayVar(&conditions, "if", nil, catalogue.T("cli.decide.if"))
	f.StringVar(&review, "review", "", catalogue.T("cli.decide.review"))
	f.StringVar(&req.NotApplicable, "not-applicable", "", catalogue.T("cli.decide.not-applicable"))
	f.StringVar(&req.By, "by", "", catalogue.T("cli.decide.by"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	f.StringVar(&req.AsOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	f.StringArrayVar(&req.Premises, "premise", nil, catalogue.T("cli.decide.premise"))
	f.StringArrayVar(&not, "not", nil, catalogue.T("cli.decide.not"))
	f.BoolVar(&req.Propose, "propose", false, catalogue.T("cli.decide.propose"))
	return c
}

func decideText(r *negotiate.DecideResult) string {
	var b strings.Builder
	for _, d := range r.Decisions {
		paragraph(&b, "", decisionLine(d))
		for _, line := range conditionLines(d) {
			paragraph(&b, "  ", line)
		}
	}
	for _, t := range r.Tasks {
		paragraph(&b, "  ", catalogue.T("cli.decided.task", "id", t.ShortID, "title", t.Title))
	}
	for _, x := range r.Reopened {
		paragraph(&b, "", reopenedText(x))
	}
	for _, n := range r.Notes {
		paragraph(&b, "  ", n)
	}
	return b.String()
}

// moveCommand is a move in the life of a decision.
func (a *app) moveCommand(move string) *cobra.Command {
	req := negotiate.MoveRequest{Move: move}
	c := command(move+" DECISION", move, cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Decision = args[0]
		res, err := a.service().Move(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		next, err := a.next(cmd.Context(), nil)
		return errors.Join(a.print(res, func(w io.Writer) error { return write(w, decideText(res)+next) }), err)
	})
	c.Flags().StringVar(&req.Because, "because", "", catalogue.T("cli.decide.because"))
	c.Flags().StringVar(&req.By, "by", "", catalogue.T("cli.decide.by"))
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

// splitList splits ids at commas and spaces.
func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
