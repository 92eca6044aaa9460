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

// mover finds which of some drafts moved the figures of a product so far that decisions no
// longer hold. What it priced on the way to one of them it keeps for the next.
type mover struct {
	ctx     context.Context
	s       *Service
	state   *ledger.State // before the drafts
	drafts  []ledger.Draft
	at      time.Time
	product string
	fallen  map[int][]Reopened // that do not hold after a draft, by its place
}

// of is the place of the draft after which a decision does not hold, though it held before:
// the last where no earlier state can be priced. Where figures went to and fro there are
// several, and it is one of them.
func (m *mover) of(decision string) int {
	return sort.Search(len(m.drafts)-1, func(i int) bool {
		return slices.ContainsFunc(m.after(i), func(r Reopened) bool { return r.Decision == decision })
	})
}

// after are the decisions that do not hold after a draft; none where that cannot be priced.
func (m *mover) after(i int) []Reopened {
	if list, known := m.fallen[i]; known {
		return list
	}
	m.fallen[i] = nil
	if next, err := foresee(m.state, m.drafts[:i+1], m.at); err == nil {
		if p := next.Product(m.product); p != nil {
			if _, list, _, err := m.s.recheck(m.ctx, next, p); err == nil {
				m.fallen[i] = list
			}
		}
	}
	return m.fallen[i]
}

// movers says of each re-opening over premises what was recorded that moved the figures.
// What was recorded of another product is not told.
func movers(ctx context.Context, db *store.DB, moves []Move, names *namer) error {
	for i := range moves {
		m := &moves[i]
		if len(m.Broken) == 0 {
			continue
		}
		e, err := db.Event(ctx, m.Event)
		if err != nil {
			return err
		}
		if e == nil || e.Cause == "" {
			m.MovedBy = catalogue.T("why.time")
			continue
		}
		cause, err := db.Event(ctx, e.Cause)
		if err != nil {
			return err
		}
		if cause != nil && (cause.Product == "" || cause.Product == e.Product) {
			m.MovedBy, m.Cause = changeOf(*cause, names).Says, cause.ID
		}
	}
	return nil
}
