package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) incidentCommand() *cobra.Command {
	return group("incident", a.incidentAddCommand(), a.incidentCorrectCommand(false), a.incidentCorrectCommand(true), a.incidentListCommand())
}

func (a *app) incidentAddCommand() *cobra.Command {
	var req negotiate.AddIncidentRequest
	c := command("add THREAT", "incident.add", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Threat = args[0]
		res, err := a.service().AddIncident(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, a.incidentText(res)) })
	})
	f := c.Flags()
	f.StringVar(&req.At, "at", "", catalogue.T("cli.incident.at"))
	f.StringVar(&req.Title, "title", "", catalogue.T("cli.incident.title"))
	f.StringArrayVar(&req.Losses, "loss", nil, catalogue.T("cli.incident.loss"))
	f.BoolVar(&req.NearMiss, "near-miss", false, catalogue.T("cli.incident.near-miss"))
	f.StringSliceVar(&req.Stopped, "stopped-by", nil, catalogue.T("cli.incident.stopped-by"))
	f.StringSliceVar(&req.Passed, "passed", nil, catalogue.T("cli.incident.passed"))
	f.StringVar(&req.By, "by", "", catalogue.T("cli.decide.by"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

// nowText says how a threat stands once an incident of it is told anew, as far as
// there are figures of it.
func (a *app) nowText(b *strings.Builder, r *negotiate.CorrectIncidentResult) {
	if r.Happened == nil {
		return
	}
	if r.Before != nil && r.Before.Says != r.Happened.Says {
		paragraph(b, "", catalogue.T("incident.before", "says", r.Before.Says))
	}
	paragraph(b, "", catalogue.T("incident.now", "title", r.Happened.Title))
	a.happenedText(b, "  ", *r.Happened, r.Currency)
}

// incidentCorrectCommand tells an incident anew, or withdraws it.
func (a *app) incidentCorrectCommand(withdraw bool) *cobra.Command {
	req := negotiate.CorrectIncidentRequest{Withdraw: withdraw}
	name := map[bool]string{false: "correct", true: "withdraw"}[withdraw]
	nearMiss := false
	c := command(name+" INCIDENT", "incident."+name, cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Incident = args[0]
		if f := cmd.Flags().Lookup("near-miss"); f != nil && f.Changed {
			req.NearMiss = &nearMiss
		}
		res, err := a.service().CorrectIncident(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error {
			var b strings.Builder
			paragraph(&b, "", res.Says)
			a.nowText(&b, res)
			for _, x := range res.Reopened {
				paragraph(&b, "", reopenedText(x))
			}
			for _, id := range res.Kept {
				paragraph(&b, "", catalogue.T("incident.kept", "id", id))
			}
			return write(w, b.String())
		})
	})
	f := c.Flags()
	if !withdraw {
		f.StringVar(&req.At, "at", "", catalogue.T("cli.incident.at"))
		f.StringVar(&req.Title, "title", "", catalogue.T("cli.incident.title"))
		f.StringArrayVar(&req.Losses, "loss", nil, catalogue.T("cli.incident.loss"))
		f.BoolVar(&nearMiss, "near-miss", false, catalogue.T("cli.incident.near-miss"))
		f.StringSliceVar(&req.Stopped, "stopped-by", nil, catalogue.T("cli.incident.stopped-by"))
		f.StringSliceVar(&req.Passed, "passed", nil, catalogue.T("cli.incident.passed"))
	}
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	a.whyFlags(c, &req.Because, &req.By)
	return c
}

func (a *app) incidentListCommand() *cobra.Command {
	var req negotiate.IncidentsRequest
	c := command("list [SOURCE] [THREAT…]", "incident.list", cobra.ArbitraryArgs, func(cmd *cobra.Command, args []string) (err error) {
		if len(args) > 0 {
			if req.Source, err = a.source(args[0]); err != nil {
				return err
			}
			req.Threats = args[1:]
		}
		res, err := a.service().Incidents(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, a.incidentsText(res, len(req.Threats) > 0)) })
	})
	c.Flags().StringVar(&req.Since, "since", "", catalogue.T("cli.incident.since"))
	c.Flags().StringVar(&req.AsOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	return c
}

