package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// figures is what may happen to a product, threat by threat, without options.
func (l *live) figures(ctx context.Context, s *situation) (*brief.Report, error) {
	return l.report(ctx, s, negotiate.BriefRequest{Figures: true, Over: string(overOf(ctx))})
}

// briefOf is the brief of a threat, with the same bytes a decision is recorded with.
func (l *live) briefOf(ctx context.Context, s *situation, threat string) (*brief.Report, error) {
	return l.report(ctx, s, negotiate.BriefRequest{Threats: []string{threat}})
}

func (l *live) report(ctx context.Context, s *situation, req negotiate.BriefRequest) (*brief.Report, error) {
	req.Source, req.AsOf = negotiate.Source{Product: s.product.ID}, l.opt.AsOf
	return kept(ctx, l, s, "Brief", func(ctx context.Context) (*brief.Report, error) {
		return l.service.Brief(ctx, actorOf(ctx), req)
	}, req.Threats, req.Over)
}

// briefAsk is which brief is wanted, and with which layers taken as broken.
type briefAsk struct {
	threat string
	broken []string // ids of layers
	opened bool     // whether somebody looks at it now
}

func (l *live) brief(ctx context.Context, ask briefAsk) (*BriefView, error) {
	s, report, err := l.find(ctx, ask.threat)
	if err != nil {
		return nil, err
	}
	t := &report.Threats[0]
	if ask.opened {
		l.see(ctx, s, t.ID)
	}
	b := &briefBuilder{s: s, report: report, t: t, recorded: report}
	if overOf(ctx) == brief.OverYear {
		if b.report, err = l.report(ctx, s, negotiate.BriefRequest{Threats: []string{t.ID}, Over: string(brief.OverYear)}); err != nil {
			return nil, err
		}
		b.t = &b.report.Threats[0]
	}
	v := b.view(l.page(ctx, s, titleOr(t.Title, t.ID), ""))
	v.Onward = l.onward(ctx, s, t.ID)
	form, err := b.form(actorOf(ctx))
	if err != nil {
		return nil, err
	}
	if form != nil && l.mayAnswer(ctx, s.product.ID) {
		v.Form = form
		if l.proposes(ctx, s, "") {
			v.Form.Signs = catalogue.T("web.decide.proposes", "who", actorOf(ctx).ID)
		}
	}
	if l.may(ctx, "SayOption", s.product.ID) == nil {
		v.SayOptions = b.optionForms()
	}
	v.Record, v.WhyURL = b.record(), s.whyURL(b.t.ID)
	b.adds(v)
	digest := ""
	if form != nil {
		digest = form.Digest
	}
	var holding map[string]*MoveForm
	v.Proposals, holding = l.moves(ctx, b, digest)
	for i := range v.Record {
		v.Record[i].Move = holding[v.Record[i].ID]
		if v.Record[i].Seen, err = l.seen(ctx, s, v.Record[i].ID); err != nil {
			return nil, err
		}
	}
	if l.opt.Accounts != nil && v.Form != nil && l.may(ctx, "SetMember", "") == nil {
		v.Invite = &Link{peoplePath + "?" + url.Values{"opens": {threatURL(v.ID)}, "role": {string(ledger.Decider)}, "product": {s.product.ID}}.Encode() + "#invite-title", catalogue.T("web.brief.invite")}
	}
	layers, err := l.layers(ctx, s)
	if err != nil {
		return nil, err
	}
	v.Talk = l.talk(ctx, b)
	b.broken = b.known(layers, ask.broken)
	if len(b.broken) > 0 {
		if b.failed, err = l.without(ctx, s, b.broken); err != nil {
			return nil, err
		}
	}
	v.Over = overSwitch(b.report, threatURL(v.ID), url.Values{"break": b.broken}, "risk")
	v.Layers = b.layers(layers)
	b.breaks(v.Layers)
	return v, nil
}

