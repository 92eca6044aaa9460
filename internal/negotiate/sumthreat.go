package negotiate

import (
	"cmp"
	"context"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/risk"
)

// threat takes apart the figures of a threat's brief, or of one option in it.
func (x *sums) threat(ctx context.Context, req SumRequest) error {
	ids, err := x.l.threats([]string{req.ID})
	if err != nil {
		return err
	}
	plan, err := x.s.planFor(ctx, x.l, req.Budget)
	if err != nil {
		return err
	}
	report, err := reportBeside(ctx, x.l, ids, plan, brief.Options{})
	if err != nil {
		return err
	}
	t := &report.Threats[0]
	x.r.ID, x.r.Title = t.ID, cmp.Or(t.Title, t.ID)
	if req.About == AboutThreat {
		return x.ofThreat(t)
	}
	i := slices.IndexFunc(t.Options, func(o brief.Option) bool { return o.ID == req.Option })
	if i < 0 {
		var known []string
		for _, o := range t.Options {
			known = append(known, o.ID)
		}
		return parley.Errorf(parley.NotFound, "add up", "%s", catalogue.T("sum.option.none", "option", plain.Clean(req.Option), "threat", t.ID)).
			WithHint(parley.Suggest(req.Option, known))
	}
	x.r.Option = req.Option
	x.r.Title = catalogue.T("sum.option.title", "option", t.Options[i].Title, "threat", x.r.Title)
	return x.ofOption(t, &t.Options[i])
}

// ofThreat takes the average apart by kind of loss and by layer, and what waiting
// costs by what it changes.
func (x *sums) ofThreat(t *brief.Threat) error {
	if t.ExpectedAnnualLoss == nil {
		return nil
	}
	sc := risk.Scenario{Features: t.OnlyWith} // as in the brief: before what others pay
	e, err := x.l.portfolio.ExpectThreat(t.ID, sc)
	if err != nil {
		return priceError(x.l.model, err)
	}
	x.add(FigureAnnual, "threat_by_kind", x.r.Currency, docsExact, *t.ExpectedAnnualLoss, kindTerms(e.Kinds))
	if err := x.byLayer(t, sc); err != nil {
		return err
	}
	return x.waiting(t)
}

// byLayer adds the layers before a threat one by one, in the order of the file:
// what each takes off depends on those before it, so the parts add up.
func (x *sums) byLayer(t *brief.Threat, sc risk.Scenario) error {
	var before []*parley.Control
	for i := range x.l.model.Controls {
		if c := &x.l.model.Controls[i]; slices.Contains(against(c), t.ID) {
			before = append(before, c)
			sc.Without = append(sc.Without, c.ID)
		}
	}
	if len(before) == 0 {
		return nil
	}
	bare, err := x.l.portfolio.ExpectThreat(t.ID, sc)
	if err != nil {
		return priceError(x.l.model, err)
	}
	terms := []Term{{Says: catalogue.T("sum.layers.bare"), Value: bare.Annual}}
	last := bare.Annual
	for _, c := range before {
		sc.Without = sc.Without[1:]
		e, err := x.l.portfolio.ExpectThreat(t.ID, sc)
		if err != nil {
			return priceError(x.l.model, err)
		}
		terms = append(terms, Term{ID: c.ID, Says: catalogue.T("sum.layers.stops", "title", cmp.Or(c.Title, c.ID)), Value: e.Annual - last})
		last = e.Annual
	}
	x.add(FigureAnnual+"_by_layer", "layers", x.r.Currency, docsStated, *t.ExpectedAnnualLoss, terms)
	return nil
}

// waiting compares what the option that would be late is worth begun now and later,
// line by line.
func (x *sums) waiting(t *brief.Threat) error {
	if t.Waiting == nil {
		return nil
	}
	i := slices.IndexFunc(t.Options, func(o brief.Option) bool { return o.ID == t.Waiting.Option })
	if i < 0 {
		return nil
	}
	c := x.choice(t, &t.Options[i])
	now, err := x.l.portfolio.Account(c)
	if err != nil {
		return priceError(x.l.model, err)
	}
	c.Start += float64(t.Waiting.Months) / 12
	later, err := x.l.portfolio.Account(c)
	if err != nil {
		return priceError(x.l.model, err)
	}
	var terms []Term
	for _, a := range now.Net {
		less := a.Amount
		if k := slices.IndexFunc(later.Net, func(b risk.Line) bool { return b.Kind == a.Kind && b.Item == a.Item && b.Nth == a.Nth }); k >= 0 {
			less -= later.Net[k].Amount
		}
		if less != 0 {
			terms = append(terms, Term{ID: a.Item, Says: x.lineSays(a, lineLater), Value: less})
		}
	}
	x.add("waiting", "waiting", x.r.Currency, docsTime, t.Waiting.Costs, terms, "option", t.Options[i].Title, "time", plain.Duration(float64(t.Waiting.Months)/12))
	return nil
}

