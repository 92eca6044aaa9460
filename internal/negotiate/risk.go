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
	Quantiles           map[string]float64  `json:"quantiles"`
	ExpectedShortfall95 float64             `json:"expected_shortfall_95"`
	Exceedance          []Exceedance        `json:"exceedance"`
	Appetite            []LimitResult       `json:"appetite"`
	Threats             []ThreatRisk        `json:"threats"`
	LossesByKind        []KindRisk          `json:"losses_by_kind"`
	Options             []OptionRisk        `json:"options,omitempty"` // where they were asked for
	UnconfirmedShare    float64             `json:"unconfirmed_share"` // of the expected loss, from tools and imports
	Trials              int                 `json:"trials"`
	Seed                uint64              `json:"seed"`
	Method              Method              `json:"method"`
	Agree               *bool               `json:"exact_and_simulated_agree,omitempty"` // within four standard errors; absent where only one applies
	Verified            string              `json:"controls"`
	Assumed             []parley.Assumption `json:"assumed"`
	Warnings            []string            `json:"warnings"`
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
	ExpectedAnnualLoss  float64    `json:"expected_annual_loss"`
	ChanceWithinHorizon float64    `json:"chance_within_horizon"`
	TailShare           float64    `json:"tail_share"`                          // of the worst 5 % of years
	TailShareError      *float64   `json:"tail_share_standard_error,omitempty"` // nil for what was changed
	LossesByKind        []KindRisk `json:"losses_by_kind"`
	Unconfirmed         bool       `json:"unconfirmed"`
}

// notVerified is what every price says of controls as long as no evidence is read.
const notVerified = "not verified"

