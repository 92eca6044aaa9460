package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// What becomes of a delivery.
const (
	Waiting   = "waiting"   // for its time
	Delivered = "delivered" // whoever it is for has it
	GivenUp   = "given-up"  // it was tried long enough
	Pointless = "pointless" // there was nothing to tell any more when its time came
)

// Kinds of letters about accounts.
const (
	LetterLink    = "link:"    // and the id of a link: it is sent by a secret that is drawn then; Seq is when a link for a new password was made, in ms since 1970, and 0 of an invitation
	LetterAccount = "account:" // and what happened, as the access log says it; Seq is when, in ms since 1970
)

// Kinds of what goes to a webhook. What the calendar tells has what it is behind the
// longer one.
const (
	ToWebhook  = "webhook"
	ByCalendar = ToWebhook + ":"
)

// toHook finds what goes to the webhook of an id.
const toHook = "(kind = '" + ToWebhook + "' OR kind LIKE '" + ByCalendar + "%') AND target = ?"

// Delivery is one event on its way to one receiver.
type Delivery struct {
	Kind     string // of what goes to a webhook, or a kind of mail
	Target   string // id of a webhook, or an address
	Seq      int64  // place of the event; for what is sent by the calendar, the number of the day
	State    string
	Attempts int       // how often it was tried
	Due      time.Time // when it is tried next
	Said     string    // what came of the last try
	Queued   time.Time // when it came into the queue; zero to queue it: when it is due
}

// ToHook reports whether a delivery goes to a webhook.
func (d *Delivery) ToHook() bool {
	return d.Kind == ToWebhook || strings.HasPrefix(d.Kind, ByCalendar)
}

// From is the first event nobody looked through yet. Where nobody ever did, it
// is the next one to be recorded: what was there before is told to nobody.
func (o *OutboxTx) From(ctx context.Context) (seq int64, err error) {
	err = o.tx.QueryRowContext(ctx, "SELECT seq FROM outbox WHERE one = 1").Scan(&seq)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return seq, err
	}
	if err := o.tx.QueryRowContext(ctx, "SELECT size FROM head WHERE one = 1").Scan(&seq); err != nil {
		return 0, fmt.Errorf("read head: %w", err)
	}
	_, err = o.exec(ctx, "INSERT INTO outbox (one, seq) VALUES (1, ?)", seq)
	return seq, err
}

// Behind reports whether there are events nobody looked through yet.
func (o *OutboxTx) Behind(ctx context.Context) (bool, error) {
	return o.any(ctx, "SELECT count(*) FROM head WHERE size > COALESCE((SELECT seq FROM outbox WHERE one = 1), 0)")
}

// Pending reports whether there are events nobody looked through yet, or
// deliveries whose time has come.
func (o *OutboxTx) Pending(ctx context.Context, now time.Time) (bool, error) {
	if behind, err := o.Behind(ctx); err != nil || behind {
		return behind, err
	}
	return o.any(ctx, "SELECT count(*) FROM deliveries WHERE state = 'waiting' AND due <= ?", millis(now))
}

// any reports whether a count is more than none.
func (o *OutboxTx) any(ctx context.Context, q string, args ...any) (bool, error) {
	var n int64
	if err := o.tx.QueryRowContext(ctx, o.db.on.query(q), args...).Scan(&n); err != nil {
		return false, fmt.Errorf("read the outbox: %w", err)
	}
	return n > 0, nil
}

// Backlog is what is still to be told and done, for whoever watches the server.
type Backlog struct {
	Events   int64                // recorded, and nobody looked yet whom to tell
	Waiting  int64                // deliveries for their time, or for another try
	Since    time.Time            // when the one of them was due whose time came first; zero: none is due
	GivenUp  int64                // deliveries that were tried long enough, as far as they are remembered
	Stopped  int64                // webhooks that nothing is sent to any more
	Hooks    map[string]Waits     // what each webhook is still to be told, by its id; without those that wait for nothing
	Finished map[string]time.Time // when each background work was last done, by its name; without those never done
}

