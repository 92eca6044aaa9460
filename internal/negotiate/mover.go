package negotiate

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// mover is the place of the draft that moved a figure so far that a decision no longer
// holds: the first after which it does not, the last where no earlier state can be priced.
func (s *Service) mover(state *ledger.State, drafts []ledger.Draft, at time.Time, product, decision string) int {
	return sort.Search(len(drafts)-1, func(i int) bool {
		next, err := foresee(state, drafts[:i+1], at)
		if err != nil {
			return false
		}
		p := next.Product(product)
		if p == nil {
			return false
		}
		_, list, err := s.recheck(next, p)
		return err == nil && slices.ContainsFunc(list, func(r Reopened) bool { return r.Decision == decision })
	})
}

// movers says of each re-opening over premises what was recorded that moved the figures.
// What was recorded of another product is not told.
func movers(ctx context.Context, db *store.DB, moves []Move) error {
	for i := range moves {
		m := &moves[i]
		if len(m.Broken) == 0 {
			continue
		}
		from, err := db.SizeBefore(ctx, m.At)
		if err != nil {
			return err
		}
		to, err := db.SizeBefore(ctx, m.At.Add(time.Millisecond))
		if err != nil {
			return err
		}
		meanwhile := map[string]ledger.Event{}
		err = db.LoadBefore(ctx, from, to, func(e ledger.Event) error {
			meanwhile[e.ID] = e
			return nil
		})
		if err != nil {
			return err
		}
		e := meanwhile[m.Event]
		cause, there := meanwhile[e.Cause]
		switch {
		case e.Cause == "":
			m.MovedBy = catalogue.T("why.time")
		case there && (cause.Product == "" || cause.Product == e.Product):
			m.MovedBy = changeOf(cause).Says
		}
	}
	return nil
}
