package job

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// Outbox tells webhooks, and people by mail, what was recorded.
type Outbox struct {
	DB     *store.DB
	Now    func() time.Time
	Chance func() float64 // 0 … 1, spreads what is tried again
	Log    *slog.Logger
	URL    string // of the server, without a slash at the end; for links

	Send func(context.Context, outgoing.Message) error // to a webhook
	Mail *Mail                                         // nil for no mail

	// Figure is a figure in words, in a unit: a currency, or one of [ledger.Premise].
	Figure func(x float64, unit string) string

	// Tried is told of each try: by what it was, and what became of it (delivered,
	// failed, given-up, or pointless where there was nothing to be sent any more); nil
	// for nobody.
	Tried func(by, what string)
}

// stretch is how many events are looked through at once.
const stretch = 200

// Run looks through the events nobody looked through yet, and delivers what is
// due. What fails is tried again at a later run. While somebody is slow, it goes on
// for the others.
func (o *Outbox) Run(ctx context.Context) error {
	if err := o.deliver(ctx); err != nil {
		return err
	}
	return o.DB.Outbox(ctx, func(tx *store.OutboxTx) error { return tx.Forget(ctx, o.Now().Add(-keep)) })
}

// lookAll looks through all events nobody looked through yet.
func (o *Outbox) lookAll(ctx context.Context) error {
	for {
		n, err := o.look(ctx)
		if err != nil || n < stretch {
			return err
		}
	}
}

// keep is how long it is remembered what was delivered: longer than anything is
// tried, so that nothing is sent twice.
const keep = 30 * 24 * time.Hour

// Needed reports whether there are events to look through or deliveries to try.
func (o *Outbox) Needed(ctx context.Context) (needed bool, err error) {
	err = o.DB.ReadOutbox(ctx, func(tx *store.OutboxTx) error {
		needed, err = tx.Pending(ctx, o.Now())
		return err
	})
	return needed, err
}

// look notes who is to be told of the next events, with the fact that they were
// looked through, in one transaction.
func (o *Outbox) look(ctx context.Context) (n int, err error) {
	var from int64
	var hooks []store.Hook
	err = o.DB.Outbox(ctx, func(tx *store.OutboxTx) error {
		if from, err = tx.From(ctx); err != nil {
			return err
		}
		hooks, err = tx.Hooks(ctx)
		return err
	})
	if err != nil {
		return 0, err
	}
	events, err := o.events(ctx, from, stretch)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	var list []store.Delivery
	now := o.Now()
	var state *ledger.State
	if o.Mail != nil || slices.ContainsFunc(hooks, func(h store.Hook) bool { return h.Kind != "" }) {
		if state, err = o.DB.State(ctx); err != nil {
			return 0, err
		}
	}
	for _, e := range events {
		for i := range hooks {
			if hooks[i].Wants(e.Seq, e.Type, e.Product) && (hooks[i].Kind == "" || isNews(state, e)) {
				list = append(list, store.Delivery{Kind: store.ToWebhook, Target: hooks[i].ID, Seq: e.Seq, Due: now})
			}
		}
		if o.Mail != nil {
			list = append(list, o.Mail.told(state, e, now)...)
		}
	}
	next := from + int64(len(events))
	return len(events), o.DB.Outbox(ctx, func(tx *store.OutboxTx) error { return tx.Post(ctx, from, next, list) })
}

// events are the next ones from a place on, at most n.
func (o *Outbox) events(ctx context.Context, from int64, n int) ([]ledger.Event, error) {
	var out []ledger.Event
	err := o.DB.LoadBefore(ctx, from, from+int64(n), func(e ledger.Event) error {
		out = append(out, e)
		return nil
	})
	return out, err
}

// try takes a delivery and tries it once; ok is false where its receiver did not take it.
// What there was nothing to send of says nothing of a receiver.
func (o *Outbox) try(ctx context.Context, d store.Delivery) (ok bool, err error) {
	var mine bool
	err = o.DB.Outbox(ctx, func(tx *store.OutboxTx) error {
		mine, err = tx.Take(ctx, d, o.Now().Add(lease))
		return err
	})
	if err != nil || !mine {
		return err == nil, err
	}
	d.Attempts++
	failed := o.send(ctx, d)
	if ctx.Err() != nil {
		return false, ctx.Err() // taken up again once its time is over
	}
	defer func() { o.tried(d, failed) }()
	d.State, d.Said = store.Delivered, ""
	d.Due = o.Now()
	if failed != nil {
		o.again(&d, failed)
		o.complain(d, failed)
	}
	err = o.DB.Outbox(context.WithoutCancel(ctx), func(tx *store.OutboxTx) error {
		if err := tx.Settle(ctx, d); err != nil || !d.ToHook() || d.State != store.GivenUp {
			return err
		}
		return o.stop(ctx, tx, d)
	})
	return failed == nil || errors.Is(failed, errNothing) || errors.Is(failed, errStopped), err
}