// Risk prices all threats of a source together, as things are.
func (s *Service) Risk(ctx context.Context, actor Actor, req RiskRequest) (*RiskResult, error) {
	l, err := s.loadAs(ctx, actor, "Risk", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	sc := l.today()
	if len(req.With) > 0 {
		if sc, err = l.changed(WhatIfRequest{With: req.With}); err != nil {
			return nil, err
		}
	}
	p := pricing{service: s, l: l, trials: req.Trials, seed: req.Seed, method: req.Method, at: req.At, totals: req.TotalsOnly}
	r, err := p.risk(ctx, sc)
	if err == nil && req.Options {
		r.Options, err = l.options(ctx)
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

	totals   bool // threats are not taken apart
	compared bool // with things as they are
}

func (p *pricing) risk(ctx context.Context, sc risk.Scenario) (*RiskResult, error) {
	if p.trials < 0 || p.trials > MostYears {
		return nil, parley.Errorf(parley.Invalid, "price", "%d years cannot be simulated", p.trials).WithHint("use 1 to 10 million")
	}
	m := p.l.model
	expected, err := p.l.portfolio.Expect(sc)
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
	return r, nil
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
	tail(id string) float64
	kinds(id string) *risk.KindLosses
	apart() *risk.TailShares
}

// curve computes the year's loss by the method asked for. Years are drawn in
// any case, for each threat's share of the bad ones; where the curve can be had
// exactly it is taken from there, and the two must agree.
func (p *pricing) curve(ctx context.Context, sc risk.Scenario, r *RiskResult) (yearly, error) {
	switch p.method {
	case "", Auto, Exact, Simulate:
	default:
		return nil, parley.Errorf(parley.Invalid, "price", "%q is no method", p.method).WithHint("use auto, exact or simulate")
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
	if f := p.service.Progress; f != nil {
		opt.Progress = func(done, total int) { f("simulating", float64(done)/float64(total)) }
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

func (s simulated) tail(id string) float64 {
	for _, t := range s.Threats {
		if t.ID == id {
			return t.TailShare
		}
	}
	return 0
}

// kinds are the losses of a threat by kind, nil where it is not told apart.
func (s simulated) kinds(id string) *risk.KindLosses {
	for i := range s.Threats {
		if s.Threats[i].ID == id {
			return &s.Threats[i].Kinds
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
func (c exactCurve) tail(id string) float64                     { return c.drawn.tail(id) }
func (c exactCurve) kinds(id string) *risk.KindLosses           { return c.drawn.kinds(id) }
func (c exactCurve) apart() *risk.TailShares                    { return c.drawn.Tail }

func (r *RiskResult) fill(m *parley.Model, expected risk.Expectation, c yearly, at []float64) {
	for _, q := range []float64{0.5, 0.9, 0.95, 0.99} {
		r.Quantiles[strconv.FormatFloat(q, 'f', -1, 64)] = c.Quantile(q)
	}
	r.ExpectedShortfall95, _ = c.Shortfall(0.95)
	if len(at) == 0 {
		at = grid(c)
	}
	r.Exceedance = []Exceedance{}
	for _, x := range at {
		p, se := c.Exceedance(x)
		r.Exceedance = append(r.Exceedance, Exceedance{Loss: x, Probability: p, StandardError: se})
	}
	r.Appetite = appetite(m, c)
	var drawn risk.KindLosses
	r.Threats = []ThreatRisk{}
	for _, e := range expected.Threats {
		t := m.Threat(e.ID)
		if t == nil || e.Absent {
			continue
		}
		r.Threats = append(r.Threats, ThreatRisk{
			ID: e.ID, Title: t.Title, ExpectedAnnualLoss: e.Annual, ChanceWithinHorizon: e.ChanceWithinHorizon,
			TailShare: c.tail(e.ID), LossesByKind: byKind(&e.Kinds, c.kinds(e.ID)), Unconfirmed: t.Unconfirmed(),
		})
		if k := c.kinds(e.ID); k != nil {
			drawn.Add(*k)
		}
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

// WhatIfRequest asks what changes when things are added, taken away or fail.
type WhatIfRequest struct {
	Source
	AsOf    string
	With    []string // mitigations or features finished
	Without []string // controls or mitigations taken away
	Break   []string // controls, mitigations or dependencies that fail
	Trials  int
	Seed    uint64
	At      []float64
}

// WhatIfResult is the price before and after, and the difference.
type WhatIfResult struct {
	Schema     string         `json:"schema"`
	Before     *RiskResult    `json:"before"`
	After      *RiskResult    `json:"after"`
	Difference WhatIfDiff     `json:"difference"`
	Threats    []ThreatChange `json:"threats"` // those that change
}

// WhatIfDiff is after minus before.
type WhatIfDiff struct {
	ExpectedAnnualLoss  float64 `json:"expected_annual_loss"`
	ChanceWithinHorizon float64 `json:"chance_within_horizon"`
	LossOneInTwenty     float64 `json:"loss_1_in_20"`
}

// ThreatChange is what changes for one threat.
type ThreatChange struct {
	ID     string  `json:"id"`
	Title  string  `json:"title"`
	Before float64 `json:"before"` // expected annual loss
	After  float64 `json:"after"`
}

// WhatIf prices a source before and after a change, in the same simulated years.
func (s *Service) WhatIf(ctx context.Context, actor Actor, req WhatIfRequest) (*WhatIfResult, error) {
	l, err := s.loadAs(ctx, actor, "WhatIf", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	sc, err := l.changed(req)
	if err != nil {
		return nil, err
	}
	p := pricing{service: s, l: l, trials: req.Trials, seed: req.Seed, method: Simulate, at: req.At, compared: true}
	r := &WhatIfResult{Schema: "parley.whatif/1", Threats: []ThreatChange{}}
	if r.Before, err = p.risk(ctx, l.today()); err != nil {
		return nil, err
	}
	if r.After, err = p.risk(ctx, sc); err != nil {
		return nil, err
	}
	before, err := l.portfolio.Expect(l.today())
	if err != nil {
		return nil, priceError(l.model, err)
	}
	after, err := l.portfolio.Expect(sc)
	if err != nil {
		return nil, priceError(l.model, err)
	}
	for i, b := range before.Threats {
		if a := after.Threats[i]; a.Annual != b.Annual {
			r.Threats = append(r.Threats, ThreatChange{ID: b.ID, Title: l.model.Threat(b.ID).Title, Before: b.Annual, After: a.Annual})
		}
	}
	r.Difference = WhatIfDiff{
		ExpectedAnnualLoss:  after.Annual - before.Annual,
		ChanceWithinHorizon: after.Chance - before.Chance,
		LossOneInTwenty:     r.After.Quantiles["0.95"] - r.Before.Quantiles["0.95"],
	}
	return r, nil
}

// changed is how things are with the changes asked for.
func (l *loaded) changed(req WhatIfRequest) (risk.Scenario, error) {
	sc := l.today()
	for _, id := range req.With {
		switch {
		case l.model.Mitigation(id) != nil:
			sc.Mitigations = append(sc.Mitigations, id)
		case l.model.Feature(id) != nil:
			sc.Features = append(sc.Features, id)
		default:
			return sc, parley.Errorf(parley.Invalid, "what if", "there is no mitigation or feature %q", id).
				WithHint(parley.Suggest(id, l.model.BacklogIDs()))
		}
	}
	sc.Without = append(sc.Without, req.Without...)
	sc.Broken = append(sc.Broken, req.Break...)
	for _, id := range append(slices.Clone(req.Without), req.Break...) {
		if l.model.Control(id) == nil && l.model.Mitigation(id) == nil && (l.model.Dependency(id) == nil || slices.Contains(req.Without, id)) {
			return sc, parley.Errorf(parley.Invalid, "what if", "there is no control, mitigation or dependency %q", id).
				WithHint(parley.Suggest(id, l.model.LayerIDs()))
		}
	}
	if len(req.With)+len(req.Without)+len(req.Break) == 0 {
		return sc, parley.Errorf(parley.Invalid, "what if", "%w", fmt.Errorf("nothing changes")).WithHint("name what with --with, --without or --break")
	}
	return sc, nil
}