// Backlog counts what is still to be told and done.
func (o *OutboxTx) Backlog(ctx context.Context, now time.Time) (*Backlog, error) {
	b := &Backlog{Finished: map[string]time.Time{}}
	var due sql.NullInt64
	for _, q := range []struct {
		to   any
		text string
		args []any
	}{
		{&b.Events, "SELECT size - COALESCE((SELECT seq FROM outbox WHERE one = 1), size) FROM head WHERE one = 1", nil},
		{&b.Waiting, "SELECT count(*) FROM deliveries WHERE state = 'waiting'", nil},
		{&due, "SELECT min(due) FROM deliveries WHERE state = 'waiting' AND due <= ?", []any{millis(now)}},
		{&b.GivenUp, "SELECT count(*) FROM deliveries WHERE state = 'given-up'", nil},
		{&b.Stopped, "SELECT count(*) FROM webhooks WHERE stopped <> 0", nil},
	} {
		if err := o.tx.QueryRowContext(ctx, o.db.on.query(q.text), q.args...).Scan(q.to); err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
	}
	b.Events = max(0, b.Events)
	if due.Valid {
		b.Since = fromMillis(due.Int64)
	}
	var err error
	if b.Hooks, err = o.Waits(ctx); err != nil {
		return nil, err
	}
	return b, o.each(ctx, func(scan func(...any) error) error {
		var name string
		var done int64
		err := scan(&name, &done)
		b.Finished[name] = fromMillis(done)
		return err
	}, "SELECT name, done FROM jobs WHERE done <> 0")
}

// Post notes that the events before a place were looked through, with what is
// to be delivered of them. It is a *[ConflictError] where somebody else did that
// meanwhile, and then nothing may be written.
func (o *OutboxTx) Post(ctx context.Context, from, next int64, list []Delivery) error {
	n, err := o.exec(ctx, "UPDATE outbox SET seq = ? WHERE one = 1 AND seq = ?", next, from)
	if err != nil {
		return err
	}
	if n != 1 {
		return &ConflictError{Expected: from, Actual: -1}
	}
	return o.Queue(ctx, list)
}

// Queue adds deliveries. One that is there already is left as it is, so that
// nothing is sent twice.
func (o *OutboxTx) Queue(ctx context.Context, list []Delivery) error {
	for _, d := range list {
		queued := d.Queued
		if queued.IsZero() {
			queued = d.Due
		}
		_, err := o.exec(ctx, "INSERT INTO deliveries (kind, target, seq, state, attempts, due, said, queued) VALUES (?, ?, ?, 'waiting', 0, ?, '', ?) ON CONFLICT (kind, target, seq) DO NOTHING",
			d.Kind, d.Target, d.Seq, millis(d.Due), millis(queued))
		if err != nil {
			return err
		}
	}
	return nil
}

// Again puts what was delivered to a webhook, or given up, from an event on, into
// the queue anew, and gives the number of deliveries.
func (o *OutboxTx) Again(ctx context.Context, hook string, from int64, due time.Time) (int64, error) {
	return o.exec(ctx, "UPDATE deliveries SET state = 'waiting', attempts = 0, due = ?, queued = ? WHERE kind = '"+ToWebhook+"' AND target = ? AND seq >= ? AND state <> 'waiting'", millis(due), millis(due), hook, from)
}

const deliveryColumns = "kind, target, seq, state, attempts, due, said, queued"

func (o *OutboxTx) deliveries(ctx context.Context, where string, args ...any) ([]Delivery, error) {
	var out []Delivery
	err := o.each(ctx, func(scan func(...any) error) error {
		var d Delivery
		var due, queued int64
		err := scan(&d.Kind, &d.Target, &d.Seq, &d.State, &d.Attempts, &due, &d.Said, &queued)
		d.Due, d.Queued = fromMillis(due), fromMillis(queued)
		out = append(out, d)
		return err
	}, "SELECT "+deliveryColumns+" FROM deliveries "+where, args...)
	return out, err
}

// Receiver is somebody for whom the time of a delivery has come.
type Receiver struct {
	Target string
	Hook   bool // else a person
}

// Receivers gives everybody for whom the time of a delivery has come, who waits
// longest first.
func (o *OutboxTx) Receivers(ctx context.Context, now time.Time) ([]Receiver, error) {
	var out []Receiver
	err := o.each(ctx, func(scan func(...any) error) error {
		var r Receiver
		var kind string
		err := scan(&r.Target, &kind)
		r.Hook = (&Delivery{Kind: kind}).ToHook()
		out = append(out, r)
		return err
	}, "SELECT target, min(kind) FROM deliveries WHERE state = 'waiting' AND due <= ? GROUP BY target ORDER BY min(due), target", millis(now))
	return out, err
}

// Due gives deliveries to a receiver whose time has come, longest due first, at most
// n.
func (o *OutboxTx) Due(ctx context.Context, target string, now time.Time, n int) ([]Delivery, error) {
	return o.deliveries(ctx, "WHERE state = 'waiting' AND target = ? AND due <= ? ORDER BY due, seq, kind LIMIT ?", target, millis(now), n)
}

