package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) evidenceTimelineCommand() *cobra.Command {
	var req negotiate.TimelineRequest
	c := command("timeline [CONTROL|CHECK]", "evidence.timeline", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		req.About = strings.Join(args, "")
		res, err := a.service().Timeline(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, timelineText(res, a.width())) })
	})
	f := c.Flags()
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	f.StringVar(&req.AsOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	return c
}

// timelineText draws each layer's timeline, the same as a table below it.
func timelineText(r *negotiate.TimelineResult, width int) string {
	var b strings.Builder
	line := func(text string) { paragraph(&b, "", text) }
	line(catalogue.T("timeline.head", "product", r.Product, "as_of", untilText(r.AsOf)))
	for i := range r.Layers {
		l := &r.Layers[i]
		fmt.Fprintln(&b)
		line(catalogue.T("timeline.layer", "title", l.Title, "id", l.ID, "checks", strings.Join(l.Checks, ", "), "now", standingWords(l.Now, len(l.Checks))))
		if len(l.Line) == 0 {
			line(catalogue.T("timeline.none"))
			continue
		}
		if l.To.After(l.From) {
			b.WriteString(strip(l, min(width, textWidth)-2))
		}
		if l.Left > 0 {
			line(catalogue.N("timeline.left-out", l.Left))
		}
		for _, c := range l.Heard {
			if len(l.Heard) > 1 && c.Last == nil && c.Standing != negotiate.NotVerified {
				line(catalogue.T("timeline.check", "check", c.Check, "stands", c.Word()))
			}
		}
		t := table{head: []string{
			catalogue.T("timeline.col.when"), catalogue.T("timeline.col.came"), catalogue.T("timeline.col.stands"), catalogue.T("timeline.col.credit"),
		}, left: 3}
		first := max(0, len(l.Line)-mostShown)
		if first > 0 {
			line(catalogue.T("timeline.last", "n", mostShown))
		}
		for _, m := range l.Line[first:] {
			stands := m.Word()
			if len(l.Checks) > 1 && m.Check != "" {
				stands = catalogue.T("timeline.by", "standing", stands, "check", m.Check)
			}
			t.add(plain.Date(m.At)+m.At.Format(" 15:04"), m.Came(), stands, plain.Percent(m.Assurance))
		}
		b.WriteString(t.text(width))
		for _, m := range l.Line[first:] {
			for _, why := range m.Heard() {
				paragraph(&b, "  ", plain.Clean(catalogue.T("timeline.at", "when", plain.Date(m.At)+m.At.Format(" 15:04"), "why", why)))
			}
		}
	}
	return b.String()
}

// signs are how standings are drawn, with nothing but shapes.
var signs = []struct {
	standing evidence.Standing
	sign     byte
}{
	{evidence.Failing, 'x'},
	{evidence.Stale, '.'},
	{evidence.Unreported, '?'},
	{evidence.Weak, '~'},
	{evidence.NotDue, '-'},
	{evidence.NotFinished, '+'},
	{evidence.Verified, '='},
}

// strip draws how a layer stood: a character is a stretch of time, and shows the
// least that the layer was credited with in it.
func strip(l *negotiate.LayerTimeline, width int) string {
	row := make([]byte, max(1, width))
	span := l.To.Sub(l.From)
	column := func(t time.Time) int {
		return min(len(row)-1, int(float64(t.Sub(l.From))/float64(span)*float64(len(row))))
	}
	credit := make([]float64, len(row))
	used := map[byte]bool{}
	for i, m := range l.Line {
		to := len(row) - 1
		if i+1 < len(l.Line) {
			to = column(l.Line[i+1].At)
		}
		for k := column(m.At); k <= to; k++ {
			if row[k] == 0 || m.Assurance < credit[k] {
				row[k], credit[k] = signOf(m.Standing), m.Assurance
			}
		}
	}
	for _, c := range row {
		used[c] = true
	}
	var legend []string
	for _, s := range signs {
		if used[s.sign] {
			legend = append(legend, string(s.sign)+" "+negotiate.StandingWord(s.standing))
		}
	}
	from, to := plain.Date(l.From), plain.Date(l.To)
	gap := max(1, len(row)-len(from)-len(to))
	return "  " + string(row) + "\n  " + from + strings.Repeat(" ", gap) + to + "\n  " + strings.Join(legend, ", ") + "\n"
}

func signOf(s evidence.Standing) byte {
	for _, x := range signs {
		if x.standing == s {
			return x.sign
		}
	}
	return ' '
}
