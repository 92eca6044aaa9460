package negotiate

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// CompareRequest asks for two plans side by side. A and B are each "best", the
// number of a peer of the best plan, "none", or ids of mitigations and features
// with commas between.
type CompareRequest struct {
	PlanRequest
	A, B string
}

// CompareResult is two plans side by side.
type CompareResult struct {
	Schema       string       `json:"schema"`
	AsOf         string       `json:"as_of"`
	Product      string       `json:"product"`
	Currency     string       `json:"currency"`
	HorizonYears float64      `json:"horizon_years"`
	Budget       BudgetResult `json:"budget"`
	A            ComparedPlan `json:"a"`
	B            ComparedPlan `json:"b"`
	OnlyA        []string     `json:"only_a"`
	OnlyB        []string     `json:"only_b"`
	Both         []string     `json:"both"`
	// Threats are those whose expected annual loss differs, the widest first.
	Threats []ComparedThreat `json:"threats"`
}

// ComparedPlan is one of two plans.
type ComparedPlan struct {
	Name         string        `json:"name"` // as asked for
	Chosen       []string      `json:"chosen"`
	Value        float64       `json:"value"`
	Outlay       float64       `json:"outlay"`
	GrossValue   float64       `json:"gross_value"`
	Cost         model.Cost    `json:"cost"`
	AnnualLoss   float64       `json:"expected_annual_loss"` // of one full year with it finished
	Periods      []PeriodPlan  `json:"periods"`
	WithinLimits bool          `json:"within_limits"` // of money, effort and rules, floors among them
	Obligations  []model.Floor `json:"obligations"`
	Appetite     []LimitResult `json:"appetite"`
	// WorthIt is the chance of being worth more than doing nothing when all
	// estimates are drawn from their ranges, everything starting at once.
	WorthIt float64                  `json:"worth_it_chance"`
	Needs   map[parley.Need][]string `json:"needs"` // what it does to each need: the effects, one for each item
}

// ComparedThreat is a threat under both plans.
type ComparedThreat struct {
	ID    string  `json:"id"`
	Title string  `json:"title"`
	A     float64 `json:"a"` // expected annual loss
	B     float64 `json:"b"`
}

