package negotiate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/workers"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// Names of the premises recorded by default.
const (
	premiseChance = "chance_within_horizon" // share
	premiseLoss   = "expected_annual_loss"  // currency per year
	premiseBad    = "loss_if_it_happens"    // currency, 95th percentile of one event
	premiseEffort = ledger.PremiseEffort    // person-days, expected
	premiseMoney  = ledger.PremiseMoney     // currency within the horizon, expected
)

// tolerance is how far a premise may rise by default: a quarter, which is
// well outside what a second opinion on the same facts moves an estimate.
const tolerance = 1.25

// The least that a premise may rise by default, so that one of nothing, or of
// next to nothing, is not broken by what nobody would meet for: a day of work,
// or its price, and one chance in a thousand.
const (
	leastEffort = 1.0   // person-days
	leastChance = 0.001 // share
	// leastAssurance is how far what checks bear out may fall at least, as a share.
	leastAssurance = 0.05
	leastMoney     = 100.0 // currency, where a day of work has no price
)

// defaultTrials and defaultSeed are those of docs/file.md.
const (
	defaultTrials = 100_000
	defaultSeed   = 1
)

// premises are the figures a decision stands on, each with how far it may rise.
func (l *loaded) premises(t ledger.Terms) ([]ledger.Premise, error) {
	figures, err := l.figures(l.without(t.Supersedes...), t)
	if err != nil {
		return nil, err
	}
	var out []ledger.Premise
	for _, f := range figures {
		if f.Gone {
			continue
		}
		p := ledger.Premise{Name: f.key.Name, Ref: f.key.Ref, Value: f.Value, Unit: f.unit}
		if edge := l.edge(f); f.mayRise() {
			p.Low = &edge
		} else {
			p.High = &edge
		}
		p.Says = catalogue.T("premise."+f.key.Name, "ref", f.key.Ref)
		out = append(out, p)
	}
	return out, nil
}

type figure struct {
	ledger.Figure
	key  ledger.PremiseKey
	unit string
}

// mayRise reports whether more of a figure is better: only a fall breaks it.
func (f figure) mayRise() bool {
	return f.key.Name == ledger.PremiseLimit || f.key.Name == ledger.PremiseAssurance
}

// edge is how far a figure may rise, or fall where more of it is better. A
// chance may rise as far as it does when the events behind it get that much more
// frequent: it never reaches 1.
func (l *loaded) edge(f figure) float64 {
	money := leastMoney
	if day := l.portfolio.PersonDay(); day > 0 {
		money = day
	}
	switch {
	case f.key.Name == premiseChance:
		return max(-math.Expm1(tolerance*math.Log1p(-f.Value)), min(1, f.Value+leastChance))
	case f.key.Name == premiseEffort:
		return max(f.Value*tolerance, f.Value+leastEffort)
	case f.key.Name == ledger.PremiseAssurance:
		return max(0, min(f.Value/tolerance, f.Value-leastAssurance))
	case f.mayRise():
		return max(0, min(f.Value/tolerance, f.Value-money))
	}
	return max(f.Value*tolerance, f.Value+money)
}

// figures computes what premises compare, for the threats, the work and the
// contracts of a decision, with its own seed.
func (l *loaded) figures(sc risk.Scenario, d ledger.Terms) ([]figure, error) {
	var out []figure
	for _, id := range d.Threats {
		figures, err := l.threatFigures(sc, id, d.Seed)
		if err != nil {
			return nil, fmt.Errorf("price %s: %w", l.model.Product.ID, err)
		}
		out = append(out, figures...)
	}
	out = append(out, l.assuranceFigures(d)...)
	currency := l.model.Product.Currency
	if d.Kind == parley.Transfer {
		terms, err := l.transferFigures(sc, d.With)
		if err != nil {
			return nil, err
		}
		out = append(out, terms...)
	}
	for _, id := range d.With {
		c, money := l.costOf(id)
		gone := !c.Stated() // nobody knows any more what it takes
		out = append(out,
			figure{ledger.Figure{Value: c.Effort.Mean(), Gone: gone}, ledger.PremiseKey{Name: premiseEffort, Ref: id}, "person-days"},
			figure{ledger.Figure{Value: money, Gone: gone}, ledger.PremiseKey{Name: premiseMoney, Ref: id}, currency},
		)
	}
	return out, nil
}

// costOf is what a mitigation takes, or a treatment besides its premium, with the money of
// it within the horizon.
func (l *loaded) costOf(id string) (parley.Cost, float64) {
	if m := l.model.Mitigation(id); m != nil {
		return m.Cost, l.moneyOf(m)
	}
	if t := l.model.Treatment(id); t != nil {
		return t.Cost, t.Cost.Once.Mean() + l.portfolio.Horizon()*t.Cost.Yearly.Mean()
	}
	return parley.Cost{}, 0
}

