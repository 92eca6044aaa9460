package negotiate

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// AgreementKept is what stands behind an agreement: the plan as it was seen, and
// the decisions that were recorded with it, as they stand today.
type AgreementKept struct {
	Plan      *PlanResult // nil where none was kept, or this version cannot read it
	Digest    string      // of the plan to the byte, SHA-256; "" where none was kept
	Decisions []AgreedDecision
}

// AgreedDecision is a decision that was recorded with an agreement.
type AgreedDecision struct {
	Decision
	Later []Move // its life after it was recorded, oldest first
}

// agreement is one plan that was agreed on, with what stands behind it.
func (s *Service) agreement(ctx context.Context, actor Actor, req AgreementsRequest) (*AgreementsResult, error) {
	db, a, err := s.recorded(ctx, actor, "Agreements")
	if err != nil {
		return nil, err
	}
	p, x := agreementAmong(a.known(), req)
	if x == nil {
		return nil, parley.Errorf(parley.NotFound, "", "%s", catalogue.T("agree.unknown", "id", req.Agreement))
	}
	if err := a.ask(p); err != nil {
		return nil, err
	}
	out := agreementOf(p, x)
	if out.Kept, err = keptOf(ctx, db, a, p, x); err != nil {
		return nil, ledgerError("read "+x.Short, err)
	}
	return &AgreementsResult{Schema: "parley.agreements/1", Product: p.ID, Agreements: []Agreement{out}}, nil
}

// agreementAmong finds an agreement by its id, nil for none.
func agreementAmong(state *ledger.State, req AgreementsRequest) (*ledger.Product, *ledger.Agreement) {
	for _, p := range state.Products() {
		if req.Product != "" && p != state.Product(req.Product) {
			continue
		}
		for _, x := range p.Agreements {
			if strings.EqualFold(x.Short, req.Agreement) {
				return p, x
			}
		}
	}
	return nil, nil
}

func keptOf(ctx context.Context, db *store.DB, a *access, p *ledger.Product, x *ledger.Agreement) (*AgreementKept, error) {
	k := &AgreementKept{}
	if x.Plan != nil {
		data, err := db.Attachment(ctx, *x.Plan)
		if err != nil {
			return nil, err
		}
		k.Digest = Digest(data)
		var plan PlanResult
		if json.Unmarshal(data, &plan) == nil {
			k.Plan = &plan
		}
	}
	names := namerOf(true, a.seen)
	for _, d := range p.Decisions {
		if d.At.Before(x.At) {
			continue
		}
		e, err := db.Event(ctx, d.Event)
		if err != nil {
			return nil, err
		}
		if e == nil || e.Cause != x.Event {
			continue
		}
		moves := movesOf(d)
		nameOf{names, names.product(p.ID)}.moves(moves)
		if err := movers(ctx, db, moves, names); err != nil {
			return nil, err
		}
		out := AgreedDecision{Decision: decisionOf(p, d)}
		for _, m := range moves {
			if m.Event != d.Event {
				out.Later = append(out.Later, m)
			}
		}
		k.Decisions = append(k.Decisions, out)
	}
	return k, nil
}
