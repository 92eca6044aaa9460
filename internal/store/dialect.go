package store

import (
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is what differs between the two databases. SQL texts are written for
// SQLite, with ? for each argument.
type dialect int

const (
	onSQLite dialect = iota
	onPostgres
)

// query turns the ? of a text into $1, $2 … where the database wants them. No
// text here has a ? inside a literal.
func (d dialect) query(text string) string {
	if d == onSQLite {
		return text
	}
	var b strings.Builder
	n := 0
	for _, r := range text {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		n++
		b.WriteString("$" + strconv.Itoa(n))
	}
	return b.String()
}

// schema turns the column types of a migration into those of the database.
func (d dialect) schema(text string) string {
	if d == onSQLite {
		return text
	}
	return strings.NewReplacer(" INTEGER", " BIGINT", " BLOB", " BYTEA").Replace(text)
}

// contended reports whether an error means that another writer was in the way
// and nothing was written: conflict, where the other one has finished; busy,
// where waiting for it took too long.
func contended(err error) (conflict, busy bool) {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return false, true
		}
		return false, false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "40001", "40P01": // serialisation failure, deadlock
			return true, false
		case "55P03": // lock not available
			return false, true
		}
	}
	return false, false
}

// damage is the error of a SQLite file that can no longer be read as a ledger,
// nil for any other error.
func (db *DB) damage(err error) error {
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return &DamagedError{URL: db.Address(), Err: err}
		}
	}
	return nil
}

// denied reports an error of a file or folder that the user may not write.
func denied(err error) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code()&0xff == sqlite3.SQLITE_READONLY
}

// written turns an error of a transaction into the one callers are promised.
func written(err error, expected int64) error {
	if err == nil {
		return nil
	}
	switch conflict, busy := contended(err); {
	case conflict:
		return &ConflictError{Expected: expected, Actual: -1}
	case busy:
		return &BusyError{Err: err}
	}
	return err
}