// assuranceFigures are how far the price counts on each layer before a decision's
// threats whose checks are read. A layer that a premise is of and that does not
// stand there any more, or that nothing checks, is gone.
func (l *loaded) assuranceFigures(d ledger.Terms) []figure {
	var out []figure
	counted := l.portfolio.Assurance()
	for i := range l.model.Controls {
		c := &l.model.Controls[i]
		a, read := counted[c.ID]
		if read && slices.ContainsFunc(against(c), func(id string) bool { return slices.Contains(d.Threats, id) }) {
			out = append(out, figure{ledger.Figure{Value: a.Expected()}, ledger.PremiseKey{Name: ledger.PremiseAssurance, Ref: c.ID}, ledger.UnitStrength})
		}
	}
	for _, p := range d.Premises {
		if p.Name == ledger.PremiseAssurance && !slices.ContainsFunc(out, func(f figure) bool { return f.key == p.Key() }) {
			out = append(out, figure{ledger.Figure{Gone: true}, p.Key(), p.Unit})
		}
	}
	return out
}

// moneyOf is the money a mitigation takes on average: once, and yearly from its finish
// to the horizon.
func (l *loaded) moneyOf(m *parley.Mitigation) float64 {
	return m.Cost.Once.Mean() + max(0, l.portfolio.Horizon()-m.LeadTime.Mean())*m.Cost.Yearly.Mean()
}

// transferFigures are what a transfer costs and what it leaves with us, as stated and as
// it follows from all its terms; one that is not stated any more is gone.
func (l *loaded) transferFigures(sc risk.Scenario, with []string) ([]figure, error) {
	var out []figure
	currency := l.model.Product.Currency
	for _, id := range with {
		t := l.model.Treatment(id)
		if t != nil && t.Kind != parley.Transfer {
			t = nil // another thing by the same name
		}
		add := func(name, unit string, q quantity.Quantity) {
			if t == nil || !q.IsZero() {
				out = append(out, figure{ledger.Figure{Value: q.Mean(), Gone: t == nil}, ledger.PremiseKey{Name: name, Ref: id}, unit})
			}
		}
		var x parley.Treatment
		if t != nil {
			x = *t
		}
		add(ledger.PremisePremium, currency+" per year", x.Premium)
		add(ledger.PremiseDeductible, currency, x.Deductible)
		add(ledger.PremiseLimit, currency, x.Limit)
		stays, err := l.staysWith(sc, id)
		if err != nil {
			return nil, err
		}
		if stays != nil {
			out = append(out, figure{*stays, ledger.PremiseKey{Name: ledger.PremiseStays, Ref: id}, currency + " per year"})
		}
	}
	return out, nil
}

// staysWith is what a contract leaves with us a year of the threat it is for, on average;
// nil where that has no price, and for a treatment that is no contract.
func (l *loaded) staysWith(sc risk.Scenario, contract string) (*ledger.Figure, error) {
	i := slices.IndexFunc(l.model.Threats, func(t parley.Threat) bool {
		return slices.ContainsFunc(t.Treatments, func(x parley.Treatment) bool { return x.ID == contract && x.Kind == parley.Transfer })
	})
	if i < 0 {
		return nil, nil
	}
	threat := l.model.Threats[i].ID
	if p, err := l.rated(threat); err != nil || p != l.portfolio {
		return nil, err
	}
	sc.Features = append(slices.Clone(sc.Features), l.model.Introducing(threat)...)
	if !slices.Contains(sc.Transfers, contract) {
		sc.Transfers = append(slices.Clone(sc.Transfers), contract)
	}
	e, err := l.portfolio.ExpectThreat(threat, sc)
	if err != nil || e.Absent {
		return nil, err
	}
	return &ledger.Figure{Value: e.Annual, StandardError: e.StandardError}, nil
}

// threatFigures are the chance of a threat and, where its loss has a price, its
// average and its bad case: as the brief shows them, for a threat that only a
// feature brings with that feature.
func (l *loaded) threatFigures(sc risk.Scenario, id string, seed uint64) ([]figure, error) {
	sc.Features = append(slices.Clone(sc.Features), l.model.Introducing(id)...)
	chance := figure{ledger.Figure{Gone: true}, ledger.PremiseKey{Name: premiseChance, Ref: id}, "share"}
	loss := figure{ledger.Figure{Gone: true}, ledger.PremiseKey{Name: premiseLoss, Ref: id}, l.model.Product.Currency + " per year"}
	bad := figure{ledger.Figure{Gone: true}, ledger.PremiseKey{Name: premiseBad, Ref: id}, l.model.Product.Currency}
	p, err := l.rated(id)
	if err != nil || p == nil {
		return []figure{chance, loss, bad}, err
	}
	priced := p == l.portfolio
	e, err := p.ExpectThreat(id, sc)
	if err != nil || e.Absent {
		return []figure{chance, loss, bad}, err
	}
	chance.Figure = ledger.Figure{Value: e.ChanceWithinHorizon}
	if priced {
		p95, exact, err := p.BadEvent(id, sc, seed)
		if err != nil {
			return nil, err
		}
		loss.Figure = ledger.Figure{Value: e.Annual}
		bad.Figure = ledger.Figure{Value: p95, StandardError: badError(p95, exact)}
	}
	return []figure{chance, loss, bad}, nil
}

