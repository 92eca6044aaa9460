package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) evidenceAddCommand() *cobra.Command {
	var req negotiate.AddEvidenceRequest
	var up uploaded
	c := command("add FILE…", "evidence.add", cobra.MinimumNArgs(1), func(cmd *cobra.Command, args []string) error {
		var err error
		if req.ReadEvidenceRequest, err = up.request(a); err != nil {
			return err
		}
		for _, name := range args {
			data, err := a.readReport(name)
			if err != nil {
				return err
			}
			req.Files = append(req.Files, evidence.Input{Name: name, Data: data})
		}
		res, err := a.service().AddEvidence(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		if err := a.print(res, func(w io.Writer) error { return addedText(w, res) }); err != nil {
			return err
		}
		return a.unread(res)
	})
	f := c.Flags()
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.evidence.product"))
	f.StringVar(&req.Check, "check", "", catalogue.T("cli.evidence.check"))
	f.StringVar(&req.By, "by", "", catalogue.T("cli.decide.by"))
	up.flags(c)
	return c
}

// unread names the files that could not be read, though they were recorded as
// inconclusive.
func (a *app) unread(r *negotiate.AddEvidenceResult) error {
	bad := false
	for _, f := range r.Files {
		if f.Problem != "" {
			bad = true
			fmt.Fprintln(a.err, "parley:", cleanLines(f.Problem))
		}
	}
	if bad {
		return saidAlready(parley.Invalid)
	}
	return nil
}

// addedText says what each check came to, and how the layers stand now.
func addedText(w io.Writer, r *negotiate.AddEvidenceResult) error {
	var b strings.Builder
	line := func(text string) { paragraph(&b, "", text) }
	if r.Recorded == 0 {
		line(catalogue.T("evidence.nothing"))
	} else {
		line(catalogue.N("evidence.recorded", r.Recorded, "product", r.Product))
	}
	for _, f := range r.Files {
		line(catalogue.T("evidence.file", "file", f.File))
		for _, x := range f.Results {
			key := "evidence.result"
			switch {
			case x.Already && x.AtSource == string(evidence.InFile):
				key = "evidence.result.already.dated"
			case x.Already:
				key = "evidence.result.already"
			}
			paragraph(&b, "  ", catalogue.T(key, "check", x.Check, "outcome", catalogue.T("cli.evidence."+x.Outcome), "pass", x.Pass, "fail", x.Fail,
				"inconclusive", x.Inconclusive, "when", untilText(x.At.Format(time.DateOnly)), "source", x.AtSource))
			for _, reason := range x.Reasons {
				paragraph(&b, "    ", reason)
			}
		}
	}
	layersThenLoss(line, r.Layers, r.Loss)
	for _, x := range r.Reopened {
		line(reopenedText(x))
	}
	return write(w, b.String())
}

// layersThenLoss says how layers stand now, and what an average year costs.
func layersThenLoss(line func(string), layers []negotiate.LayerChange, loss negotiate.LossChange) {
	for _, l := range layers {
		key, now, before := "evidence.layer", standingWords(l.After, l.Checks), standingWords(l.Before, l.Checks)
		if now == before {
			key = "evidence.layer.same"
		}
		line(catalogue.T(key, "title", l.Title, "now", now, "before", before))
	}
	key := "evidence.loss"
	if loss.Before == loss.After {
		key = "evidence.loss.same"
	}
	line(catalogue.T(key, "before", plain.Money(loss.Before, loss.Currency), "after", plain.Money(loss.After, loss.Currency)))
}

// standingWords says how a layer with so many checks stands: "verified, credited
// with 67 %"; with several, by which of them.
func standingWords(s negotiate.LayerStanding, checks int) string {
	stands := s.Word()
	if checks > 1 && s.Check != "" {
		stands = catalogue.T("timeline.by", "standing", stands, "check", s.Check)
	}
	if s.Standing == evidence.NotFinished {
		return stands
	}
	return catalogue.T("evidence.standing", "standing", stands, "credit", plain.Percent(s.Assurance))
}