// choice is an option as package risk prices it in a brief.
func (x *sums) choice(t *brief.Threat, o *brief.Option) risk.Choice {
	c := risk.Choice{Base: risk.Scenario{Features: t.OnlyWith}}
	for _, id := range o.With {
		if x.l.model.Feature(id) != nil {
			c.Features = append(c.Features, id)
		} else {
			c.Mitigations = append(c.Mitigations, id)
		}
	}
	if slices.ContainsFunc(x.l.model.Threat(t.ID).Treatments, func(y parley.Treatment) bool { return y.ID == o.ID }) {
		c.Treatments = []string{o.ID}
	}
	if o.ID == brief.OptionDefer && t.Waiting != nil {
		c.Start = float64(t.Waiting.Months) / 12
	}
	return c
}

// ofOption takes apart what an option costs, leaves, brings and is worth.
func (x *sums) ofOption(t *brief.Threat, o *brief.Option) error {
	c := x.choice(t, o)
	a, err := x.l.portfolio.Account(c)
	if err != nil {
		return priceError(x.l.model, err)
	}
	time := plain.Duration(x.l.portfolio.Horizon())
	if o.Cost != nil && len(a.Effort) > 0 {
		x.add("effort", "effort", unitDays, docsOption, o.Cost.EffortDays, x.lines(a.Effort, lineTakes))
	}
	if o.Cost != nil && len(a.Money) > 0 {
		x.add("money", "money", x.r.Currency, docsTime, o.Cost.Money, x.lines(a.Money, lineTakes), "time", time)
	}
	x.benefits(a)
	if err := x.leaves(t, o, c); err != nil {
		return err
	}
	if o.NetBenefit != nil {
		x.add("net_benefit", "net", x.r.Currency, docsTime, *o.NetBenefit, x.lines(a.Net, lineNet), "time", time)
	}
	return nil
}

// benefits are what an option brings in a year besides less risk, such as tenders won.
func (x *sums) benefits(a risk.Account) {
	var terms []Term
	sum := 0.0
	for _, y := range a.Net {
		if y.Kind == risk.LineBenefit {
			terms = append(terms, Term{ID: y.Item, Says: x.benefitSays(y), Value: y.Quantity})
			sum += y.Quantity
		}
	}
	if len(terms) > 0 {
		x.add("benefits", "benefits", x.r.Currency, docsOption, sum, terms)
	}
}

// leaves takes apart what an option leaves of its threat, by kind of loss and by
// what each part of it takes off, and what it takes off others.
func (x *sums) leaves(t *brief.Threat, o *brief.Option, c risk.Choice) error {
	if o.ExpectedAnnualLossAfter == nil || t.ExpectedAnnualLoss == nil {
		return nil
	}
	p := x.l.portfolio
	before, err := p.Expect(c.Base)
	if err != nil {
		return priceError(x.l.model, err)
	}
	terms, err := x.oneByOne(t, c, before)
	if err != nil {
		return priceError(x.l.model, err)
	}
	after, err := p.After(c)
	if err != nil {
		return priceError(x.l.model, err)
	}
	x.add(FigureAnnual+"_after", "leaves", x.r.Currency, docsOption, *o.ExpectedAnnualLossAfter, terms)
	x.add(FigureAnnual+"_after_by_kind", "leaves_by_kind", x.r.Currency, docsExact, *o.ExpectedAnnualLossAfter, kindTerms(ofThreat(after, t.ID).Kinds))
	others := x.shares(len(after.Threats), func(i int) (string, float64) {
		if after.Threats[i].ID == t.ID {
			return t.ID, 0
		}
		return after.Threats[i].ID, before.Threats[i].Annual - after.Threats[i].Annual
	})
	if len(others) > 0 && o.AvoidedElsewhere != nil {
		x.add("avoided_elsewhere", "elsewhere", x.r.Currency, docsOption, *o.AvoidedElsewhere, others)
	}
	return nil
}