// complain says in the log that a try failed, and of what; a letter that had become
// pointless is nothing to complain of.
func (o *Outbox) complain(d store.Delivery, failed error) {
	about := []any{"kind", d.Kind, "to", d.Target, "event", d.Seq, "try", d.Attempts, "state", d.State}
	if d.State == store.Pointless {
		o.Log.Debug("nothing to deliver", about...)
		return
	}
	if cause := outgoing.Cause(failed); cause != "" {
		about = append(about, "cause", cause)
	}
	o.Log.Warn("not delivered", append(about, "error", failed)...)
}

// tried tells of a try that came to its end.
func (o *Outbox) tried(d store.Delivery, failed error) {
	if o.Tried == nil {
		return
	}
	by, what := "mail", "failed"
	if d.ToHook() {
		by = "webhook"
	}
	switch {
	case errors.Is(failed, errNothing):
		what = "pointless"
	case d.State != store.Waiting: // delivered, or given up
		what = d.State
	}
	o.Tried(by, what)
}

// again says when a delivery that failed is tried the next time, if it is.
func (o *Outbox) again(d *store.Delivery, failed error) {
	d.Said, d.State = failed.Error(), store.Waiting
	wait, more := outgoing.Wait(d.Attempts, o.Chance())
	f, ok := errors.AsType[*outgoing.FailedError](failed)
	nothing := errors.Is(failed, errNothing)
	switch {
	case nothing && !strings.HasPrefix(d.Kind, store.LetterLink): // whoever waits for a link is to hear that none came
		d.State = store.Pointless
		return
	case nothing || errors.Is(failed, errStopped) || !more || ok && f.Gone():
		d.State = store.GivenUp
		return
	}
	if ok {
		wait = max(wait, f.Retry)
	}
	d.Due = d.Due.Add(wait)
}

// stop sends nothing more to a webhook that took nothing for days, or wants
// nothing any more.
func (o *Outbox) stop(ctx context.Context, tx *store.OutboxTx, d store.Delivery) error {
	h, err := tx.Hook(ctx, d.Target)
	if err != nil || h == nil || !h.Stopped.IsZero() {
		return err
	}
	h.Stopped, h.Why = o.Now(), d.Said
	return tx.SetHook(ctx, *h)
}

// errNothing says that there is nothing to be sent any more.
var errNothing = errors.New("there is nothing to be sent any more")

// errStopped says that nothing is sent to a webhook any more.
var errStopped = errors.New("nothing is sent to it any more")

func (o *Outbox) send(ctx context.Context, d store.Delivery) error {
	if !d.ToHook() {
		if o.Mail == nil {
			return errNothing
		}
		return o.Mail.send(ctx, o, d)
	}
	var h *store.Hook
	err := o.DB.ReadOutbox(ctx, func(tx *store.OutboxTx) (err error) {
		h, err = tx.Hook(ctx, d.Target)
		return err
	})
	switch {
	case err != nil:
		return err
	case h == nil || !h.Stopped.IsZero():
		return errStopped
	case h.Kind != "":
		return o.sendChat(ctx, h, d)
	}
	return o.sendEvent(ctx, h, d)
}

// sendEvent tells a program of an event, signed with the secret in use and the former
// ones that still sign.
func (o *Outbox) sendEvent(ctx context.Context, h *store.Hook, d store.Delivery) error {
	events, err2 := o.events(ctx, d.Seq, 1)
	state, err := o.DB.State(ctx)
	if err = errors.Join(err, err2); err != nil {
		return err
	}
	if len(events) != 1 {
		return errNothing
	}
	body, err := payload(state, events[0], o.URL)
	if err != nil {
		return err
	}
	now := o.Now()
	secrets := [][]byte{h.Secret}
	for _, f := range h.Former {
		if now.Before(f.Until) {
			secrets = append(secrets, f.Secret)
		}
	}
	return o.Send(ctx, outgoing.Message{URL: h.URL, ID: "msg_" + events[0].ID, At: now, Body: body, Secrets: secrets})
}
