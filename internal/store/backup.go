package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Backup writes a copy of a SQLite ledger, as of one moment, to a file that
// must not be there yet. PostgreSQL has its own tools for it.
func (db *DB) Backup(ctx context.Context, path string) error {
	if db.on != onSQLite {
		return errors.New("backup: a PostgreSQL database is backed up with its own tools, such as pg_dump")
	}
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

// backupBefore keeps the ledger as it is under the given schema version: beside
// the file, or in a schema of its own. A backup from an earlier try stays.
func (db *DB) backupBefore(ctx context.Context, version int) error {
	stamp := db.opt.Now().UTC().Format("20060102T150405Z")
	if db.on == onSQLite {
		err := db.Backup(ctx, fmt.Sprintf("%s.before-v%d-%s", db.url, version+1, stamp))
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	}
	return db.write(ctx, func(tx *sql.Tx) error { return copySchema(ctx, tx, version, stamp) })
}

// copySchema copies every table of a PostgreSQL ledger into a new schema.
func copySchema(ctx context.Context, tx *sql.Tx, version int, stamp string) error {
	var here string
	if err := tx.QueryRowContext(ctx, "SELECT current_schema()").Scan(&here); err != nil {
		return err
	}
	there := quoted(fmt.Sprintf("%s_before_v%d_%s", here, version+1, stamp))
	rows, err := tx.QueryContext(ctx, "SELECT table_name FROM information_schema.tables WHERE table_schema = $1 AND table_type = 'BASE TABLE'", here)
	if err != nil {
		return err
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			return err
		}
		tables = append(tables, quoted(t))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "CREATE SCHEMA "+there); err != nil {
		return err
	}
	for _, t := range tables {
		if _, err := tx.ExecContext(ctx, "CREATE TABLE "+there+"."+t+" AS TABLE "+quoted(here)+"."+t); err != nil {
			return err
		}
	}
	return nil
}
