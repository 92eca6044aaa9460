package negotiate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/risk"
)

// Method says how the yearly loss is computed.
type Method string

// The methods.
const (
	Auto     Method = "auto"     // exactly where that is possible, else by simulation
	Exact    Method = "exact"    // by the closed form and the Fourier transform
	Simulate Method = "simulate" // by drawing years
)

// MostYears bounds how many years are simulated, and so the memory it takes.
const MostYears = risk.MaxTrials

// RiskRequest asks for the price of all threats together.
type RiskRequest struct {
	Source
	AsOf    string
	Trials  int    // 0: 100 000
	Seed    uint64 // 0: 1
	Method  Method
	At      []float64 // losses at which the chance of losing more is wanted
	With    []string  // mitigations or features taken as finished
	Options bool      // whether each option's worth, cost of delay and sensitivity are wanted
	InPlan  bool      // whether what each does within the best plan is wanted, too
	Over    string    // what chances of a threat and of any are told over: horizon (also ""), or year

	// TotalsOnly leaves out what takes threats apart: shares of the worst years and
	// simulated losses by kind. What is left has the same bits and takes half the time.
	TotalsOnly bool
}

// RiskResult is the price of all threats together. Amounts are in the
// product's currency and of one full year as things are.
type RiskResult struct {
	Schema              string              `json:"schema"`
	AsOf                string              `json:"as_of"`
	Product             string              `json:"product"`
	Currency            string              `json:"currency"`
	HorizonYears        float64             `json:"horizon_years"`
	Limits              Limits              `json:"limits"`
	ExpectedAnnualLoss  ExpectedLoss        `json:"expected_annual_loss"`
	ChanceWithinHorizon float64             `json:"chance_within_horizon"`
	ChanceWithinYear    *float64            `json:"chance_within_year,omitempty"` // where chances are told over a year
	Quantiles           map[string]float64  `json:"quantiles"`
	QuantileErrors      map[string]float64  `json:"quantile_standard_errors,omitempty"` // 0 where exact; absent after one simulated year
	ExpectedShortfall95 float64             `json:"expected_shortfall_95"`
	ShortfallError      *float64            `json:"expected_shortfall_95_standard_error,omitempty"` // likewise
	Exceedance          []Exceedance        `json:"exceedance"`
	Appetite            []LimitResult       `json:"appetite"`
	Threats             []ThreatRisk        `json:"threats"`
	LossesByKind        []KindRisk          `json:"losses_by_kind"`
	Options             []OptionRisk        `json:"options,omitempty"` // where they were asked for
	NoPlan              *NoPlan             `json:"no_plan,omitempty"` // why options are not shown within a plan, where that was asked for
	UnconfirmedShare    float64             `json:"unconfirmed_share"` // of the expected loss, from tools and imports
	Trials              int                 `json:"trials"`
	Seed                uint64              `json:"seed"`
	Method              Method              `json:"method"`
	Agree               *bool               `json:"exact_and_simulated_agree,omitempty"` // within four standard errors; absent where only one applies
	Verified            string              `json:"controls"`
	Assumed             []parley.Assumption `json:"assumed"`
	Warnings            []string            `json:"warnings"`

	// AsStated is what the price would be if every layer worked as stated, where
	// what its checks bear out makes another.
	AsStated *StatedRisk `json:"as_stated,omitempty"`

	// Carried is what contracts in force pay in an expected year, besides: a brief
	// and a plan show threats before that.
	Carried float64 `json:"carried"`
}

// ExpectedLoss is the expected annual loss, exactly and as simulated. What was
// not computed is nil.
type ExpectedLoss struct {
	Exact         *float64 `json:"exact"`
	Why           string   `json:"why,omitempty"` // why there is no exact figure
	Simulated     *float64 `json:"simulated"`
	StandardError *float64 `json:"standard_error"`
	WhyNoError    string   `json:"why_no_standard_error,omitempty"` // why a simulated figure has none
}

// Value is the exact figure, else the simulated one, else 0.
func (e ExpectedLoss) Value() float64 {
	switch {
	case e.Exact != nil:
		return *e.Exact
	case e.Simulated != nil:
		return *e.Simulated
	}
	return 0
}

// Exceedance is the chance of losing more than a loss in one year.
type Exceedance struct {
	Loss          float64 `json:"loss"`
	Probability   float64 `json:"probability"`
	StandardError float64 `json:"standard_error"` // 0 where it is exact
}

