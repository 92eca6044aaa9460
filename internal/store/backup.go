package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/parleysec/parley/ledger"
)

// Backup writes a copy of the ledger, as of one moment, to a SQLite file that
// must not be there yet. A copy of a PostgreSQL ledger has the same events and
// the same root. No copy holds accounts, passwords, sessions or tokens: whoever
// is given one can sign in nowhere with it.
func (db *DB) Backup(ctx context.Context, path string) error {
	if db.on != onSQLite {
		return db.copyTo(ctx, path)
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("backup: %w", &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist})
	}
	draft, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer removeDraft(draft.Name())
	if err := draft.Close(); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	// The copy has its name only when the accounts are out of it.
	_, err = db.writer.ExecContext(ctx, "VACUUM INTO ?", draft.Name()) // it takes an empty file
	if err == nil {
		err = stripAccounts(ctx, draft.Name())
	}
	if err == nil {
		err = giveName(draft.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("backup to %s: %w", path, err)
	}
	return syncFolder(filepath.Dir(path))
}

// giveName gives a finished file the name it is for, where nothing has that name.
func giveName(draft, path string) error {
	err := os.Link(draft, path)
	if err != nil && !errors.Is(err, fs.ErrExist) { // a file system without hard links
		return os.Rename(draft, path)
	}
	return err
}

// vacuumInto copies the whole file to a new one.
func (db *DB) vacuumInto(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // VACUUM INTO takes an empty file
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if _, err := db.writer.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return errors.Join(fmt.Errorf("backup to %s: %w", path, err), os.Remove(path))
	}
	return nil
}

// copyTo makes the ledger again at another address where there is none.
func (db *DB) copyTo(ctx context.Context, url string) error {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := db.Export(ctx, w)
		w.CloseWithError(err) // it never fails
		done <- err
	}()
	_, err := Import(ctx, url, r, db.opt)
	r.CloseWithError(errStopped) // it never fails
	exported := <-done
	if err != nil {
		return err // an error of the export comes through the pipe
	}
	return exported
}

var errStopped = errors.New("nobody reads any more")

// Restore makes a ledger of a backup where there is none. The backup is read
// from a copy, so that it stays as it is, also where its schema is an older one.
func Restore(ctx context.Context, backup, url string, o Options) (ledger.Head, error) {
	folder, err := os.MkdirTemp("", "parley-restore-") // mode 0700
	if err != nil {
		return ledger.Head{}, fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "backup.db")
	was, err := connectSQLite(ctx, backup, o.withDefaults())
	if err != nil {
		return ledger.Head{}, fmt.Errorf("restore %s: %w", backup, err)
	}
	if err := errors.Join(was.Backup(ctx, path), was.Close()); err != nil {
		return ledger.Head{}, fmt.Errorf("restore %s: %w", backup, err)
	}
	db, err := Open(ctx, path, o)
	if err != nil {
		return ledger.Head{}, fmt.Errorf("restore %s: %w", backup, err)
	}
	err = db.copyTo(ctx, url)
	var head ledger.Head
	if err == nil {
		head, err = db.Head(ctx)
	}
	return head, errors.Join(err, db.Close())
}

// backupBefore keeps the ledger as it is under the given schema version, with its
// accounts, under the same rights: beside the file, or in a schema of its own. A backup
// from an earlier try stays. The name of what was kept is "" where another program did
// all that.
func (db *DB) backupBefore(ctx context.Context, version int) (kept string, err error) {
	stamp := db.opt.Now().UTC().Format("20060102T150405Z")
	if db.on == onSQLite {
		path := fmt.Sprintf("%s.before-v%d-%s", db.url, version+1, stamp)
		err := db.vacuumInto(ctx, path)
		for n := 2; errors.Is(err, fs.ErrExist) && n <= mostBackups; n++ { // of another program, which may not have filled it yet
			path = fmt.Sprintf("%s.before-v%d-%s-%d", db.url, version+1, stamp, n)
			err = db.vacuumInto(ctx, path)
		}
		if err != nil {
			return "", err
		}
		return db.onlyBefore(ctx, path, version)
	}
	err = db.write(ctx, func(tx *sql.Tx) error {
		kept, err = copySchema(ctx, tx, version, stamp)
		return err
	})
	return kept, err
}

// mostBackups is how many programs may keep the ledger in the same second.
const mostBackups = 100

// onlyBefore takes a backup away where another program migrated the ledger
// meanwhile: it may be of afterwards, and whoever migrated has one of before.
func (db *DB) onlyBefore(ctx context.Context, path string, version int) (kept string, err error) {
	past, err := migratedPast(ctx, db.writer, version)
	if err != nil {
		return "", fmt.Errorf("backup: %w", err)
	}
	if past {
		return "", os.Remove(path)
	}
	return path, nil
}

// copySchema copies every table of a PostgreSQL ledger into a new schema, unless
// another program did so in the same second, or migrated it meanwhile.
func copySchema(ctx context.Context, tx *sql.Tx, version int, stamp string) (name string, err error) {
	if err := migrateAlone(ctx, tx); err != nil {
		return "", err
	}
	if past, err := migratedPast(ctx, tx, version); err != nil || past {
		return "", err
	}
	var here string
	if err := tx.QueryRowContext(ctx, "SELECT current_schema()").Scan(&here); err != nil {
		return "", err
	}
	name = fmt.Sprintf("%s_before_v%d_%s", here, version+1, stamp)
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM information_schema.schemata WHERE schema_name = $1", name).Scan(&n); err != nil || n > 0 {
		return "", err
	}
	there := quoted(name)
	rows, err := tx.QueryContext(ctx, "SELECT table_name FROM information_schema.tables WHERE table_schema = $1 AND table_type = 'BASE TABLE'", here)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			return "", err
		}
		tables = append(tables, quoted(t))
	}
	if err := rows.Err(); err != nil {
		return "", err
	}
	if _, err := tx.ExecContext(ctx, "CREATE SCHEMA "+there); err != nil {
		return "", err
	}
	for _, t := range tables {
		if _, err := tx.ExecContext(ctx, "CREATE TABLE "+there+"."+t+" AS TABLE "+quoted(here)+"."+t); err != nil {
			return "", err
		}
	}
	return name, nil
}
