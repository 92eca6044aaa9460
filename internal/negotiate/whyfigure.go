package negotiate

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// Figures that [Service.Why] explains: of a product, of a threat, and of the work
// and the contracts that premises stand on.
const (
	FigureAnnual     = "expected_annual_loss"  // of a product or threat: currency units a year, what stays with us
	FigureChance     = "chance_within_horizon" // of a product or threat: 0..1
	FigureLeft       = "expected_annual_loss_left"
	FigureOneIn20    = "loss_1_in_20"          // of a product or threat: currency units, in one year
	FigureTypical    = "typical_loss"          // of a threat: currency units, half of all events cost more
	FigureBad        = "bad_case"              // of a threat: currency units, one event in 20 costs more
	FigureShortfall  = "expected_shortfall_95" // of a product: currency units, mean of the worst 5 % of years
	FigureAppetite   = "chance_over_appetite"  // of a product: 0..1, to lose more in a year than its first limit; .2 the second
	FigureEffort     = ledger.PremiseEffort    // of a mitigation: person-days
	FigureMoney      = ledger.PremiseMoney     // of a mitigation: currency units within the horizon
	FigurePremium    = ledger.PremisePremium   // of a transfer: currency units a year
	FigureDeductible = ledger.PremiseDeductible
	FigureLimit      = ledger.PremiseLimit
	FigureStays      = ledger.PremiseStays // of a transfer: currency units a year, what it leaves with us of its threat
)

// The figures by what they are of.
var (
	productFigures  = []string{FigureAnnual, FigureLeft, FigureChance, FigureOneIn20, FigureShortfall, FigureAppetite}
	threatFigures   = []string{FigureAnnual, FigureLeft, FigureChance, FigureTypical, FigureBad, FigureOneIn20}
	workFigures     = []string{FigureEffort, FigureMoney}
	transferFigures = []string{FigurePremium, FigureDeductible, FigureLimit, FigureStays}
)

// expectedFigures follow from expectations alone: no event and no year is drawn.
var expectedFigures = []string{FigureAnnual, FigureLeft, FigureChance}

// yearlyFigures are amounts of money a year on average.
var yearlyFigures = []string{FigureAnnual, FigureLeft, FigurePremium, FigureStays}

// asked is a figure as somebody names it.
type asked struct {
	name string          // one of the figures
	nth  int             // of FigureAppetite, from 1
	of   string          // id, "" for the product
	kind ledger.ItemKind // of it; "" for a contract, which stands in a threat
}

// askedOf reads [SUBJECT.]FIGURE; SUBJECT alone is its expected annual loss, and
// so is nothing. The bad case also goes by the name of its premise.
func askedOf(text string) (asked, error) {
	of, name, dotted := strings.Cut(text, ".")
	switch {
	case text == "":
		name = FigureAnnual
	case slices.Contains(productFigures, of):
		of, name = "", text
	case !dotted:
		name = FigureAnnual
	}
	if name == premiseBad {
		name = FigureBad
	}
	a := asked{name: name, of: of, nth: 1}
	if first, n, ok := strings.Cut(name, "."); ok && first == FigureAppetite {
		var err error
		if a.nth, err = strconv.Atoi(n); err != nil || a.nth < 1 || a.nth > 1000 {
			return a, noFigure(text)
		}
		a.name = first
	}
	switch {
	case of == "" && slices.Contains(productFigures, a.name):
	case of == "":
		return a, noFigure(text)
	case slices.Contains(threatFigures, name):
		a.kind = ledger.KindThreat
	case slices.Contains(workFigures, name):
		a.kind = ledger.KindMitigation
	case !slices.Contains(transferFigures, name):
		return a, noFigure(text)
	}
	return a, nil
}

func noFigure(text string) error {
	return parley.Errorf(parley.Invalid, "say why a figure moved", "%q is no figure that is explained", text).
		WithHint(catalogue.T("why.hint.figure", "product", strings.Join(productFigures, ", "), "threat", strings.Join(threatFigures, ", "),
			"work", strings.Join(workFigures, ", "), "transfer", strings.Join(transferFigures, ", ")))
}

// unit is what the figure is counted in.
func (a asked) unit(currency string) string {
	switch a.name {
	case FigureChance, FigureAppetite:
		return "chance"
	case FigureEffort:
		return "person-days"
	}
	return currency
}

// scenario is what the figure is asked under: how things are, with all that was
// decided on as done for what is left.
func (a asked) scenario(l *loaded) risk.Scenario {
	if a.name == FigureLeft {
		return l.with(risk.Scenario{Mitigations: l.promised()})
	}
	return l.today()
}

// value is the figure as things stand; nil where there is none. of is what the
// subject was called then.
func (a asked) value(ctx context.Context, s *Service, l *loaded, of string) (*float64, error) {
	switch {
	case a.of == "":
		return a.ofProduct(ctx, s, l)
	case a.kind == ledger.KindThreat:
		return a.ofThreat(ctx, l, of)
	}
	terms := ledger.Terms{Kind: parley.Mitigate, With: []string{of}}
	if a.kind == "" {
		terms.Kind = parley.Transfer
	}
	figures, err := l.figures(l.today(), terms)
	for i := range figures {
		if f := &figures[i]; f.key.Name == a.name && !f.Gone {
			return &f.Value, err
		}
	}
	return nil, err
}

// ofProduct is a figure of all threats together, as the price of the whole shows
// it. What a contract pays may be an estimate: it is drawn with the same seed on both
// sides, as for one threat.
func (a asked) ofProduct(ctx context.Context, s *Service, l *loaded) (*float64, error) {
	sc := a.scenario(l)
	if slices.Contains(expectedFigures, a.name) {
		e, err := l.portfolio.Expect(sc)
		switch {
		case err != nil:
			return nil, nil
		case a.name == FigureChance:
			return &e.Chance, nil
		}
		return &e.Annual, nil
	}
	p := pricing{service: s, l: l, totals: true}
	r, err := p.risk(ctx, sc)
	if err != nil {
		return nil, err
	}
	switch a.name {
	case FigureShortfall:
		return &r.ExpectedShortfall95, nil
	case FigureAppetite:
		if a.nth > len(r.Appetite) {
			return nil, nil
		}
		return &r.Appetite[a.nth-1].Chance, nil
	}
	x := r.Quantiles[quantileKey(0.95)]
	return &x, nil
}

// ofThreat is a figure of one threat: averages are what stays with us; what one
// event or a bad year costs is as its brief shows it, before a contract pays.
// What was closed or avoided costs nothing; else a threat without a price has none.
func (a asked) ofThreat(ctx context.Context, l *loaded, id string) (*float64, error) {
	none := 0.0
	if t := l.model.Threat(id); t == nil || t.Triage == parley.Closed {
		return &none, nil
	}
	if slices.Contains(expectedFigures, a.name) {
		p, err := l.rated(id)
		if err != nil || p == nil || p != l.portfolio && a.name != FigureChance {
			return nil, err
		}
		e, err := p.ExpectThreat(id, a.scenario(l))
		if a.name == FigureChance {
			return &e.ChanceWithinHorizon, err
		}
		return &e.Annual, err
	}
	f, err := brief.FiguresOf(ctx, l.model, l.portfolio, id, a.name == FigureOneIn20)
	switch {
	case err != nil || f == nil:
		return nil, err
	case a.name == FigureOneIn20:
		return f.LossOneInTwenty, nil
	case f.LossIfItHappens == nil:
		return nil, nil
	case a.name == FigureTypical:
		return &f.LossIfItHappens.P50, nil
	}
	return &f.LossIfItHappens.P95, nil
}
