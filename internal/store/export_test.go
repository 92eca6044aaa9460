package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"strconv"
	"time"
)

// Migration is a migration made by a test.
type Migration struct {
	Version int
	Name    string
	Text    string
}

// OpenWith opens a ledger as a program with other migrations would.
func OpenWith(ctx context.Context, url string, change func([]Migration) []Migration) (*DB, error) {
	var ms []Migration
	for _, m := range released() {
		ms = append(ms, Migration{m.version, m.name, m.text})
	}
	var out []migration
	for _, m := range change(ms) {
		out = append(out, migration{m.Version, m.Name, m.Text})
	}
	return openWith(ctx, url, Options{}, out)
}

// BackupBefore keeps a ledger as a program does that is about to migrate it from a
// version.
func (db *DB) BackupBefore(ctx context.Context, version int) error {
	_, err := db.backupBefore(ctx, version)
	return err
}

// ReadImport reads what [Import] would, and keeps nothing of it.
func ReadImport(ctx context.Context, r io.Reader) error {
	in := newImporter(r)
	if err := in.begin(); err != nil {
		return err
	}
	return in.read(ctx)
}

// Older compares versions of SQLite.
var Older = older

// SchemaOf is a migration as PostgreSQL gets it.
func SchemaOf(text string) string { return onPostgres.schema(text) }

// QueryOf is a query as PostgreSQL gets it.
func QueryOf(text string) string { return onPostgres.query(text) }

// Waits is how far an open SQLite ledger waits for the disk: 2 in full, 0 not.
func (db *DB) Waits(ctx context.Context) (n int, err error) {
	err = db.writer.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&n)
	return n, err
}

// ReadSince reports whether the state was read, or known to be the newest, since.
func (db *DB) ReadSince(moment time.Time) bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.current.After(moment)
}

// ProveStuck tries whether anything would be heard, while no connection of the ledger
// is to be had.
func (w *Watcher) ProveStuck(ctx context.Context) error {
	for range readers {
		conn, err := w.db.reader.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
	}
	w.proof = time.Millisecond
	return w.prove(ctx, nil, "")
}

// Kept is how many statements the connection that writes keeps ready.
func (db *DB) Kept(ctx context.Context) (n int, err error) {
	if db.on == onPostgres {
		return n, db.writer.QueryRowContext(ctx, "SELECT count(*) FROM pg_prepared_statements").Scan(&n)
	}
	return n, db.onWriter(ctx, func(c any) error {
		n = len(c.(*writerConn).ready)
		return nil
	})
}

// Forget has PostgreSQL forget every statement that the connection which writes keeps.
func (db *DB) Forget(ctx context.Context) error {
	_, err := db.writer.ExecContext(ctx, "DEALLOCATE ALL")
	return err
}

// DropWriter drops the connection that writes, as after a failure of it.
func (db *DB) DropWriter(ctx context.Context) error {
	if err := db.onWriter(ctx, func(any) error { return driver.ErrBadConn }); !errors.Is(err, driver.ErrBadConn) {
		return err
	}
	return nil
}

// WaitsFor is how long SQLite itself waits for another writer, in milliseconds.
func (db *DB) WaitsFor(ctx context.Context) (ms int, err error) {
	return ms, db.writer.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&ms)
}

// MakeSchema makes the tables of a ledger as the program of a schema version did, with
// nothing in them.
func MakeSchema(ctx context.Context, url string, version int) error {
	var db *DB
	var err error
	if IsPostgres(url) {
		db, err = connectPostgres(ctx, url, Options{}.withDefaults())
	} else if db, err = dialSQLite(ctx, url, Options{}.withDefaults()); err == nil {
		_, err = db.writer.ExecContext(ctx, "PRAGMA application_id = "+strconv.Itoa(applicationID))
	}
	if err != nil {
		return err
	}
	return errors.Join(db.migrate(ctx, released()[:version]), db.Close())
}
