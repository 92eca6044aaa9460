package negotiate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// logReading goes through a stretch of the record, oldest event first.
type logReading struct {
	db       *store.DB
	req      LogRequest
	names    *namer
	lets     func(Event) bool
	number   func(ledger.Event) (seq int64, mine bool) // by which the actor knows an event; asked of each in turn
	from, to int64                                     // places in the ledger
	erased   int64                                     // names that left it up to there; counted where events are numbered
}

// placed numbers events by their place, for who sees all of them.
func (req LogRequest) placed(e ledger.Event) (seq int64, mine bool) {
	return e.Seq, req.Product == "" || e.Product == req.Product
}

// shown is an event as the actor sees it, where it is wanted.
func (x *logReading) shown(e ledger.Event) (Event, bool) {
	seq, mine := x.number(e)
	if !mine || e.Seq < int64(x.req.Since) || e.ID <= x.req.After || !x.req.upto(e.ID) || x.req.Before != 0 && seq >= x.req.Before {
		return Event{}, false
	}
	out := eventOf(e, x.names)
	out.Seq = seq
	return out, x.lets(out)
}

// newest lists the wanted events, the newest first. No more of the record is read than
// that takes: its end, and four times as much where there were too few in it.
func (a *access) newest(x *logReading, r *LogResult) error {
	first := x.from
	for span := int64(logPiece); ; span *= 4 {
		if x.req.Limit > 0 {
			x.from = max(first, x.to-span)
		}
		if err := a.number(x, r.Size); err != nil {
			return err
		}
		var err error
		if r.Events, err = x.last(a.ctx); err != nil || x.from <= first || len(r.Events) == x.req.Limit {
			return err
		}
	}
}

// last gives the wanted events, the newest first; hardly more than the limit are kept.
func (x *logReading) last(ctx context.Context) ([]Event, error) {
	limit, out := x.req.Limit, []Event{}
	err := x.db.LoadBefore(ctx, x.from, x.to, func(e ledger.Event) error {
		if e, wanted := x.shown(e); wanted {
			if out = append(out, e); limit > 0 && len(out)-limit >= limit { // twice a limit may be too much for a number
				out = slices.Delete(out, 0, len(out)-limit)
			}
		}
		return nil
	})
	if err != nil {
		return nil, ledgerError("read the ledger", err)
	}
	slices.Reverse(out)
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out, nil
}

// logPiece is how many events are read at a time to be handed on.
const logPiece = 250

// each hands the wanted events on, a piece at a time.
func (x *logReading) each(ctx context.Context) error {
	for from := x.from; from < x.to; from += logPiece {
		var piece []Event
		err := x.db.LoadBefore(ctx, from, min(from+logPiece, x.to), func(e ledger.Event) error {
			if out, wanted := x.shown(e); wanted {
				piece = append(piece, out)
			}
			return nil
		})
		if err != nil {
			return ledgerError("read the ledger", err)
		}
		if len(piece) > 0 {
			if err := x.req.Each(piece); err != nil {
				return err
			}
		}
	}
	return nil
}

// number numbers the events that the actor may read among themselves: the
// gaps would say how much goes on elsewhere. Events of the organisation are for
// those who hold a role on it. What is read of the record is read once more for it: only
// its end says of which product an event is. Who sees all of it knows events by their place.
func (a *access) number(x *logReading, size int64) error {
	if a.all() {
		return nil
	}
	line := lineage{now: map[string]int{}, former: map[string]int{}}
	if a.state.Renamed() { // what an id means is known from the beginning on
		x.from = 0
	} else {
		for i, p := range a.state.Products() {
			line.now[p.ID] = i + 1
		}
	}
	var of []int32 // the product of each event from there on
	err := x.db.LoadBefore(a.ctx, x.from, x.to, func(e ledger.Event) error {
		n, err := line.follow(e)
		of = append(of, int32(n))
		if e.Type == "person.erased" {
			x.erased++
		}
		return err
	})
	if err != nil {
		return ledgerError("read the ledger", err)
	}
	sees := map[int32]bool{}
	for id, n := range line.now {
		sees[int32(n)] = a.reads(a.seen.Product(id), x.req.Product)
	}
	next, place := size, 0 // counted from the end, which is the same wherever one begins
	for _, n := range of {
		if sees[n] {
			next--
		}
	}
	x.number = func(ledger.Event) (int64, bool) {
		mine := sees[of[place]]
		place++
		if mine {
			next++
		}
		return next - 1, mine
	}
	return nil
}

// reads reports whether a product, nil for one that is not seen, is asked for: by its id
// or a former one, "" for all.
func (a *access) reads(p *ledger.Product, asked string) bool {
	return p != nil && (asked == "" || p == a.seen.Product(asked))
}

// digest is what a reading is known by. Who does not see all of the record is not told by
// it that something was recorded elsewhere: it is made of the events of each product that
// they see, and of how many names left the record. Days are those of a time zone.
func (x *logReading) digest(zone string, a *access) string {
	h := sha256.New()
	ask := x.req
	fmt.Fprintf(h, "%q %q %q %q %d %d %d %q %q\n", a.state.Ledger, ask.Product, ask.After, ask.Upto, ask.Since, ask.Before, ask.Limit, ask.LogFilter, zone)
	if a.all() {
		fmt.Fprintf(h, "all %d %s\n", a.state.Size, a.state.LastID)
	} else {
		fmt.Fprintf(h, "some %d\n", x.erased)
		for _, p := range a.seen.Products() {
			fmt.Fprintf(h, "%q %d %q\n", p.ID, p.Events, p.Prefix)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// logged is how many events the actor may read of a product, "" for all; who sees all of
// the record counts all of it.
func (a *access) logged(product string) int64 {
	if a.all() {
		return a.seen.Size
	}
	n := int64(0)
	for _, p := range a.seen.Products() {
		if a.reads(p, product) {
			n += p.Events
		}
	}
	return n
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