// LimitResult compares one point of the appetite with the price.
type LimitResult struct {
	Loss          float64 `json:"loss"`
	ChanceAllowed float64 `json:"chance_allowed"`
	Chance        float64 `json:"chance"`
	StandardError float64 `json:"standard_error"`
	Breached      bool    `json:"breached"`
	TooClose      bool    `json:"too_close_to_call"` // within two standard errors of the limit
}

// ThreatRisk is the price of one threat.
type ThreatRisk struct {
	ID                  string     `json:"id"`
	Title               string     `json:"title"`
	ExpectedAnnualLoss  float64    `json:"expected_annual_loss"` // that stays with us
	Carried             float64    `json:"carried"`              // that contracts in force pay of it besides
	ChanceWithinHorizon float64    `json:"chance_within_horizon"`
	ChanceWithinYear    *float64   `json:"chance_within_year,omitempty"`        // where chances are told over a year
	TailShare           float64    `json:"tail_share"`                          // of the worst 5 % of years
	TailShareError      *float64   `json:"tail_share_standard_error,omitempty"` // nil where years were not taken apart by kind
	LossesByKind        []KindRisk `json:"losses_by_kind"`
	AsStated            *float64   `json:"as_stated_expected_annual_loss,omitempty"` // if every layer worked as stated, where that differs
	Unconfirmed         bool       `json:"unconfirmed"`
	*ThreatYears                   // nil where threats were not told apart
}

// notVerified is what every price says of controls as long as no evidence is read.
const notVerified = "not verified"

