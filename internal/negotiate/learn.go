package negotiate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// LearnRequest asks what to find out before deciding.
type LearnRequest struct {
	Source
	AsOf string

	// Quick asks for the decisions about threats alone, which need no search: without
	// the plan's. An estimate the plan turns on may be worth more than is said then.
	Quick bool

	// Ranking asks for what each estimate is worth, and not for what knowing
	// everything before a decision would be.
	Ranking bool
}

// LearnResult is what finding out more would be worth. Money is in the
// product's currency, discounted, over the horizon.
type LearnResult struct {
	Schema       string              `json:"schema"`
	AsOf         string              `json:"as_of"`
	Product      string              `json:"product"`
	Currency     string              `json:"currency"`
	HorizonYears float64             `json:"horizon_years"`
	Limits       Limits              `json:"limits"`
	Quick        bool                `json:"quick,omitempty"` // what the plan turns on was not asked for
	Estimates    []Estimate          `json:"estimates"`       // what is worth most first
	Decisions    []Undecided         `json:"decisions"`
	Verified     string              `json:"controls"`
	Assumed      []parley.Assumption `json:"assumed"`
}

// Estimate is an uncertain figure of the source and what knowing it would be
// worth, at the decision that turns on it most.
type Estimate struct {
	Estimate   string   `json:"estimate"` // where it stands, e.g. threats.leak.likelihood
	EVPPI      float64  `json:"evppi"`    // at most worth this much
	Reason     string   `json:"reason"`
	Says       string   `json:"says"`             // what it is, in words
	Decision   string   `json:"decision"`         // id of the threat, or "plan"
	Estimated  bool     `json:"estimated"`        // not exact
	LowerBound bool     `json:"lower_bound"`      // only some of the plans there could be were compared
	Threats    []string `json:"threats"`          // ids of the threats whose loss it decides
	Stated     string   `json:"stated,omitempty"` // as typed
	Ask        []string `json:"ask"`              // who may know more; empty where nobody is named
}

// Worthwhile reports whether knowing it could change a choice: by half a unit
// of currency at least.
func (e *Estimate) Worthwhile() bool { return e.EVPPI >= 0.5 }

// Undecided is a decision and what knowing everything before it would be worth.
type Undecided struct {
	Decision string   `json:"decision"`       // id of the threat, or "plan"
	EVPI     *float64 `json:"evpi,omitempty"` // estimated; nil where only the ranking was asked for
	Best     []string `json:"best"`           // what is worth most by today's estimates; empty: nothing
}

// PlanDecision stands for the choice of a plan among decisions about threats.
const PlanDecision = "plan"