// badError is the standard error of a bad case drawn from events: about one
// part in a hundred with the number of events that package risk draws.
func badError(p95 float64, exact bool) float64 {
	if exact {
		return 0
	}
	return 0.01 * p95
}

// recheck compares the premises of a product's decisions in force with the
// state's figures and drafts the re-opening of those that no longer hold. A
// state in which the product cannot be priced any more is an error, so that
// nothing is recorded that would leave people without a price. What only another version of
// the arithmetic moved is told in words, and re-opens nothing.
func (s *Service) recheck(ctx context.Context, state *ledger.State, p *ledger.Product) (drafts []ledger.Draft, reopened []Reopened, told []string, err error) {
	today, err := s.date("")
	if err != nil {
		return nil, nil, nil, err
	}
	l, err := s.asRecorded(state, p.ID, today)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := l.compile(); err != nil {
		return nil, nil, nil, err
	}
	breaches, told, err := l.breaches(&restating{ctx, s, state})
	if err != nil {
		return nil, nil, nil, err
	}
	for _, x := range breaches {
		drafts = append(drafts, ledger.Reopening(x.decision, x.broken, "", x.because))
		reopened = append(reopened, Reopened{Decision: x.decision.Short, Threats: x.decision.Live, Broken: x.broken, Because: x.because})
	}
	return drafts, reopened, told, nil
}

// breach is a decision in force with what it stands on that no longer holds.
type breach struct {
	decision *ledger.Decision
	broken   []ledger.Broken
	because  string // what another version of the arithmetic made of it; "" for nothing
}

// breaches compares the premises of the decisions in force, all of them or those of some
// short ids, with the figures of a product that was compiled as recorded. told is what
// only another version of the arithmetic moved.
func (l *loaded) breaches(r *restating, only ...string) (out []breach, told []string, err error) {
	var list []breach
	for _, d := range l.product.Decisions {
		if d.Status == ledger.InForce && (len(only) == 0 || slices.Contains(only, d.Short)) {
			list = append(list, breach{decision: d, broken: l.brought(d)})
		}
	}
	moved, err := l.moved(list)
	if err != nil {
		return nil, nil, err
	}
	for i, x := range list {
		if len(moved[i]) > 0 {
			really, only, then, err := r.split(x.decision, moved[i])
			if err != nil {
				return nil, nil, err
			}
			x.broken, x.because = really, engineText("premise.engine.also", x.decision, really, then)
			if says := engineText("premise.engine.only", x.decision, only, then); says != "" && len(really) == 0 {
				told = append(told, says)
			}
		}
		if len(x.broken) > 0 {
			out = append(out, x)
		}
	}
	return out, told, nil
}

// moved are the premises whose figures moved too far, of each decision that nothing
// has broken yet. Drawing events takes nearly all the time, so that decisions are
// looked at side by side.
func (l *loaded) moved(list []breach) ([][]ledger.Broken, error) {
	out := make([][]ledger.Broken, len(list))
	return out, workers.Each(len(list), func(i int) (err error) {
		if x := list[i]; len(x.broken) == 0 && len(x.decision.Premises) > 0 {
			out[i], err = l.outgrown(x.decision)
		}
		return err
	})
}

// outgrown are the premises of a decision whose figures moved too far.
func (l *loaded) outgrown(d *ledger.Decision) ([]ledger.Broken, error) {
	terms := d.Terms
	terms.Threats = d.Live
	terms.With = l.unfinished(d)
	figures, err := l.figures(l.without(d.Short), terms)
	if err != nil {
		return nil, err
	}
	now := map[ledger.PremiseKey]ledger.Figure{}
	for _, f := range figures {
		now[f.key] = f.Figure
	}
	return ledger.Recheck(d, now), nil
}

// brought are the threats that a decision avoids by not building features and that
// have come some other way since.
func (l *loaded) brought(d *ledger.Decision) []ledger.Broken {
	var out []ledger.Broken
	for _, id := range d.Live {
		if l.product.Brought(d, id) {
			p := ledger.Premise{Name: ledger.PremiseBrought, Ref: id, Says: catalogue.T("premise.brought_by", "ref", id)}
			out = append(out, ledger.Broken{Premise: p, Gone: true})
		}
	}
	return out
}

// unfinished is what a decision still counts on doing: what a finished mitigation cost, or
// what was taken away, no longer moves it.
func (l *loaded) unfinished(d *ledger.Decision) []string {
	var out []string
	for _, id := range d.With {
		treats := l.model.Treatment(id) != nil && (d.Kind != parley.Avoid || l.product.Pending(d))
		if d.Kind == parley.Transfer || treats || l.model.Mitigation(id) != nil {
			out = append(out, id)
		}
	}
	return out
}
