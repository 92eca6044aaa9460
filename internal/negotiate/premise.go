package negotiate

import (
	"fmt"
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
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

// defaultTrials and defaultSeed are those of DESIGN section 3.
const (
	defaultTrials = 100_000
	defaultSeed   = 1
)

// premises are the figures a decision stands on, each with how far it may rise.
func (l *loaded) premises(t ledger.Terms) ([]ledger.Premise, error) {
	figures, err := l.figures(l.without(t.Supersedes...), t.Threats, t.With, t.Seed)
	if err != nil {
		return nil, err
	}
	var out []ledger.Premise
	for _, f := range figures {
		if f.Gone {
			continue
		}
		high := f.highest()
		p := ledger.Premise{Name: f.key.Name, Ref: f.key.Ref, Value: f.Value, High: &high, Unit: f.unit}
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

// highest is how far a figure may rise. A chance may rise as far as it does when
// the events behind it get that much more frequent: it never reaches 1.
func (f figure) highest() float64 {
	if f.key.Name == premiseChance {
		return -math.Expm1(tolerance * math.Log1p(-f.Value))
	}
	return f.Value * tolerance
}

// figures computes what premises compare, for threats and the work decided.
func (l *loaded) figures(sc risk.Scenario, threats, with []string, seed uint64) ([]figure, error) {
	var out []figure
	for _, id := range threats {
		figures, err := l.threatFigures(sc, id, seed)
		if err != nil {
			return nil, fmt.Errorf("price %s: %w", l.model.Product.ID, err)
		}
		out = append(out, figures...)
	}
	currency := l.model.Product.Currency
	for _, id := range with {
		m := l.model.Mitigation(id)
		if m == nil || !m.Cost.Stated() {
			continue
		}
		years := max(0, l.portfolio.Horizon()-m.LeadTime.Mean())
		out = append(out,
			figure{ledger.Figure{Value: m.Cost.Effort.Mean()}, ledger.PremiseKey{Name: premiseEffort, Ref: id}, "person-days"},
			figure{ledger.Figure{Value: m.Cost.Once.Mean() + years*m.Cost.Yearly.Mean()}, ledger.PremiseKey{Name: premiseMoney, Ref: id}, currency},
		)
	}
	return out, nil
}

// threatFigures are the chance of a threat and, where its loss has a price, its
// average and its bad case: as the brief shows them, for a threat that only a
// feature brings with that feature.
func (l *loaded) threatFigures(sc risk.Scenario, id string, seed uint64) ([]figure, error) {
	sc.Features = append(slices.Clone(sc.Features), l.model.Introducing(id)...)
	chance := figure{ledger.Figure{Gone: true}, ledger.PremiseKey{Name: premiseChance, Ref: id}, "share"}
	loss := figure{ledger.Figure{Gone: true}, ledger.PremiseKey{Name: premiseLoss, Ref: id}, l.model.Product.Currency + " per year"}
	bad := figure{ledger.Figure{Gone: true}, ledger.PremiseKey{Name: premiseBad, Ref: id}, l.model.Product.Currency}
	p, priced := l.portfolio, slices.Contains(l.portfolio.Threats(), id)
	if !priced {
		if l.shadow == nil {
			shadow, err := brief.Shadow(l.model, l.portfolio.Horizon())
			if err != nil {
				return nil, err
			}
			l.shadow = &shadow
		}
		p = *l.shadow
	}
	if p == nil || !slices.Contains(p.Threats(), id) {
		return []figure{chance, loss, bad}, nil
	}
	e, err := p.ExpectThreat(id, sc)
	if err != nil || e.Absent {
		return []figure{chance, loss, bad}, err
	}
	chance.Figure = ledger.Figure{Value: e.ChanceWithinHorizon}
	if priced {
		event, err := p.EventLoss(id, sc, seed)
		if err != nil {
			return nil, err
		}
		loss.Figure = ledger.Figure{Value: e.Annual}
		bad.Figure = ledger.Figure{Value: event.P95, StandardError: eventError(event)}
	}
	return []figure{chance, loss, bad}, nil
}

// eventError is the standard error of a bad case drawn from events: about one
// part in a hundred with the number of events that package risk draws.
func eventError(e risk.EventLoss) float64 {
	if e.Exact {
		return 0
	}
	return 0.01 * e.P95
}

// recheck compares the premises of a product's decisions in force with the
// state's figures and drafts the re-opening of those that no longer hold. A
// state in which the product cannot be priced any more is an error, so that
// nothing is recorded that would leave people without a price.
func recheck(state *ledger.State, p *ledger.Product) ([]ledger.Draft, []Reopened, error) {
	model, err := state.Model(p.ID)
	if err != nil {
		return nil, nil, err
	}
	portfolio, err := risk.Compile(model, risk.Options{})
	if err != nil {
		return nil, nil, &parley.Error{Op: "price " + p.ID, Kind: parley.Invalid, Err: err}
	}
	l := &loaded{model: model, portfolio: portfolio, state: state, product: p}
	var drafts []ledger.Draft
	var out []Reopened
	for _, d := range p.Decisions {
		if d.Status != ledger.InForce || len(d.Premises) == 0 {
			continue
		}
		figures, err := l.figures(l.without(d.Short), d.Live, l.unfinished(d.With), d.Seed)
		if err != nil {
			return nil, nil, err
		}
		now := map[ledger.PremiseKey]ledger.Figure{}
		for _, f := range figures {
			now[f.key] = f.Figure
		}
		if broken := ledger.Recheck(d, now); len(broken) > 0 {
			drafts = append(drafts, ledger.Reopening(d, broken, ""))
			out = append(out, Reopened{Decision: d.Short, Threats: d.Live, Broken: broken})
		}
	}
	return drafts, out, nil
}

// unfinished keeps the mitigations that are still to be built: what a finished
// one cost no longer moves a decision.
func (l *loaded) unfinished(ids []string) []string {
	var out []string
	for _, id := range ids {
		if l.model.Mitigation(id) != nil {
			out = append(out, id)
		}
	}
	return out
}
