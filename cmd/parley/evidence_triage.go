package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) evidenceTriageCommand() *cobra.Command {
	var req negotiate.TriageRequest
	var take bool
	c := command("triage FILE…", "evidence.triage", cobra.MinimumNArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Files = nil
		for _, name := range args {
			data, err := a.readReport(name)
			if err != nil {
				return err
			}
			req.Files = append(req.Files, evidence.Input{Name: name, Data: data})
		}
		ask := a.service().PreviewTriage
		if take {
			ask = a.service().Triage
		}
		res, err := ask(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, triageText(res, take)) })
	})
	f := c.Flags()
	f.BoolVar(&take, "apply", false, catalogue.T("cli.triage.apply"))
	f.StringVar(&req.Level, "level", "", catalogue.T("cli.triage.level"))
	f.StringSliceVar(&req.Only, "only", nil, catalogue.T("cli.triage.only"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	f.StringVar(&req.By, "by", "", catalogue.T("cli.decide.by"))
	return c
}

// mostShown is how many findings a terminal lists; --json has all.
const mostShown = 100

// triageText says of each finding how it stands beside the record, then what is
// gone and what was or would be taken in.
func triageText(r *negotiate.TriageResult, took bool) string {
	var b strings.Builder
	line := func(indent, text string) { paragraph(&b, indent, text) }
	line("", catalogue.N("triage.head", len(r.Findings), "product", r.Product))
	for i, x := range r.Findings {
		if i == mostShown {
			line("", catalogue.N("gate.more", len(r.Findings)-i))
			break
		}
		line("", catalogue.T("triage.line."+x.State, "title", x.Title, "level", x.Level, "id", x.ShortID, "decision", x.Decision, "kind", x.Kind))
		line("    ", catalogue.N("triage.found", x.Places, "tools", strings.Join(x.Tools, ", "), "rules", strings.Join(x.Rules, ", "), "fingerprint", x.Fingerprint))
	}
	for _, g := range r.Gone {
		line("", catalogue.T("triage.gone", "title", g.Title, "id", g.ShortID, "tool", g.Tool))
	}
	if r.Tests > 0 {
		line("", catalogue.N("triage.tests", r.Tests))
	}
	fmt.Fprintln(&b)
	fresh := r.Counts[negotiate.FindingNew]
	switch {
	case took && r.Recorded > 0:
		line("", catalogue.N("triage.took", r.Recorded))
	case fresh == 0 && r.Counts[negotiate.FindingMild]+r.Counts[negotiate.FindingLeft] > 0:
		line("", catalogue.T("triage.left"))
	case took, fresh == 0:
		line("", catalogue.T("triage.nothing"))
	default:
		line("", catalogue.N("triage.would", fresh))
	}
	return b.String()
}
