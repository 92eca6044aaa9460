package model

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/risk"
)

// Plan is the best choice found, with what people ask about it. Money is in the
// model's currency; Value and what is compared with it is discounted over the
// horizon and 0 for doing nothing.
type Plan struct {
	Chosen []string `json:"chosen"` // ids in file order
	Value  float64  `json:"value"`
	// Bound is a value that no choice exceeds; Gap and Proved are as in
	// [plan.Solution].
	Bound  float64 `json:"bound"`
	Gap    float64 `json:"gap"`
	Proved bool    `json:"proved"`
	// Estimate says that Bound, Gap and what else is said of other sets are
	// estimates, as some were passed over by a rule that [Options.Monotone] does not
	// vouch for; nothing is proved then.
	Estimate   bool        `json:"estimate"`
	Cost       Cost        `json:"cost"`
	Outlay     float64     `json:"outlay"` // discounted cost, effort priced
	AnnualLoss BeforeAfter `json:"expected_annual_loss"`
	Periods    []Scheduled `json:"periods"`
	// OutOfTime are the parts of the answer that there was no time for.
	OutOfTime    []string    `json:"out_of_time,omitempty"`
	Why          []Why       `json:"why"`                   // every item that takes part, in file order
	Peers        []Peer      `json:"peers"`                 // the most valuable first
	Floors       []Floor     `json:"obligations"`           // with their price
	BreakEven    []BreakEven `json:"break_even"`            // of features without a value
	Unpriced     []Unpriced  `json:"left_out"`              // what lacks a figure
	LossOfDoing0 float64     `json:"loss_of_doing_nothing"` // discounted, over the horizon
	// FeatureDelay is what security work does to the features; nil where there are
	// none, or it was not worked out in time.
	FeatureDelay *FeatureDelay `json:"feature_delay"`
	// Lowest is the figure that [Options.Lowest] asked for; nil where none was.
	Lowest *Lowest
	// MeetsPrice is what the plan would be worth more if it did not have to keep
	// [Options.Meets]; nil where that was not asked or not proved.
	MeetsPrice *float64 `json:"meets_price"`
}

// Scheduled is what starts in one period.
type Scheduled struct {
	Period string   `json:"period"` // "" where the model names none
	Items  []string `json:"items"`
	Start  float64  `json:"start"` // years from the start of the plan
	// Cost is what falls into the period, of whatever has started by then.
	Cost Cost `json:"cost"`
}

// Cost is what a choice takes: money (once, and yearly from the finish to the
// horizon) undiscounted, and person-days.
type Cost struct {
	Money      float64 `json:"money"`
	EffortDays float64 `json:"effort_days"`
}

