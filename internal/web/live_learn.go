package web

import (
	"context"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// learnShown is how many estimates are worth a person's time at once.
const learnShown = 12

// LearnView is what to find out before deciding.
type LearnView struct {
	Frame
	Heading string
	Lead    []string
	Rows    []LearnRow
}

// LearnRow is one estimate with what knowing it would be worth.
type LearnRow struct {
	What, Stated, Worth string
	For                 Link // the decision that turns on it
}

func (l *live) learn(ctx context.Context, product string) (*LearnView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	v := &LearnView{Frame: l.page(s, catalogue.T("web.learn.title"), ""), Heading: catalogue.T("web.learn.nothing")}
	if s.product == nil {
		return v, nil
	}
	r, err := recall(&l.memo, func() (*negotiate.LearnResult, error) {
		return l.service.Learn(context.WithoutCancel(ctx), l.opt.Actor, negotiate.LearnRequest{
			Source: negotiate.Source{Product: s.product.ID}, AsOf: l.opt.AsOf,
		})
	}, "learn", s.product.ID, s.status.AsOf, s.status.Events)
	if err != nil {
		return nil, err
	}
	for _, e := range r.Estimates {
		if len(v.Rows) == learnShown || plain.Round2(e.EVPPI) < plain.Small {
			break // the list is ranked
		}
		stated := e.Stated
		if lo, hi, ok := strings.Cut(stated, ".."); ok {
			stated = catalogue.T("plain.range", "lo", lo, "hi", hi)
		}
		v.Rows = append(v.Rows, LearnRow{
			What: e.Says, Stated: stated, For: s.turnsOn(e.Decision),
			Worth: catalogue.T("plain.up_to", "what", plain.Money(e.EVPPI, r.Currency)),
		})
	}
	if n := len(v.Rows); n > 0 {
		v.Heading = catalogue.T("web.learn.heading", "worth", v.Rows[0].Worth)
		v.Lead = []string{catalogue.T("web.learn.says")}
		return v, nil
	}
	v.Lead = []string{catalogue.T("web.learn.nothing_says")}
	return v, nil
}

// findOut leads to what to find out first.
func (s *situation) findOut() *Link {
	return &Link{s.pageURL("/learn"), catalogue.T("web.learn.link")}
}

// turnsOn leads to a decision: that about a threat, or the plan.
func (s *situation) turnsOn(decision string) Link {
	if decision == negotiate.PlanDecision {
		return Link{s.pageURL("/plan"), catalogue.T("web.learn.plan")}
	}
	return Link{threatURL(decision), threatTitle(s.product.Model, decision)}
}
