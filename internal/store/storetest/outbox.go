package storetest

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley/internal/store"
)

func hook(id string) store.Hook {
	return store.Hook{ID: id, URL: "https://hooks.example.com/" + id, Product: "shop", Types: []string{"decision.recorded", "decision.moved"}, Secret: []byte("secret " + id), Maker: Actor.ID, Created: noon}
}

// Webhooks are kept whole, and told only of what happens after them.
func testHooks(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	head, err := db.Head(t.Context())
	check(t, err)
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		return errors.Join(tx.AddHook(t.Context(), hook("one")), tx.AddHook(t.Context(), store.Hook{ID: "two", Kind: "chat", URL: "https://x.example.com", Created: noon.Add(time.Second)}))
	}))
	changed := hook("one")
	changed.Since, changed.Stopped, changed.Why = head.Size, noon.Add(time.Hour), "gone"
	changed.Former = []store.FormerSecret{{Secret: []byte("former"), Until: noon.Add(time.Minute)}, {Secret: []byte("older"), Until: noon}}
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error { return tx.SetHook(t.Context(), changed) }))
	check(t, mustOpen(t, url).ReadOutbox(t.Context(), func(tx *store.OutboxTx) error {
		all, err := tx.Hooks(t.Context())
		check(t, err)
		if len(all) != 2 {
			t.Fatalf("%d webhooks", len(all))
		}
		if d := cmp.Diff(changed, all[0]); d != "" {
			t.Error(d)
		}
		if all[1].Kind != "chat" || all[1].Former != nil {
			t.Errorf("%+v", all[1])
		}
		one, err := tx.Hook(t.Context(), "nobody")
		if one != nil || err != nil {
			t.Error("a webhook that is not there", one, err)
		}
		return nil
	}))
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		check(t, tx.Queue(t.Context(), []store.Delivery{{Kind: store.ToWebhook, Target: "one", Seq: 1, Due: noon}, {Kind: store.ByCalendar + "digest", Target: "one", Seq: 1, Due: noon}}))
		ok, err := tx.RemoveHook(t.Context(), "one")
		again, err2 := tx.RemoveHook(t.Context(), "one")
		if !ok || again {
			t.Error("removed: ", ok, again)
		}
		if left := due(t, tx, noon.Add(time.Hour)); len(left) > 0 {
			t.Error("left: ", left)
		}
		last, err3 := tx.ToHook(t.Context(), "one", 10)
		if len(last) > 0 {
			t.Error("left: ", last)
		}
		return errors.Join(err, err2, err3)
	}))
}

