package web

import (
	"context"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// agreement puts a plan that was agreed on into a view: what was recorded is not
// worked out anew, and stands beside the figures of today.
func (l *live) agreement(ctx context.Context, id string) (*AgreementView, error) {
	r, err := l.service.Agreements(ctx, actorOf(ctx), negotiate.AgreementsRequest{Agreement: id})
	if err != nil {
		return nil, err
	}
	s, err := l.look(ctx, r.Product)
	if err != nil {
		return nil, err
	}
	a := r.Agreements[0]
	heading := catalogue.T("web.agreement.link", "date", plain.Date(a.At), "who", agreer(a))
	b := agreementBuilder{s: s, a: a, plan: a.Kept.Plan, view: &AgreementView{
		Frame: l.page(ctx, s, heading, ""), ID: a.ID, Heading: heading, Because: a.Because, Digest: a.Kept.Digest,
		Plan: Link{s.pageURL("/plan"), catalogue.T("web.nav.plan")}, Tasks: Link{s.pageURL("/tasks"), catalogue.T("web.agree.tasks")},
		State: Tag{catalogue.T("web.agreement.holds"), "good"},
		Lead:  []string{catalogue.T("web.agreement.done", "done", a.Done, "all", len(a.Chosen))},
	}}
	v := b.view
	if !a.Holds {
		v.State = Tag{catalogue.T("web.agreement.over"), ""}
	}
	if a.Claimed {
		v.Claimed = catalogue.T("web.record.claimed", "who", a.By)
	}
	if b.plan == nil {
		v.Unread = catalogue.T("web.agreement.unread")
	}
	b.items()
	b.decisions()
	b.grounds()
	today, err := l.totals(ctx, s)
	if err != nil && !refusable(err) {
		return nil, err
	}
	b.figures(today)
	return v, nil
}

// agreer is who agreed on a plan, marked where the name is only a claim.
func agreer(a negotiate.Agreement) string {
	if a.Claimed {
		return catalogue.T("web.record.claimed_short", "who", a.By)
	}
	return a.By
}

type agreementBuilder struct {
	s    *situation
	a    negotiate.Agreement
	plan *negotiate.PlanResult // nil where it cannot be read
	view *AgreementView
}

// then is a thing as the plan had it, nil where that cannot be read.
func (b *agreementBuilder) then(id string) *negotiate.PlanItem {
	if b.plan == nil {
		return nil
	}
	if i := slices.IndexFunc(b.plan.Items, func(it negotiate.PlanItem) bool { return it.ID == id }); i >= 0 {
		return &b.plan.Items[i]
	}
	return nil
}

// title is what a thing was called when the plan was agreed on.
func (b *agreementBuilder) title(id string) string {
	if it := b.then(id); it != nil {
		return titleOr(it.Title, id)
	}
	for _, x := range slices.Concat(b.a.Chosen, b.a.Dropped) {
		if x.ID == id {
			return titleOr(x.Title, id)
		}
	}
	return id
}

func (b *agreementBuilder) titles(ids []string) string {
	var out []string
	for _, id := range ids {
		out = append(out, b.title(id))
	}
	return quotedList(out)
}

// items are what is built, what is left, what fell off and what was as good.
func (b *agreementBuilder) items() {
	v := b.view
	var chosen []string
	for _, c := range b.a.Chosen {
		chosen = append(chosen, c.ID)
		row := AgreedRow{Title: b.title(c.ID), When: c.Period, State: Tag{catalogue.T("web.agreement.open"), ""}}
		if c.Done {
			row.State = Tag{catalogue.T("web.agreement.is_done"), "good"}
		}
		if it := b.then(c.ID); it != nil {
			row.Costs = strings.Join(some(it.Says.Effort, it.Says.Once, yearly(it.Says.Yearly)), ", ")
		}
		v.Built = append(v.Built, row)
	}
	if b.plan != nil {
		for _, it := range b.plan.Items {
			if !it.In && !it.Feature {
				v.Left = append(v.Left, leftRow(it))
			}
		}
	}
	for _, x := range b.a.Dropped {
		v.Dropped = append(v.Dropped, b.title(x.ID))
	}
	for _, p := range b.a.PassedOver {
		var parts []string
		if more := without(p.Chosen, chosen); len(more) > 0 {
			parts = append(parts, catalogue.T("web.agreement.with", "what", b.titles(more)))
		}
		if less := without(chosen, p.Chosen); len(less) > 0 {
			parts = append(parts, catalogue.T("web.agreement.less", "what", b.titles(less)))
		}
		v.Passed = append(v.Passed, sentence(catalogue.T("web.agreement.passed", "how", strings.Join(parts, ", "), "value", plain.Money(p.Value, b.a.Currency))))
	}
}

func yearly(money string) string {
	if money == "" {
		return ""
	}
	return catalogue.T("web.agreement.yearly", "money", money)
}

// leftRow is something that is not built, with what was decided in its place then.
func leftRow(it negotiate.PlanItem) AgreedLeft {
	row := AgreedLeft{Title: titleOr(it.Title, it.ID)}
	for _, d := range it.Decided {
		says := catalogue.T("web.agreement.elsewise", "kind", plain.Capital(catalogue.T("kind."+string(d.Kind))), "threat", titleOr(d.Title, d.Threat))
		row.Decided = append(row.Decided, Link{thenURL(d.Decision), says})
	}
	return row
}

// without are the ids of one list that are not in another.
func without(ids, others []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(others, id) })
}

