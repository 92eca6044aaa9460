package web

import (
	"cmp"
	"context"
	"net/url"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// whyDays is how far back is looked where nobody says from when.
const whyDays = 30

// whyURL is the page that says what moved a figure of a threat.
func (s *situation) whyURL(threat string) string {
	return s.pageAsking(whyPath, url.Values{"of": {threat}})
}

// why says what moved a figure between two days.
func (l *live) why(ctx context.Context, ask whyAsk) (*WhyView, error) {
	s, err := l.look(ctx, ask.product)
	if err != nil {
		return nil, err
	}
	v := &WhyView{Frame: l.page(ctx, s, catalogue.T("web.why.title"), whyPath), Heading: catalogue.T("web.why.heading"), Of: ask.of, Figure: cmp.Or(ask.figure, negotiate.FigureAnnual), From: ask.from, To: ask.to}
	if s.product == nil {
		return v, nil
	}
	if s.several {
		v.ProductID = s.product.ID
	}
	v.span(s.status.AsOf)
	v.choices(s.product.Model)
	figure := v.Figure
	if v.Of != "" {
		figure = v.Of + "." + v.Figure
	}
	r, err := l.service.Why(ctx, actorOf(ctx), negotiate.WhyRequest{Product: s.product.ID, Figure: figure, From: v.From, To: v.To, Titles: true})
	switch {
	case err == nil:
		v.tell(r)
	case refusable(err) && parley.KindOfError(err) != parley.Forbidden:
		v.Problem = problemOf(err)
	default:
		return nil, err
	}
	return v, nil
}

// span gives the days that nobody said.
func (v *WhyView) span(today string) {
	v.To = cmp.Or(v.To, today)
	if day, err := time.Parse(time.DateOnly, v.To); err == nil && v.From == "" {
		v.From = day.AddDate(0, 0, -whyDays).Format(time.DateOnly)
	}
}

// choices are what can be asked about; m is nil where the product cannot be read.
func (v *WhyView) choices(m *parley.Model) {
	v.Ofs = []Choice{{"", catalogue.T("web.why.whole")}}
	if m != nil {
		for _, t := range m.Threats {
			v.Ofs = append(v.Ofs, Choice{t.ID, titleOr(t.Title, t.ID)})
			if t.ID == v.Of {
				v.BackURL, v.Title = threatURL(t.ID), titleOr(t.Title, t.ID)
			}
		}
		for _, x := range m.Mitigations {
			v.Ofs = append(v.Ofs, Choice{x.ID, catalogue.T("web.why.work", "title", titleOr(x.Title, x.ID))})
		}
		for _, t := range m.Threats {
			for _, x := range t.Treatments {
				if x.Kind == parley.Transfer {
					v.Ofs = append(v.Ofs, Choice{x.ID, catalogue.T("web.why.contract", "title", titleOr(x.Title, x.ID))})
				}
			}
		}
	}
	for _, name := range negotiate.WhyFigures() {
		v.Figures = append(v.Figures, Choice{name, catalogue.T("web.why.figure." + name)})
	}
}

// tell puts the answer into words.
func (v *WhyView) tell(r *negotiate.WhyResult) {
	v.Heading = r.Heading()
	v.Ends = catalogue.T("web.why.ends", "from", plain.DateText(r.From), "before", r.Says(r.Before), "to", plain.DateText(r.To), "after", r.Says(r.After))
	if r.Moved != nil {
		v.Moved = catalogue.T("web.why.moved", "moved", r.MoveSays(*r.Moved))
	}
	for _, c := range r.ByCause {
		v.Causes = append(v.Causes, Pair{catalogue.T("why.cause." + c.Cause), r.MoveSays(c.Moved)})
	}
	for _, x := range r.Steps {
		row := WhyRow{When: momentOf(x.At), What: x.Says, Then: r.Says(x.After)}
		if x.By != "" {
			row.What = catalogue.T("why.by", "says", x.Says, "by", x.By)
		}
		if x.Before != nil && x.After != nil {
			row.Moved = r.MoveSays(x.Moved)
		}
		v.Steps = append(v.Steps, row)
	}
	if len(r.Steps) == 0 {
		v.Nothing = catalogue.N("why.nothing", r.Looked)
	}
}
