package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// EvidenceView is how the layers of a product stand by their checks, how fresh
// that is, and how it came about.
type EvidenceView struct {
	Frame
	Heading string
	Lead    []string
	Layers  []EvidenceLayer
	Matrix  Link // which layers stand before which threat
	Stages  Link // what the next stage still needs
}

// EvidenceLayer is one layer with checks.
type EvidenceLayer struct {
	ID, Title string
	Stands    Tag
	Checks    []EvidenceCheck
	Left      string // how many results are left out
	Picture   Picture
	Back      *Form // takes back a pass that was brought with something wrong; nil where there is none, or who asks may not
}

// EvidenceCheck is how fresh one check is.
type EvidenceCheck struct {
	ID, Tool, Every, Last, Next string
	Stands                      Tag
}

func (l *live) evidence(ctx context.Context, product string) (*EvidenceView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	v := &EvidenceView{
		Frame: l.page(ctx, s, catalogue.T("web.evidence.title"), "/evidence"), Heading: catalogue.T("web.evidence.none"),
		Lead:   []string{catalogue.T("web.evidence.declare")},
		Matrix: Link{s.pageURL(layersPath), catalogue.T("web.matrix.link")}, Stages: Link{s.pageURL("/stages"), catalogue.T("web.stages.link")},
	}
	if s.product == nil {
		return v, nil
	}
	r, err := kept(ctx, l, s, "Timeline", func(ctx context.Context) (*negotiate.TimelineResult, error) {
		return l.service.Timeline(ctx, actorOf(ctx), negotiate.TimelineRequest{Product: s.product.ID, AsOf: l.opt.AsOf})
	})
	if parley.KindOfError(err) == parley.NotFound { // no layer has a check
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.build(r)
	if l.may(ctx, "TakeBackEvidence", s.product.ID) == nil {
		for i := range v.Layers {
			v.Layers[i].Back = backForm(i, s.product.ID, &r.Layers[i])
		}
	}
	return v, nil
}

func (v *EvidenceView) build(r *negotiate.TimelineResult) {
	holds, read := 0, false
	for i := range r.Layers {
		x := &r.Layers[i]
		row := EvidenceLayer{ID: x.ID, Title: titleOr(x.Title, x.ID), Stands: standsTag(x.Now)}
		if x.Now.Standing == negotiate.Verified {
			holds++
		}
		read = read || x.Now.Standing != negotiate.NotVerified && x.Now.Standing != negotiate.NotFinished
		if x.Left > 0 {
			row.Left = catalogue.N("timeline.left-out", x.Left)
		}
		for _, c := range x.Heard {
			row.Checks = append(row.Checks, heardRow(c))
		}
		if len(x.Line) > 0 && x.To.After(x.From) {
			row.Picture = picture(creditChart(row.Title, x), columnWidth, "")
		}
		v.Layers = append(v.Layers, row)
	}
	n := len(v.Layers)
	v.Heading = catalogue.T("web.evidence.heading.zero")
	if holds > 0 {
		v.Heading = catalogue.N("web.evidence.heading", n, "number", plain.InWords(float64(holds)), "of", plain.InWords(float64(n)))
	}
	v.Heading, v.Lead = plain.Capital(v.Heading), []string{catalogue.T("web.evidence.lead")}
	if !read {
		v.Lead = []string{catalogue.T("timeline.none")}
	}
}

// standsTag is how a layer stands, as a mark.
func standsTag(s negotiate.LayerStanding) Tag {
	says, holding := standsWords(s)
	return Tag{says, holdingKind(holding)}
}

// heardRow says how fresh a check is.
func heardRow(c negotiate.CheckHeard) EvidenceCheck {
	row := EvidenceCheck{ID: c.Check, Tool: c.Tool, Every: plain.Duration(c.EveryDays / 365.25), Last: catalogue.T("web.evidence.never")}
	row.Stands = standsTag(negotiate.LayerStanding{Standing: c.Standing, Assurance: c.Assurance, Optional: !c.Required})
	if c.Standing == negotiate.NotFinished {
		row.Stands.Text = c.Word()
	}
	if c.Last != nil {
		row.Last = plain.Date(*c.Last)
	}
	switch {
	case c.Due != nil && c.SilentFrom != nil && c.Assurance <= 0:
		row.Next = catalogue.T("web.evidence.due_nothing", "due", plain.Date(*c.Due))
	case c.Due != nil && c.SilentFrom != nil:
		row.Next = catalogue.T("web.evidence.due_silent", "due", plain.Date(*c.Due), "silent", plain.Date(*c.SilentFrom))
	case c.Due != nil:
		row.Next = plain.Date(*c.Due)
	}
	if !c.Required {
		row.Every += " " + catalogue.T("web.evidence.optional")
	}
	return row
}

// momentsShown is how many moments stand in the table behind a picture.
const momentsShown = 40

// creditChart draws how a layer stood.
func creditChart(title string, l *negotiate.LayerTimeline) chart.Credit {
	says, _ := standsWords(l.Now)
	c := chart.Credit{
		Title: catalogue.T("web.evidence.picture", "title", title, "stands", says), From: plain.Date(l.From), To: plain.Date(l.To),
		All: catalogue.T("web.evidence.all"), None: catalogue.T("web.evidence.nothing"),
		Signs: [3]string{catalogue.T("web.evidence.passed"), catalogue.T("web.evidence.failed"), catalogue.T("web.evidence.undecided")},
		Head:  [4]string{catalogue.T("timeline.col.when"), catalogue.T("timeline.col.came"), catalogue.T("timeline.col.stands"), catalogue.T("timeline.col.credit")},
	}
	span := float64(l.To.Sub(l.From))
	share := func(t time.Time) float64 { return float64(t.Sub(l.From)) / span }
	for i, m := range l.Line {
		to := 1.0
		if i+1 < len(l.Line) {
			to = share(l.Line[i+1].At)
		}
		_, holding := standsWords(m.LayerStanding)
		if m.Assurance <= 0 { // silence takes all of it, too
			holding = chart.Broken
		}
		word := m.Word()
		if n := len(c.Stretches); n > 0 && c.Stretches[n-1].Share == m.Assurance && c.Stretches[n-1].Label == word {
			c.Stretches[n-1].To = to
		} else {
			c.Stretches = append(c.Stretches, chart.Stretch{From: share(m.At), To: to, Share: m.Assurance, Holding: holding, Label: word})
		}
		when, came := plain.Date(m.At)+m.At.Format(" 15:04"), m.Came()
		if heard := m.Heard(); len(heard) > 0 {
			came = strings.Join(heard, ". ")
		}
		if len(m.Results) > 0 {
			c.Heard = append(c.Heard, chart.Heard{At: share(m.At), Sign: signOf(m), Reading: catalogue.T("web.evidence.reading", "when", when, "came", came, "stands", word)})
		}
		if i >= len(l.Line)-momentsShown {
			c.Rows = append(c.Rows, []string{when, came, word, plain.Percent(m.Assurance)})
		}
	}
	return c
}

// signOf is how what came in at a moment is drawn: a failure as such whatever else
// came, and a pass only where nothing was inconclusive.
func signOf(m negotiate.TimelineMoment) chart.Sign {
	has := func(outcome string) bool {
		return slices.ContainsFunc(m.Results, func(r negotiate.TimelineResultOf) bool { return r.Outcome == outcome })
	}
	switch {
	case has(ledger.CheckFailed):
		return chart.HeardBad
	case has(ledger.CheckInconclusive):
		return chart.HeardNeither
	}
	return chart.HeardGood
}
