package negotiate

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// PlanRequest asks for the best plan.
type PlanRequest struct {
	Source
	AsOf   string
	Budget Budget
	Trials int  // of the curve before and after; 0: 100 000
	Robust bool // how robust it is as well: it takes longer than the plan
	Table  bool // what stands beside it on the table as well: both ends, and what each item adds
	// Effects is whether what each item does to a year is wanted as well, alone and
	// within the plan.
	Effects bool
	// Quick asks for the plan alone, with what each item is worth in it: without
	// peers, what would bring an item in or a feature's value, prices of floors and
	// the economically viable level, which take a search each.
	Quick bool
}

// PlanResult is the best plan with what people ask about it.
type PlanResult struct {
	Schema       string            `json:"schema"`
	AsOf         string            `json:"as_of"`
	Product      string            `json:"product"`
	Currency     string            `json:"currency"`
	HorizonYears float64           `json:"horizon_years"`
	Limits       Limits            `json:"limits"`
	Budget       BudgetResult      `json:"budget"`
	Chosen       []string          `json:"chosen"`
	Value        float64           `json:"value"` // discounted, over the horizon
	Bound        float64           `json:"bound"`
	Gap          float64           `json:"gap"`
	Proved       bool              `json:"proved"`
	ProofOf      ProofOf           `json:"proof_of"` // what Bound, Gap and Proved hold of
	Cost         model.Cost        `json:"cost"`
	Outlay       float64           `json:"outlay"` // discounted, effort priced
	AnnualLoss   model.BeforeAfter `json:"expected_annual_loss"`
	Periods      []PeriodPlan      `json:"periods"`
	Why          []Why             `json:"why"`
	Peers        []Peer            `json:"peers"`
	Obligations  []model.Floor     `json:"obligations"`
	BreakEven    []BreakEven       `json:"break_even"`
	LeftOut      []LeftOut         `json:"left_out"`
	Unanswered   []Unanswered      `json:"unanswered"`
	ViableAt     *float64          `json:"economically_viable_at"` // outlay; nil where it was not worked out in time
	PersonDay    float64           `json:"person_day"`             // what a day of work counts for in an outlay; 0 where nobody stated it
	// FeatureDelay is what security work does to the features; absent where there
	// are none, or it was not worked out in time.
	FeatureDelay *FeatureDelay `json:"feature_delay,omitempty"`
	// Shortfall is what was made least; absent for other objectives.
	Shortfall *ShortfallResult `json:"expected_shortfall_95,omitempty"`
	// Robustness is how the plan stands beside others in draws of all estimates;
	// absent for a plan that does nothing.
	Robustness *Robustness `json:"robustness,omitempty"`
	Appetite   []PlanLimit `json:"appetite"`
	// AppetitePrice is what the plan would be worth more if it did not have to keep
	// the appetite; absent where that was not asked for or not worked out.
	AppetitePrice *float64            `json:"appetite_price,omitempty"`
	Items         []PlanItem          `json:"items"` // those of the plan in its order, then the others as in the file
	Unconfirmed   float64             `json:"unconfirmed_share"`
	Assumed       []parley.Assumption `json:"assumed"`
	Verified      string              `json:"controls"`
	// OutOfTime are the parts of the answer that the deadline left no time for: peers,
	// obligations (their prices), feature_delay, viable (economically_viable_at).
	OutOfTime []string `json:"out_of_time,omitempty"`
	// Quick says that what takes a search of its own was not asked for.
	Quick bool `json:"quick,omitempty"`

	// Ends and Steps stand beside the plan on the table, where that was asked for.
	Ends  *PlanEnds  `json:"-"`
	Steps []PlanStep `json:"-"`
}

// BudgetResult is what the plan was allowed to take; nil is no limit.
type BudgetResult struct {
	Money      *float64 `json:"money"`
	EffortDays *float64 `json:"effort_days"`
	From       string   `json:"from"` // the request, capacity or none
}

// ProofOf is what a plan's bound, gap and proof hold of.
type ProofOf string

// What there is to prove something of.
const (
	OfExpectations ProofOf = "expectations" // a theorem: all figures are expectations
	// OfYears is a theorem of the years simulated, with which limits on losses and the
	// worst years are judged, not of all years there might be.
	OfYears ProofOf = "simulated years"
	// OfNothing is no theorem: of the plans that the years simulated judge some were
	// passed over by a rule that does not hold for certain in each of these years.
	OfNothing ProofOf = "estimate"
)

