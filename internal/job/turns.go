package job

import (
	"context"
	"errors"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// How much one receiver gets before it is looked whether others wait, and how many
// people are written to at the same time; a webhook never waits for another one.
const (
	inATurn   = 20
	longTurn  = 20 * time.Second
	letters   = 8
	lookAgain = time.Second // at what was recorded meanwhile, while somebody is slow
)

// turn is what came of one.
type turn struct {
	to    store.Receiver
	spent bool // it gets no other one in this run: it failed, or is slow
	err   error
}

// deliver tells everybody what is due, each receiver in turns of its own, at the same
// time as the others. It goes on, with what is recorded meanwhile, until nobody is being
// told any more: one that is slow or does not answer holds up nobody else.
func (o *Outbox) deliver(ctx context.Context) error {
	done := make(chan turn)
	busy, spent := map[string]bool{}, map[string]bool{}
	writing := 0 // letters at this moment
	var failed error
	for {
		var to []store.Receiver
		if failed == nil {
			to, failed = o.waiting(ctx)
		}
		for _, r := range to {
			if failed != nil || busy[r.Target] || spent[r.Target] || !r.Hook && writing >= letters {
				continue
			}
			busy[r.Target] = true
			if !r.Hook {
				writing++
			}
			go func() { done <- o.turn(ctx, r) }()
		}
		if len(busy) == 0 {
			return failed
		}
		select {
		case t := <-done:
			delete(busy, t.to.Target)
			spent[t.to.Target] = t.spent
			if !t.to.Hook {
				writing--
			}
			failed = errors.Join(failed, t.err)
		case <-time.After(lookAgain):
		}
	}
}

// waiting looks through what was recorded, and gives everybody for whom the time of a
// delivery has come.
func (o *Outbox) waiting(ctx context.Context) (to []store.Receiver, err error) {
	var behind bool
	read := func(do func(*store.OutboxTx) error) error { return o.DB.ReadOutbox(ctx, do) }
	err = read(func(tx *store.OutboxTx) error {
		behind, err = tx.Behind(ctx)
		return err
	})
	if err == nil && behind {
		err = o.lookAll(ctx)
	}
	if err != nil {
		return nil, err
	}
	err = read(func(tx *store.OutboxTx) error {
		to, err = tx.Receivers(ctx, o.Now())
		return err
	})
	return to, err
}

// turn tells one receiver what is due, as much as belongs into a turn. A webhook that
// fails is left alone until the next run; of the letters to somebody one may fail and
// another not.
func (o *Outbox) turn(ctx context.Context, to store.Receiver) turn {
	var list []store.Delivery
	err := o.DB.ReadOutbox(ctx, func(tx *store.OutboxTx) (err error) {
		list, err = tx.Due(ctx, to.Target, o.Now(), inATurn)
		return err
	})
	if err != nil {
		return turn{to, true, err}
	}
	began, spent := time.Now(), false
	for _, d := range list {
		ok, err := o.try(ctx, d)
		spent = spent || !ok
		if err != nil || !ok && to.Hook || time.Since(began) > longTurn {
			return turn{to, true, err}
		}
	}
	return turn{to, spent, nil}
}