// Learn says which estimates are worth refining before deciding, ranked: for
// each threat's decision over doing nothing, its mitigations and treatments, and
// for the plan over doing nothing, the best one and its peers.
func (s *Service) Learn(ctx context.Context, actor Actor, req LearnRequest) (*LearnResult, error) {
	l, err := s.loadAs(ctx, actor, "Learn", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	r := &LearnResult{
		Schema: "parley.learn/1", AsOf: l.asOf.Format(time.DateOnly), Product: l.model.Product.ID, Currency: l.model.Product.Currency,
		HorizonYears: l.portfolio.Horizon(), Limits: l.limits, Quick: req.Quick, Estimates: []Estimate{}, Decisions: []Undecided{},
		Verified: l.verified(), Assumed: brief.Assumed(l.model),
	}
	for _, id := range l.portfolio.Threats() {
		if err := ctx.Err(); err != nil {
			return nil, priceError(l.model, err)
		}
		if err := r.ask(l, id, l.waysOut(id), req.Ranking); err != nil {
			return nil, err
		}
	}
	if !req.Quick {
		plans, err := s.rivalPlans(ctx, l)
		if err != nil {
			return nil, err
		}
		if err := r.ask(l, PlanDecision, plans, req.Ranking); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(r.Estimates, func(a, b Estimate) int { return cmp.Compare(b.EVPPI, a.EVPPI) })
	for i := range r.Estimates {
		r.Estimates[i].Reason = l.reason(&r.Estimates[i], i == 0)
	}
	return r, nil
}

// ask adds what one decision turns on; an estimate stays with the decision at
// which it is worth most. ranking leaves out what knowing everything would be worth.
func (r *LearnResult) ask(l *loaded, decision string, options []risk.Choice, ranking bool) error {
	if len(options) == 0 {
		return nil
	}
	learned, err := l.portfolio.Learn(options)
	if err != nil {
		return priceError(l.model, err)
	}
	u := Undecided{Decision: decision, Best: []string{}}
	if !ranking {
		evpi, err := l.portfolio.EVPI(options)
		if err != nil {
			return priceError(l.model, err)
		}
		u.EVPI = &evpi
	}
	if learned.Best >= 0 {
		c := options[learned.Best]
		u.Best = slices.Concat(c.Mitigations, c.Features, c.Treatments, u.Best)
	}
	r.Decisions = append(r.Decisions, u)
	for _, e := range learned.Estimates {
		next := l.estimate(e)
		next.Decision, next.LowerBound = decision, decision == PlanDecision
		i := slices.IndexFunc(r.Estimates, func(o Estimate) bool { return o.Estimate == next.Estimate })
		switch {
		case i < 0:
			r.Estimates = append(r.Estimates, next)
		case r.Estimates[i].EVPPI < next.EVPPI:
			r.Estimates[i] = next
		}
	}
	return nil
}

// mostSubsets is how many mitigations against one threat are tried in every
// combination; of more, each alone and all together.
const mostSubsets = 4

// waysOut are the options of a threat other than doing nothing: its mitigations
// with what they require, alone and together, and its treatments.
func (l *loaded) waysOut(threat string) []risk.Choice {
	m, base := l.model, l.today()
	if by := m.Introducing(threat); len(by) > 0 { // else there is nothing to decide
		base.Features = append(base.Features, by[0])
	}
	var ids []string
	for i := range m.Mitigations {
		x := &m.Mitigations[i]
		if slices.ContainsFunc(x.Against, func(a parley.Against) bool { return a.Threat == threat && a.Stated() }) {
			ids = append(ids, x.ID)
		}
	}
	var out []risk.Choice
	for _, set := range subsets(ids) {
		if c, ok := l.choiceOf(set); ok {
			c.Base = base
			out = append(out, c)
		}
	}
	t := m.Threat(threat)
	for i := range t.Treatments {
		if k := t.Treatments[i].Kind; k == parley.Transfer || k == parley.Avoid {
			out = append(out, risk.Choice{Treatments: []string{t.Treatments[i].ID}, Base: base})
		}
	}
	return out
}

// subsets are the sets of ids that are tried: each alone first.
func subsets(ids []string) [][]string {
	var out [][]string
	for _, id := range ids {
		out = append(out, []string{id})
	}
	if len(ids) > mostSubsets {
		return append(out, ids)
	}
	for set := 1; set < 1<<len(ids); set++ {
		var some []string
		for i, id := range ids {
			if set>>i&1 == 1 {
				some = append(some, id)
			}
		}
		if len(some) > 1 {
			out = append(out, some)
		}
	}
	return out
}

// choiceOf does things with what they require; false where they exclude each
// other or one lacks a cost.
func (l *loaded) choiceOf(ids []string) (risk.Choice, bool) {
	var c risk.Choice
	todo, excluded := slices.Clone(ids), []string{}
	for i := 0; i < len(todo); i++ {
		id := todo[i]
		if slices.Contains(todo[:i], id) {
			continue
		}
		w := l.model.Work(id)
		if w == nil || !w.Cost.Stated() {
			return c, false
		}
		if l.model.Feature(id) != nil {
			c.Features = append(c.Features, id)
		} else {
			c.Mitigations = append(c.Mitigations, id)
		}
		todo, excluded = append(todo, w.Requires...), append(excluded, w.Excludes...)
	}
	return c, !slices.ContainsFunc(todo, func(id string) bool { return slices.Contains(excluded, id) })
}

// rivalPlans are the best plan and its peers, as choices.
func (s *Service) rivalPlans(ctx context.Context, l *loaded) ([]risk.Choice, error) {
	built, _, err := l.build(Budget{})
	if err != nil {
		return nil, err
	}
	p, err := built.Solve(ctx, model.Options{Deadline: planDeadline, MaxNodes: planNodes, WithoutClash: true, Progress: s.planProgress(ctx, l)})
	if parley.KindOfError(err) == parley.No { // no plan keeps the duties: nothing to choose from
		return nil, nil
	}
	if err != nil {
		return nil, planError(l.model, err)
	}
	sets := [][]string{p.Chosen}
	for _, peer := range p.Peers {
		sets = append(sets, peer.Chosen)
	}
	var out []risk.Choice
	for _, set := range sets {
		c := risk.Choice{Base: l.today()}
		for _, id := range set {
			if l.model.Mitigation(id) != nil {
				c.Mitigations = append(c.Mitigations, id)
			} else {
				c.Features = append(c.Features, id)
			}
		}
		if len(set) > 0 {
			out = append(out, c)
		}
	}
	return out, nil
}

// reason says in plain words what finding an estimate out is worth.
func (l *loaded) reason(e *Estimate, first bool) string {
	about := catalogue.T("learn.about.plan")
	if t := l.model.Threat(e.Decision); t != nil {
		about = catalogue.T("learn.about.threat", "threat", plain.Clean(t.Title))
	}
	key := "learn.reason"
	switch {
	case !e.Worthwhile():
		key = "learn.reason.nothing"
	case first:
		key = "learn.reason.first"
	}
	return catalogue.T(key, "worth", plain.Money(e.EVPPI, l.model.Product.Currency), "about", about)
}