// EstimatedBest says that none better was found nor is left by the bound, but that
// the bound is an estimate.
func (r *PlanResult) EstimatedBest() bool { return r.ProofOf == OfNothing && r.Gap < plan.Proved }

func proofOf(b Budget, p *model.Plan) ProofOf {
	switch {
	case p.Estimate:
		return OfNothing
	case b.MeetAppetite || p.Lowest != nil:
		return OfYears
	}
	return OfExpectations
}

// PeriodPlan is what starts in one period, and what falls into it of whatever
// has started by then, beside what there is; nil is no limit.
type PeriodPlan struct {
	Period     string     `json:"period"`
	Items      []string   `json:"items"`
	StartYears float64    `json:"start_years"` // from the start of the plan
	Cost       model.Cost `json:"cost"`
	Money      *float64   `json:"money"`
	EffortDays *float64   `json:"effort_days"`
}

// Why says why an item is in the plan or out, in words too.
type Why struct {
	ID            string  `json:"id"`
	In            bool    `json:"in"`
	MarginalValue float64 `json:"marginal_value"`
	// InPlan is the same with all else as it is, limits aside: between the two sets
	// of [ItemEffect.WithinPlan].
	InPlan  float64  `json:"in_plan"`
	Reason  string   `json:"reason"`
	Says    string   `json:"says"`
	Because []string `json:"because,omitempty"`
	// Reoptimised says that marginal_value is against the best plan with the item the
	// other way round, everything else chosen anew; else it equals in_plan, as where
	// there is no such plan (a must, or nothing fits with it) or no time for it.
	Reoptimised bool `json:"reoptimised"`
	// Over are the limits that the plan with the item would pass, where there is no
	// room for it.
	Over []model.OverLimit `json:"over,omitempty"`
	// WorthIf is the most it may cost to come in, for what is left out, and
	// WorthIfStops the least it has to stop; absent where no saving, or no
	// strength, would do or WorthIfOpen.
	WorthIf      *model.WorthIf      `json:"worth_if,omitempty"`
	WorthIfStops *model.WorthIfStops `json:"worth_if_stops,omitempty"`
	// WorthIfOpen says that one of them was not worked out in time.
	WorthIfOpen bool `json:"worth_if_open,omitempty"`
	// Delays are what starting it in a later period would cost: later than the plan
	// does, or than the first period for what is left out.
	Delays []model.Delay `json:"delays,omitempty"`
}

// Peer is a plan about as good as the best.
type Peer struct {
	Chosen     []string   `json:"chosen"`
	Value      float64    `json:"value"`
	Differs    string     `json:"differs"`
	Adds       []string   `json:"adds"`
	Drops      []string   `json:"drops"`
	Cost       model.Cost `json:"cost"`
	Outlay     float64    `json:"outlay"`
	AnnualLoss float64    `json:"expected_annual_loss"` // of one full year with the plan finished
	Fares      Fares      `json:"fares"`
}

// BreakEven is what a feature without a value would have to bring per year.
type BreakEven struct {
	Feature string   `json:"feature"`
	Value   *float64 `json:"value"`
	Instead []string `json:"instead"` // what the best plan with it does without
	Says    string   `json:"says"`
}

// LeftOut is what lacks a figure.
type LeftOut struct {
	ID    string `json:"id"`
	Needs string `json:"needs"`
	Says  string `json:"says"`
}

// FeatureDelay is what security work does to the features, in words too.
type FeatureDelay struct {
	model.FeatureDelay
	Says string `json:"says"`
}

// PlanLimit compares one point of the appetite before and after the plan.
type PlanLimit struct {
	Before LimitResult `json:"before"`
	After  LimitResult `json:"after"`
}

// PlanItem is a mitigation or feature that takes part.
type PlanItem struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Feature bool   `json:"feature"`
	In      bool   `json:"in"`
	Effort  string `json:"effort,omitempty"` // as typed
	Once    string `json:"once,omitempty"`   // as typed
	Yearly  string `json:"yearly,omitempty"` // as typed
	Value   string `json:"value,omitempty"`  // as typed

	Says CostSays `json:"says"` // effort and money in words
	// Effect is what it does to a year; absent where that was not asked for.
	Effect *ItemEffect `json:"effect,omitempty"`
	// Decided are the decisions in force that answer its threats in another way.
	Decided     []ItemDecision `json:"decided,omitempty"`
	DecidedSays string         `json:"decided_says,omitempty"`
}

