package negotiate

import (
	"context"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// SweepResult says what the clock did.
type SweepResult struct {
	Schema   string     `json:"schema"`
	AsOf     string     `json:"as_of"`
	Recorded int        `json:"recorded"` // events written; 0 where nothing was due
	Ended    []Decision `json:"ended"`
	Reopened []Reopened `json:"reopened"`
	Notes    []string   `json:"notes"` // products whose premises could not be compared; figures that only another version of the arithmetic moved
}

// Sweep ends the decisions whose end was reached and re-opens those whose
// premises no longer hold, in every product, whether or not anybody looks. It
// writes everything at once or nothing, and nothing the second time. Looks that are
// kept no longer (rule who_has_seen) go with it.
func (s *Service) Sweep(ctx context.Context, actor Actor) (*SweepResult, error) {
	actor.Via = ledger.ViaJob
	r := &SweepResult{Schema: "parley.sweep/1"}
	events, state, err := s.record(ctx, deed{actor: actor, useCase: "Sweep", op: "sweep"}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		if err := a.ask(nil); err != nil {
			return nil, err
		}
		r.AsOf, r.Ended, r.Reopened, r.Notes = s.today(), []Decision{}, []Reopened{}, []string{}
		return s.sweep(ctx, a.state, actor, at, r)
	})
	if err != nil {
		return nil, err
	}
	if err := s.forget(ctx, state); err != nil {
		return nil, err
	}
	r.Recorded = len(events)
	for _, e := range events {
		body, err := ledger.DecodeBody(e)
		if err != nil {
			return nil, ledgerError("sweep", err)
		}
		if b, ok := body.(*ledger.DecisionMoved); ok && b.To == ledger.Expired {
			p := state.Product(e.Product)
			r.Ended = append(r.Ended, decisionOf(p, p.Decision(b.Decision)))
		}
	}
	return r, nil
}

// sweep drafts what is due. A product that cannot be priced keeps its decisions
// as they are, and does not keep the others from being looked at.
func (s *Service) sweep(ctx context.Context, state *ledger.State, actor Actor, at time.Time, r *SweepResult) ([]ledger.Draft, error) {
	drafts := ledger.Stamp(ledger.Expiries(state, r.AsOf), actor, "")
	next, err := foresee(state, drafts, at)
	if err != nil {
		return nil, err
	}
	for _, p := range next.Products() {
		more, list, told, err := s.recheck(ctx, next, p)
		if err != nil {
			r.Notes = append(r.Notes, catalogue.T("record.sweep.unpriced", "product", p.ID, "why", err.Error()))
			continue
		}
		drafts = append(drafts, ledger.Stamp(more, actor, "")...)
		r.Reopened, r.Notes = append(r.Reopened, list...), append(r.Notes, told...)
	}
	return drafts, nil
}

// ShowAtRequest asks for the record as it stood at the end of a day.
type ShowAtRequest struct {
	Product string // id; "" for all
	At      string // date, "" for now
}

// ShowAtResult is the record as it stood.
type ShowAtResult struct {
	Schema   string      `json:"schema"`
	At       string      `json:"at"`
	Events   int64       `json:"events"` // recorded until then
	Products []ProductAt `json:"products"`
}

// ProductAt is one product as it stood.
type ProductAt struct {
	ID                 string     `json:"id"`
	Name               string     `json:"name"`
	Currency           string     `json:"currency"`
	ExpectedAnnualLoss float64    `json:"expected_annual_loss"`
	Chance             float64    `json:"chance_within_horizon"`
	Unpriced           string     `json:"unpriced,omitempty"` // why there is no price
	Threats            []PriceAt  `json:"threats"`
	InForce            []Decision `json:"in_force"`
	Reopened           []Decision `json:"reopened"`
	Proposed           []Decision `json:"proposed"`
}

