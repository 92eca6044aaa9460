package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/ledger"
)

// eventsOf is how many events a benchmark's ledger has: 20 000, or as many as
// PARLEY_BENCH_EVENTS says.
func eventsOf() int {
	if n, err := strconv.Atoi(os.Getenv("PARLEY_BENCH_EVENTS")); err == nil {
		return n
	}
	return 20_000
}

// filled is a ledger of some products with 200 threats or fewer each, re-stated
// over and over.
func filled(b *testing.B, products, events int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "parley.db")
	// Half of the events at a time, so that the last snapshot is of all of them.
	db, err := store.Create(b.Context(), path, storetest.Actor, store.Options{SnapshotEvery: int64(events / 2)})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	n := 0
	for n < events {
		_, _, err := db.Update(b.Context(), func(s *ledger.State, _ time.Time) ([]ledger.Draft, error) {
			var drafts []ledger.Draft
			for range min(5000, events-n) {
				product := fmt.Sprintf("p%d", n%products)
				if n < products {
					drafts = append(drafts, storetest.Product(product, "helen@example.org"))
				} else {
					id := fmt.Sprintf("t%d", n/products%200)
					drafts = append(drafts, storetest.Put(ledger.KindThreat, product, id, map[string]any{
						"id": id, "title": fmt.Sprint("Somebody does what they should not, ", n), "owner": "tom@example.org",
						"likelihood": "10%..30% per year", "impact": map[string]any{"financial": "20k..400k"},
					}))
				}
				n++
			}
			return drafts, nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return path
}

// BenchmarkOpen opens a ledger of one product and reads its state.
func BenchmarkOpen(b *testing.B) {
	path := filled(b, 1, eventsOf())
	for b.Loop() {
		db, err := store.Open(b.Context(), path, store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := db.State(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend appends one event at a time to ledgers of 1 000 products and of
// different length, which must take the same time.
func BenchmarkAppend(b *testing.B) {
	const products = 1000
	for events := products; events <= eventsOf(); events *= 10 {
		b.Run(fmt.Sprintf("events=%d", events), func(b *testing.B) {
			db, err := store.Open(b.Context(), filled(b, products, events), store.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			if _, err := db.State(b.Context()); err != nil {
				b.Fatal(err)
			}
			inTurns(b, []way{{name: "append", do: func(int64) error { return appendOne(b.Context(), db) }}})
		})
	}
}