// To gives the newest deliveries of a kind to a receiver, at most n.
func (o *OutboxTx) To(ctx context.Context, kind, target string, n int) ([]Delivery, error) {
	return o.deliveries(ctx, "WHERE kind = ? AND target = ? ORDER BY seq DESC LIMIT ?", kind, target, n)
}

// ToHook gives the newest deliveries to a webhook, at most n.
func (o *OutboxTx) ToHook(ctx context.Context, hook string, n int) ([]Delivery, error) {
	return o.deliveries(ctx, "WHERE "+toHook+" ORDER BY queued DESC, seq DESC, kind LIMIT ?", hook, n)
}

// Waits is what a webhook is still to be told.
type Waits struct {
	Count int64     // deliveries for their time, or for another try
	Since time.Time // when the one of them was queued that waits longest; zero where none does
}

// Waits says of each webhook with deliveries that wait how many they are and since
// when.
func (o *OutboxTx) Waits(ctx context.Context) (map[string]Waits, error) {
	out := map[string]Waits{}
	return out, o.each(ctx, func(scan func(...any) error) error {
		var hook string
		var w Waits
		var since int64
		err := scan(&hook, &w.Count, &since)
		w.Since = fromMillis(since)
		out[hook] = w
		return err
	}, "SELECT w.id, count(*), min(d.queued) FROM webhooks w JOIN deliveries d ON d.target = w.id AND d.state = 'waiting' GROUP BY w.id")
}

// Take makes a delivery one's own until a time: of several who try, one gets it.
// Whoever crashes with it leaves it to be taken again after that time.
func (o *OutboxTx) Take(ctx context.Context, d Delivery, until time.Time) (bool, error) {
	n, err := o.exec(ctx, "UPDATE deliveries SET attempts = ?, due = ? WHERE kind = ? AND target = ? AND seq = ? AND attempts = ? AND state = 'waiting'",
		d.Attempts+1, millis(until), d.Kind, d.Target, d.Seq, d.Attempts)
	return n == 1, err
}

// Settle writes what came of a delivery that was taken, unless somebody else
// took it since.
func (o *OutboxTx) Settle(ctx context.Context, d Delivery) error {
	_, err := o.exec(ctx, "UPDATE deliveries SET state = ?, due = ?, said = ? WHERE kind = ? AND target = ? AND seq = ? AND attempts = ?",
		d.State, millis(d.Due), d.Said, d.Kind, d.Target, d.Seq, d.Attempts)
	return err
}

// Forget removes deliveries that were settled before a time.
func (o *OutboxTx) Forget(ctx context.Context, before time.Time) error {
	_, err := o.exec(ctx, "DELETE FROM deliveries WHERE state <> 'waiting' AND due < ?", millis(before))
	return err
}

// Claim makes background work one's own until a time. It reports false while it
// is somebody else's; whoever crashes with it leaves it free after that time.
// done is when it was last finished, zero for never.
func (o *OutboxTx) Claim(ctx context.Context, name, holder string, now, until time.Time) (mine bool, done time.Time, err error) {
	if _, err := o.exec(ctx, "INSERT INTO jobs (name, holder, until, done) VALUES (?, '', 0, 0) ON CONFLICT (name) DO NOTHING", name); err != nil {
		return false, done, err
	}
	n, err := o.exec(ctx, "UPDATE jobs SET holder = ?, until = ? WHERE name = ? AND (until < ? OR holder = ?)", holder, millis(until), name, millis(now), holder)
	if err != nil || n != 1 {
		return false, done, err
	}
	var at int64
	err = o.tx.QueryRowContext(ctx, o.db.on.query("SELECT done FROM jobs WHERE name = ?"), name).Scan(&at)
	return err == nil, fromMillis(at), err
}

// Finish gives claimed work back; done is when it was finished, zero where it
// was not.
func (o *OutboxTx) Finish(ctx context.Context, name, holder string, done time.Time) error {
	q, args := "UPDATE jobs SET holder = '', until = 0 WHERE name = ? AND holder = ?", []any{name, holder}
	if !done.IsZero() {
		q, args = "UPDATE jobs SET holder = '', until = 0, done = ? WHERE name = ? AND holder = ?", []any{millis(done), name, holder}
	}
	_, err := o.exec(ctx, q, args...)
	return err
}