// Events are looked through once; what is to be delivered of them is written
// with that or not at all.
func testOutbox(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	head, err := db.Head(t.Context())
	check(t, err)
	pending := func(at time.Time, want bool) {
		t.Helper()
		check(t, db.ReadOutbox(t.Context(), func(tx *store.OutboxTx) error {
			got, err := tx.Pending(t.Context(), at)
			if got != want {
				t.Errorf("pending at %s: %v, want %v", at, got, want)
			}
			return err
		}))
	}
	pending(noon, true) // nobody ever looked
	list := []store.Delivery{{Kind: "webhook", Target: "one", Seq: 5, Due: noon}, {Kind: "mail", Target: "helen@example.org", Seq: 5, Due: noon.Add(time.Minute)}}
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		from, err := tx.From(t.Context())
		if from != head.Size {
			t.Errorf("a new outbox begins at %d, want %d", from, head.Size)
		}
		return errors.Join(err, tx.Post(t.Context(), from, from+3, list), tx.Queue(t.Context(), list))
	}))
	pending(noon.Add(-time.Second), false)
	pending(noon, true)
	backlog := func(want store.Backlog) {
		t.Helper()
		check(t, db.ReadOutbox(t.Context(), func(tx *store.OutboxTx) error {
			got, err := tx.Backlog(t.Context(), noon.Add(time.Second))
			check(t, err)
			if d := cmp.Diff(&want, got); d != "" {
				t.Error(d)
			}
			return err
		}))
	}
	backlog(store.Backlog{Waiting: 2, Since: noon, Hooks: map[string]store.Waits{}, Finished: map[string]time.Time{}})
	err = db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		return errors.Join(tx.Queue(t.Context(), []store.Delivery{{Kind: "webhook", Target: "lost", Seq: 6}}), tx.Post(t.Context(), head.Size, head.Size+1, nil))
	})
	if conflict := (*store.ConflictError)(nil); !errors.As(err, &conflict) {
		t.Errorf("looked through twice: %v", err)
	}
	check(t, db.ReadOutbox(t.Context(), func(tx *store.OutboxTx) error {
		for at, want := range map[time.Time][]string{noon.Add(-time.Second): nil, noon: {"one"}, noon.Add(time.Hour): {"one", "helen@example.org"}} {
			var got []string
			for _, d := range due(t, tx, at) {
				got = append(got, d.Target)
			}
			if !slices.Equal(got, want) {
				t.Errorf("due at %s: %v, want %v", at, got, want)
			}
		}
		return nil
	}))
	d := list[0]
	d.Queued = d.Due
	d.Attempts, d.State, d.Due, d.Said = 1, store.GivenUp, noon, "500"
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		ok, err := tx.Take(t.Context(), list[0], noon.Add(time.Minute))
		if !ok {
			t.Error("not taken")
		}
		return errors.Join(err, tx.Settle(t.Context(), d))
	}))
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		stopped := hook("three")
		stopped.Stopped = noon
		err := errors.Join(tx.AddHook(t.Context(), stopped), tx.SetHook(t.Context(), stopped))
		_, _, claimed := tx.Claim(t.Context(), "sweep", "a", noon, noon.Add(time.Minute))
		return errors.Join(err, claimed, tx.Finish(t.Context(), "sweep", "a", noon.Add(time.Second)))
	}))
	backlog(store.Backlog{Waiting: 1, GivenUp: 1, Stopped: 1, Hooks: map[string]store.Waits{}, Finished: map[string]time.Time{"sweep": noon.Add(time.Second)}})
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		got, err := tx.To(t.Context(), "webhook", "one", 5)
		if len(got) != 1 || cmp.Diff(d, got[0]) != "" {
			t.Errorf("settled as %+v, want %+v", got, d)
		}
		n, err2 := tx.Again(t.Context(), "one", 0, noon.Add(time.Hour))
		if due := due(t, tx, noon.Add(time.Hour)); n != 1 || len(due) != 2 || due[1].Attempts != 0 {
			t.Errorf("again: %d, %+v", n, due)
		}
		return errors.Join(err, err2, tx.Forget(t.Context(), noon.Add(48*time.Hour)))
	}))
	check(t, db.ReadOutbox(t.Context(), func(tx *store.OutboxTx) error {
		if due := due(t, tx, noon.Add(time.Hour)); len(due) != 2 {
			t.Errorf("what waits was forgotten: %+v", due)
		}
		return nil
	}))
}

// due gives everything whose time has come, as the receivers take turns.
func due(t *testing.T, tx *store.OutboxTx, at time.Time) (out []store.Delivery) {
	t.Helper()
	to, err := tx.Receivers(t.Context(), at)
	check(t, err)
	for _, r := range to {
		list, err := tx.Due(t.Context(), r.Target, at, 10)
		check(t, err)
		out = append(out, list...)
	}
	return out
}

