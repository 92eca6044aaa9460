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

// filled is a ledger of some products with as many threats or fewer each, re-stated
// over and over.
func filled(b *testing.B, products, threats, events int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "parley.db")
	// Half of the events at a time, so that the last snapshot is of all of them.
	db, err := store.Create(b.Context(), path, storetest.Actor, store.Options{SnapshotEvery: int64(events / 2)})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	restate(b, db, products, threats, 0, events)
	return path
}

// restate records events, from one number up to another.
func restate(b *testing.B, db *store.DB, products, threats, n, events int) {
	b.Helper()
	for n < events {
		_, _, err := db.Update(b.Context(), func(s *ledger.State, _ time.Time) ([]ledger.Draft, error) {
			var drafts []ledger.Draft
			for range min(5000, events-n) {
				product := fmt.Sprintf("p%d", n%products)
				if n < products {
					drafts = append(drafts, storetest.Product(product, "helen@example.org"))
				} else {
					id := fmt.Sprintf("t%d", n/products%threats)
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
}

// BenchmarkOpen opens a ledger of one product and reads its state, when it was as long
// as can be since its last snapshot.
func BenchmarkOpen(b *testing.B) {
	const since = 999 // events; see snapshotEvery
	for _, threats := range []int{200, 2000} {
		b.Run(fmt.Sprintf("threats=%d", threats), func(b *testing.B) {
			path := filled(b, 1, threats, eventsOf())
			db, err := store.Open(b.Context(), path, store.Options{SnapshotEvery: 1 << 40})
			must(b, err)
			restate(b, db, 1, threats, eventsOf(), eventsOf()+since)
			must(b, db.Close())
			used := processorTime()
			for b.Loop() {
				db, err := store.Open(b.Context(), path, store.Options{})
				must(b, err)
				_, err = db.State(b.Context())
				must(b, err)
				must(b, db.Close())
			}
			b.ReportMetric((processorTime()-used).Seconds()*1e3/float64(b.N), "cpu-ms/op")
		})
	}
}

// BenchmarkAppend appends one event at a time, in turns, to ledgers of 1 000 products
// and of different length, which must take the same time.
func BenchmarkAppend(b *testing.B) {
	const products = 1000
	var ways []way
	for events := products; events <= eventsOf(); events *= 10 {
		db, err := store.Open(b.Context(), filled(b, products, 200, events), store.Options{})
		must(b, err)
		defer db.Close()
		_, err = db.State(b.Context())
		must(b, err)
		ways = append(ways, way{name: fmt.Sprint(events), do: func(int64) error { return appendOne(b.Context(), db) }})
	}
	inTurns(b, ways)
}
