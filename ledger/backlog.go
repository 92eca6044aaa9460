package ledger

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// BacklogOrdered records in what order the items of a backlog are to be done. It
// holds the whole order as it stands after one item was moved, so that it says
// the same whatever a plan would say later.
type BacklogOrdered struct {
	// Order are the keys of the items, the first to be done first: ids of
	// mitigations and features, and short ids of tasks that drop something. Empty:
	// the backlog goes back to the order of its plan.
	Order   []string `json:"order,omitempty"`
	Moved   string   `json:"moved,omitempty"` // key of the item that was moved; "" where there is no order
	Because string   `json:"because,omitempty"`
}

// EventType is backlog.ordered.
func (*BacklogOrdered) EventType() (string, int) { return "backlog.ordered", 1 }

func (*BacklogOrdered) names(rename) error { return nil }

// Backlog is the order on record of a product's backlog. Nothing in it may be
// changed by a reader.
type Backlog struct {
	Order   []string          // keys as in [BacklogOrdered]; never empty
	Moved   map[string]string // key → id of the event that last moved the item
	Since   time.Time         // when the order of the plan was left
	At      time.Time         // when an item was last moved
	Actor   Actor             // who moved it
	Because string            `json:",omitempty"` // why, as said
}

// LastMove is the id of the event that last moved an item, "" where the order
// on record has none of it.
func (p *Product) LastMove(key string) string {
	if p.Backlog == nil {
		return ""
	}
	return p.Backlog.Moved[key]
}

// Arranged is an order on record with what came to a plan since: each item that
// the order does not have stands right behind its predecessor in the plan, or
// first. No item is lost and none stands twice.
func Arranged(order, planned []string) []string {
	out := slices.Clone(order)
	at := 0
	for _, key := range planned {
		if i := slices.Index(out, key); i >= 0 {
			at = i + 1
			continue
		}
		out = slices.Insert(out, at, key)
		at++
	}
	return out
}

// MovedTo is an order in which one item stands elsewhere: right before another
// or, with after, right behind it. Both keys must be in the order.
func MovedTo(order []string, key, other string, after bool) []string {
	if key == other {
		return slices.Clone(order)
	}
	out := slices.DeleteFunc(slices.Clone(order), func(k string) bool { return k == key })
	at := slices.Index(out, other)
	if after {
		at++
	}
	return slices.Insert(out, max(0, at), key)
}

// orderBacklog takes an order over, whole.
func (p *Product) orderBacklog(e Event, b *BacklogOrdered) error {
	if len(b.Order) == 0 {
		if b.Moved != "" {
			return fmt.Errorf("%q was moved in no order", b.Moved)
		}
		p.Backlog = nil
		return nil
	}
	seen := map[string]bool{}
	for _, key := range b.Order {
		switch {
		case seen[key]:
			return fmt.Errorf("%q stands twice in the order of the backlog", key)
		case !p.MayOrder(key):
			return fmt.Errorf("%q is no mitigation, feature or task that drops something in product %q", key, p.ID)
		}
		seen[key] = true
	}
	if !seen[b.Moved] {
		return fmt.Errorf("%q was moved and is not in the order of the backlog", b.Moved)
	}
	now := &Backlog{Order: slices.Clone(b.Order), Moved: map[string]string{}, Since: e.At, At: e.At, Actor: e.Actor, Because: b.Because}
	if p.Backlog != nil {
		now.Since = p.Backlog.Since
		maps.Copy(now.Moved, p.Backlog.Moved)
		maps.DeleteFunc(now.Moved, func(key, _ string) bool { return !seen[key] })
	}
	now.Moved[b.Moved] = e.ID
	p.Backlog = now
	return nil
}

// MayOrder reports whether a key leads to something that may stand in an order
// of the backlog, whatever became of it.
func (p *Product) MayOrder(key string) bool {
	if p.has(KindMitigation, key) || p.has(KindFeature, key) {
		return true
	}
	t := p.Task(key)
	return t != nil && t.Mitigation == ""
}

// renameBacklog takes the order along when an item in it gets another id.
func (p *Product) renameBacklog(from, to string) {
	if p.Backlog == nil {
		return
	}
	b := *p.Backlog
	b.Order, b.Moved = slices.Clone(b.Order), maps.Clone(b.Moved)
	if i := slices.Index(b.Order, from); i >= 0 {
		b.Order[i] = to
	}
	if id, ok := b.Moved[from]; ok {
		delete(b.Moved, from)
		b.Moved[to] = id
	}
	p.Backlog = &b
}

// people are the places of the names in a copy of it.
func (b *Backlog) people() []*string { return []*string{&b.Actor.ID} }
