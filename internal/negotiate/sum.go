package negotiate

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/risk"
)

// What sums can be about.
const (
	AboutProduct   = "product"   // all threats together
	AboutThreat    = "threat"    // [SumRequest.ID]
	AboutOption    = "option"    // [SumRequest.Option] of the threat
	AboutPlan      = "plan"      // the best within the budget, or [SumRequest.With]
	AboutLayer     = "layer"     // what the failure of a layer or a dependency costs
	AboutBacklog   = "backlog"   // its periods
	AboutAuthority = "authority" // what people left or committed to
	AboutDeciding  = "deciding"  // how deciding goes
)

// Abouts are all of them.
func Abouts() []string {
	return []string{AboutProduct, AboutThreat, AboutOption, AboutPlan, AboutLayer, AboutBacklog, AboutAuthority, AboutDeciding}
}

// SumRequest asks what figures add up from.
type SumRequest struct {
	Source
	AsOf   string
	About  string   // one of [Abouts]; "" is the product
	ID     string   // of the threat, the layer or the dependency
	Option string   // id of the option
	With   []string // of a plan: mitigations and features in it, in place of the best
	Budget Budget   // of a plan
}

// SumsResult takes every figure of a subject apart.
type SumsResult struct {
	Schema   string `json:"schema"`
	AsOf     string `json:"as_of"`
	Product  string `json:"product"`
	Currency string `json:"currency"`
	About    string `json:"about"`
	ID       string `json:"id,omitempty"`
	Option   string `json:"option,omitempty"`
	Title    string `json:"title"`
	Sums     []Sum  `json:"sums"`
}

// Sum is one figure with its terms, which add up to it but for rounding in the last
// digits of a float64. Both come from the computation that makes the figure. Should they
// not add up, Rest is what they leave out.
type Sum struct {
	Figure  string  `json:"figure"`
	Says    string  `json:"says"`
	Unit    string  `json:"unit"` // the currency, "person-days", "days", "chance" or "count"
	Value   float64 `json:"value"`
	Terms   []Term  `json:"terms"`
	Rest    float64 `json:"rest,omitzero"`
	Formula string  `json:"formula"` // in a sentence
	Docs    string  `json:"docs"`    // where it is defined
}

// Term is one part of a sum: Value is Quantity × Each where these are given.
type Term struct {
	ID       string   `json:"id,omitempty"`
	Says     string   `json:"says"`
	Value    float64  `json:"value"`
	Quantity *float64 `json:"quantity,omitempty"` // person-days, or an amount in the currency
	Each     *float64 `json:"each,omitempty"`     // what one unit of it counts for
	Working  string   `json:"working,omitempty"`  // the product in words
}

// sums is a result being put together.
type sums struct {
	s *Service
	l *loaded
	r *SumsResult
}

// Sum takes the figures of a subject apart.
func (s *Service) Sum(ctx context.Context, actor Actor, req SumRequest) (*SumsResult, error) {
	about := req.About
	if about == "" {
		about = AboutProduct
	}
	if !slices.Contains(Abouts(), about) {
		return nil, parley.Errorf(parley.Invalid, "add up", "%s", catalogue.T("sum.about.wrong", "about", plain.Clean(about))).
			WithHint(parley.Meant(req.About, Abouts(), catalogue.T("sum.about.hint", "abouts", plain.List(Abouts()))))
	}
	var asked []string
	if about == AboutThreat || about == AboutOption {
		asked = []string{req.ID}
	}
	l, err := s.loadAs(ctx, actor, "Sum", req.Source, req.AsOf, asked...)
	if err != nil {
		return nil, err
	}
	p := l.model.Product
	x := &sums{s: s, l: l, r: &SumsResult{
		Schema: "parley.sums/1", AsOf: l.asOf.Format(time.DateOnly), Product: p.ID, Currency: p.Currency, About: about, Title: p.Title(), Sums: []Sum{},
	}}
	switch about {
	case AboutThreat, AboutOption:
		err = x.threat(ctx, req)
	case AboutPlan:
		err = x.plan(ctx, req)
	case AboutLayer:
		err = x.failure(req.ID)
	case AboutBacklog, AboutAuthority, AboutDeciding:
		err = x.recorded(ctx, actor, req)
	default:
		err = x.product(ctx)
	}
	if err != nil {
		return nil, err
	}
	return x.r, nil
}

// add keeps a sum; key names its words.
func (x *sums) add(figure, key, unit, docs string, value float64, terms []Term, words ...any) {
	if terms == nil {
		terms = []Term{}
	}
	x.r.Sums = append(x.r.Sums, Sum{
		Figure: figure, Says: catalogue.T("sum."+key, words...), Unit: unit, Value: value, Terms: terms,
		Rest: restOf(value, terms), Formula: catalogue.T("sum."+key+".formula", words...), Docs: docs,
	})
}

