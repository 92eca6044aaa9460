package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	db, err := store.Create(b.Context(), path, storetest.Actor, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	n := 0
	for n < events {
		_, _, err := db.Update(b.Context(), func(s *ledger.State, _ time.Time) ([]ledger.Draft, error) {
			var drafts []ledger.Draft
			for range 5000 {
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

// BenchmarkAppend appends one event at a time to ledgers of different length,
// which must take the same time.
func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct{ products, events int }{{1, 1000}, {1000, eventsOf()}} {
		b.Run(fmt.Sprintf("products=%d/events=%d", c.products, c.events), func(b *testing.B) {
			db, err := store.Open(b.Context(), filled(b, c.products, c.events), store.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			if _, err := db.State(b.Context()); err != nil {
				b.Fatal(err)
			}
			appends(b, db)
		})
	}
}

// appends appends one event at a time, and reports the time that one in a
// hundred takes longer than.
func appends(b *testing.B, db *store.DB) {
	each(b, func(n int) error {
		_, _, err := db.Update(b.Context(), func(*ledger.State, time.Time) ([]ledger.Draft, error) {
			return []ledger.Draft{storetest.Put(ledger.KindThreat, "p0", "t1", map[string]any{"id": "t1", "title": fmt.Sprint(n)})}, nil
		})
		return err
	})
}

func each(b *testing.B, do func(n int) error) {
	b.Helper()
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		start := time.Now()
		if err := do(n); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkCommit sets single appends beside the bare database's own commits of
// one row, as durable as those, on both databases.
func BenchmarkCommit(b *testing.B) {
	pg := storetest.StartPostgresDurable(b)
	for _, c := range []struct{ name, url string }{{"sqlite", filepath.Join(b.TempDir(), "l.db")}, {"postgres", pg.Fresh(b)}} {
		db, err := store.Create(b.Context(), c.url, storetest.Actor, store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { db.Close() })
		if _, err := db.Append(b.Context(), 1, []ledger.Draft{storetest.Product("p0", "helen")}); err != nil {
			b.Fatal(err)
		}
		b.Run(c.name+"/append", func(b *testing.B) { appends(b, db) })
		b.Run(c.name+"/bare", func(b *testing.B) {
			conn, err := bare(c.url)
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.ExecContext(b.Context(), "CREATE TABLE IF NOT EXISTS bare (n BIGINT, v TEXT)"); err != nil {
				b.Fatal(err)
			}
			each(b, func(n int) error {
				_, err := conn.ExecContext(b.Context(), fmt.Sprintf("INSERT INTO bare VALUES (%d, 'x')", n))
				return err
			})
		})
	}
}

// bare is one connection to a database past the store, with the store's durability.
func bare(url string) (*sql.DB, error) {
	driver, address := "pgx", url
	if !store.IsPostgres(url) {
		driver, address = "sqlite", "file:"+url+".bare?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	}
	conn, err := sql.Open(driver, address)
	if err == nil {
		conn.SetMaxOpenConns(1)
	}
	return conn, err
}