// Each receiver has a queue of its own, in the order in which it is due, and it is known
// since when each webhook waits, however often it was tried.
func testQueues(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	list := []store.Delivery{
		{Kind: store.ToWebhook, Target: "one", Seq: 5, Due: noon},
		{Kind: store.ToWebhook, Target: "one", Seq: 6, Due: noon},
		{Kind: store.ToWebhook, Target: "one", Seq: 7, Due: noon.Add(-time.Minute)},
		{Kind: store.ByCalendar + "due:SHOP-D1", Target: "two", Seq: 20000, Due: noon.Add(-time.Hour)},
		{Kind: "asked", Target: "helen@example.org", Seq: 5, Due: noon.Add(time.Second)},
		{Kind: store.ToWebhook, Target: "two", Seq: 8, Due: noon.Add(time.Hour)},
	}
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		two := hook("two")
		two.Created = noon.Add(time.Second)
		err := errors.Join(tx.AddHook(t.Context(), hook("one")), tx.AddHook(t.Context(), two), tx.AddHook(t.Context(), hook("idle")), tx.Queue(t.Context(), list))
		took, err2 := tx.Take(t.Context(), list[2], noon.Add(time.Minute)) // at work, or crashed with it
		if !took {
			t.Error("not taken")
		}
		return errors.Join(err, err2)
	}))
	check(t, db.ReadOutbox(t.Context(), func(tx *store.OutboxTx) error {
		to, err := tx.Receivers(t.Context(), noon.Add(time.Second))
		if d := cmp.Diff([]store.Receiver{{Target: "two", Hook: true}, {Target: "one", Hook: true}, {Target: "helen@example.org"}}, to); d != "" {
			t.Error(d)
		}
		first, err2 := tx.Due(t.Context(), "one", noon, 1)
		all, err3 := tx.Due(t.Context(), "one", noon, 9)
		if len(first) != 1 || len(all) != 2 || first[0].Seq != 5 || all[1].Seq != 6 {
			t.Errorf("due: %+v, %+v", first, all)
		}
		waits, err4 := tx.Waits(t.Context())
		if d := cmp.Diff(map[string]store.Waits{"one": {Count: 3, Since: noon.Add(-time.Minute)}, "two": {Count: 2, Since: noon.Add(-time.Hour)}}, waits); d != "" {
			t.Error(d)
		}
		last, err5 := tx.ToHook(t.Context(), "two", 1)
		if len(last) != 1 || last[0].Seq != 8 {
			t.Errorf("newest: %+v", last)
		}
		return errors.Join(err, err2, err3, err4, err5)
	}))
}

// Of several who want a delivery, or a piece of work, at the same time, one gets
// it; it is free again once its time is over.
func testOneTakes(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	d := store.Delivery{Kind: "webhook", Target: "one", Seq: 5, Due: noon}
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error { return tx.Queue(t.Context(), []store.Delivery{d}) }))
	var took, claimed atomic.Int32
	var all sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d"} {
		other := mustOpen(t, url)
		all.Go(func() {
			err := again(func() error {
				var mine, mineToo bool
				err := other.Outbox(t.Context(), func(tx *store.OutboxTx) (err error) {
					mine, err = tx.Take(t.Context(), d, noon.Add(time.Minute))
					if err == nil {
						mineToo, _, err = tx.Claim(t.Context(), "sweep", name, noon, noon.Add(time.Minute))
					}
					return err
				})
				if err == nil && mine {
					took.Add(1)
				}
				if err == nil && mineToo {
					claimed.Add(1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if took.Load() != 1 || claimed.Load() != 1 {
		t.Errorf("%d took it and %d claimed it, want one each", took.Load(), claimed.Load())
	}
	later := noon.Add(2 * time.Minute)
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		due, err := tx.Due(t.Context(), "one", later, 5)
		if len(due) != 1 || due[0].Attempts != 1 {
			t.Errorf("after a crash: %+v", due)
		}
		mine, done, err2 := tx.Claim(t.Context(), "sweep", "e", later, later.Add(time.Minute))
		if !mine || !done.IsZero() {
			t.Errorf("after a crash: %v %s", mine, done)
		}
		err3 := tx.Finish(t.Context(), "sweep", "e", later)
		mine, done, err4 := tx.Claim(t.Context(), "sweep", "f", later, later.Add(time.Minute))
		if !mine || !done.Equal(later) {
			t.Errorf("after it was finished: %v %s", mine, done)
		}
		other, _, err5 := tx.Claim(t.Context(), "sweep", "g", later, later.Add(time.Minute))
		if other {
			t.Error("claimed by two")
		}
		return errors.Join(err, err2, err3, err4, err5)
	}))
}

// again tries while another writer is in the way.
func again(do func() error) error {
	for {
		err := do()
		var conflict *store.ConflictError
		var busy *store.BusyError
		if !errors.As(err, &conflict) && !errors.As(err, &busy) {
			return err
		}
	}
}