// partViable is the economically viable level among [PlanResult.OutOfTime].
const partViable = "viable"

// planDeadline bounds the search when the caller sets no bound.
const planDeadline = 10 * time.Second

// planNodes bounds a search by its steps, so that it ends with the same plan on any
// machine: what a brief compares with, what is worth finding out, and the order of a
// backlog. 20 000 take about three seconds with 500 threats.
const planNodes = 20_000

// Plan chooses the best mitigations and features within a budget.
func (s *Service) Plan(ctx context.Context, actor Actor, req PlanRequest) (*PlanResult, error) {
	if req.Quick && req.Robust {
		return nil, parley.Errorf(parley.Invalid, "plan", "%s", catalogue.T("plan.quick.robust"))
	}
	l, err := s.loadAs(ctx, actor, "Plan", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	return s.planOf(ctx, l, req)
}

// planOf is the best plan of what was loaded, with what people ask about it.
func (s *Service) planOf(ctx context.Context, l *loaded, req PlanRequest) (*PlanResult, error) {
	begun := time.Now()
	built, from, err := l.build(req.Budget)
	if err != nil {
		return nil, err
	}
	p, err := s.solve(ctx, l, built, req)
	if err != nil {
		return nil, err
	}
	r := l.planResult(p, built, from)
	r.ProofOf = proofOf(req.Budget, p)
	if err := l.fares(built, p, r.Peers); err != nil {
		return nil, err
	}
	if req.Budget.MeetAppetite {
		r.AppetitePrice = p.MeetsPrice
	}
	if p.Lowest != nil {
		if r.Shortfall, err = l.shortfallOf(ctx, built, p, req.Trials); err != nil {
			return nil, err
		}
	}
	if err := s.planRisk(ctx, l, built, p, req.Trials, r); err != nil {
		return nil, err
	}
	if req.Table {
		r.Steps = steps(built, p, r.Items)
	}
	if req.Effects {
		if err := l.effects(ctx, built, p.Chosen, req.Trials, r.Items); err != nil {
			return nil, err
		}
	}
	if r.Quick = req.Quick; r.Quick {
		return r, nil
	}
	left := func() time.Duration { return req.Budget.left(begun) }
	var stopped bool
	if r.ViableAt, stopped, err = l.viableAt(ctx, req.Budget, built, p, left()); err != nil {
		return nil, planError(l.model, err)
	}
	r.OutOfTime = p.OutOfTime
	if stopped {
		r.OutOfTime = append(slices.Clone(p.OutOfTime), partViable)
	}
	if req.Table {
		if r.Ends, err = ends(ctx, built, left); err != nil {
			return nil, planError(l.model, err)
		}
	}
	if !req.Robust {
		return r, nil
	}
	r.Robustness, err = l.robustness(ctx, req.Budget, p)
	return r, err
}

func planError(m *parley.Model, err error) error {
	if no, ok := infeasible(m, err); ok {
		return no
	}
	if is[*parley.Error](err) {
		return err
	}
	return &parley.Error{Op: "plan " + m.Product.Title(), Kind: parley.Invalid, Err: err}
}

// settled are the threats whose duty or grave harm a decision in force answers;
// one that was handed up is not answered.
func (l *loaded) settled() []string {
	if l.product == nil {
		return nil
	}
	var out []string
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		if d := l.product.InForce(t.ID); d != nil && d.Kind != parley.Escalate {
			out = append(out, t.ID)
		}
	}
	return out
}

// bestPlan is the plan a brief shows, nil when there is none. It is searched
// for by a number of steps, not by the clock, so that the same state always
// gives the same brief.
func bestPlan(ctx context.Context, l *loaded, limits model.Limits, relaxed *model.Plan) (*model.Plan, error) {
	built, err := model.Build(l.model, l.portfolio, limits)
	if err != nil {
		return nil, planError(l.model, err)
	}
	p, err := built.Solve(ctx, model.Options{OnlyPlan: true, MaxNodes: planNodes, Relaxed: relaxed})
	if parley.KindOfError(err) == parley.No {
		return nil, nil
	}
	if err != nil {
		return nil, planError(l.model, err)
	}
	return p, nil
}