// find looks a threat up in the product that has it.
func (l *live) find(ctx context.Context, id string) (*situation, *brief.Report, error) {
	first, err := l.look(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	missing := error(parley.Errorf(parley.NotFound, "", "%s", catalogue.T("web.error.no_threat", "id", id)))
	for i := range first.status.Products {
		s := &situation{status: first.status, product: &first.status.Products[i], several: first.several}
		report, err := l.briefOf(ctx, s, id)
		if err == nil && len(report.Threats) == 1 {
			return s, report, l.reasons(ctx, s)
		}
		if err != nil && parley.KindOfError(err) != parley.NotFound {
			return nil, nil, err
		}
	}
	return nil, nil, missing
}

// optionsShown is how many options stand in one table; with more, those that
// are neither in the plan nor worth most are opened on demand.
const optionsShown = 5

// briefBuilder puts the brief of one threat into a view.
type briefBuilder struct {
	s      *situation
	report *brief.Report
	t      *brief.Threat
	broken []string                // layers that are looked at as if they had failed
	failed *negotiate.WhatIfResult // how it is without them; nil where none is

	// recorded is the report as a decision is recorded with it, which tells chances
	// over the horizon, whatever the page tells them over.
	recorded *brief.Report
}

// ask says who may know more about the threat: who answers for it and who has
// estimated it, else who answers for the product; "" where nobody is named.
func (b *briefBuilder) ask() string {
	who := []string{b.t.Owner}
	for _, e := range b.t.Doubt.Estimates {
		who = append(who, e.By)
	}
	if strings.Join(who, "") == "" {
		who = []string{b.s.product.Owner}
	}
	var named []string
	for _, x := range who {
		if x != "" && !slices.Contains(named, x) {
			named = append(named, x)
		}
	}
	return mayKnow(named)
}

// mayKnow says who may know more; "" where nobody is named.
func mayKnow(named []string) string {
	if len(named) == 0 {
		return ""
	}
	return catalogue.T("web.brief.ask", "who", plain.List(named))
}

func (b *briefBuilder) view(f Frame) *BriefView {
	t := b.t
	v := &BriefView{
		Frame: f, ID: t.ID, Heading: titleOr(t.Title, t.ID), BackURL: b.s.pageURL("/"), Says: t.Says, People: t.Words.People, Grave: t.Words.Grave,
		OnlyWith: t.Words.OnlyWith, Missing: t.Words.Missing, Duties: t.Words.Duties,
		Waiting: t.Words.Waiting, Average: t.Words.Average, Since: t.Words.Standing, Stated: t.Words.Stated, Happened: t.Happened.Words(), Premises: t.Premises.Words(), Next: t.Words.Next,
		Standing: b.standing(), Moved: b.moved(), Squares: b.squares(), Exact: b.exact(),
	}
	heading, often, _ := strings.Cut(t.Words.Risk, ". ")
	v.RiskHeading, v.Often = strings.TrimSuffix(heading, "."), often
	if v.RiskHeading == "" {
		v.RiskHeading = catalogue.T("web.brief.no_risk")
	}
	if t.Triage == parley.Aware {
		v.Aware = cmp.Or(t.Care, catalogue.T("brief.aware.no_care"))
	}
	for _, says := range []string{t.Words.Loss, t.Words.Bad} {
		if says != "" {
			v.Losses = append(v.Losses, says)
		}
	}
	if l := t.LossIfItHappens; l != nil && l.P95 > l.P50 {
		v.BadCase = catalogue.T("web.bad_case")
	}
	b.assumed(v)
	v.FindOut, v.Ask = b.s.findOut(), b.ask()
	v.WhyNot = b.whyNot()
	v.Sure = append(slices.Clone(t.Words.Doubt), t.Words.Recorded...)
	ranked := b.ranked()
	for _, o := range ranked {
		if len(ranked) <= optionsShown || o.InPlan || o.IsBest || o.Kind == parley.Accept || o.Kind == parley.Defer {
			v.Options = append(v.Options, b.option(o))
		} else {
			v.MoreOptions = append(v.MoreOptions, b.option(o))
		}
	}
	if n := len(v.MoreOptions); n > 0 {
		v.MoreHeading = plain.Capital(catalogue.N("web.brief.more", n, "number", plain.InWords(float64(n))))
	}
	return v
}

// ranked are the options in the order a decider weighs them: what the plan
// does, what is worth most, the others, and last to live with it or to wait.
func (b *briefBuilder) ranked() []*brief.Option {
	rank := func(o *brief.Option) int {
		switch {
		case o.Kind == parley.Accept:
			return 3
		case o.Kind == parley.Defer:
			return 4
		case o.InPlan && o.ID == brief.OptionPlan:
			return 0
		case o.InPlan || o.IsBest:
			return 1
		}
		return 2
	}
	var out []*brief.Option
	for i := range b.t.Options {
		out = append(out, &b.t.Options[i])
	}
	slices.SortStableFunc(out, func(x, y *brief.Option) int { return cmp.Compare(rank(x), rank(y)) })
	return out
}

// whyNot says why the plan does not do what is worth most for this threat by
// itself, "" where it does or there is no plan.
func (b *briefBuilder) whyNot() string {
	best := slices.ContainsFunc(b.t.Options, func(o brief.Option) bool { return o.IsBest && !o.InPlan && o.Kind == parley.Mitigate })
	planned := slices.ContainsFunc(b.t.Options, func(o brief.Option) bool { return o.InPlan })
	if !best || !planned {
		return ""
	}
	return catalogue.T("web.brief.why_not")
}

func (b *briefBuilder) option(o *brief.Option) OptionRow {
	w := o.Words
	row := OptionRow{ID: o.ID, Title: titleOr(o.Title, o.ID)}
	if o.ExpectedAnnualLossAfter != nil || o.Cost != nil && o.ID != brief.OptionAccept {
		row.Adds = b.s.adds(sumAsk{about: negotiate.AboutOption, id: b.t.ID, option: o.ID}, row.Title)
	}
	if o.InPlan {
		row.Tags = append(row.Tags, Tag{catalogue.T("web.tag.in_plan"), "good"})
	}
	switch {
	case o.IsBest && o.Kind == parley.Accept && !b.t.Named():
		row.Tags = append(row.Tags, Tag{catalogue.T("web.tag.alone"), ""})
	case o.IsBest && o.Kind == parley.Accept && b.unjudged():
		row.Tags = append(row.Tags, Tag{catalogue.T("web.tag.unjudged"), "warn"})
	case o.IsBest && o.Kind == parley.Accept: // transfers and the like may still save more
		row.Tags = append(row.Tags, Tag{catalogue.T("web.tag.unbuilt"), ""})
	case o.IsBest:
		row.Tags = append(row.Tags, Tag{catalogue.T("web.tag.best"), ""})
	}
	if o.Ask != "" {
		row.Tags = append(row.Tags, Tag{catalogue.T("web.tag.outside", "whom", o.Ask), "warn"})
	}
	row.Costs = some(w.Effort, w.Money)
	if p := o.ToldAfter(); p != nil {
		row.Leaves = append(row.Leaves, catalogue.T("web.brief.leaves_chance", "chance", of100(*p)))
	}
	if e := o.ExpectedAnnualLossAfter; e != nil {
		row.Leaves = append(row.Leaves, catalogue.T("web.fact.a_year", "money", plain.About(*e, b.report.Currency)))
	}
	row.Brings = some(b.balance(o), w.Brings, w.Needs, w.Helps, w.Missing, w.Floor, w.Includes, w.Pays)
	return row
}

// unjudged reports whether things that could be built are named, and of none of
// them it can be told what it is worth.
func (b *briefBuilder) unjudged() bool {
	named := false
	for _, o := range b.t.Options {
		if o.Kind != parley.Mitigate {
			continue
		}
		if len(o.Missing) == 0 {
			return false
		}
		named = true
	}
	return named
}

func (b *briefBuilder) balance(o *brief.Option) string {
	switch {
	case o.Kind == parley.Accept:
		return catalogue.T("web.brief.as_it_is")
	case o.NetBenefit == nil || o.Words.Balance == "":
		return ""
	}
	return catalogue.T("web.brief.balance", "balance", o.Words.Balance)
}

// some keeps the texts that say something.
func some(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

// of100 is a chance as whole squares.
func of100(p float64) string { return catalogue.T("web.of100", "n", squaresOf(p)) }

// squaresOf is how many of a hundred squares a chance fills, in words: the one
// way in which the pages round a chance.
func squaresOf(p float64) string {
	n, some := chart.Whole(p)
	switch {
	case n == 0 && !some:
		return catalogue.T("web.squares.none")
	case some:
		return catalogue.T("web.squares.less")
	case n == 100 || p > 0.995:
		return catalogue.T("web.squares.more")
	}
	return strconv.Itoa(n)
}

// squares shows the chance as it is beside what the best way leaves: what the
// plan does, else what is worth most.
func (b *briefBuilder) squares() Picture {
	p := b.t.Told()
	if p == nil {
		return Picture{}
	}
	time := plain.Duration(b.report.ToldYears())
	q := chart.Squares{
		Title: catalogue.T("web.squares.now", "chance", of100(*p), "time", time),
		Head:  [2]string{catalogue.T("web.squares.count"), catalogue.T("web.squares.words")},
		Panels: []chart.Panel{
			{Label: catalogue.T("web.squares.nothing"), Chance: *p, Reading: of100(*p), Style: chart.Now},
		},
	}
	says := catalogue.T("web.squares.now", "chance", of100(*p), "time", time)
	if o := b.champion(); o != nil {
		after := *o.ToldAfter()
		if of100(*p) != of100(after) {
			q.Panels = append(q.Panels, chart.Panel{Label: catalogue.T("web.squares.after", "option", titleOr(o.Title, o.ID)), Chance: after, Reading: of100(after), Style: chart.After})
		}
		says = catalogue.T("web.squares.falls", "option", o.Title, "before", of100(*p), "after", of100(after), "time", time)
		if of100(*p) == of100(after) {
			says = catalogue.T("web.squares.stays", "option", o.Title, "chance", of100(*p), "time", time)
		}
		q.Title = says
	}
	return picture(q, columnWidth, says)
}

// champion is the option to show beside doing nothing, nil where there is none
// with a figure.
func (b *briefBuilder) champion() *brief.Option {
	var best *brief.Option
	for i := range b.t.Options {
		o := &b.t.Options[i]
		if o.ToldAfter() == nil || o.Kind == parley.Accept || o.Kind == parley.Defer {
			continue
		}
		if o.InPlan && (o.ID == brief.OptionPlan || best == nil || !best.InPlan) || o.IsBest && best == nil {
			best = o
		}
	}
	return best
}

func (b *briefBuilder) exact() []Pair {
	t, c := b.recorded.Threat(b.t.ID), b.recorded.Currency
	var out []Pair
	add := func(key string, v *float64, write func(float64) string) {
		if v != nil {
			out = append(out, Pair{catalogue.T(key, "time", plain.Duration(b.recorded.HorizonYears)), write(*v)})
		}
	}
	share := func(x float64) string { return strconv.FormatFloat(100*x, 'f', 4, 64) + " %" }
	money := func(x float64) string { return plain.Exact(x, c) }
	add("web.exact.chance", t.ChanceWithinHorizon, share)
	add("web.exact.rate", t.EventsPerYear, func(x float64) string { return strconv.FormatFloat(x, 'f', 5, 64) })
	if l := t.LossIfItHappens; l != nil {
		add("web.exact.typical", &l.P50, money)
		add("web.exact.bad", &l.P95, money)
	}
	add("web.exact.twenty", t.LossOneInTwenty, money)
	if rate := t.EventsPerYear; rate != nil && t.ExpectedAnnualLoss != nil && *rate > 0 {
		each := *t.ExpectedAnnualLoss / *rate
		add("web.exact.each", &each, money)
	}
	add("web.exact.average", t.ExpectedAnnualLoss, money)
	if x := t.AsStated; x != nil {
		add("web.exact.stated_chance", &x.ChanceWithinHorizon, share)
		add("web.exact.stated_average", x.ExpectedAnnualLoss, money)
	}
	for _, o := range t.Options {
		if o.NetBenefit != nil {
			out = append(out, Pair{catalogue.T("web.exact.balance", "option", o.Title), money(*o.NetBenefit)})
		}
	}
	return out
}

// adds leads from the average, and from what waiting costs, to what they add up from.
func (b *briefBuilder) adds(v *BriefView) {
	of := sumAsk{about: negotiate.AboutThreat, id: b.t.ID}
	if b.t.ExpectedAnnualLoss != nil {
		v.AverageAdds = b.s.adds(of, catalogue.T("web.exact.average"))
	}
	if of.figure = "waiting"; b.t.Waiting != nil && v.Waiting != "" {
		v.WaitingAdds = b.s.adds(of, v.Waiting)
	}
}
