package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// minutely is a turn of something that may be done thrice and then once a minute.
func minutely(slot string) store.Turn { return store.Turn{Slot: slot, Every: time.Minute, Burst: 3} }

// takes takes a turn of each at a time, and compares what comes of it.
func takes(t *testing.T, db *store.DB, at time.Time, taken int, wait time.Duration, list ...store.Turn) {
	t.Helper()
	n, w, err := db.TakeTurns(t.Context(), at, list...)
	check(t, err)
	if n != taken || w != wait {
		t.Errorf("at %v: %d turns and %v to wait, want %d and %v", at, n, w, taken, wait)
	}
}

// isFree compares whether there is a turn.
func isFree(t *testing.T, db *store.DB, at time.Time, x store.Turn, want bool) {
	t.Helper()
	free, err := db.FreeTurn(t.Context(), at, x)
	check(t, err)
	if free != want {
		t.Errorf("at %v: free %v, want %v", at, free, want)
	}
}

// testTurns: turns are taken in a burst, come back with time, and are given back.
func testTurns(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	other := mustOpen(t, url)
	a, b := minutely("a"), minutely("b")
	isFree(t, db, noon, a, true)
	takes(t, db, noon, 1, 0, a)
	takes(t, other, noon, 2, 0, a, b)
	takes(t, db, noon.Add(time.Second), 1, 0, a)
	isFree(t, other, noon.Add(time.Second), a, false)
	takes(t, other, noon.Add(time.Second), 1, 59*time.Second, b, a) // what was taken before stays taken
	takes(t, db, noon.Add(time.Second), 1, 0, b)
	takes(t, db, noon.Add(time.Second), 0, 59*time.Second, b, a)
	isFree(t, db, noon.Add(time.Minute), a, true)
	takes(t, db, noon.Add(time.Minute), 1, 0, a)
	takes(t, other, noon.Add(time.Minute), 0, time.Minute, a)
	check(t, other.GiveTurnsBack(t.Context(), a, minutely("nobody's")))
	takes(t, db, noon.Add(time.Minute), 1, 0, a)
	takes(t, db, noon.Add(time.Minute), 0, time.Minute, a)
	for range 3 {
		takes(t, db, noon.Add(time.Hour), 1, 0, a)
	}
	takes(t, db, noon.Add(time.Hour), 0, time.Minute, a)
}

// testTurnsAtOnce: of many at the same moment no more get a turn than there are, by
// however many servers, and no turn is lost.
func testTurnsAtOnce(t *testing.T, url string) {
	MustCreate(t, url, store.Options{})
	few := store.Turn{Slot: "few", Every: time.Minute, Burst: 7}
	many := store.Turn{Slot: "many", Every: time.Minute, Burst: 1000}
	var got atomic.Int64
	var wg sync.WaitGroup
	for range 3 {
		db := mustOpen(t, url)
		for range 8 {
			wg.Go(func() {
				for { // until no other writer is in the way
					n, _, err := db.TakeTurns(t.Context(), noon, many, few)
					if store.Retryable(err) {
						continue
					}
					if err != nil {
						t.Error(err)
					} else if n == 2 {
						got.Add(1)
					}
					return
				}
			})
		}
	}
	wg.Wait()
	if got.Load() != 7 {
		t.Errorf("%d got one of 7 turns", got.Load())
	}
	db := mustOpen(t, url)
	left := 0
	for {
		n, _, err := db.TakeTurns(t.Context(), noon, many)
		check(t, err)
		if n == 0 {
			break
		}
		left++
	}
	if left != 1000-24 {
		t.Errorf("%d turns left of 1000 after 24 were taken", left)
	}
}

// testTurnsOfTwoClocks: servers whose clocks differ a little give away no more turns
// than one; where the clock was put back by more nobody waits long.
func testTurnsOfTwoClocks(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	a, ahead := minutely("a"), noon.Add(4*time.Minute)
	for range 3 {
		takes(t, db, ahead, 1, 0, a)
	}
	for range 3 {
		takes(t, db, noon, 0, 5*time.Minute, a)
		isFree(t, db, noon, a, false)
		takes(t, db, ahead, 0, time.Minute, a)
	}
	yesterday := noon.Add(-24 * time.Hour)
	takes(t, db, yesterday, 0, time.Minute, a)
	takes(t, db, yesterday.Add(time.Minute), 1, 0, a)
	before := yesterday.Add(-24 * time.Hour)
	isFree(t, db, before, a, false)
	isFree(t, db, before.Add(time.Minute), a, true)
}

// testTidyTurns: a row goes once it says nothing, and not before.
func testTidyTurns(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	takes(t, db, noon, 1, 0, minutely("a"))
	takes(t, db, noon.Add(time.Minute), 1, 0, minutely("b"))
	for _, c := range []struct {
		at   time.Duration
		rows int
	}{{time.Minute, 2}, {6*time.Minute - time.Nanosecond, 2}, {6 * time.Minute, 1}, {7 * time.Minute, 0}} {
		now := noon.Add(c.at)
		check(t, db.Accounts(t.Context(), func(tx *store.AccountsTx) error { return tx.Tidy(t.Context(), now, noon, noon) }))
		if n := count(t, url, "turns"); n != c.rows {
			t.Errorf("after %v: %d rows, want %d", c.at, n, c.rows)
		}
	}
}
