package negotiate

import (
	"slices"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// log lists the events that the actor may read, numbered among themselves: the
// gaps would say how much goes on elsewhere. Events of the organisation are for
// those who hold a role on it.
func (a *access) log(db *store.DB, req LogRequest, lets func(Event) bool, r *LogResult) error {
	line := lineage{now: map[string]int{}, former: map[string]int{}}
	from := int64(0)
	if !a.state.Renamed() { // every id means what it always did
		from = int64(req.Since)
		for i, p := range a.state.Products() {
			line.now[p.ID] = i + 1
		}
	}
	var events []Event
	var of []int
	err := db.LoadBefore(a.ctx, from, int64(r.Mark), func(e ledger.Event) error {
		n, err := line.follow(e)
		shown := Event{}
		if e.Seq >= int64(req.Since) && e.ID > req.After {
			shown = eventOf(e)
		}
		events, of = append(events, shown), append(of, n)
		return err
	})
	if err != nil {
		return ledgerError("read the ledger", err)
	}
	sees := map[int]bool{}
	r.Size = 0
	for id, n := range line.now {
		if p := a.seen.Product(id); p != nil && (req.Product == "" || p == a.seen.Product(req.Product)) {
			sees[n] = true
			r.Size += p.Events
		}
	}
	seq := r.Size // counted from the end, which is the same wherever one begins
	for i := len(events) - 1; i >= 0; i-- {
		if !sees[of[i]] {
			continue
		}
		seq--
		if e := events[i]; e.ID != "" && (req.Before == 0 || seq < req.Before) && req.upto(e.ID) && lets(e) {
			e.Seq = seq
			r.Events = append(r.Events, e)
		}
	}
	slices.Reverse(r.Events)
	r.newest(req.Limit)
	return nil
}

// lineage follows products through the record by number, from 1: an id may come
// to mean another product than it did.
type lineage struct {
	now    map[string]int // number by present id
	former map[string]int // number by former id
}

// follow gives the number of the product that the next event is of, 0 for the
// organisation.
func (l lineage) follow(e ledger.Event) (int, error) {
	if e.Product == "" {
		return 0, nil
	}
	if e.Type == "item.renamed" {
		body, err := ledger.DecodeBody(e)
		if err != nil {
			return 0, err
		}
		if b, ok := body.(*ledger.ItemRenamed); ok && b.Kind == ledger.KindProduct {
			n := l.number(b.From)
			delete(l.now, b.From)
			delete(l.former, b.To)
			l.now[b.To], l.former[b.From] = n, n
			return n, nil
		}
	}
	if n := l.number(e.Product); n > 0 {
		return n, nil
	}
	n := len(l.now) + 1
	l.now[e.Product] = n
	return n, nil
}

func (l lineage) number(product string) int {
	if n, ok := l.now[product]; ok {
		return n
	}
	return l.former[product]
}
