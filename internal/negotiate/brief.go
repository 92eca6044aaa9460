package negotiate

import (
	"context"
	"strconv"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/plan/model"
)

// BriefRequest asks for what a decider reads.
type BriefRequest struct {
	Source
	AsOf    string
	Threats []string // ids; none for all
	Budget  Budget   // of the plan that options are seen against
	Figures bool     // what may happen alone, for a list of threats: no options, and so no plan
	Over    string   // what chances are told over: horizon (also ""), or year
}

// Brief makes the brief of a source: every threat in plain words, with its options.
func (s *Service) Brief(ctx context.Context, actor Actor, req BriefRequest) (*brief.Report, error) {
	if req.Data == nil && req.Product == "" && len(req.Threats) > 0 {
		var err error
		if req.Product, err = s.meant(ctx, actor, "Brief", req.Threats[0], ledger.KindThreat); err != nil {
			return nil, err
		}
	}
	l, err := s.loadAs(ctx, actor, "Brief", req.Source, req.AsOf, req.Threats...)
	if err != nil {
		return nil, err
	}
	over, err := timeframe(req.Over)
	if err != nil {
		return nil, err
	}
	threats, err := l.threats(req.Threats)
	if err != nil {
		return nil, err
	}
	var plan *model.Plan
	if !req.Figures {
		if plan, err = s.planFor(ctx, l, req.Budget); err != nil {
			return nil, err
		}
	}
	r, err := reportBeside(ctx, l, threats, plan, brief.Options{Figures: req.Figures, Over: over})
	if err != nil || req.Figures {
		return r, err
	}
	if err := s.tellPremises(ctx, l, r); err != nil {
		return nil, err
	}
	return r, s.tellHappened(ctx, l, r)
}

// timeframe reads what chances are to be told over.
func timeframe(over string) (brief.Timeframe, error) {
	switch t := brief.Timeframe(over); t {
	case brief.OverHorizon, brief.OverYear:
		return t, nil
	case brief.OverHorizonName:
		return brief.OverHorizon, nil
	}
	return "", parley.Errorf(parley.Invalid, "brief", "%s", catalogue.T("brief.over.wrong", "over", strconv.Quote(over))).WithHint(catalogue.T("brief.over.hint"))
}

// threats resolves ids of threats, short ones where there is a ledger.
func (l *loaded) threats(ids []string) ([]string, error) {
	var out []string
	for _, id := range ids {
		if l.state != nil {
			ref, err := l.state.Resolve(l.product.ID, id, ledger.KindThreat)
			if err != nil {
				return nil, ledgerError("brief", err)
			}
			id = ref.ID
		}
		if l.model.Threat(id) == nil {
			return nil, parley.Errorf(parley.NotFound, "brief", "there is no threat %q in %s", id, l.model.Product.Title()).
				WithHint(parley.Suggest(id, l.model.ThreatIDs()))
		}
		out = append(out, id)
	}
	return out, nil
}

// report is the brief of threats with the plan that the capacity allows, as it
// is kept with a decision: the same state gives the same bytes.
func (s *Service) report(ctx context.Context, l *loaded, threats []string) (*brief.Report, error) {
	plan, err := s.planFor(ctx, l, Budget{})
	if err != nil {
		return nil, err
	}
	return reportBeside(ctx, l, threats, plan, brief.Options{})
}

// reportBeside is the brief of threats beside a plan, which may be nil.
func reportBeside(ctx context.Context, l *loaded, threats []string, plan *model.Plan, opt brief.Options) (*brief.Report, error) {
	decided, err := l.decided()
	if err != nil {
		return nil, priceError(l.model, err)
	}
	opt.AsOf, opt.Threats, opt.Decided = l.asOf.Format(time.DateOnly), threats, decided
	r, err := brief.Build(ctx, l.model, l.portfolio, plan, opt)
	if err != nil {
		return nil, priceError(l.model, err)
	}
	return r, nil
}

// decided are the decisions in force, by threat, with what stays with us where
// somebody else carries it.
func (l *loaded) decided() (map[string]brief.Decided, error) {
	out := map[string]brief.Decided{}
	if l.product == nil {
		return out, nil
	}
	for i := range l.model.Threats {
		id := l.model.Threats[i].ID
		d := l.product.InForce(id)
		if d == nil {
			continue
		}
		x := brief.Decided{ID: d.Short, Kind: d.Kind, Until: d.Until}
		if d.Kind == parley.Transfer {
			sc := l.today()
			sc.Features = l.model.Introducing(id)
			e, err := l.expected(id, sc)
			if err != nil {
				return nil, err
			}
			if e != nil {
				x.Keeps = &e.Annual
			}
		}
		out[id] = x
	}
	return out, nil
}
