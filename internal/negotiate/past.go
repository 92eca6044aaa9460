package negotiate

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// year is how long a year is when time that has passed is counted.
const year = 365.25 * 24 * time.Hour

// look is how open a threat was from a moment on: how many events came for each
// that the estimate states, 1 with the controls it was stated with.
type look struct {
	at   time.Time
	open float64
}

// past is how open a threat was, oldest look first.
type past []look

// between is the time from one moment to another in years, each weighted by how
// open the threat was. Before the first look it counts as that.
func (e past) between(from, to time.Time) float64 {
	sum := 0.0
	for i, l := range e {
		begin, end := l.at, to
		if i == 0 && from.Before(begin) {
			begin = from
		}
		if i+1 < len(e) && e[i+1].at.Before(to) {
			end = e[i+1].at
		}
		if begin.Before(from) {
			begin = from
		}
		if begin.Before(end) {
			sum += l.open * end.Sub(begin).Seconds() / year.Seconds()
		}
	}
	return sum
}

// lookEvery is how far two looks at what stood lie apart at most: what is
// verified fades by itself.
const lookEvery = 30 * 24 * time.Hour

// opens are the events that may change how open a threat is.
var opens = []string{"item.put", "item.renamed", "proposal.settled", "policy.adopted", "task.changed", "evidence.recorded"}

// pasts reads the record from its beginning and looks, from a moment on, at
// how open threats of a product were: whenever a day changed something, and
// every month.
func (s *Service) pasts(ctx context.Context, productID string, threats []string, from time.Time) (map[string]past, error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	w := &watch{s: s, product: productID, threats: threats, state: ledger.NewState(), seen: map[string]past{}}
	next := from // of the next look that nothing asks for
	var changed time.Time
	until := func(t time.Time) error {
		if !changed.IsZero() && t.Sub(changed) >= time.Hour { // what one command wrote stands together
			if err := w.look(changed); err != nil {
				return err
			}
			changed = time.Time{}
		}
		for ; !next.After(t); next = next.Add(lookEvery) {
			if err := w.look(next); err != nil {
				return err
			}
		}
		return ctx.Err()
	}
	err = db.Load(ctx, 0, func(e ledger.Event) error {
		if !e.At.Before(from) {
			if err := until(e.At); err != nil {
				return err
			}
		}
		if err := w.state.Apply(e); err != nil {
			return err
		}
		if !e.At.Before(from) && (e.Product == productID || e.Product == "") && slices.Contains(opens, e.Type) && changed.IsZero() {
			changed = e.At
		}
		return nil
	})
	if err != nil {
		return nil, ledgerError("read the past of "+productID, err)
	}
	if err := until(s.now().Add(time.Hour)); err != nil {
		return nil, ledgerError("read the past of "+productID, err)
	}
	for id := range w.seen {
		slices.SortStableFunc(w.seen[id], func(a, b look) int { return a.at.Compare(b.at) })
	}
	return w.seen, nil
}

// watch looks at the states that the record goes through.
type watch struct {
	s       *Service
	product string
	threats []string
	state   *ledger.State
	seen    map[string]past
}

// look prices the product as it stood. Where it could not be priced then,
// nothing is known of how open it was, and the look before goes on to hold.
func (w *watch) look(at time.Time) error {
	if w.state.Product(w.product) == nil {
		return nil
	}
	l, err := w.s.loadFrom(w.state, w.product, at.In(w.s.now().Location()).Format(time.DateOnly), w.threats)
	if _, invalid := errors.AsType[*parley.Error](err); invalid || is[*ledger.ModelError](err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, id := range w.threats {
		if open, ok, err := l.open(id); err != nil {
			return err
		} else if ok {
			w.seen[id] = append(w.seen[id], look{at, open})
		}
	}
	return nil
}

// open is how many events come for each that the estimate of a threat states,
// as things are; false where the threat has no rate.
func (l *loaded) open(threat string) (float64, bool, error) {
	t := l.model.Threat(threat)
	if t == nil && l.product != nil {
		if it := l.product.Item(ledger.KindThreat, threat); it != nil {
			threat = it.ID
			t = l.model.Threat(it.ID)
		}
	}
	if t == nil || t.Triage == parley.Closed || t.Likelihood.IsZero() {
		return 0, false, nil
	}
	p, err := l.rated(threat)
	if err != nil || p == nil {
		return 0, false, err
	}
	e, err := p.ExpectThreat(threat, risk.Scenario{Features: l.model.Introducing(threat)})
	stated := t.Likelihood.Mean()
	if err != nil || e.Absent || stated <= 0 {
		return 0, false, err
	}
	return e.Rate / stated, true, nil
}

// rated is the portfolio in which a threat has a rate: the one that is priced,
// or that of the threats without a price. Nil where it has none.
func (l *loaded) rated(threat string) (*risk.Portfolio, error) {
	if slices.Contains(l.portfolio.Threats(), threat) {
		return l.portfolio, nil
	}
	if l.shadow == nil {
		shadow, err := brief.Shadow(l.model, l.portfolio)
		if err != nil {
			return nil, err
		}
		l.shadow = &shadow
	}
	if *l.shadow == nil || !slices.Contains((*l.shadow).Threats(), threat) {
		return nil, nil
	}
	return *l.shadow, nil
}