// Compare puts two plans side by side.
func (s *Service) Compare(ctx context.Context, actor Actor, req CompareRequest) (*CompareResult, error) {
	l, err := s.loadAs(ctx, actor, "Compare", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	built, from, err := l.build(req.Budget)
	if err != nil {
		return nil, err
	}
	sides := [2][]string{}
	var best *model.Plan
	for k, name := range []string{req.A, req.B} {
		if sides[k], err = s.named(ctx, l, built, req.PlanRequest, name, &best); err != nil {
			return nil, err
		}
	}
	r := &CompareResult{
		Schema: "parley.compare/1", AsOf: l.asOf.Format(time.DateOnly), Product: l.model.Product.ID, Currency: l.model.Product.Currency,
		HorizonYears: l.portfolio.Horizon(), Budget: budgetResult(built.Limits(), from),
		OnlyA: minus(sides[0], sides[1]), OnlyB: minus(sides[1], sides[0]), Both: minus(sides[0], minus(sides[0], sides[1])),
	}
	for k, into := range []*ComparedPlan{&r.A, &r.B} {
		if *into, err = s.compared(ctx, l, built, sides[k], req.Trials); err != nil {
			return nil, err
		}
	}
	r.A.Name, r.B.Name = req.A, req.B
	r.Threats, err = l.comparedThreats(built, sides)
	return r, err
}

// named is the plan that a word stands for.
func (s *Service) named(ctx context.Context, l *loaded, built *model.Built, req PlanRequest, name string, best **model.Plan) ([]string, error) {
	name = strings.TrimSpace(name)
	number, err := strconv.Atoi(name)
	switch {
	case name == "none" || name == "":
		return []string{}, nil
	case name != "best" && err != nil:
		return l.planned(built, name)
	}
	if *best == nil {
		if *best, err = s.solve(ctx, l, built, req); err != nil {
			return nil, err
		}
	}
	switch peers := (*best).Peers; {
	case name == "best":
		return (*best).Chosen, nil
	case number < 1 || number > len(peers):
		return nil, noPeer(number, peers)
	default:
		return peers[number-1].Chosen, nil
	}
}

// planned are the items of a plan that is named by ids with commas between.
func (l *loaded) planned(built *model.Built, list string) ([]string, error) {
	ids, known := []string{}, built.IDs()
	for _, id := range strings.Split(list, ",") {
		id = strings.TrimSpace(id)
		if l.state != nil && !slices.Contains(known, id) {
			if ref, err := l.state.Resolve(l.product.ID, id, ledger.KindMitigation, ledger.KindFeature); err == nil {
				id = ref.ID
			}
		}
		switch {
		case slices.Contains(known, id):
			ids = append(ids, id)
		case l.model.Mitigation(id) != nil || l.model.Feature(id) != nil:
			return nil, parley.Errorf(parley.Invalid, "compare", "%s can be in no plan: it, or what it requires, lacks a cost or a strength", id).
				WithHint(catalogue.T("plan.hint.items", "items", plain.List(known)))
		default:
			hint := parley.Suggest(id, append([]string{"best", "none"}, known...)) + "\n" + catalogue.T("plan.hint.compare")
			return nil, parley.Errorf(parley.Invalid, "compare", "%q is no plan, and not a mitigation or feature of %s", id, l.model.Product.Title()).WithHint(hint)
		}
	}
	return ids, nil
}

// noPeer is the error of a number that no plan as good as the best has.
func noPeer(number int, peers []model.Peer) error {
	if len(peers) == 0 {
		return parley.Errorf(parley.Invalid, "compare", "there is no plan %d: no other plan comes within 2 %% of the best", number).
			WithHint(catalogue.T("plan.hint.compare"))
	}
	var list []string
	for k, x := range peers {
		list = append(list, fmt.Sprintf("%d: %s", k+1, plain.List(x.Chosen)))
	}
	return parley.Errorf(parley.Invalid, "compare", "there is no plan %d that is as good as the best", number).
		WithHint(catalogue.T("plan.hint.peers", "peers", strings.Join(list, "; ")))
}

// minus are the ids of one list that another has not.
func minus(a, b []string) []string {
	out := []string{}
	for _, id := range a {
		if !slices.Contains(b, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// compared values one plan.
func (s *Service) compared(ctx context.Context, l *loaded, built *model.Built, ids []string, trials int) (ComparedPlan, error) {
	a, err := built.Assess(ids)
	if err != nil {
		return ComparedPlan{}, planError(l.model, err)
	}
	p := ComparedPlan{
		Chosen: a.Chosen, Value: a.Value, Outlay: a.Outlay, GrossValue: a.GrossValue, Cost: a.Cost, AnnualLoss: a.AnnualLoss.After,
		Periods: periodPlans(a.Periods, built.Limits()), WithinLimits: a.WithinLimits, Obligations: a.Floors,
		Appetite: []LimitResult{}, Needs: needsOf(l.model, a.Chosen),
	}
	if p.Obligations == nil {
		p.Obligations = []model.Floor{}
	}
	after := built.Scenario(a.Chosen)
	if len(a.Chosen) > 0 {
		worth, err := l.portfolio.Appraise(ctx, risk.Choice{Mitigations: after.Mitigations, Features: after.Features, Base: l.today()}, risk.SimOptions{})
		if err != nil {
			return ComparedPlan{}, priceError(l.model, err)
		}
		p.WorthIt = worth.WorthItChance
	}
	if len(l.model.Policy.Appetite) > 0 {
		sim, err := l.portfolio.Simulate(ctx, l.with(after), risk.SimOptions{Trials: trials, TotalsOnly: true})
		if err != nil {
			return ComparedPlan{}, priceError(l.model, err)
		}
		p.Appetite = appetite(l.model, simulated{sim})
	}
	return p, nil
}

// needsOf lists what a plan's mitigations do to each need.
func needsOf(m *parley.Model, ids []string) map[parley.Need][]string {
	out := map[parley.Need][]string{}
	for _, id := range ids {
		if x := m.Mitigation(id); x != nil {
			for need, effect := range x.EffectOnNeeds {
				out[need] = append(out[need], string(effect))
			}
		}
	}
	return out
}

func (l *loaded) comparedThreats(built *model.Built, sides [2][]string) ([]ComparedThreat, error) {
	var e [2]risk.Expectation
	for k, ids := range sides {
		var err error
		if e[k], err = l.portfolio.Expect(l.with(built.Scenario(ids))); err != nil {
			return nil, priceError(l.model, err)
		}
	}
	out := []ComparedThreat{}
	for i, a := range e[0].Threats {
		if b := e[1].Threats[i]; a.Annual != b.Annual {
			out = append(out, ComparedThreat{ID: a.ID, Title: titleOf(l.model, a.ID), A: a.Annual, B: b.Annual})
		}
	}
	wide := func(t ComparedThreat) float64 { return max(t.A-t.B, t.B-t.A) }
	slices.SortStableFunc(out, func(x, y ComparedThreat) int { return compareDown(wide(x), wide(y)) })
	return out, nil
}
