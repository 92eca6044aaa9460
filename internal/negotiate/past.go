package negotiate

import (
	"context"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// year is how long a year is when time that has passed is counted.
const year = 365.25 * 24 * time.Hour

// look is how a threat stood from a moment on.
type look struct {
	at   time.Time
	open float64 // events that come for each that the estimate states, 1 with the controls it was stated with
	left float64 // share of the loss that the estimate states which an event leaves, 1 with those controls
}

// past is how a threat stood, oldest look first.
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

// left is the share of the stated loss that an event of some day left; 1 where
// nobody knows.
func (e past) left(day string) float64 {
	out := 1.0
	for i, l := range e {
		if i == 0 || l.at.Format(time.DateOnly) <= day {
			out = l.left
		}
	}
	return out
}

// lookEvery is how far two looks at what stood lie apart at most: what is
// verified fades by itself.
const lookEvery = 30 * 24 * time.Hour

// opens are the events that may change how open a threat is.
var opens = []string{"item.put", "item.renamed", "proposal.settled", "policy.adopted", "task.changed", "decision.recorded", "decision.moved", "evidence.recorded", "evidence.taken-back"}

// pasts reads the record from a moment on and looks at how
// threats of a product stood: at the end of each day that may have changed
// something, and every month. Threats and products are found under former ids.
func (s *Service) pasts(ctx context.Context, productID string, threats []string, from time.Time) (map[string]past, error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	now, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	then, err := db.StateBefore(ctx, from)
	if err != nil {
		return nil, ledgerError("read the past of "+productID, err)
	}
	w := &watch{retelling: retelling{s: s, now: now, product: productID, state: then.Clone()}, threats: threats, seen: map[string]past{}}
	next := from          // of the next look that nothing asks for
	var changed time.Time // a day that changed something and is not over
	day := func(t time.Time) string { return t.In(s.now().Location()).Format(time.DateOnly) }
	until := func(t time.Time, over bool) error {
		if !changed.IsZero() && (over || day(t) != day(changed)) {
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
	err = db.Load(ctx, then.Size, func(e ledger.Event) error {
		if err := until(e.At, false); err != nil {
			return err
		}
		if err := w.state.Apply(e); err != nil {
			return err
		}
		if changed.IsZero() && slices.Contains(opens, e.Type) && (e.Product == "" || w.ours(e.Product)) {
			changed = e.At
		}
		return nil
	})
	if err == nil {
		err = until(s.now(), true)
	}
	if err != nil {
		return nil, ledgerError("read the past of "+productID, err)
	}
	for id := range w.seen {
		slices.SortStableFunc(w.seen[id], func(a, b look) int { return a.at.Compare(b.at) })
	}
	return w.seen, nil
}

// retelling goes through the record again, for what a product was like.
type retelling struct {
	s       *Service
	now     *ledger.State // as the record is
	product string        // id as it is now
	state   *ledger.State // as the record was
}

// ours reports whether an id is, or was, that of the product.
func (r *retelling) ours(product string) bool {
	p := r.now.Product(product)
	return p != nil && p.ID == r.product
}

// then is the product as it was, nil where it was not there yet.
func (r *retelling) then() *ledger.Product {
	for _, p := range r.state.Products() {
		if r.ours(p.ID) {
			return p
		}
	}
	return nil
}

// itemThen is an item of today as it was, nil where it was not there yet. Its id may
// be that of another one since: a short id means one thing for ever.
func (r *retelling) itemThen(then *ledger.Product, kind ledger.ItemKind, id string) *ledger.Item {
	it := r.now.Product(r.product).Item(kind, id)
	if it == nil {
		return nil
	}
	for _, was := range then.Items(kind) {
		if was.Short == it.Short {
			return was
		}
	}
	return nil
}

// watch looks at the states that the record goes through.
type watch struct {
	retelling
	threats []string // ids as they are now
	seen    map[string]past
}

// look prices the threats as they stood. Where the product could not be priced
// then, nothing is known of it, and the look before goes on to hold.
func (w *watch) look(at time.Time) error {
	then := w.then()
	if then == nil {
		return nil
	}
	ids := map[string]string{} // as they were then: as they are now
	for _, id := range w.threats {
		if was := w.itemThen(then, ledger.KindThreat, id); was != nil {
			ids[was.ID] = id
		}
	}
	l, err := w.load(then, at, ids)
	if err != nil || l == nil {
		return err
	}
	for was, is := range ids {
		x, known, err := l.looked(was)
		if err != nil {
			return err
		}
		if known {
			x.at = at
			w.seen[is] = append(w.seen[is], x)
		}
	}
	return nil
}

// load compiles what is needed of a product as it stood, nil where it cannot be
// priced.
func (w *watch) load(p *ledger.Product, at time.Time, threats map[string]string) (*loaded, error) {
	y, m, d := at.In(w.s.now().Location()).Date()
	l, err := w.s.asRecorded(w.state, p.ID, time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
	if err == nil {
		for i := range l.model.Threats {
			if _, asked := threats[l.model.Threats[i].ID]; !asked {
				l.model.Threats[i].Triage = parley.Closed
			}
		}
		err = l.compile()
	}
	if unpriced(err) {
		return nil, nil
	}
	return l, err
}

// priced is a product of a state on a day, nil where it cannot be priced.
func (s *Service) priced(state *ledger.State, id, asOf string) (*loaded, error) {
	l, err := s.loadFrom(state, id, asOf, nil)
	if unpriced(err) {
		return nil, nil
	}
	return l, err
}

// unpriced reports whether an error says that a product could not be priced as it
// was recorded, rather than that something failed.
func unpriced(err error) bool { return is[*parley.Error](err) || is[*ledger.ModelError](err) }

// looked is how a threat stands; false where nothing is stated to compare with.
// What is closed, avoided, or comes only with features that are still plans,
// cannot happen.
func (l *loaded) looked(threat string) (look, bool, error) {
	shut := look{open: 0, left: 1}
	if l.product != nil {
		it := l.product.Item(ledger.KindThreat, threat)
		d := l.product.InForce(threat)
		if it == nil || it.Closed || d != nil && d.Kind == parley.Avoid && !l.product.Pending(d) {
			return shut, it != nil, nil
		}
	}
	t := l.model.Threat(threat)
	switch {
	case t == nil || t.Triage == parley.Closed || len(l.model.Introducing(threat)) > 0:
		return shut, true, nil
	case !t.RateStated():
		return look{}, false, nil
	}
	p, err := l.rated(threat)
	if err != nil || p == nil {
		return look{}, false, err
	}
	return beside(p, t)
}

// beside is what comes and what is left of it beside what was stated.
func beside(p *risk.Portfolio, t *parley.Threat) (look, bool, error) {
	e, err := p.ExpectThreat(t.ID, risk.Scenario{})
	if err != nil {
		return look{}, false, err
	}
	rate, err := p.StatedRate(t.ID)
	if err != nil || e.Absent || !(rate.Mean() > 0) {
		return look{}, false, err
	}
	out := look{open: e.Rate / rate.Mean(), left: 1}
	if stated := statedLoss(t); stated > 0 && e.PerEvent > 0 {
		out.left = e.PerEvent / stated
	}
	return out, true, nil
}

// statedLoss is the expected loss of one event as stated, in currency.
func statedLoss(t *parley.Threat) float64 {
	share := func(q quantity.Quantity) float64 {
		if q.IsZero() {
			return 1
		}
		return q.Mean()
	}
	sum := 0.0
	for _, part := range t.LossParts() {
		for _, k := range part.Losses {
			sum += share(part.Chance) * share(k.Loss.Chance) * k.Loss.Amount.Mean()
		}
	}
	return sum
}

// anew is what a statement of today would say of a threat beside the one that
// holds: the layers that came since are in it, each taken at its word. A threat
// that says itself what it is stated with goes on to say so.
func (l *loaded) anew(t *parley.Threat) (look, error) {
	same := look{open: 1, left: 1}
	if l.product == nil {
		return same, nil
	}
	if it := l.product.Item(ledger.KindThreat, t.ID); it == nil || it.StatesWith() {
		return same, nil
	}
	word, err := l.atItsWord()
	if err != nil {
		return same, err
	}
	p, err := word.rated(t.ID)
	if err != nil || p == nil {
		return same, err
	}
	x, known, err := beside(p, t)
	if err != nil || !known {
		return same, err
	}
	return x, nil
}

// atItsWord is the same with every layer taken at its word.
func (l *loaded) atItsWord() (*loaded, error) {
	if l.word == nil {
		p, err := brief.TakenAtItsWord(l.model, l.portfolio)
		if err != nil {
			return nil, priceError(l.model, err)
		}
		l.word = &loaded{model: l.model, portfolio: p, limits: l.limits, asOf: l.asOf, zone: l.zone}
	}
	return l.word, nil
}

// rated is the portfolio in which a threat has a rate: the one that is priced,
// or that of the threats without a price. Nil where it has none.
func (l *loaded) rated(threat string) (*risk.Portfolio, error) {
	if slices.Contains(l.portfolio.Threats(), threat) {
		return l.portfolio, nil
	}
	w := &l.shadow
	w.once.Do(func() { w.portfolio, w.err = brief.Shadow(l.model, l.portfolio) })
	if w.portfolio == nil || !slices.Contains(w.portfolio.Threats(), threat) {
		return nil, w.err
	}
	return w.portfolio, nil
}
