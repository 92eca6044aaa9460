package web

import (
	"context"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// adds leads to what the figures of a subject add up from. about names them to
// who hears the page.
func (s *situation) adds(a sumAsk, about string) *Link {
	if s.product == nil {
		return nil
	}
	if a.plan.product = ""; s.several {
		a.plan.product = s.product.ID
	}
	return &Link{a.url(), about}
}

// sum takes the figures of a subject apart.
func (l *live) sum(ctx context.Context, ask sumAsk) (*SumView, error) {
	s, err := l.lookFor(ctx, ask)
	if err != nil {
		return nil, err
	}
	v := &SumView{Frame: l.page(ctx, s, catalogue.T("sum.open"), sumPath), Heading: catalogue.T("sum.open")}
	if s.product == nil {
		v.Nothing = catalogue.T("sum.nothing")
		return v, nil
	}
	v.Back = s.sumBack(ask)
	var b negotiate.Budget // as a brief and the backlog are made with
	switch {
	case ask.atOnce:
		b.Periods = "none"
	case ask.about == negotiate.AboutPlan:
		b = l.planRequest(s, ask.plan).Budget
	}
	r, err := kept(ctx, l, s, "Sum", func(ctx context.Context) (*negotiate.SumsResult, error) {
		return l.service.Sum(ctx, actorOf(ctx), negotiate.SumRequest{
			Source: negotiate.Source{Product: s.product.ID}, AsOf: l.opt.AsOf, About: ask.about, ID: ask.id, Option: ask.option, With: ask.with, Budget: b,
		})
	}, append(ask.plan.key(searched), ask.about, ask.id, ask.option, ask.with, ask.atOnce)...)
	switch {
	case err == nil:
		v.tell(r, ask.figure)
	case refusable(err) && parley.KindOfError(err) != parley.Forbidden:
		v.Problem = problemOf(err)
	default:
		return nil, err
	}
	return v, nil
}

// lookFor is the product that is meant: of a threat the one that has it.
func (l *live) lookFor(ctx context.Context, ask sumAsk) (*situation, error) {
	s, err := l.look(ctx, ask.plan.product)
	if err != nil || ask.plan.product != "" || ask.id == "" {
		return s, err
	}
	for i := range s.status.Products {
		p := &s.status.Products[i]
		if m := p.Model; m != nil && (m.Threat(ask.id) != nil || m.Control(ask.id) != nil || m.Dependency(ask.id) != nil) {
			return &situation{status: s.status, product: p, several: s.several}, nil
		}
	}
	return s, nil
}

// sumBack is the page on which the figures stand.
func (s *situation) sumBack(ask sumAsk) *Link {
	switch ask.about {
	case negotiate.AboutThreat, negotiate.AboutOption:
		return &Link{threatURL(ask.id), threatTitle(s.product.Model, ask.id)}
	case negotiate.AboutPlan:
		q := ask.plan
		return &Link{q.url(), catalogue.T("web.nav.plan")}
	case negotiate.AboutLayer:
		return &Link{s.pageURL(layersPath), catalogue.T("web.matrix.title")}
	case negotiate.AboutBacklog:
		return &Link{s.pageURL("/tasks"), catalogue.T("web.nav.tasks")}
	case negotiate.AboutAuthority:
		return &Link{rulesPath, catalogue.T("web.rules.see")}
	case negotiate.AboutDeciding:
		return &Link{s.pageURL(organisationPath), catalogue.T("web.org.title")}
	}
	return &Link{s.pageURL("/"), catalogue.T("web.nav.home")}
}

// tell puts the sums into words; figure is the one wanted, "" for all.
func (v *SumView) tell(r *negotiate.SumsResult, figure string) {
	v.Heading = r.Title
	for i := range r.Sums {
		y := &r.Sums[i]
		if figure != "" && y.Figure != figure || len(y.Terms) == 0 && y.Value == 0 {
			continue
		}
		t := SumTable{Says: y.Says, Formula: y.Formula, Docs: y.Docs}
		rows := y.Rows()
		for _, row := range rows[:len(rows)-1] {
			t.Rows = append(t.Rows, SumLine(row))
			t.Worked = t.Worked || row.Working != ""
		}
		t.Total = rows[len(rows)-1].Value
		v.Sums = append(v.Sums, t)
	}
	if len(v.Sums) == 0 {
		v.Nothing = catalogue.T("sum.nothing")
	}
}
