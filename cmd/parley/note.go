package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (a *app) noteCommand(kind ledger.NoteKind, use string, args cobra.PositionalArgs) *cobra.Command {
	req := negotiate.NoteRequest{Kind: kind}
	c := command(use, string(kind), args, func(cmd *cobra.Command, args []string) error {
		req.About = args[0]
		if len(args) > 1 {
			req.Text = args[1]
		}
		res, err := a.service().AddNote(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, notesText(res.Notes)) })
	})
	f := c.Flags()
	if kind == ledger.NoteEstimate {
		f.StringVar(&req.Text, "because", "", catalogue.T("cli.decide.because"))
	}
	if kind == ledger.NoteChallenge || kind == ledger.NoteEstimate {
		f.StringVar(&req.Likelihood, "likelihood", "", catalogue.T("record.estimate.likelihood"))
		f.StringVar(&req.Impact, "impact", "", catalogue.T("record.estimate.impact"))
	}
	f.StringVar(&req.By, "by", "", catalogue.T("cli.decide.by"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func (a *app) commentCommand() *cobra.Command {
	return a.noteCommand(ledger.NoteComment, "comment THREAT|DECISION TEXT", cobra.ExactArgs(2))
}

func (a *app) askCommand() *cobra.Command {
	return a.noteCommand(ledger.NoteQuestion, "ask THREAT|DECISION TEXT", cobra.ExactArgs(2))
}

func (a *app) challengeCommand() *cobra.Command {
	return a.noteCommand(ledger.NoteChallenge, "challenge THREAT|DECISION TEXT", cobra.ExactArgs(2))
}

func (a *app) estimateCommand() *cobra.Command {
	return a.noteCommand(ledger.NoteEstimate, "estimate THREAT", cobra.ExactArgs(1))
}

func notesText(list []negotiate.Note) string {
	var b strings.Builder
	for _, n := range list {
		text := strings.TrimSpace(strings.Join([]string{n.Likelihood, n.Impact, n.Text}, " "))
		fmt.Fprintln(&b, plain.Clean(catalogue.T("record.note", "at", plain.Date(n.At), "by", byText(n.By, n.Claimed), "kind", catalogue.T("record.note."+n.Kind), "text", text)))
	}
	return b.String()
}
