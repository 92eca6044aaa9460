package job

import (
	"context"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// day is the number of a civil date: days since 1970.
func day(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)
}

// soon is how long before its end somebody is told of it, in days.
const soon = 7

// Calendar queues what the day brings: decisions that end soon and conditions that
// are to be looked at soon, once for each day, and on or after Monday what was
// accepted in the week before.
func (o *Outbox) Calendar(ctx context.Context) error {
	hooks, err := o.chats(ctx)
	if err != nil || o.Mail == nil && len(hooks) == 0 {
		return err
	}
	state, err := o.DB.State(ctx)
	if err != nil {
		return err
	}
	now := o.Now()
	monday := day(now) - int64(now.Weekday()+6)%7
	var list []store.Delivery
	for _, p := range state.Products() {
		for _, d := range p.Decisions {
			for _, x := range coming(d, now) {
				if o.Mail != nil {
					list = append(list, o.Mail.reminding(state, d, x)...)
				}
				list = append(list, announce(hooks, d.Product, x)...)
			}
		}
	}
	if o.Mail != nil {
		for _, m := range state.Members {
			if m.Role == ledger.Manager {
				list = append(list, store.Delivery{Kind: digest, Target: m.Person, Seq: monday, Due: now})
			}
		}
	}
	for _, h := range hooks {
		if day(h.Created) <= monday { // of no week in which it was not there
			list = append(list, store.Delivery{Kind: store.ByCalendar + digest, Target: h.ID, Seq: monday, Due: now})
		}
	}
	return o.DB.Outbox(ctx, func(tx *store.OutboxTx) error { return tx.Queue(ctx, list) })
}

// coming is what comes of a decision in force within a week: its end, and the days on
// which its conditions are to be looked at, without whom it is told.
func coming(d *ledger.Decision, now time.Time) []store.Delivery {
	if d.Status != ledger.InForce {
		return nil
	}
	var out []store.Delivery
	add := func(kind, date string) {
		on, err := time.Parse(time.DateOnly, date)
		if today := day(now); err == nil && day(on) >= today && day(on) <= today+soon {
			out = append(out, store.Delivery{Kind: kind + d.Short, Seq: day(on), Due: now})
		}
	}
	add(dueSoon, d.Until)
	for i := range d.Conditions {
		if date := d.ReviewBy(i + 1); date != d.Until { // the letter about the end tells of that day
			add(lookSoon, date)
		}
	}
	return out
}

// reminding are the letters of what comes, to whoever decided about it.
func (m *Mail) reminding(state *ledger.State, d *ledger.Decision, x store.Delivery) []store.Delivery {
	by, _ := d.Decider()
	if x.Target = strings.ToLower(by); !m.reads(state, x.Target, d.Product) {
		return nil
	}
	return []store.Delivery{x}
}

// onDay reports whether a date is a day by its number, as [day] counts.
func onDay(date string, number int64) bool {
	t, err := time.Parse(time.DateOnly, date)
	return err == nil && day(t) == number
}

// dateOf is the date of a day by its number, as [day] counts.
func dateOf(number int64) string {
	return time.Unix(number*24*60*60, 0).UTC().Format(time.DateOnly)
}

// conditionsOn are the places, from 1, of the conditions of a decision that are to be
// looked at on a day.
func conditionsOn(x *ledger.Decision, number int64) []int {
	var out []int
	for i := range x.Conditions {
		if onDay(x.ReviewBy(i+1), number) {
			out = append(out, i+1)
		}
	}
	return out
}

// inForce is the decision of a short id, nil where it is not in force any more.
func inForce(state *ledger.State, short string) *ledger.Decision {
	for _, p := range state.Products() {
		if x := p.Decision(short); x != nil && x.Status == ledger.InForce {
			return x
		}
	}
	return nil
}