// restOf is what terms leave of a value, 0 within what adding them up in another order
// can make: a part in a thousand million of the largest. Without terms nothing is said.
func restOf(value float64, terms []Term) float64 {
	rest, size := value, math.Abs(value)
	for _, t := range terms {
		rest -= t.Value
		size = max(size, math.Abs(t.Value))
	}
	if len(terms) == 0 || math.Abs(rest) <= 1e-9*size {
		return 0
	}
	return rest
}

// Pages on which figures are defined.
const (
	docsExact    = "docs/maths.md#4-exact-figures"
	docsSampled  = "docs/maths.md#6-simulation"
	docsStated   = "docs/maths.md#3-stated-as-things-are"
	docsTime     = "docs/maths-plan.md#time"
	docsValue    = "docs/maths-plan.md#what-is-maximised"
	docsPeriods  = "docs/maths-plan.md#periods"
	docsOption   = "docs/briefs.md#an-option"
	docsRules    = "docs/decisions.md#rules-of-the-organisation"
	docsTasks    = "docs/decisions.md#tasks"
	docsDeciding = "docs/decisions.md#how-deciding-goes"
)

// SumRow is a line of a sum as people read it: amounts to the smallest coin, days to
// the hundredth.
type SumRow struct{ Says, Working, Value string }

// Rows are the terms, what they leave out, what rounding each of them makes, where these
// are something, and the sum: as shown, they add up. Rounding is at most half a step for
// each line, and for the sum: it hides nothing.
func (y *Sum) Rows() []SumRow {
	var out []SumRow
	left := y.steps(y.Value)
	line := func(says, working string, value float64) {
		out = append(out, SumRow{says, working, y.Text(value)})
		left -= y.steps(value)
	}
	for _, t := range y.Terms {
		line(t.Says, t.Working, t.Value)
	}
	if y.steps(y.Rest) != 0 {
		line(catalogue.T("sum.rest"), "", y.Rest)
	}
	if left != 0 && len(y.Terms) > 0 {
		out = append(out, SumRow{catalogue.T("sum.rounding"), "", y.Text(left * y.step())})
	}
	return append(out, SumRow{catalogue.T("sum.total"), "", y.Text(y.Value)})
}

// steps is a value in the smallest steps that are shown.
func (y *Sum) steps(value float64) float64 { return math.Round(value / y.step()) }

func (y *Sum) step() float64 {
	switch y.Unit {
	case unitDays, unitTime:
		return 0.01
	case unitChance:
		return 0.0001
	case unitCount:
		return 1
	}
	return plain.Coin(y.Unit)
}

// Text is a value of the sum exactly.
func (y *Sum) Text(value float64) string {
	switch y.Unit {
	case unitDays, unitTime:
		return daysExact(value)
	case unitChance:
		return catalogue.T("sum.unit.chance", "share", trimmed(100*value, 2))
	case unitCount:
		return trimmed(value, 0)
	}
	return plain.Exact(value, y.Unit)
}

// What sums are counted in besides a currency.
const (
	unitDays   = "person-days"
	unitChance = "chance"
	unitCount  = "count"
	unitTime   = "days"
)

// product takes apart what all threats together come to, as things are.
func (x *sums) product(ctx context.Context) error {
	l, money := x.l, x.r.Currency
	today, err := l.portfolio.Expect(l.today())
	if err != nil {
		return priceError(l.model, err)
	}
	x.add(FigureAnnual, "annual", money, docsExact, today.Annual, x.byThreat(today))
	x.add(FigureAnnual+"_by_kind", "by_kind", money, docsExact, today.Annual, kindTerms(today.Kinds))
	if len(l.promised()) > 0 {
		left, err := l.portfolio.Expect(l.with(risk.Scenario{Mitigations: l.promised()}))
		if err != nil {
			return priceError(l.model, err)
		}
		x.add(FigureLeft, "left", money, docsExact, left.Annual, x.byThreat(left))
	}
	return x.worstYears(ctx)
}

// worstYears are the figures of simulated years: what the worst cost, by threat, and
// how the limits stand.
func (x *sums) worstYears(ctx context.Context) error {
	p := pricing{service: x.s, l: x.l}
	r, err := p.risk(ctx, x.l.today())
	if err != nil {
		return err
	}
	var terms []Term
	for _, t := range r.Threats {
		if t.TailShare != 0 {
			terms = append(terms, Term{ID: t.ID, Says: titleOf(x.l.model, t.ID), Value: t.TailShare * r.ExpectedShortfall95})
		}
	}
	if len(terms) > 0 {
		x.add(FigureShortfall, "shortfall", x.r.Currency, docsSampled, r.ExpectedShortfall95, largest(terms))
	}
	limits := make([]float64, len(r.Appetite))
	for i, a := range r.Appetite {
		limits[i] = a.Loss
	}
	made, err := x.l.portfolio.Above(ctx, x.l.today(), risk.SimOptions{Trials: r.Trials, Seed: r.Seed}, limits...)
	if err != nil {
		return priceError(x.l.model, err)
	}
	for i, a := range r.Appetite {
		over := a.Chance - a.ChanceAllowed
		key := "over"
		if over < 0 {
			key = "under"
		}
		x.add(FigureAppetite+nthText(i), "appetite", unitChance, docsSampled, a.Chance, []Term{
			{Says: catalogue.T("sum.appetite.allowed"), Value: a.ChanceAllowed}, {Says: catalogue.T("sum.appetite." + key), Value: over},
		}, "loss", plain.Amount(a.Loss, x.r.Currency))
		shares := x.shares(len(made[i]), func(k int) (string, float64) { return made[i][k].ID, made[i][k].Share * a.Chance })
		if len(shares) > 0 {
			x.add(FigureAppetite+nthText(i)+"_by_threat", "appetite_threats", unitChance, docsSampled, a.Chance, shares, "loss", plain.Amount(a.Loss, x.r.Currency))
		}
	}
	return nil
}

