package web

import (
	"context"
	"net/url"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// learnShown is how many estimates are worth a person's time at once.
const learnShown = 12

// LearnView is what to find out before deciding.
type LearnView struct {
	Frame
	Heading     string
	Lead        []string
	Rest        *Link // what takes a search is left out so far; nil where all is there
	Rows        []LearnRow
	MoreHeading string
	More        []LearnRow // what is worth less, opened on demand
	Notes       []string
	Calibration Link // how well whoever asks has estimated
	Assumed     []parley.Assumption
}

// LearnRow is one estimate with what knowing it would be worth.
type LearnRow struct {
	What, Stated, Worth string
	Ask                 string // who may know more; "" where nobody is named
	For                 Link   // the decision that turns on it
}

// learn shows what the decisions about threats turn on at once, and what the plan
// turns on when the whole is asked for or known already.
func (l *live) learn(ctx context.Context, product string, whole bool) (*LearnView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	v := &LearnView{Frame: l.page(ctx, s, catalogue.T("web.learn.title"), "/learn"), Heading: catalogue.T("web.learn.nothing")}
	v.Calibration = Link{s.pageURL("/calibration"), catalogue.T("web.calibration.link")}
	if s.product == nil {
		v.Lead = []string{catalogue.T("learn.nothing-to-decide")}
		return v, nil
	}
	quick := !whole && !l.has(s, "Learn", false)
	r, err := kept(ctx, l, s, "Learn", func(ctx context.Context) (*negotiate.LearnResult, error) {
		return l.service.Learn(ctx, actorOf(ctx), negotiate.LearnRequest{
			Source: negotiate.Source{Product: s.product.ID}, AsOf: l.opt.AsOf, Quick: quick, Ranking: true,
		})
	}, quick)
	if err != nil {
		return nil, err
	}
	v.build(s, r)
	return v, nil
}

// build says what the command “parley learn” says, of the same figures.
func (v *LearnView) build(s *situation, r *negotiate.LearnResult) {
	v.Assumed = r.Assumed
	if r.Quick {
		v.Rest = &Link{s.pageAsking("/learn", url.Values{"whole": {yesWhole}}), catalogue.T("web.learn.rest")}
	}
	rest, bound := 0, false
	for _, e := range r.Estimates {
		if !e.Worthwhile() {
			rest++
			continue
		}
		bound = bound || e.LowerBound
		row := LearnRow{
			What: e.Says, Stated: plain.StatedRange(e.Stated), For: s.turnsOn(e.Decision),
			Worth: plain.Money(e.EVPPI, r.Currency), Ask: mayKnow(e.Ask),
		}
		if len(v.Rows) < learnShown {
			v.Rows = append(v.Rows, row)
		} else {
			v.More = append(v.More, row)
		}
	}
	switch {
	case r.Quick && len(v.Rows) == 0: // the plan may turn on something
		v.Heading, v.Lead = catalogue.T("web.learn.title"), []string{catalogue.T("web.learn.no_threat")}
		return
	case len(r.Decisions) == 0:
		v.Lead = []string{catalogue.T("learn.nothing-to-decide")}
		return
	case len(v.Rows) == 0:
		v.Lead = []string{catalogue.T("learn.none")}
		return
	}
	v.Heading = catalogue.T("web.learn.heading", "worth", catalogue.T("plain.up_to", "what", v.Rows[0].Worth))
	v.Lead = []string{sentence(r.Estimates[0].Says) + " " + r.Estimates[0].Reason}
	v.Notes = []string{catalogue.T("web.learn.says")}
	if !r.Quick {
		v.Notes = append(v.Notes, catalogue.T("web.learn.stands"))
	}
	if n := len(v.More); n > 0 {
		v.MoreHeading = plain.Capital(catalogue.N("web.learn.more", n, "number", plain.InWords(float64(n))))
	}
	if rest > 0 && !r.Quick {
		v.Notes = append(v.Notes, catalogue.N("learn.other", rest))
	}
	if bound {
		v.Notes = append(v.Notes, catalogue.T("learn.bound"))
	}
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