// incidentText says what was recorded, what it teaches and what it re-opens.
func (a *app) incidentText(r *negotiate.AddIncidentResult) string {
	var b strings.Builder
	line := func(text string) { paragraph(&b, "", text) }
	line(catalogue.T("incident.recorded", "id", r.ShortID, "threat", r.Happened.Title, "date", untilText(r.At)))
	a.happenedText(&b, "", r.Happened, r.Currency)
	for _, x := range r.Reopened {
		line(reopenedText(x))
	}
	for _, id := range r.Kept {
		line(catalogue.T("incident.kept", "id", id))
	}
	return b.String()
}

// incidentsText says for each threat what happened to it; where nothing did to
// any, that and what is out of line, or the threats that were asked for by name.
func (a *app) incidentsText(r *negotiate.IncidentsResult, named bool) string {
	var b strings.Builder
	paragraph(&b, "", catalogue.T("incident.head", "product", r.Product, "as_of", untilText(r.AsOf)))
	if r.ToCome != "" {
		paragraph(&b, "", catalogue.T("incident.to-come", "day", untilText(r.ToCome)))
	}
	list := r.Threats
	quiet := !slices.ContainsFunc(list, happenedAny)
	if quiet {
		paragraph(&b, "", catalogue.T("incident.quiet"))
		if !named || !r.Compared {
			list = slices.DeleteFunc(slices.Clone(list), inLine)
		}
	}
	switch {
	case len(r.Threats) == 0:
		paragraph(&b, "", catalogue.T("incident.nothing"))
	case len(list) == 0 && !r.Compared:
		paragraph(&b, "", catalogue.T("incident.quiet.since"))
	case len(list) == 0:
		paragraph(&b, "", catalogue.T("incident.quiet.in-line"))
	}
	for _, h := range list {
		fmt.Fprintln(&b)
		paragraph(&b, "", catalogue.T("incident.threat", "title", h.Title, "id", h.Threat, "since", untilText(h.Since)))
		a.happenedText(&b, "  ", h, r.Currency)
	}
	return b.String()
}

// happenedAny reports whether anything is recorded of a threat.
func happenedAny(h negotiate.Happened) bool { return h.Incidents+h.NearMisses+h.Earlier > 0 }

// inLine reports whether a threat stands as expected, as far as that is known.
func inLine(h negotiate.Happened) bool {
	return h.Standing == negotiate.AsExpected || h.Standing == ""
}

// happenedText says what happened beside what was expected, and what the
// estimates would be with it. What would move nothing is left out.
func (a *app) happenedText(b *strings.Builder, indent string, h negotiate.Happened, currency string) {
	line := func(text string) { paragraph(b, indent, text) }
	line(h.Says)
	if h.Earlier > 0 {
		line(catalogue.N("incident.earlier", h.Earlier, "since", untilText(h.Since)))
	}
	if len(h.CouldStop) > 0 {
		line(catalogue.T("incident.could-stop", "layers", plain.List(h.CouldStop)))
	}
	if x := h.Likelihood; x != nil && (h.Incidents > 0 || h.Standing != negotiate.AsExpected) {
		learnt(line, *x, func(v float64) string { return catalogue.T("incident.events", "n", plain.Number(v)) })
	}
	for _, x := range h.Losses {
		learnt(line, x, func(v float64) string { return plain.Money(v, currency) })
	}
	for _, x := range h.Layers {
		learnt(line, x, plain.Percent)
	}
}

// learnt says what one estimate was, would be, and how to take it.
func learnt(line func(string), x negotiate.Learnt, say func(float64) string) {
	switch {
	case x.Why != "":
		line(catalogue.T("incident.learnt.not", "field", x.Field, "stated", x.Stated, "why", x.Why))
	case x.Proposed != "":
		line(catalogue.T("incident.learnt", "field", x.Field, "stated", x.Stated, "before", say(x.Prior.P50), "after", say(x.Posterior.P50), "proposed", x.Proposed))
	}
}