// nthText is what follows the name of the n-th of several figures, counted from 0.
func nthText(n int) string {
	if n == 0 {
		return ""
	}
	return "." + strconv.Itoa(n+1)
}

// byThreat is what is expected of each threat in a year.
func (x *sums) byThreat(e risk.Expectation) []Term {
	return x.shares(len(e.Threats), func(i int) (string, float64) { return e.Threats[i].ID, e.Threats[i].Annual })
}

// shares are n terms by the titles of what they are of, the largest first; what comes
// to nothing is left out.
func (x *sums) shares(n int, share func(i int) (id string, value float64)) []Term {
	var out []Term
	for i := range n {
		if id, value := share(i); value != 0 {
			out = append(out, Term{ID: id, Says: titleOf(x.l.model, id), Value: value})
		}
	}
	return largest(out)
}

// largest sorts terms by what they add or take, the largest first.
func largest(terms []Term) []Term {
	slices.SortStableFunc(terms, func(a, b Term) int { return compareDown(math.Abs(a.Value), math.Abs(b.Value)) })
	return terms
}

// kindTerms are losses by kind.
func kindTerms(k risk.KindLosses) []Term {
	var out []Term
	for _, kind := range parley.LossKinds() {
		if v := k.Of(kind); v != 0 {
			out = append(out, Term{ID: string(kind), Says: plain.Capital(catalogue.T("risk.kind." + string(kind))), Value: v})
		}
	}
	return out
}

// failure takes apart what a year costs more when one thing fails.
func (x *sums) failure(id string) error {
	l := x.l
	title := ""
	if c := l.model.Control(id); c != nil {
		title = c.Title
	} else if d := l.model.Dependency(id); d != nil {
		title = d.Title
	} else {
		return parley.Errorf(parley.NotFound, "add up", "%s", catalogue.T("sum.layer.none", "id", plain.Clean(id))).
			WithHint(parley.Suggest(id, l.model.LayerIDs()))
	}
	x.r.ID, x.r.Title = id, cmp.Or(title, id)
	now, err := l.portfolio.Expect(l.today())
	if err != nil {
		return priceError(l.model, err)
	}
	sc := l.today()
	sc.Broken = append(sc.Broken, id)
	then, err := l.portfolio.Expect(sc)
	if err != nil {
		return priceError(l.model, err)
	}
	more := x.shares(len(then.Threats), func(i int) (string, float64) {
		return then.Threats[i].ID, then.Threats[i].Annual - now.Threats[i].Annual
	})
	x.add("if_it_fails", "fails", x.r.Currency, docsExact, max(0, then.Annual-now.Annual), more)
	if err := x.costsNow(id); err != nil {
		return err
	}
	x.add(FigureAnnual, "failed", x.r.Currency, docsExact, then.Annual, x.byThreat(then))
	return nil
}

// costsNow takes apart what a year costs more today because the checks of a layer do not
// bear out all that is said of it; where they do, there is nothing to open.
func (x *sums) costsNow(id string) error {
	if x.l.model.Dependency(id) != nil {
		return nil
	}
	costs, err := x.l.portfolio.CostsNow(id, x.l.today())
	if err != nil || costs == 0 {
		return err
	}
	list, err := x.l.portfolio.CostsNowByThreat(id, x.l.today())
	if err != nil {
		return priceError(x.l.model, err)
	}
	more := x.shares(len(list), func(i int) (string, float64) { return list[i].ID, list[i].Costs })
	x.add("costs_now", "costs_now", x.r.Currency, docsExact, costs, more)
	return nil
}

// daysExact is effort on demand: to the hundredth of a day.
func daysExact(days float64) string {
	days = math.Round(days*100)/100 + 0 // not minus nothing
	return catalogue.T("sum.days", "days", strings.Replace(strconv.FormatFloat(days, 'f', 2, 64), "-", "−", 1))
}

// factorText is a factor, such as years that are discounted, to six digits.
func factorText(x float64) string { return trimmed(x, 6) }

// trimmed is a number to so many digits after the point, without zeros at the end.
func trimmed(x float64, digits int) string {
	scale := math.Pow(10, float64(digits))
	r := math.Round(x*scale)/scale + 0 // not minus nothing
	return strings.Replace(strconv.FormatFloat(r, 'f', -1, 64), "-", "−", 1)
}
