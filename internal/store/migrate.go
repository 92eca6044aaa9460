package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema. Its text never changes once released.
type migration struct {
	version int
	name    string
	text    string
}

func (m migration) digest() string {
	sum := sha256.Sum256([]byte(m.text))
	return hex.EncodeToString(sum[:])
}

// released lists the migrations of this program in order.
func released() []migration {
	var out []migration
	entries, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		return nil // the folder is embedded
	}
	for _, e := range entries {
		number, name, _ := strings.Cut(strings.TrimSuffix(e.Name(), ".sql"), "_")
		version, err := strconv.Atoi(number)
		text, err2 := migrationFiles.ReadFile(path.Join("migrations", e.Name()))
		if err != nil || err2 != nil {
			continue // a test checks the names
		}
		out = append(out, migration{version, name, string(text)})
	}
	return out
}

// migrationTable records what was run. It is the one table no migration makes.
const migrationTable = `CREATE TABLE IF NOT EXISTS migrations (
	version INTEGER PRIMARY KEY,
	name    TEXT NOT NULL,
	sha256  TEXT NOT NULL
)`

// migrate checks the migrations on record and runs those that are missing, one
// transaction each, after a backup where the ledger holds anything.
func (db *DB) migrate(ctx context.Context, ms []migration) error {
	has, err := db.hasTable(ctx, "migrations")
	if err != nil {
		return err
	}
	var done []migration
	if has {
		if done, err = db.onRecord(ctx, ms); err != nil {
			return err
		}
	}
	missing := ms[len(done):]
	if len(missing) == 0 {
		return nil
	}
	held, err := db.founded(ctx) // what is being made by others this moment holds nothing
	if err != nil {
		return err
	}
	var kept string
	if held {
		if kept, err = db.backupBefore(ctx, len(done)); err != nil {
			return fmt.Errorf("backup before the migration from version %d: %w", len(done), err)
		}
	}
	for _, m := range missing {
		if err := db.run(ctx, m); err != nil {
			return fmt.Errorf("migration %d (%s): %w", m.version, m.name, err)
		}
	}
	if held {
		db.migrated = &Migrated{From: len(done), To: len(ms), Kept: kept}
	}
	return nil
}

// Migrated is that the schema of a ledger was brought up to date when it was opened.
type Migrated struct {
	From, To int    // versions of the schema
	Kept     string // file or PostgreSQL schema with the ledger as it was; "" where another program kept it
}

// Migrated says what opening the ledger changed of its schema, nil for nothing.
func (db *DB) Migrated() *Migrated { return db.migrated }

// onRecord lists the migrations that were run, having checked that they are
// the first of those this program has.
func (db *DB) onRecord(ctx context.Context, ms []migration) ([]migration, error) {
	rows, err := db.reader.QueryContext(ctx, "SELECT version, name, sha256 FROM migrations ORDER BY version")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var record []migration
	var digests []string
	for rows.Next() {
		var m migration
		var digest string
		if err := rows.Scan(&m.version, &m.name, &digest); err != nil {
			return nil, err
		}
		record, digests = append(record, m), append(digests, digest)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i, m := range record {
		if i >= len(ms) {
			return nil, &NewerError{Ledger: record[len(record)-1].version, Binary: len(ms)}
		}
		if k := ms[i]; k.version != m.version || k.name != m.name || k.digest() != digests[i] {
			return nil, &EditedError{Version: m.version, Name: m.name, Ledger: digests[i], Binary: k.digest()}
		}
	}
	return record, nil
}

// migrationLock is the PostgreSQL advisory lock that lets one program migrate
// at a time.
const migrationLock = 0x7061726c6579 // "parley"

// migrateAlone waits until no other program migrates a PostgreSQL ledger, and lets
// none until the transaction ends.
func migrateAlone(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrationLock))
	return err
}

// migratedPast reports whether a program brought the ledger further than a version.
func migratedPast(ctx context.Context, q querier, version int) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, "SELECT count(*) FROM migrations").Scan(&n)
	return n > version, err
}

func (db *DB) run(ctx context.Context, m migration) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		if db.on == onPostgres {
			if err := migrateAlone(ctx, tx); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, db.on.schema(migrationTable)); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, db.on.query("SELECT count(*) FROM migrations WHERE version = ?"), m.version).Scan(&n); err != nil || n > 0 {
			return err // another program was faster
		}
		if _, err := tx.ExecContext(ctx, db.on.schema(m.text)); err != nil {
			return err
		}
		if m.version == 1 {
			if err := db.insert(ctx, tx, "head", []string{"one", "size", "root"}, [][]any{{1, 0, []byte{}}}); err != nil {
				return err
			}
		}
		return db.insert(ctx, tx, "migrations", []string{"version", "name", "sha256"}, [][]any{{m.version, m.name, m.digest()}})
	})
}