func (l *loaded) planResult(p *model.Plan, built *model.Built, from string) *PlanResult {
	m := l.model
	r := &PlanResult{
		Schema: "parley.plan/1", AsOf: l.asOf.Format(time.DateOnly), Product: m.Product.ID, Currency: m.Product.Currency,
		HorizonYears: l.portfolio.Horizon(), Limits: l.limits, Chosen: p.Chosen, Value: p.Value, Bound: p.Bound, Gap: p.Gap, Proved: p.Proved,
		Cost: p.Cost, Outlay: p.Outlay, AnnualLoss: p.AnnualLoss, Obligations: p.Floors, Verified: l.verified(), Assumed: brief.Assumed(m),
		Budget: budgetResult(built.Limits(), from),
		Why:    []Why{}, Peers: []Peer{}, BreakEven: []BreakEven{}, LeftOut: []LeftOut{}, Periods: periodPlans(p.Periods, built.Limits()),
	}
	if r.Obligations == nil {
		r.Obligations = []model.Floor{}
	}
	for _, w := range p.Why {
		r.Why = append(r.Why, Why{ID: w.ID, In: w.In, MarginalValue: w.MarginalValue, InPlan: w.InPlan, Reason: string(w.Reason), Because: w.Because, Reoptimised: w.Reoptimised, Over: w.Over, Says: whyWords(m, w), WorthIf: w.WorthIf, WorthIfStops: w.WorthIfStops, WorthIfOpen: w.WorthIfOpen, Delays: w.Delays})
	}
	for _, x := range p.Peers {
		r.Peers = append(r.Peers, Peer{Chosen: x.Chosen, Value: x.Value, Differs: differsWords(m, x), Adds: some(x.Adds), Drops: some(x.Drops), Cost: x.Cost, Outlay: x.Outlay, AnnualLoss: x.AnnualLoss})
	}
	for _, x := range p.BreakEven {
		r.BreakEven = append(r.BreakEven, BreakEven{Feature: x.Feature, Value: x.Value, Instead: some(x.Instead), Says: breakEvenWords(m, x)})
	}
	for _, x := range p.Unpriced {
		r.LeftOut = append(r.LeftOut, LeftOut{ID: x.ID, Needs: string(x.Needs), Says: catalogue.T("plan.needs."+string(x.Needs), "title", titleOf(m, x.ID))})
	}
	if d := p.FeatureDelay; d != nil {
		r.FeatureDelay = &FeatureDelay{*d, featureDelayWords(m, d)}
	}
	r.Items = l.planItems(built.IDs(), p.Chosen)
	order := l.ordered(p)
	slices.SortStableFunc(r.Items, func(a, b PlanItem) int { return cmp.Compare(position(order, a.ID), position(order, b.ID)) })
	r.Unanswered, r.PersonDay = l.unanswered(), l.portfolio.PersonDay()
	return r
}