// oneByOne are the terms of what a choice leaves of a threat: what there is before, and
// what each part takes off once those named earlier are finished.
func (x *sums) oneByOne(t *brief.Threat, c risk.Choice, before risk.Expectation) ([]Term, error) {
	last := ofThreat(before, t.ID).Annual
	terms := []Term{{Says: catalogue.T("sum.leaves.today"), Value: last}}
	so := risk.Choice{Base: c.Base}
	for _, list := range []struct {
		from []string
		to   *[]string
	}{{c.Mitigations, &so.Mitigations}, {c.Features, &so.Features}, {c.Treatments, &so.Treatments}} {
		for _, id := range list.from {
			*list.to = append(*list.to, id)
			sc, err := x.l.portfolio.Finished(so)
			if err != nil {
				return nil, err
			}
			now, err := x.l.portfolio.ExpectThreat(t.ID, sc)
			if err != nil {
				return nil, err
			}
			if now.Annual != last {
				terms = append(terms, Term{ID: id, Says: catalogue.T("sum.leaves.stops", "title", x.titleAnywhere(id)), Value: now.Annual - last})
			}
			last = now.Annual
		}
	}
	return terms, nil
}

// ofThreat is what is expected of one threat, nothing where it has no price.
func ofThreat(e risk.Expectation, threat string) risk.ThreatExpectation {
	for _, t := range e.Threats {
		if t.ID == threat {
			return t
		}
	}
	return risk.ThreatExpectation{}
}

// lines puts the lines of an account into words; family says which words.
func (x *sums) lines(list []risk.Line, family string) []Term {
	var out []Term
	for _, y := range list {
		t := Term{ID: y.Item, Says: x.lineSays(y, family), Value: y.Amount}
		if y.Kind != risk.LineAvoided && y.Each != 1 && y.Each != -1 {
			t.Quantity, t.Each = &y.Quantity, &y.Each
			t.Working = x.working(y)
		}
		out = append(out, t)
	}
	return out
}

// working is a product in words: days at a price each, or money times years.
func (x *sums) working(y risk.Line) string {
	if y.Kind == risk.LineEffort {
		return catalogue.T("sum.working", "quantity", daysExact(y.Quantity), "each", plain.Exact(y.Each, x.r.Currency))
	}
	return catalogue.T("sum.working", "quantity", plain.Exact(y.Quantity, x.r.Currency), "each", factorText(y.Each))
}

func (x *sums) lineSays(y risk.Line, family string) string {
	if y.Kind == risk.LineBenefit && family == lineNet {
		return x.benefitSays(y)
	}
	if y.Kind == risk.LineAvoided && y.Amount < 0 && family == lineNet {
		return catalogue.T("sum.line.net.let_in", "title", x.titleAnywhere(y.Item))
	}
	return catalogue.T("sum.line."+family+"."+string(y.Kind), "title", x.titleAnywhere(y.Item))
}

// Families of words for the lines of an account.
const (
	lineTakes = "takes" // effort, and money undiscounted
	lineNet   = "net"
	lineLater = "later" // what a later start changes
)

// benefitSays is what a mitigation is stated to bring, or a feature.
func (x *sums) benefitSays(y risk.Line) string {
	title := x.titleAnywhere(y.Item)
	m := x.l.model.Mitigation(y.Item)
	if m == nil || y.Nth >= len(m.Benefits) || m.Benefits[y.Nth].Says == "" {
		return catalogue.T("sum.line.benefit", "title", title)
	}
	return catalogue.T("sum.line.benefit_says", "title", title, "says", m.Benefits[y.Nth].Says)
}

// titleAnywhere is the title of a mitigation, a feature, a threat or a contract.
func (x *sums) titleAnywhere(id string) string {
	for i := range x.l.model.Threats {
		for _, y := range x.l.model.Threats[i].Treatments {
			if y.ID == id {
				return cmp.Or(y.Title, id)
			}
		}
	}
	return titleOf(x.l.model, id)
}
