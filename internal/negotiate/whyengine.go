package negotiate

import (
	"context"
	"math"
	"time"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// premiseOf is the name of the premise that records a figure.
func (a asked) premiseOf() string {
	if a.name == FigureBad {
		return premiseBad
	}
	return a.name
}

// newerEngine begins with the figure as it is on record, where a decision recorded
// it by another version of the arithmetic and nothing that it follows from changed
// up to the end of the first day: the difference is the first step, and the version's.
func (w *whyWalk) newerEngine(ctx context.Context, db *store.DB) error {
	d, was := w.reading()
	if d == nil || w.last == nil {
		return nil
	}
	now, err := w.recomputed(ctx, db, d)
	if err != nil || now == nil || now.Gone {
		return err
	}
	moved := now.Value - was
	if math.Abs(moved) <= max(ledger.SameWithin*now.StandardError, 1e-9*math.Abs(was)) {
		return nil
	}
	before := *w.last - moved
	w.r.Before = &before
	w.r.Steps = append(w.r.Steps, WhyStep{
		At: d.At, Cause: CauseEngine, Says: catalogue.T("why.engine", "id", d.Short, "then", d.Engine, "now", EngineVersion),
		Before: &before, After: w.last, Moved: moved,
	})
	return nil
}

// reading is the last decision up to the end of the first day that recorded the
// figure, where another version of the arithmetic did; nil for none.
func (w *whyWalk) reading() (d *ledger.Decision, value float64) {
	p, of := w.subject()
	if p == nil {
		return nil, 0
	}
	for _, x := range p.Decisions {
		for _, premise := range x.Premises {
			if premise.Name == w.asked.premiseOf() && premise.Ref == of {
				d, value = x, premise.Value
			}
		}
	}
	if d == nil || !otherEngine(d) {
		return nil, 0
	}
	return d, value
}

// recomputed is the figure that a decision recorded as this program computes it, of
// the record as it was then; nil where the figure of the first day follows from
// something else by now.
func (w *whyWalk) recomputed(ctx context.Context, db *store.DB, d *ledger.Decision) (*ledger.Figure, error) {
	state, err := upTo(ctx, db, d)
	if err != nil {
		return nil, err
	}
	then := whyWalk{retelling: w.retelling, asked: w.asked}
	then.state = state
	p, of := then.subject()
	if p == nil {
		return nil, nil
	}
	l, err := w.s.priced(state, p.ID, d.AsOf)
	if err != nil || l == nil {
		return nil, err
	}
	if key, err := l.key(w.asked.scenario(l), risk.SimOptions{}); err != nil || key != w.priced {
		return nil, err
	}
	_, figures, err := l.figuresThen(ctx, db, d)
	for i := range figures {
		if figures[i].key == (ledger.PremiseKey{Name: w.asked.premiseOf(), Ref: of}) {
			return &figures[i].Figure, err
		}
	}
	return nil, err
}

// upTo is the state that a decision was recorded in.
func upTo(ctx context.Context, db *store.DB, d *ledger.Decision) (*ledger.State, error) {
	before, err := db.StateBefore(ctx, d.At)
	if err != nil {
		return nil, err
	}
	size, err := db.SizeBefore(ctx, d.At.Add(time.Millisecond))
	if err != nil {
		return nil, err
	}
	state, there := before.Clone(), false
	err = db.LoadBefore(ctx, state.Size, size, func(e ledger.Event) error { // of the same moment
		if there = there || e.ID == d.Event; there {
			return nil
		}
		return state.Apply(e)
	})
	return state, err
}