// Risk prices all threats of a source together, as things are.
func (s *Service) Risk(ctx context.Context, actor Actor, req RiskRequest) (*RiskResult, error) {
	l, err := s.loadAs(ctx, actor, "Risk", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	over, err := timeframe(req.Over)
	if err != nil {
		return nil, err
	}
	sc := l.today()
	if len(req.With) > 0 {
		if sc, err = l.changed(WhatIfRequest{With: req.With}); err != nil {
			return nil, err
		}
	}
	p := pricing{
		service: s, l: l, trials: req.Trials, seed: req.Seed, method: req.Method, at: req.At, totals: req.TotalsOnly, over: over,
		twice: len(l.portfolio.Assurance()) > 0,
	}
	r, err := p.risk(ctx, sc)
	if err == nil {
		err = p.stated(ctx, sc, r)
	}
	if err == nil && (req.Options || req.InPlan) {
		r.Options, err = l.options(ctx, req.Seed)
	}
	if err == nil && req.InPlan {
		r.NoPlan, err = s.withinPlan(ctx, l, req, r.Options)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// pricing is one price being made.
type pricing struct {
	service *Service
	l       *loaded
	trials  int
	seed    uint64
	method  Method
	at      []float64
	over    brief.Timeframe

	totals   bool              // threats are not taken apart
	compared bool              // with things as they are
	twice    bool              // the same as stated comes after it
	from     float64           // how much of the work was done before
	drawn    yearly            // what the last price was read from
	expected *risk.Expectation // of the scenario, where it is known already
}

// upTo is how much of the work is done after this price: where the same as stated
// comes after it, about two thirds, since that takes no threats apart.
func (p *pricing) upTo() float64 {
	if p.twice {
		return 2.0 / 3
	}
	return 1
}

func (p *pricing) risk(ctx context.Context, sc risk.Scenario) (*RiskResult, error) {
	if p.trials < 0 || p.trials > MostYears {
		return nil, parley.Errorf(parley.Invalid, "price", "%d years cannot be simulated", p.trials).WithHint("use 1 to 10 million")
	}
	m := p.l.model
	expected, err := p.expect(sc)
	if err != nil {
		return nil, priceError(m, err)
	}
	r := &RiskResult{
		Schema: "parley.risk/1", AsOf: p.l.asOf.Format(time.DateOnly), Product: m.Product.ID, Currency: m.Product.Currency,
		HorizonYears: p.l.portfolio.Horizon(), Limits: p.l.limits, ChanceWithinHorizon: expected.Chance,
		Quantiles: map[string]float64{}, Verified: p.l.verified(), Assumed: brief.Assumed(m), Warnings: []string{},
	}
	if expected.Inexact == "" {
		r.ExpectedAnnualLoss.Exact = &expected.Annual
	} else {
		r.ExpectedAnnualLoss.Why = expected.Inexact
	}
	for _, w := range p.l.portfolio.Warnings() {
		r.Warnings = append(r.Warnings, w.Threat+": "+w.Message)
	}
	c, err := p.curve(ctx, sc, r)
	if err != nil {
		return nil, err
	}
	r.fill(m, expected, c, p.at)
	p.drawn = c
	if p.over == brief.OverYear {
		return r, r.tellYear(p.l.portfolio, sc)
	}
	return r, nil
}

func (p *pricing) expect(sc risk.Scenario) (risk.Expectation, error) {
	if p.expected != nil {
		return *p.expected, nil
	}
	return p.l.portfolio.Expect(sc)
}

func priceError(m *parley.Model, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &parley.Error{Op: "price " + m.Product.Title(), Kind: parley.Unavailable, Err: err}
	}
	return &parley.Error{Op: "price " + m.Product.Title(), Kind: parley.Invalid, Err: err}
}

// notExact says which threat keeps the curve from being exact, and why.
func notExact(err error) error {
	if e, ok := errors.AsType[*risk.NotExactError](err); ok && e.Threat != "" {
		err = fmt.Errorf("threat %q: %s", e.Threat, e.Reason)
	}
	return parley.Errorf(parley.Invalid, "price exactly", "%w", err).WithHint("leave --method out, or use --method simulate")
}

// yearly is the distribution of one year's loss, exact or simulated.
type yearly interface {
	Quantile(p float64) float64
	Exceedance(loss float64) (probability, standardError float64)
	Shortfall(p float64) (mean, standardError float64)
	QuantileError(p float64) float64
	ErrorsKnown() bool                      // of the figures themselves
	threat(id string) *risk.SimulatedThreat // nil where it is not told apart
	apart() *risk.TailShares
}

// curve computes the year's loss by the method asked for. Years are drawn in
// any case, for each threat's share of the bad ones; where the curve can be had
// exactly it is taken from there, and the two must agree.
func (p *pricing) curve(ctx context.Context, sc risk.Scenario, r *RiskResult) (yearly, error) {
	switch p.method {
	case "", Auto, Exact, Simulate:
	default:
		return nil, parley.Errorf(parley.Invalid, "price", "%q is no method", p.method).
			WithHint(parley.Meant(string(p.method), []Method{Auto, Exact, Simulate}, "use auto, exact or simulate"))
	}
	sim, err := p.simulate(ctx, sc, r)
	if err != nil || p.method == Simulate {
		return sim, err
	}
	c, err := p.l.portfolio.Curve(sc)
	switch {
	case err == nil:
		if r.Method = Exact; sim.ErrorsKnown() {
			agree := math.Abs(c.Mean-sim.Mean) <= 4*sim.StandardError
			r.Agree = &agree
		}
		return exactCurve{c, sim}, nil
	case p.method == Exact && is[*risk.NotExactError](err):
		return nil, notExact(err)
	case is[*risk.NotExactError](err):
		return sim, nil
	}
	return nil, priceError(p.l.model, err)
}

func (p *pricing) simulate(ctx context.Context, sc risk.Scenario, r *RiskResult) (simulated, error) {
	opt := risk.SimOptions{Trials: p.trials, Seed: p.seed, Tail: !p.totals, TotalsOnly: p.totals}
	if f := p.service.tell(ctx); f != nil {
		opt.Progress = func(done, total int) {
			f(catalogue.T("risk.progress"), p.from+(p.upTo()-p.from)*float64(done)/float64(total))
		}
	}
	sim, err := p.service.simulation(ctx, p.l, sc, opt, p.compared)
	if err != nil {
		return simulated{}, priceError(p.l.model, err)
	}
	r.Method, r.Trials, r.Seed = Simulate, sim.Trials, sim.Seed
	r.ExpectedAnnualLoss.Simulated = &sim.Mean
	if sim.ErrorsKnown() {
		r.ExpectedAnnualLoss.StandardError = &sim.StandardError
	} else {
		r.ExpectedAnnualLoss.WhyNoError = "one year does not say how years differ"
	}
	return simulated{sim}, nil
}

type simulated struct{ *risk.Simulation }

func (s simulated) threat(id string) *risk.SimulatedThreat {
	for i := range s.Threats {
		if s.Threats[i].ID == id {
			return &s.Threats[i]
		}
	}
	return nil
}

func (s simulated) apart() *risk.TailShares { return s.Tail }

// exactCurve takes the tail shares and losses by kind from the years drawn.
type exactCurve struct {
	*risk.Curve
	drawn simulated
}

func (c exactCurve) Exceedance(loss float64) (float64, float64) { return c.Curve.Exceedance(loss), 0 }
func (c exactCurve) Shortfall(p float64) (float64, float64)     { return c.Curve.Shortfall(p), 0 }
func (c exactCurve) QuantileError(float64) float64              { return 0 }
func (c exactCurve) ErrorsKnown() bool                          { return true }
func (c exactCurve) threat(id string) *risk.SimulatedThreat     { return c.drawn.threat(id) }
func (c exactCurve) apart() *risk.TailShares                    { return c.drawn.Tail }

// quantilesShown are those that every price of the whole says.
var quantilesShown = []float64{0.5, 0.9, 0.95, 0.99}

func quantileKey(q float64) string { return strconv.FormatFloat(q, 'f', -1, 64) }

// exceedances are the chances of losing more than each of some losses.
func exceedances(c yearly, at []float64) []Exceedance {
	out := []Exceedance{}
	for _, x := range at {
		p, se := c.Exceedance(x)
		out = append(out, Exceedance{Loss: x, Probability: p, StandardError: se})
	}
	return out
}

func (r *RiskResult) fill(m *parley.Model, expected risk.Expectation, c yearly, at []float64) {
	for _, q := range quantilesShown {
		r.Quantiles[quantileKey(q)] = c.Quantile(q)
	}
	var shortfallError float64
	r.ExpectedShortfall95, shortfallError = c.Shortfall(0.95)
	if c.ErrorsKnown() {
		r.QuantileErrors, r.ShortfallError = map[string]float64{}, &shortfallError
		for _, q := range quantilesShown {
			r.QuantileErrors[quantileKey(q)] = c.QuantileError(q)
		}
	}
	if len(at) == 0 {
		at = grid(c)
	}
	r.Exceedance = exceedances(c, at)
	r.Appetite = appetite(m, c)
	var drawn risk.KindLosses
	r.Threats = []ThreatRisk{}
	for _, e := range expected.Threats {
		t := m.Threat(e.ID)
		if t == nil || e.Absent {
			continue
		}
		x := ThreatRisk{ID: e.ID, Title: t.Title, ExpectedAnnualLoss: e.Annual, Carried: e.Recovered, ChanceWithinHorizon: e.ChanceWithinHorizon, Unconfirmed: t.Unconfirmed()}
		r.Carried += e.Recovered
		if own := c.threat(e.ID); own == nil {
			x.LossesByKind = byKind(&e.Kinds, nil)
		} else {
			x.TailShare, x.LossesByKind, x.ThreatYears = own.TailShare, byKind(&e.Kinds, &own.Kinds), threatYears(own, r.Trials)
			drawn.Add(own.Kinds)
		}
		r.Threats = append(r.Threats, x)
	}
	r.LossesByKind = byKind(&expected.Kinds, &drawn)
	r.apart(c.apart())
	slices.SortStableFunc(r.Threats, func(a, b ThreatRisk) int { return compareDown(a.ExpectedAnnualLoss, b.ExpectedAnnualLoss) })
	r.UnconfirmedShare = shareOf(m, expected, (*parley.Threat).Unconfirmed)
}

// shareOf is how much of the expected loss is that of threats of some sort, such as
// those whose estimate nobody confirmed.
func shareOf(m *parley.Model, expected risk.Expectation, sort func(*parley.Threat) bool) float64 {
	sum := 0.0
	for _, e := range expected.Threats {
		if t := m.Threat(e.ID); t != nil && !e.Absent && sort(t) {
			sum += e.Annual
		}
	}
	if expected.Annual > 0 {
		return sum / expected.Annual
	}
	return 0
}

func compareDown(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

// appetite compares each limit with the chance of losing more.
func appetite(m *parley.Model, c yearly) []LimitResult {
	out := []LimitResult{}
	for _, a := range m.Policy.Appetite {
		l := LimitResult{Loss: a.Loss.Mean(), ChanceAllowed: a.Chance.Mean()}
		l.Chance, l.StandardError = c.Exceedance(l.Loss)
		l.Breached = l.Chance > l.ChanceAllowed
		l.TooClose = l.StandardError > 0 && math.Abs(l.Chance-l.ChanceAllowed) <= 2*l.StandardError
		out = append(out, l)
	}
	return out
}

// grid are round losses at which a curve is worth reading: 1, 2 and 5 times
// powers of ten, up to what is lost in one year of a thousand.
func grid(c yearly) []float64 {
	top := c.Quantile(0.999)
	out := []float64{0}
	if top <= 0 {
		return out
	}
	for e := math.Floor(math.Log10(top)) - 3; e <= math.Log10(top)+1; e++ {
		for _, f := range []float64{1, 2, 5} {
			x := f * math.Pow(10, e)
			if x >= 1 && x <= 1.5*top {
				out = append(out, x)
			}
		}
	}
	return out
}
