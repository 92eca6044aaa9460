package negotiate

import (
	"context"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// figuresOf are figures of the premises of a decision by the place of each among them,
// which stays when what they are of is renamed.
type figuresOf map[int]ledger.Figure

// of is the figure of a premise of a decision.
func (f figuresOf) of(d *ledger.Decision, p ledger.Premise) (ledger.Figure, bool) {
	x, known := f[slices.IndexFunc(d.Premises, func(o ledger.Premise) bool { return o.Key() == p.Key() })]
	return x, known
}

// restating finds what another version of the arithmetic makes of the figures that
// decisions stand on: a new version re-opens nothing by itself (docs/decisions.md, Premises).
type restating struct {
	ctx   context.Context
	s     *Service
	state *ledger.State // in which the products have their present ids
}

// otherEngine reports whether another version of the arithmetic computed the figures
// of a decision.
func otherEngine(d *ledger.Decision) bool { return d.Engine != "" && d.Engine != EngineVersion }

// figures are those that a decision stands on as this version computes them of the
// record as it was when it was decided; none where that cannot be priced. They are
// kept: what was on record then does not change.
func (r *restating) figures(d *ledger.Decision) (figuresOf, error) {
	if known, ok := r.s.restated.Load(d.Event); ok {
		return known.(figuresOf), nil
	}
	out, err := r.compute(d)
	if err == nil {
		r.s.restated.Store(d.Event, out)
	}
	return out, err
}

func (r *restating) compute(d *ledger.Decision) (figuresOf, error) {
	db, err := r.s.open(r.ctx)
	if err != nil {
		return nil, err
	}
	state, err := upTo(r.ctx, db, d)
	if err != nil {
		return nil, err
	}
	p := r.state.Product(d.Product)
	if p == nil {
		return nil, nil
	}
	past := retelling{s: r.s, now: r.state, product: p.ID, state: state}
	then := past.then()
	if then == nil {
		return nil, nil
	}
	l, err := r.s.priced(state, then.ID, d.AsOf)
	if err != nil || l == nil {
		return nil, err
	}
	terms, list, err := l.figuresThen(r.ctx, db, d)
	if err != nil {
		return nil, err
	}
	out := figuresOf{}
	for i, p := range terms.Premises {
		for _, f := range list {
			if !f.Gone && f.key == p.Key() {
				out[i] = f.Figure
			}
		}
	}
	return out, nil
}

// figuresThen are the terms of a decision as they were recorded, and the figures that it
// stands on by them, of a product that was loaded as it was then.
func (l *loaded) figuresThen(ctx context.Context, db *store.DB, d *ledger.Decision) (ledger.Terms, []figure, error) {
	terms, err := termsThen(ctx, db, d)
	if err != nil {
		return terms, nil, err
	}
	list, err := l.figures(l.without(terms.Supersedes...), terms)
	return terms, list, err
}

// termsThen are the terms of a decision as they were recorded, with the ids of then:
// those that the record of then knows.
func termsThen(ctx context.Context, db *store.DB, d *ledger.Decision) (ledger.Terms, error) {
	e, err := db.Event(ctx, d.Event)
	if err != nil || e == nil {
		return d.Terms, err
	}
	body, err := ledger.DecodeBody(*e)
	if err != nil {
		return d.Terms, err
	}
	if b, ok := body.(*ledger.DecisionRecorded); ok {
		return b.Terms, nil
	}
	return d.Terms, nil
}

// split parts the broken premises of a decision in those that broke by what was
// recorded or by time, and those that only look broken because this version of the
// arithmetic makes something else of the same facts. What it makes of each stands beside.
func (r *restating) split(d *ledger.Decision, broken []ledger.Broken) (really, only []ledger.Broken, then figuresOf, err error) {
	if len(broken) == 0 || !otherEngine(d) {
		return broken, nil, nil, nil
	}
	if then, err = r.figures(d); err != nil {
		return nil, nil, nil, err
	}
	for _, b := range broken {
		f, known := then.of(d, b.Premise)
		less := map[ledger.PremiseKey]ledger.Figure{b.Key(): {Value: b.Now - (f.Value - b.Value), StandardError: b.StandardError, Gone: b.Gone}}
		if !known || len(ledger.Recheck(&ledger.Decision{Terms: ledger.Terms{Premises: []ledger.Premise{b.Premise}}}, less)) > 0 {
			really = append(really, b)
		} else {
			only = append(only, b)
		}
	}
	return really, only, then, nil
}

// engineText says what this version of the arithmetic alone makes of figures that a
// decision recorded, "" where that is nothing.
func engineText(key string, d *ledger.Decision, broken []ledger.Broken, then figuresOf) string {
	var list []string
	for _, b := range broken {
		f, known := then.of(d, b.Premise)
		before, after := PremiseText(b.Value, b.Unit), PremiseText(f.Value, b.Unit)
		if known && before != after {
			list = append(list, catalogue.T("premise.engine.moved", "says", plain.Clean(b.Says), "then", before, "now", after))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return catalogue.T(key, "decision", d.Short, "was", d.Engine, "is", EngineVersion, "moved", strings.Join(list, "; "))
}