// BeforeAfter is the expected loss of one full year today and with the choice
// finished, undiscounted.
type BeforeAfter struct {
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// Peer is another plan that is about as good as the best.
type Peer struct {
	Chosen  []string `json:"chosen"`
	Value   float64  `json:"value"`
	Differs []string `json:"differs"` // ids that are in one of the two plans only
	Adds    []string `json:"adds"`    // ids the best plan lacks
	Drops   []string `json:"drops"`   // ids only the best plan has
	Cost    Cost     `json:"cost"`
	Outlay  float64  `json:"outlay"`
	// AnnualLoss is the expected loss of one full year with the plan finished.
	AnnualLoss float64     `json:"expected_annual_loss"`
	Periods    []Scheduled `json:"periods"`
}

// Floor is a duty, grave harm to people, or something that must be done, with
// what keeping it costs.
type Floor struct {
	ID   string    `json:"id"` // of a threat, mitigation or feature
	Kind FloorKind `json:"kind"`
	Says string    `json:"says,omitempty"`
	Met  bool      `json:"met"`
	// Price is the value of the best plan without this floor less the value of
	// the plan; nil where it was not worked out in time.
	Price *float64 `json:"price"`
}

// BreakEven is what a feature without a value would have to bring in.
type BreakEven struct {
	Feature string `json:"feature"`
	// Value is the amount per year, from its finish to the horizon, above which
	// the best plan takes it in; nil where no plan within the limits has it, or
	// it would be finished after the horizon, or it was not worked out in time.
	Value *float64 `json:"value"`
	// Instead are the items that the best plan with it does without: at that
	// amount it is worth as much as they are.
	Instead []string `json:"instead"`
	// Open says that time ran out before it was worked out.
	Open bool `json:"open,omitempty"`
	// Late says that it would be finished only at the horizon or later, so that
	// nothing it brings would count.
	Late bool `json:"late,omitempty"`
}

// Parts of an answer that there may be no time for.
const (
	PartPeers  = "peers"         // all of them
	PartFloors = "obligations"   // the prices of those that are kept
	PartDelay  = "feature_delay" // what security work does to the features
)

// Options steers [Built.Solve].
type Options struct {
	// Deadline bounds the search for the plan, and once more, all that is asked
	// about it together; 0 means no bound.
	Deadline time.Duration
	// Whole says that Deadline bounds the search and all that is asked about the plan
	// together: six tenths of it are for the search, and a tenth is left over for what
	// callers ask besides. What there was no time for is named in [Plan.OutOfTime].
	Whole bool
	// MaxNodes bounds the subproblems of each search; 0 means no bound.
	MaxNodes int
	// Progress is called during the search for the plan.
	Progress func(plan.Progress)
	// Meets, when set, is what the plan has to keep once it is finished.
	Meets Meets
	// Roughly, when set, is a quicker judge for the same; it changes no answer.
	Roughly Meets
	// Least asks for the least outlay instead of the most value: Bound is then the
	// value itself, Gap and Proved are about the outlay.
	Least bool
	// Lowest, when set, asks for the least of this figure instead of the most
	// value: Bound is then the value itself, Gap and Proved are about the figure.
	Lowest Figure
	// LowestRoughly, when set, is a quicker judge of the same; it changes no answer.
	LowestRoughly Figure
	// LowestSplit, when set, says what the figure's parts are that bound it from
	// below; it makes the search better and its bound closer.
	LowestSplit Split
	// Monotone, when set, says whether Meets and Lowest are monotone for certain. It
	// is asked once a plan is found by passing over sets that are no safer than one that fails; nil
	// is yes.
	Monotone func(context.Context) (bool, error)
	// OnlyPlan leaves out Why, Peers, Floors' prices and BreakEven, and Clash as
	// WithoutClash does.
	OnlyPlan bool
	// WithoutClash leaves out [Infeasible.Clash], for callers that only ask whether
	// there is a plan.
	WithoutClash bool
	// Quick leaves out what takes another search for each item: Peers, Floors'
	// prices, the values of BreakEven, FeatureDelay, and what would bring an item
	// in. Why says what each is worth with all else as it is.
	Quick bool
	// Relaxed, when set, is a plan of the same model within the same limits but
	// with fewer floors or musts. If it is proved best and keeps the rules here,
	// it is best here too, and nothing is searched.
	Relaxed *Plan

	begun time.Time // when the search began
}

// reoptimiseUpTo is how many items there may be for Why to solve the problem
// once more for each of them; beyond, an item's value is that in the plan.
const reoptimiseUpTo = 40

// scheduledNodes bounds each search for what is asked about a plan over periods,
// where searches are long, within usualTime; whoever allows more time allows more
// subproblems, too.
const (
	scheduledNodes = 400
	usualTime      = 10 * time.Second
)

// asked are the limits of each search for what is asked about a plan.
func (b *Built) asked(o Options) plan.Options {
	if len(b.starts) > 1 {
		most := int(float64(scheduledNodes) * max(1, o.Deadline.Seconds()/usualTime.Seconds()))
		o.MaxNodes = min(cmp.Or(o.MaxNodes, most), most)
	}
	return plan.Options{MaxNodes: o.MaxNodes}
}

// Solve finds the best plan. A search cut short returns the best so far with
// its true gap. When nothing is possible the error is a [parley.Error] of kind
// No around an [*Infeasible].
func (b *Built) Solve(ctx context.Context, o Options) (*Plan, error) {
	if o.Lowest != nil {
		return b.solveLowest(ctx, o)
	}
	o.begun = time.Now()
	limited, stop := within(ctx, o.forSearch())
	defer stop()
	sol, problem, free, err := b.search(limited, o)
	if err != nil {
		return nil, b.explain(ctx, limited, o, err)
	}
	cut := *b
	cut.Problem = problem
	p, err := cut.told(ctx, sol, free, o)
	if err != nil || len(problem.Rows) == len(b.Problem.Rows) { // nothing was cut off
		return p, err
	}
	return o.vouched(ctx, p)
}

// solveLowest finds the plan with the least figure.
func (b *Built) solveLowest(ctx context.Context, o Options) (*Plan, error) {
	o.begun = time.Now()
	limited, stop := within(ctx, o.forSearch())
	defer stop()
	sol, found, err := b.lowest(limited, o, plan.Options{MaxNodes: o.MaxNodes})
	if err != nil {
		return nil, b.explain(ctx, limited, o, err)
	}
	o.Least = true // what is asked otherwise is about value
	p, err := b.told(ctx, sol, nil, o)
	if err != nil {
		return nil, err
	}
	p.Lowest = &found
	return o.vouched(ctx, p)
}

// forSearch is how much time there is for the search, 0 for no bound.
func (o Options) forSearch() time.Duration {
	if o.Whole && !o.Quick && !o.OnlyPlan {
		return o.Deadline * 6 / 10
	}
	return o.Deadline
}

// forAnswers is how much time is left for what is asked about the plan, 0 for no bound.
func (o Options) forAnswers() time.Duration {
	if !o.Whole || o.Deadline == 0 {
		return o.Deadline
	}
	return max(time.Nanosecond, o.Deadline*9/10-time.Since(o.begun))
}

// within is a context that ends after so long; 0 is as long as ctx.
func within(ctx context.Context, long time.Duration) (context.Context, context.CancelFunc) {
	if long > 0 {
		return context.WithTimeout(ctx, long)
	}
	return ctx, func() {}
}

// search finds the solution asked for, the problem with what was cut off, and
// what the best plan would be worth that need not meet anything.
func (b *Built) search(ctx context.Context, o Options) (plan.Solution, plan.Problem, *float64, error) {
	opt := plan.Options{MaxNodes: o.MaxNodes, Progress: o.Progress}
	p := b.Problem
	if o.Least {
		p = least(p)
	}
	if sol, ok := b.still(o); ok {
		return sol, p, nil, nil
	}
	var free *float64
	sol, err := plan.Solve(ctx, &p, opt)
	if err == nil && o.Meets != nil {
		if sol.Proved && !o.Least {
			value := sol.Value
			free = &value
		}
		var m *meeting
		if m, err = b.meeting(o); err != nil {
			return sol, p, nil, err
		}
		sol, p, err = m.solve(ctx, p, opt)
	}
	if err != nil {
		return sol, p, nil, err
	}
	if o.Least { // the plan is valued as any other
		p.Items, p.Terms = b.Problem.Items, b.Problem.Terms
		sol.Totals = p.Totals(sol.Chosen)
		sol.Bound = sol.Value
	}
	return sol, p, free, nil
}

// still is the relaxed plan where that is best here, too.
func (b *Built) still(o Options) (plan.Solution, bool) {
	r := o.Relaxed
	if r == nil || !r.Proved || o.Meets != nil || o.Least || len(r.Periods) != len(b.starts) {
		return plan.Solution{}, false
	}
	var chosen []int
	for s, period := range r.Periods {
		for _, id := range period.Items {
			k, ok := b.index[id]
			if !ok {
				return plan.Solution{}, false
			}
			for later := s; later < len(b.starts); later++ {
				chosen = append(chosen, b.at(k, later))
			}
		}
	}
	slices.Sort(chosen)
	if !b.Problem.Feasible(chosen) {
		return plan.Solution{}, false
	}
	sol := plan.Solution{Chosen: chosen, Totals: b.Problem.Totals(chosen), Gap: r.Gap, Proved: true}
	sol.Bound = math.Max(r.Bound, sol.Value)
	return sol, true
}

// told is a solution with what people ask about it.
func (b *Built) told(ctx context.Context, sol plan.Solution, free *float64, o Options) (*Plan, error) {
	var err error
	out := &Plan{
		Chosen: b.names(sol.Chosen), Value: sol.Value, Bound: sol.Bound, Gap: sol.Gap, Proved: sol.Proved,
		Cost: Cost{sol.Money, sol.Effort}, Outlay: sol.Outlay, Unpriced: append([]Unpriced{}, b.Unpriced...),
		LossOfDoing0: b.Problem.LossOfNothing(),
		Why:          []Why{}, Peers: []Peer{}, Floors: []Floor{}, BreakEven: []BreakEven{},
	}
	if free != nil {
		price := math.Max(0, *free-sol.Value)
		out.MeetsPrice = &price
	}
	out.Periods = b.schedule(sol.Chosen)
	if out.AnnualLoss, err = b.annualLoss(sol.Chosen); err != nil {
		return nil, err
	}
	for _, f := range b.floors {
		out.Floors = append(out.Floors, Floor{ID: f.id, Kind: f.kind, Says: f.says, Met: f.met(b.taken(sol.Chosen))})
	}
	if o.OnlyPlan {
		return out, nil
	}
	ctx, stop := within(ctx, o.forAnswers())
	defer stop()
	if o.Least || o.Quick { // what is asked otherwise is about value, or needs searches
		ms, err := plan.Marginals(ctx, &b.Problem, sol, b.everyLast(), false, plan.Options{})
		out.Why = b.why(sol, ms, out.Floors)
		if o.Quick {
			b.leaveOpen(out)
		}
		return out, err
	}
	if err := b.answer(ctx, sol, out, b.asked(o)); err != nil || o.Meets == nil {
		return out, err
	}
	kept := out.Peers[:0]
	for _, p := range out.Peers {
		ok, err := o.Meets(ctx, p.Chosen)
		if err == nil && ok {
			kept = append(kept, p)
		}
	}
	out.Peers = kept
	return out, nil
}

// leaveOpen says what was not asked about a plan.
func (b *Built) leaveOpen(out *Plan) {
	for k := range out.Why {
		out.Why[k].WorthIfOpen = out.Why[k].couldPay()
	}
	for i, it := range b.items {
		if it.worthless && !b.Problem.Items[b.last(i)].Must {
			out.BreakEven = append(out.BreakEven, BreakEven{Feature: b.ids[i], Instead: []string{}, Open: true})
		}
	}
}

// answer fills in what is asked about a plan.
func (b *Built) answer(ctx context.Context, sol plan.Solution, out *Plan, o plan.Options) error {
	peers, err := plan.Peers(ctx, &b.Problem, sol, o)
	if err != nil {
		return err
	}
	for _, p := range peers {
		peer := b.peer(sol, p)
		loss, err := b.annualLoss(p.Chosen)
		if err != nil {
			return err
		}
		peer.AnnualLoss = loss.After
		if len(peer.Differs) > 0 { // not the same items at other times
			out.Peers = append(out.Peers, peer)
		}
	}
	late := func(part string) {
		if ctx.Err() != nil {
			out.OutOfTime = append(out.OutOfTime, part)
		}
	}
	late(PartPeers)
	if err := b.priceFloors(ctx, sol, out.Floors, o); err != nil {
		return err
	}
	if slices.ContainsFunc(out.Floors, func(f Floor) bool { return f.Met && f.Price == nil }) {
		late(PartFloors)
	}
	for i, it := range b.items {
		if it.worthless && !b.Problem.Items[b.last(i)].Must {
			e, err := b.breakEven(ctx, i, o)
			if err != nil {
				return err
			}
			out.BreakEven = append(out.BreakEven, e)
		}
	}
	if out.FeatureDelay, err = b.delayOf(ctx, sol, plan.Options{MaxNodes: max(o.MaxNodes, freeNodes)}); err != nil {
		return err
	}
	if out.FeatureDelay == nil {
		late(PartDelay)
	}
	ms, err := plan.Marginals(ctx, &b.Problem, sol, b.everyLast(), len(b.items) <= reoptimiseUpTo, o)
	if err != nil {
		return err
	}
	out.Why = b.why(sol, ms, out.Floors)
	if len(b.items) <= reoptimiseUpTo && sol.Proved {
		return b.worthIf(ctx, sol, out.Why, ms, o)
	}
	for k := range out.Why {
		out.Why[k].WorthIfOpen = out.Why[k].couldPay()
	}
	return nil
}

// everyLast are the problem's items that say what is chosen.
func (b *Built) everyLast() []int {
	last := make([]int, len(b.items))
	for k := range last {
		last[k] = b.last(k)
	}
	return last
}

// schedule lists what starts in each period, all periods.
func (b *Built) schedule(chosen []int) []Scheduled {
	out := make([]Scheduled, len(b.starts))
	for s, start := range b.starts {
		out[s] = Scheduled{Period: b.period, Start: start, Items: []string{}}
		if len(b.limits.Periods) > 0 {
			out[s].Period = b.limits.Periods[s].Name
		}
	}
	for _, k := range b.taken(chosen) {
		s := b.startOf(chosen, k)
		out[s].Items = append(out[s].Items, b.ids[k])
	}
	for s := range out {
		out[s].Cost = b.used(chosen, s)
	}
	return out
}

// startOf is the number of the period in which a chosen item starts.
func (b *Built) startOf(chosen []int, k int) int {
	s := len(b.starts) - 1
	for s > 0 && slices.Contains(chosen, b.at(k, s-1)) {
		s--
	}
	return s
}

func (b *Built) peer(best, p plan.Solution) Peer {
	out := Peer{Chosen: b.names(p.Chosen), Value: p.Value, Cost: Cost{p.Money, p.Effort}, Outlay: p.Outlay, Periods: b.schedule(p.Chosen)}
	for k, id := range b.ids {
		switch was, is := slices.Contains(best.Chosen, b.last(k)), slices.Contains(p.Chosen, b.last(k)); {
		case is && !was:
			out.Adds = append(out.Adds, id)
		case was && !is:
			out.Drops = append(out.Drops, id)
		default:
			continue
		}
		out.Differs = append(out.Differs, id)
	}
	return out
}

// freeNodes bounds the search for the plan without any threat's floor, which
// often prices all of them at once.
const freeNodes = 5000

// priceFloors fills in what each floor costs. Where all threats' floors together
// cost nothing, none of them does.
func (b *Built) priceFloors(ctx context.Context, sol plan.Solution, floors []Floor, o plan.Options) error {
	threats := b.threatFloors()
	gratis := false
	if len(threats) > 0 && sol.Proved && ctx.Err() == nil {
		best, err := plan.Solve(ctx, b.without(threats...), plan.Options{MaxNodes: max(o.MaxNodes, freeNodes)})
		if err = ignoreStopped(err); err != nil {
			return err
		}
		gratis = best.Proved && best.Value-sol.Value <= b.nothing()
	}
	for k, f := range b.floors {
		if f.threat && gratis {
			floors[k].Price = new(float64)
			continue
		}
		var err error
		if floors[k].Price, err = b.price(ctx, f, sol, o); err != nil {
			return err
		}
	}
	return nil
}

// price is what a floor costs; nil when there was no time to prove it.
func (b *Built) price(ctx context.Context, f floor, sol plan.Solution, o plan.Options) (*float64, error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	free, err := plan.Solve(ctx, b.without(f), o)
	if err != nil || !free.Proved || !sol.Proved {
		return nil, ignoreStopped(err)
	}
	price := math.Max(0, free.Value-sol.Value)
	return &price, nil
}

func asInfeasible(err error) (*plan.InfeasibleError, bool) {
	return errors.AsType[*plan.InfeasibleError](err)
}

func ignoreInfeasible(err error) error {
	if _, no := asInfeasible(err); no {
		return nil
	}
	return err
}

func ignoreStopped(err error) error {
	if errors.Is(err, plan.ErrStopped) {
		return nil
	}
	return err
}

// names are the ids of the items chosen, in file order.
func (b *Built) names(chosen []int) []string {
	out := []string{}
	for _, k := range b.taken(chosen) {
		out = append(out, b.ids[k])
	}
	return out
}

// Scenario is a choice finished, as package risk prices it.
func (b *Built) Scenario(ids []string) risk.Scenario {
	s := risk.Scenario{Avoided: slices.Clip(b.limits.Avoided)} // shared: who appends gets a copy
	for _, id := range ids {
		if i, ok := b.index[id]; ok && b.items[i].feature {
			s.Features = append(s.Features, id)
		} else {
			s.Mitigations = append(s.Mitigations, id)
		}
	}
	return s
}

func (b *Built) annualLoss(chosen []int) (BeforeAfter, error) {
	before, err := b.portfolio.ExpectAnnual(b.Scenario(nil))
	if err != nil {
		return BeforeAfter{}, err
	}
	after, err := b.portfolio.ExpectAnnual(b.Scenario(b.names(chosen)))
	return BeforeAfter{Before: before, After: after}, err
}

// Infeasible says why no plan keeps all limits and rules.
type Infeasible struct {
	Err *plan.InfeasibleError
	// Clash are limits and rules that no plan keeps together, none of which could be
	// spared; empty where that was not settled within the deadline, or not asked for.
	Clash []Clash
	// Floors are the ids of what must be done; NeedsMoney and NeedsEffort are the
	// least of each that doing it takes, by itself; NaN when rules clash whatever
	// the limits.
	Floors      []string
	NeedsMoney  float64
	NeedsEffort float64
	Limits      Limits
}

// explain works out what the floors would need when nothing is possible, and, until
// limited ends, what cannot be kept together.
func (b *Built) explain(ctx, limited context.Context, o Options, err error) error {
	if errors.Is(err, ErrNotMet) {
		return &parley.Error{Op: "plan", Kind: parley.No, Err: err}
	}
	clash, ok := asInfeasible(err)
	if !ok {
		return err
	}
	e := &Infeasible{Err: clash, Limits: b.limits, NeedsMoney: b.least(ctx, func(it plan.Item) float64 { return it.Money }), NeedsEffort: b.least(ctx, func(it plan.Item) float64 { return it.Effort })}
	if !o.OnlyPlan && !o.WithoutClash {
		e.Clash = b.clash(limited)
	}
	for _, f := range b.floors {
		if !f.later { // a feature that brings a threat may be left
			e.Floors = append(e.Floors, f.id)
		}
	}
	return &parley.Error{Op: "plan", Kind: parley.No, Err: e}
}

// least is the smallest sum of an amount that keeps all rules without limits.
func (b *Built) least(ctx context.Context, amount func(plan.Item) float64) float64 {
	q := plan.Problem{Money: math.Inf(1), Effort: math.Inf(1), Rows: b.Problem.Rows[:b.rules]}
	for _, it := range b.Problem.Items {
		it.Outlay, it.Gross = amount(it), 0
		q.Items = append(q.Items, it)
	}
	sol, err := plan.Solve(ctx, &q, plan.Options{MaxNodes: 1000})
	if err != nil {
		return math.NaN()
	}
	return sol.Outlay
}