func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func finite(x float64) *float64 {
	if math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// periodPlans are the periods of a plan with what there is in each.
func periodPlans(list []model.Scheduled, limits model.Limits) []PeriodPlan {
	out := []PeriodPlan{}
	for k, s := range list {
		p := PeriodPlan{Period: cmp.Or(s.Period, catalogue.T("plan.now")), Items: s.Items, StartYears: s.Start, Cost: s.Cost}
		money, effort := limits.Money, limits.Effort
		if k < len(limits.Periods) {
			money, effort = limits.Periods[k].Money, limits.Periods[k].Effort
		}
		p.Money, p.EffortDays = finite(money), finite(effort)
		out = append(out, p)
	}
	return out
}

func (l *loaded) planItems(ids, chosen []string) []PlanItem {
	m, out := l.model, []PlanItem{}
	for _, id := range ids {
		it := PlanItem{ID: id, Title: titleOf(m, id), In: slices.Contains(chosen, id)}
		var cost parley.Cost
		if f := m.Feature(id); f != nil {
			it.Feature, it.Value, cost = true, f.Value.Text, f.Cost
		} else if x := m.Mitigation(id); x != nil {
			cost = x.Cost
		}
		it.Effort, it.Once, it.Yearly = cost.Effort.Text, cost.Once.Text, cost.Yearly.Text
		it.Says = costSays(cost, m.Product.Currency)
		it.Decided, it.DecidedSays = l.elsewise(id)
		out = append(out, it)
	}
	return out
}

// titleOf is what a mitigation, feature or threat is called.
func titleOf(m *parley.Model, id string) string {
	if x := m.Mitigation(id); x != nil {
		return cmp.Or(x.Title, id)
	}
	if x := m.Feature(id); x != nil {
		return cmp.Or(x.Title, id)
	}
	if x := m.Threat(id); x != nil {
		return cmp.Or(x.Title, id)
	}
	return id
}

// titles lists what things are called, in quotes so that the list can be read.
func titles(m *parley.Model, ids []string) string {
	var out []string
	for _, id := range ids {
		out = append(out, catalogue.T("plan.title", "title", titleOf(m, id)))
	}
	return plain.List(out)
}

// whyWords says why an item is in or out. What one left out costs too much is
// said of this plan, all else as it is: what the best plan with it in would lose
// is about other items as well.
func whyWords(m *parley.Model, w model.Why) string {
	value := w.MarginalValue
	if w.Reason == model.TooDear {
		value = w.InPlan
	}
	key := "plan.why." + keyOf(w.Reason)
	switch {
	case w.Reason == model.Pays && !w.Reoptimised:
		key += ".as-is"
	case len(w.Over) > 0:
		key += ".over"
	}
	says := catalogue.T(key, "over", overWords(m, w.Over), "because", titles(m, w.Because), "value", plain.About(math.Abs(value), m.Product.Currency))
	if w.In && len(w.Delays) > 0 && w.Delays[0].Cost >= 1 {
		return catalogue.T("plan.delay", "says", says, "cost", plain.Money(w.Delays[0].Cost, m.Product.Currency), "period", w.Delays[0].Period)
	}
	switch {
	case w.WorthIf != nil && w.WorthIfStops != nil:
		return catalogue.T("plan.worth-if.either", "says", says, "cost", costWords(w.WorthIf.Cost, m.Product.Currency), "stops", stopsWords(m, w.WorthIfStops))
	case w.WorthIf != nil:
		return catalogue.T("plan.worth-if", "says", says, "cost", costWords(w.WorthIf.Cost, m.Product.Currency))
	case w.WorthIfStops != nil:
		return catalogue.T("plan.worth-if.stops", "says", says, "stops", stopsWords(m, w.WorthIfStops))
	}
	return says
}

// overWords are the limits that the plan with one more item would pass.
func overWords(m *parley.Model, over []model.OverLimit) string {
	var parts []string
	for _, x := range over {
		by := plain.Days(x.By)
		if x.What == "money" {
			by = plain.Money(x.By, m.Product.Currency)
		}
		key := "plan.over." + x.What
		if x.Period != "" {
			key += ".period"
		}
		parts = append(parts, catalogue.T(key, "by", by, "period", x.Period))
	}
	return plain.List(parts)
}

// stopsWords are the shares that a mitigation would have to stop more than; the
// threat is named where there are several.
func stopsWords(m *parley.Model, w *model.WorthIfStops) string {
	var parts []string
	for _, x := range w.Against {
		for _, of := range []struct {
			share *float64
			key   string
		}{{x.Likelihood, "plan.stops.events"}, {x.Impact, "plan.stops.loss"}} {
			if of.share == nil {
				continue
			}
			key := of.key
			if len(w.Against) > 1 {
				key += ".of"
			}
			parts = append(parts, catalogue.T(key, "share", wholePercent(*of.share), "title", titleOf(m, x.Threat)))
		}
	}
	return plain.List(parts)
}

// wholePercent is a share in whole percent, rounded up, as what has to be passed.
func wholePercent(share float64) int { return min(100, int(math.Ceil(100*share-1e-9))) }

// costWords are money and days of work, whichever there is.
func costWords(c model.Cost, currency string) string {
	var parts []string
	if c.EffortDays > 0 {
		parts = append(parts, plain.Days(c.EffortDays))
	}
	if c.Money > 0 || parts == nil {
		parts = append(parts, plain.Money(c.Money, currency))
	}
	return plain.List(parts)
}

// keyOf is a word of the model as part of the key of a text.
func keyOf[T ~string](word T) string { return strings.ReplaceAll(string(word), " ", "-") }

func differsWords(m *parley.Model, x model.Peer) string {
	switch {
	case len(x.Adds) == 0:
		return catalogue.T("plan.peer.drops", "drops", titles(m, x.Drops))
	case len(x.Drops) == 0:
		return catalogue.T("plan.peer.adds", "adds", titles(m, x.Adds))
	}
	return catalogue.T("plan.peer.both", "adds", titles(m, x.Adds), "drops", titles(m, x.Drops))
}

func breakEvenWords(m *parley.Model, x model.BreakEven) string {
	switch {
	case x.Open:
		return catalogue.T("plan.break-even.open", "title", titleOf(m, x.Feature))
	case x.Late:
		return catalogue.T("plan.break-even.late", "title", titleOf(m, x.Feature))
	case x.Value == nil:
		return catalogue.T("plan.break-even.never", "title", titleOf(m, x.Feature))
	case *x.Value <= 0:
		return catalogue.T("plan.break-even.always", "title", titleOf(m, x.Feature))
	}
	if len(x.Instead) > 0 {
		return catalogue.T("plan.break-even.rival", "title", titleOf(m, x.Feature), "value", plain.Money(*x.Value, m.Product.Currency), "instead", titles(m, x.Instead))
	}
	return catalogue.T("plan.break-even", "title", titleOf(m, x.Feature), "value", plain.Money(*x.Value, m.Product.Currency))
}

// featureDelayWords says what the features would do were there no security work.
func featureDelayWords(m *parley.Model, d *model.FeatureDelay) string {
	if d.Lost < 1 && len(d.Features) == 0 {
		return catalogue.T("plan.feature-delay.none")
	}
	var parts []string
	for _, f := range d.Features {
		key := "plan.feature-delay.moved"
		switch {
		case f.Out && f.Alone == "": // all start at once
			key = "plan.feature-delay.dropped"
		case f.Out:
			key = "plan.feature-delay.out"
		case f.Years == nil:
			key = "plan.feature-delay.in"
		}
		parts = append(parts, catalogue.T(key, "title", titleOf(m, f.ID), "starts", f.Starts, "alone", f.Alone))
	}
	return catalogue.T("plan.feature-delay", "lost", plain.About(d.Lost, m.Product.Currency), "how", strings.Join(parts, "; "))
}

// planRisk compares the limits before and after the plan, in the same years.
// Without limits no years are drawn.
func (s *Service) planRisk(ctx context.Context, l *loaded, built *model.Built, p *model.Plan, trials int, r *PlanResult) error {
	r.Appetite = []PlanLimit{}
	if len(l.model.Policy.Appetite) == 0 {
		share, err := l.unconfirmed()
		r.Unconfirmed = share
		return err
	}
	before, after := l.today(), l.with(built.Scenario(p.Chosen))
	pr := pricing{service: s, l: l, trials: trials, method: Simulate, compared: true}
	b, err := pr.risk(ctx, before)
	if err != nil {
		return err
	}
	a, err := pr.risk(ctx, after)
	if err != nil {
		return err
	}
	r.Unconfirmed = b.UnconfirmedShare
	for i := range b.Appetite {
		r.Appetite = append(r.Appetite, PlanLimit{Before: b.Appetite[i], After: a.Appetite[i]})
	}
	return nil
}

// unconfirmed is the share of the expected loss that rests on estimates from
// tools and imports, as things are.
func (l *loaded) unconfirmed() (float64, error) {
	e, err := l.portfolio.Expect(l.today())
	if err != nil || e.Annual <= 0 {
		return 0, err
	}
	sum := 0.0
	for _, t := range e.Threats {
		if x := l.model.Threat(t.ID); x != nil && !t.Absent && x.Unconfirmed() {
			sum += t.Annual
		}
	}
	return sum / e.Annual, nil
}

// with is a plan's scenario on top of how things are.
func (l *loaded) with(sc risk.Scenario) risk.Scenario {
	now := l.today()
	sc.Transfers = append(sc.Transfers, now.Transfers...)
	for _, id := range now.Avoided {
		if !slices.Contains(sc.Avoided, id) {
			sc.Avoided = append(sc.Avoided, id)
		}
	}
	return sc
}

// viableAt is the outlay at which more spending stops paying: that of the best
// plan without limits. It is nil where no plan keeps the rules, and where the
// search was stopped before that was proved.
func (l *loaded) viableAt(ctx context.Context, b Budget, built *model.Built, p *model.Plan, long time.Duration) (at *float64, stopped bool, err error) {
	if p.Proved && (b.Objective == "" || b.Objective == ByValue) && len(b.Must) == 0 && len(b.MustNot) == 0 && built.Limits().Unlimited() {
		return &p.Outlay, false, nil
	}
	free, err := l.unlimited(Budget{})
	if err != nil {
		return nil, false, err
	}
	best, err := free.Solve(ctx, model.Options{OnlyPlan: true, Deadline: long})
	switch {
	case parley.KindOfError(err) == parley.No:
		return nil, false, nil
	case errors.Is(err, plan.ErrStopped):
		return nil, true, nil
	case err != nil:
		return nil, false, err
	case !best.Proved:
		return nil, true, nil
	}
	return &best.Outlay, false, nil
}

// order is the plan order of what is promised and chosen, and the features the
// plan chooses: what others require stands before them, then what brings most
// for a day of work.
func (s *Service) order(ctx context.Context, l *loaded, b Budget) (order, features []string, err error) {
	p, err := s.quickPlan(ctx, l, b)
	if err != nil {
		return nil, nil, err
	}
	order = l.ordered(p)
	for _, id := range order {
		if l.model.Feature(id) != nil {
			features = append(features, id)
		}
	}
	return order, features, nil
}

// ordered is a plan in plan order: period by period what others require first,
// then what brings most for a day of work.
func (l *loaded) ordered(p *model.Plan) []string {
	worth := map[string]float64{}
	for _, w := range p.Why {
		worth[w.ID] = w.InPlan / max(1, l.model.Work(w.ID).Cost.Effort.Mean())
	}
	var chosen []string // period by period
	for _, s := range p.Periods {
		items := slices.Clone(s.Items)
		slices.SortStableFunc(items, func(a, b string) int { return compareDown(worth[a], worth[b]) })
		chosen = append(chosen, items...)
	}
	var order []string
	for _, id := range chosen {
		order = l.place(order, id, chosen)
	}
	return order
}

// place puts an item behind what it requires.
func (l *loaded) place(order []string, id string, chosen []string) []string {
	if slices.Contains(order, id) {
		return order
	}
	if w := l.model.Work(id); w != nil {
		for _, r := range w.Requires {
			if slices.Contains(chosen, r) {
				order = l.place(order, r, chosen)
			}
		}
	}
	return append(order, id)
}

// FrontierResult is the best plan for every outlay.
type FrontierResult struct {
	Schema   string                `json:"schema"`
	AsOf     string                `json:"as_of"`
	Product  string                `json:"product"`
	Currency string                `json:"currency"`
	Points   []model.FrontierPoint `json:"points"`
	ViableAt float64               `json:"economically_viable_at"`
	// PersonDay is what a day of work counts for in an outlay; 0 where nobody stated it.
	PersonDay float64 `json:"person_day"`
	Complete  bool    `json:"complete"`
	Proved    bool    `json:"proved"`
}

// Frontier finds the best plan for every outlay.
func (s *Service) Frontier(ctx context.Context, actor Actor, req PlanRequest) (*FrontierResult, error) {
	l, err := s.loadAs(ctx, actor, "Frontier", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	req.Budget.Periods = noPeriods // the frontier is over outlay, whatever there is when
	built, _, err := l.build(req.Budget)
	if err != nil {
		return nil, err
	}
	f, err := built.Frontier(ctx, model.Options{Deadline: cmp.Or(req.Budget.Deadline, planDeadline), Progress: s.planProgress(ctx, l)})
	s.planned(ctx)
	if err != nil {
		return nil, planError(l.model, err)
	}
	return &FrontierResult{
		Schema: "parley.frontier/1", AsOf: l.asOf.Format(time.DateOnly), Product: l.model.Product.ID, Currency: l.model.Product.Currency,
		Points: f.Points, PersonDay: l.portfolio.PersonDay(), ViableAt: f.ViableAt, Complete: f.Complete, Proved: f.Proved,
	}, nil
}
