package web

import (
	"context"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// AgreeForm puts the plan on the table to decision: one agreement, and with it a
// decision on each threat that waits and that the plan acts on.
type AgreeForm struct {
	Seen    string // what is in the plan that the person sees
	Because string
	By      string // who agrees, where it is not the person at the machine
	Only    bool   // whether no threat is decided on with it
	Names   bool   // whether somebody else can be named
	Signs   string // who agrees, and how that is known
	Problem *Problem
}

// agreeSent is what a person sent to agree on a plan.
type agreeSent struct {
	budget            budget
	seen, because, by string
	only              bool
}

// planRequest asks for the best plan within a budget, over the periods of the
// capacity, or the first of them, whatever the amounts: the sliders of money and
// effort change how much there is, not when.
func (l *live) planRequest(s *situation, q budget) negotiate.PlanRequest {
	trials := planTrials
	if q.keep {
		trials = 0 // whether a limit is kept is judged by the years that are shown
	}
	periods := negotiate.PeriodsShared
	if q.periods != "" {
		periods = negotiate.SharedOver(q.periods)
	}
	return negotiate.PlanRequest{
		Source: negotiate.Source{Product: s.product.ID}, AsOf: l.opt.AsOf, Trials: trials, Table: true,
		Budget: negotiate.Budget{
			Money: q.money, Effort: q.effort, Periods: periods, MeetAppetite: q.keep, Deadline: planTime,
			Must: q.must, MustNot: q.not,
		},
	}
}

// seenPlan is what a person agrees on, to notice when it is another one by now.
func seenPlan(r *negotiate.PlanResult) string { return strings.Join(r.Chosen, ",") }

// agreeForm is the form under a plan, nil for who may not agree, where there is
// nothing to agree on, or where a longer search may find another plan, with where that
// search is made; and what was agreed on last.
func (l *live) agreeForm(ctx context.Context, s *situation, v *PlanView, r *negotiate.PlanResult, far depth) error {
	list, err := l.agreements(ctx, s)
	if err != nil {
		return err
	}
	for _, a := range list.Agreements {
		if a.Holds {
			v.Agreed = catalogue.T("web.agree.holds", "who", a.By, "date", plain.Date(a.At), "done", a.Done, "all", len(a.Chosen))
			v.AgreedPage = &Link{agreementURL(a.ID), catalogue.T("web.agree.page")}
			v.AgreedID, v.AgreedTasks = a.ID, &Link{s.pageURL("/tasks"), catalogue.T("web.agree.tasks")}
		}
	}
	v.Proposes = l.proposes(ctx, s, parley.Mitigate)
	switch {
	case l.may(ctx, "Agree", s.product.ID) != nil || len(r.Chosen) == 0:
		return nil
	case far == glanced && !r.Proved:
		v.AgreeAfter = &Link{v.More.URL, catalogue.T("web.agree.after")}
		return nil
	}
	actor := actorOf(ctx)
	v.Agree = &AgreeForm{Seen: seenPlan(r), Names: actor.Known == ledger.ThisMachine, Signs: catalogue.T("web.decide.signs_in", "who", actor.ID)}
	if v.Agree.Names {
		v.Agree.Signs = catalogue.T("web.decide.signs", "who", actor.ID)
	}
	if v.Proposes {
		v.Agree.Signs = catalogue.T("web.agree.proposes", "who", actor.ID)
	}
	return nil
}

// agreements are the plans agreed on, the last one first.
func (l *live) agreements(ctx context.Context, s *situation) (*negotiate.AgreementsResult, error) {
	return kept(ctx, l, s, "Agreements", func(ctx context.Context) (*negotiate.AgreementsResult, error) {
		return l.service.Agreements(ctx, actorOf(ctx), negotiate.AgreementsRequest{Product: s.product.ID})
	})
}

// agree records the plan a person saw as agreed on, and says under which id and
// whether a threat is decided on with it. Where the best plan is another one by
// now, nothing is recorded.
func (l *live) agree(ctx context.Context, a agreeSent) (id string, decides bool, err error) {
	s, err := l.look(ctx, a.budget.product)
	if err != nil {
		return "", false, err
	}
	if s.product == nil {
		return "", false, parley.Errorf(parley.NotFound, "", "%s", catalogue.T("web.error.missing.says"))
	}
	r, err := l.service.Agree(ctx, actorOf(ctx), negotiate.AgreeRequest{
		PlanRequest: l.planRequest(s, a.budget), Because: a.because, By: a.by, PlanOnly: a.only, Propose: l.proposes(ctx, s, parley.Mitigate), Seen: strings.Split(a.seen, ","),
	})
	if err != nil {
		return "", false, err
	}
	return r.Agreement.ID, len(r.Decisions) > 0, nil
}