// PriceAt is the price of one threat as it stood.
type PriceAt struct {
	ID                 string  `json:"id"`
	Title              string  `json:"title"`
	ExpectedAnnualLoss float64 `json:"expected_annual_loss"`
	Chance             float64 `json:"chance_within_horizon"`
	Decision           string  `json:"decision,omitempty"` // the one in force for it
}

// ShowAt shows the decisions in force and the prices as they were at the end of
// a day. Prices are computed by this program from what was on record then; what
// a decider saw is kept with the decision, byte for byte ([Service.Show]).
func (s *Service) ShowAt(ctx context.Context, actor Actor, req ShowAtRequest) (*ShowAtResult, error) {
	_, a, err := s.recorded(ctx, actor, "ShowAt")
	if err != nil {
		return nil, err
	}
	if req.Product == "" {
		err = a.products("")
	}
	if err != nil {
		return nil, err
	}
	state, day, err := s.stateAt(ctx, a, req.At)
	if err != nil {
		return nil, err
	}
	r := &ShowAtResult{Schema: "parley.show-at/1", At: day, Events: state.Size, Products: []ProductAt{}}
	products := state.Products()
	if req.Product != "" {
		p, err := product(state, req.Product)
		if err != nil {
			return nil, err
		}
		products = []*ledger.Product{p}
	}
	for _, p := range products {
		r.Products = append(r.Products, s.productAt(state, p, day))
	}
	return r, nil
}

// stateAt is the state after the last event of a day in the zone of the clock,
// as the actor may see it.
func (s *Service) stateAt(ctx context.Context, a *access, at string) (*ledger.State, string, error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, "", err
	}
	if at == "" {
		return a.seen, s.today(), nil
	}
	day, err := s.date(at)
	if err != nil {
		return nil, "", err
	}
	end := civil(day.AddDate(0, 0, 1), s.now().Location())
	state, err := db.StateBefore(ctx, end)
	if err != nil {
		return nil, "", ledgerError("read the ledger", err)
	}
	if state.Size == 0 {
		return nil, "", parley.Errorf(parley.NotFound, "show the record at "+at, "the ledger did not exist then")
	}
	return a.then(state), at, nil
}

func (s *Service) productAt(state *ledger.State, p *ledger.Product, day string) ProductAt {
	out := ProductAt{ID: p.ID, Name: p.ID, Threats: []PriceAt{}, InForce: []Decision{}, Reopened: []Decision{}, Proposed: []Decision{}}
	if info, err := p.Info(); err == nil {
		out.Name, out.Currency = info.Title(), info.Currency
	}
	for _, d := range p.Decisions {
		switch d.Status {
		case ledger.InForce:
			out.InForce = append(out.InForce, decisionOf(p, d))
		case ledger.Reopened:
			out.Reopened = append(out.Reopened, decisionOf(p, d))
		case ledger.Proposed, ledger.Challenged, ledger.Agreed:
			view := decisionOf(p, d)
			view.Joint = jointly(state, d, day)
			out.Proposed = append(out.Proposed, view)
		}
	}
	if err := s.pricesAt(state, p, day, &out); err != nil {
		out.Unpriced = err.Error()
	}
	return out
}

func (s *Service) pricesAt(state *ledger.State, p *ledger.Product, day string, out *ProductAt) error {
	l, err := s.loadFrom(state, p.ID, day, nil)
	if err != nil {
		return err
	}
	e, err := l.portfolio.Expect(l.today())
	if err != nil {
		return err
	}
	out.ExpectedAnnualLoss, out.Chance = e.Annual, e.Chance
	for _, t := range e.Threats {
		x := PriceAt{ID: t.ID, Title: title(p, ledger.KindThreat, t.ID), ExpectedAnnualLoss: t.Annual, Chance: t.ChanceWithinHorizon}
		if d := p.InForce(t.ID); d != nil {
			x.Decision = d.Short
		}
		out.Threats = append(out.Threats, x)
	}
	return nil
}
