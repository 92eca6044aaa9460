package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/ledger"
)

// BenchmarkCommit sets single appends beside the bare database's own commits, as
// durable as those, on both databases:
//
//   - append: one event through the store, with all that belongs to it;
//   - row: one INSERT of a row as long as that event, committed by itself;
//   - claim: the least a program does that must not overwrite: a transaction that
//     reads a version, raises it where it is still that one, and inserts the row.
//
// The bare database is asked in the quickest way its driver has: its statements are
// prepared, and wait for nobody who might give up. The ratios are the rate of appends
// to those of the others, by the means and by the medians.
func BenchmarkCommit(b *testing.B) {
	pg := storetest.StartPostgresDurable(b)
	for _, c := range []struct{ name, url string }{{"sqlite", filepath.Join(b.TempDir(), "l.db")}, {"postgres", pg.Fresh(b)}} {
		b.Run(c.name, func(b *testing.B) {
			db, err := store.Create(b.Context(), c.url, storetest.Actor, store.Options{})
			must(b, err)
			defer db.Close()
			events, err := db.Append(b.Context(), 1, []ledger.Draft{storetest.Product("p0", "helen")})
			must(b, err)
			leaf, err := events[0].Leaf()
			must(b, err)
			bare := openBare(b, c.url, len(leaf))
			ways := []way{{name: "append", do: func(int64) error { return appendOne(b.Context(), db) }}, {name: "row", do: bare.row}, {name: "claim", do: bare.claim}}
			inTurns(b, ways)
			for _, w := range ways[1:] {
				b.ReportMetric(w.mean().Seconds()/ways[0].mean().Seconds(), "ratio/"+w.name)
				b.ReportMetric(w.within(0.5).Seconds()/ways[0].within(0.5).Seconds(), "p50-ratio/"+w.name)
			}
		})
	}
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// appendOne appends one event to product p0, decided on the state as it is.
func appendOne(ctx context.Context, db *store.DB) error {
	_, _, err := db.Update(ctx, func(s *ledger.State, _ time.Time) ([]ledger.Draft, error) {
		return []ledger.Draft{storetest.Put(ledger.KindThreat, "p0", "t1", map[string]any{"id": "t1", "title": fmt.Sprint(s.Size)})}, nil
	})
	return err
}

// way is one way to commit, how long each time took, and the processor time of this
// program for all of them.
type way struct {
	name string
	do   func(n int64) error
	took []time.Duration
	used time.Duration
}

// inTurns does each way in every round, so that a busy machine is as busy for
// each, and reports the mean, the median, the 99th percentile and the mean processor
// time of each in microseconds.
func inTurns(b *testing.B, ways []way) {
	b.Helper()
	for n := int64(0); b.Loop(); n++ {
		for i := range ways {
			used, start := processorTime(), time.Now()
			must(b, ways[i].do(n))
			ways[i].took = append(ways[i].took, time.Since(start))
			ways[i].used += processorTime() - used
		}
	}
	for _, w := range ways {
		b.ReportMetric(float64(w.mean().Nanoseconds())/1e3, "µs/"+w.name)
		b.ReportMetric(float64(w.within(0.5).Nanoseconds())/1e3, "p50-µs/"+w.name)
		b.ReportMetric(float64(w.within(0.99).Nanoseconds())/1e3, "p99-µs/"+w.name)
		b.ReportMetric(float64(w.used.Nanoseconds())/1e3/float64(len(w.took)), "cpu-µs/"+w.name)
	}
}

func (w way) mean() time.Duration {
	var sum time.Duration
	for _, d := range w.took {
		sum += d
	}
	return sum / time.Duration(max(1, len(w.took)))
}

// within is how long a share of the times took at most.
func (w way) within(share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(w.took))
	return sorted[int(float64(len(sorted))*share)]
}

// bareDB is one connection to a database past the store, with the store's
// durability and its ways of asking.
type bareDB struct {
	ctx      context.Context
	conn     *sql.DB
	postgres bool
	prepared map[string]*sql.Stmt // SQLite's
	leaf     []byte
}

// The statements of a bare database.
const (
	bareRow   = "INSERT INTO bare_row (n, leaf) VALUES (?, ?)"
	bareRead  = "SELECT version FROM bare_version WHERE one = 1"
	bareRaise = "UPDATE bare_version SET version = ? WHERE one = 1 AND version = ?"
)

func openBare(b *testing.B, url string, size int) *bareDB {
	b.Helper()
	bare := &bareDB{ctx: context.WithoutCancel(b.Context()), postgres: store.IsPostgres(url), prepared: map[string]*sql.Stmt{}, leaf: bytes.Repeat([]byte("x"), size)}
	driver, address, bytea := "pgx", url+"&default_query_exec_mode=cache_statement", "BYTEA"
	if !bare.postgres {
		driver, address, bytea = "sqlite", "file:"+url+".bare?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)", "BLOB"
	}
	conn, err := sql.Open(driver, address)
	must(b, err)
	conn.SetMaxOpenConns(1)
	bare.conn = conn
	b.Cleanup(func() { must(b, conn.Close()) })
	for _, q := range []string{
		"CREATE TABLE bare_row (n BIGINT PRIMARY KEY, leaf " + bytea + " NOT NULL)",
		"CREATE TABLE bare_version (one BIGINT PRIMARY KEY, version BIGINT NOT NULL)",
		"INSERT INTO bare_version VALUES (1, 0)",
	} {
		_, err := conn.ExecContext(b.Context(), q)
		must(b, err)
	}
	for _, q := range []string{bareRow, bareRead, bareRaise} {
		if !bare.postgres {
			bare.prepared[q], err = conn.PrepareContext(b.Context(), q)
			must(b, err)
		}
	}
	return bare
}

// row inserts one row, with an even number.
func (d *bareDB) row(n int64) error {
	if p := d.prepared[bareRow]; p != nil {
		_, err := p.ExecContext(d.ctx, 2*n, d.leaf)
		return err
	}
	_, err := d.conn.ExecContext(d.ctx, d.query(bareRow), 2*n, d.leaf)
	return err
}

// claim raises the version by one and inserts a row, with an odd number.
func (d *bareDB) claim(n int64) error {
	tx, err := d.conn.BeginTx(d.ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var version int64
	read := tx.QueryRowContext
	exec := tx.ExecContext
	if !d.postgres {
		read = func(ctx context.Context, q string, args ...any) *sql.Row {
			return tx.StmtContext(ctx, d.prepared[q]).QueryRowContext(ctx, args...)
		}
		exec = func(ctx context.Context, q string, args ...any) (sql.Result, error) {
			return tx.StmtContext(ctx, d.prepared[q]).ExecContext(ctx, args...)
		}
	}
	if err := read(d.ctx, d.query(bareRead)).Scan(&version); err != nil {
		return err
	}
	res, err := exec(d.ctx, d.query(bareRaise), version+1, version)
	if err != nil {
		return err
	}
	if got, err := res.RowsAffected(); err != nil || got != 1 {
		return fmt.Errorf("raised %d rows (%w)", got, err)
	}
	if _, err := exec(d.ctx, d.query(bareRow), 2*n+1, d.leaf); err != nil {
		return err
	}
	return tx.Commit()
}

// query writes the arguments of a statement as the database has them.
func (d *bareDB) query(q string) string {
	if d.postgres {
		return store.QueryOf(q)
	}
	return q
}