// decisions are those that were recorded with the plan, and what became of them.
func (b *agreementBuilder) decisions() {
	v := b.view
	report := brief.Report{Currency: b.a.Currency}
	if b.plan != nil {
		report.HorizonYears = b.plan.HorizonYears
	}
	words := briefBuilder{s: b.s, report: &report, t: &brief.Threat{}}
	counted := 0
	for _, d := range b.a.Kept.Decisions {
		about := plain.List(d.Titles)
		row := AgreedDecisionRow{Link: Link{thenURL(d.ShortID), about}, What: plain.Capital(catalogue.T("kind." + string(d.Kind))), State: b.s.placed(d.Decision).onRecord()}
		if b.plan != nil { // premises are said over its horizon
			row.Counted = words.premises(d.Premises)
		}
		counted += len(d.Premises)
		v.Decisions = append(v.Decisions, row)
		for _, m := range d.Later {
			step := becameRow(m)
			step.What = catalogue.T("web.agreement.became", "threats", about, "what", step.What)
			v.Became = append(v.Became, step)
		}
	}
	slices.SortStableFunc(v.Became, func(x, y EventRow) int { return strings.Compare(x.When.At, y.When.At) })
	switch {
	case len(v.Decisions) == 0:
		v.Nothing = catalogue.T("web.agreement.alone")
	case len(v.Became) == 0:
		v.Nothing = catalogue.T("web.agreement.nothing")
	}
	if counted > 0 {
		v.GroundsNote = catalogue.N("web.agreement.counted", counted, "number", plain.InWords(float64(counted)))
	}
}

// grounds are what the plan was found with, as it was recorded.
func (b *agreementBuilder) grounds() {
	v, a := b.view, b.a
	money, effort := catalogue.T("web.plan.no_limit"), catalogue.T("web.plan.no_limit")
	if x := a.Budget.Money; x != nil {
		money = plain.Amount(*x, a.Currency)
	}
	if x := a.Budget.EffortDays; x != nil {
		effort = plain.Days(*x)
	}
	v.Grounds = []Pair{
		{catalogue.T("web.agreement.money"), money},
		{catalogue.T("web.agreement.effort"), effort},
		{catalogue.T("web.agreement.as_of"), plain.DateText(a.AsOf)},
	}
	sure := catalogue.T("agree.unproved")
	if a.Proved {
		sure = catalogue.T("agree.proved")
	}
	v.Costs = []string{
		catalogue.T("web.agreement.costs", "cost", catalogue.T("agree.cost", "money", plain.Money(a.CostMoney, a.Currency), "effort", plain.Days(a.CostDays)), "value", plain.Money(a.Value, a.Currency)),
		sure,
	}
	p := b.plan
	if p == nil {
		return
	}
	v.Grounds = append(v.Grounds, Pair{catalogue.T("web.agreement.horizon"), plain.Duration(p.HorizonYears)})
	for _, x := range p.Appetite {
		_, allowed := yearsBeside(x.After)
		v.Grounds = append(v.Grounds, Pair{catalogue.T("web.agreement.limit"), catalogue.T("web.agreement.allowed", "n", allowed, "loss", plain.Amount(x.After.Loss, a.Currency))})
	}
	if p.Unconfirmed > 0 {
		v.Grounds = append(v.Grounds, Pair{catalogue.T("web.agreement.unconfirmed"), plain.Percent(p.Unconfirmed)})
	}
	for _, x := range p.Assumed {
		v.Assumed = append(v.Assumed, x.Says)
	}
}

// figures are what the plan was to leave, beside the same of today; nil where
// there is none to say.
func (b *agreementBuilder) figures(today *negotiate.RiskResult) {
	v, a := b.view, b.a
	row := FigureRow{Says: catalogue.T("web.agreement.average"), Before: plain.Money(a.Before, a.Currency), After: plain.Money(a.After, a.Currency)}
	if today != nil && today.Currency == a.Currency {
		row.Today = plain.Money(today.ExpectedAnnualLoss.Value(), a.Currency)
	}
	v.Figures = []FigureRow{row}
	if b.plan != nil {
		for _, x := range b.plan.Appetite {
			v.Figures = append(v.Figures, b.limit(x, today))
		}
	}
	v.Today = slices.ContainsFunc(v.Figures, func(r FigureRow) bool { return r.Today != "" && r.Today != r.Before })
	v.FiguresNote = catalogue.T("web.agreement.figures_then", "date", plain.DateText(a.AsOf))
	switch {
	case row.Today == "":
	case !v.Today:
		v.FiguresNote += " " + catalogue.T("web.agreement.figures_same")
	default:
		v.FiguresNote = catalogue.T("web.agreement.figures_today", "date", plain.DateText(a.AsOf), "today", plain.DateText(today.AsOf))
	}
}

// limit is in how many years more is lost than a limit's loss; today where the
// same loss still has a limit.
func (b *agreementBuilder) limit(x negotiate.PlanLimit, today *negotiate.RiskResult) FigureRow {
	years := func(r negotiate.LimitResult) string {
		n, _ := yearsBeside(r)
		return catalogue.T("web.of100", "n", n)
	}
	row := FigureRow{Says: catalogue.T("web.agreement.over_loss", "loss", plain.Amount(x.After.Loss, b.a.Currency)), Before: years(x.Before), After: years(x.After)}
	if today == nil || today.Currency != b.a.Currency {
		return row
	}
	for _, now := range today.Appetite {
		if now.Loss == x.After.Loss {
			row.Today = years(now)
		}
	}
	return row
}
