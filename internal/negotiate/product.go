package negotiate

import (
	"context"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// ProductInfo is one product of the ledger.
type ProductInfo struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	Stage    parley.Stage `json:"stage"`
	Currency string       `json:"currency"`
	Owner    string       `json:"owner"`
}

// Products lists the products of the ledger that the actor may know of.
func (s *Service) Products(ctx context.Context, actor Actor) ([]ProductInfo, error) {
	_, a, err := s.recorded(ctx, actor, "Products")
	if err != nil {
		return nil, err
	}
	var out []ProductInfo
	for _, p := range a.known().Products() {
		info, err := p.Info()
		if err != nil {
			return nil, ledgerError("list products", err)
		}
		out = append(out, ProductInfo{ID: p.ID, Name: info.Title(), Stage: info.Stage, Currency: info.Currency, Owner: info.Owner})
	}
	return out, nil
}

// ProductIDs are the ids of products.
func ProductIDs(all []ProductInfo) []string {
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = p.ID
	}
	return out
}

// meant is the product that an id is of among what the actor may read, "" where
// that does not say: then it must be the only one.
func (s *Service) meant(ctx context.Context, actor Actor, useCase, text string, kinds ...ledger.ItemKind) (string, error) {
	_, a, err := s.recorded(ctx, actor, useCase)
	if err != nil {
		return "", err
	}
	for _, kind := range kinds {
		if ref, err := a.seen.Resolve("", text, kind); err == nil {
			return ref.Product, nil
		}
	}
	return "", nil
}

func (s *Service) state(ctx context.Context) (*ledger.State, error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	state, err := db.State(ctx)
	if err != nil {
		return nil, ledgerError("read the ledger", err)
	}
	return state, nil
}

// product finds a product; "" means the only one there is.
func product(state *ledger.State, id string) (*ledger.Product, error) {
	all := state.Products()
	if id == "" && len(all) == 1 {
		return all[0], nil
	}
	if p := state.Product(id); p != nil && id != "" {
		return p, nil
	}
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	if len(ids) == 0 {
		return nil, parley.Errorf(parley.NotFound, "find the product", "the ledger has no product yet").WithHint("apply a negotiation file first: parley apply FILE")
	}
	if id == "" {
		return nil, parley.Errorf(parley.Invalid, "find the product", "the ledger has several products").WithHint("name one: " + strings.Join(ids, ", "))
	}
	return nil, parley.Errorf(parley.NotFound, "find the product", "%q is neither a file nor a product of the ledger", id).WithHint(parley.Suggest(id, ids))
}

// productAsked is a product of the ledger, with the state it is in; "" means the
// only one there is.
func (s *Service) productAsked(ctx context.Context, id string) (*ledger.State, *ledger.Product, error) {
	state, err := s.state(ctx)
	if is[*store.AbsentError](err) && id != "" {
		return nil, nil, parley.Errorf(parley.NotFound, "find "+id, "there is no file %s, and no ledger at %s that could have a product of that name", id, s.Ledger).
			WithHint("name a negotiation file, or apply one first: parley apply FILE")
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := product(state, id)
	return state, p, err
}

// avoid takes the threats that a decision in force avoids out of the model,
// but for those asked about: what does not exist costs nothing, anywhere. One
// whose cause is still to be taken away exists until that is done.
func (l *loaded) avoid(asked []string) {
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		short := l.product.Item(ledger.KindThreat, t.ID).Short
		about := func(id string) bool { return id == t.ID || strings.EqualFold(id, short) }
		if d := l.product.InForce(t.ID); d != nil && d.Kind == parley.Avoid && !l.product.Pending(d) && !slices.ContainsFunc(asked, about) {
			t.Triage = parley.Closed
		}
	}
}

// today is what decisions in force change about how things are: what is
// insured and what is avoided. Mitigations count once they are finished.
func (l *loaded) today() risk.Scenario { return l.without() }

// without is today apart from some decisions, by short id: a decision to
// insure or to avoid stands on what the threat is without it.
func (l *loaded) without(decisions ...string) risk.Scenario {
	var sc risk.Scenario
	if l.product == nil {
		return sc
	}
	for _, d := range l.product.Decisions {
		if d.Status != ledger.InForce || slices.ContainsFunc(decisions, func(id string) bool { return strings.EqualFold(id, d.Short) }) {
			continue
		}
		switch d.Kind {
		case parley.Transfer:
			sc.Transfers = append(sc.Transfers, d.With...)
		case parley.Avoid:
			if !l.product.Pending(d) {
				sc.Avoided = append(sc.Avoided, d.Live...)
			}
		}
	}
	return sc
}

// leaving are the threats that decisions in force avoid, those whose cause is
// still to be taken away included: no plan spends anything on them.
func (l *loaded) leaving() []string {
	out := l.today().Avoided
	if l.product == nil {
		return out
	}
	for _, d := range l.product.Decisions {
		if d.Status == ledger.InForce && l.product.Pending(d) {
			out = append(out, d.Live...)
		}
	}
	return out
}

// dropped are the features that decisions in force avoid a threat by not
// building: no plan has them.
func (l *loaded) dropped() []string {
	if l.product == nil {
		return nil
	}
	return l.product.Dropped()
}

// promised are the mitigations that decisions in force ask for and that are
// not finished: every plan has them.
func (l *loaded) promised() []string {
	var out []string
	if l.product == nil {
		return nil
	}
	for _, t := range l.product.Tasks {
		if t.Status == ledger.TaskOpen && l.model.Mitigation(t.Mitigation) != nil {
			out = append(out, t.Mitigation)
		}
	}
	return out
}
