package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/tracing"
)

// write runs a function in one writing transaction. The transaction is rolled
// back when it gives an error.
func (db *DB) write(ctx context.Context, do func(*sql.Tx) error) (err error) {
	span := tracing.Begin(ctx, "write", tracing.Text("db.system.name", db.on.name()))
	defer func() { span.End(err) }()
	tx, err := db.begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := do(tx); err != nil {
		if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
			return errors.Join(err, fmt.Errorf("roll back: %w", back))
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// read runs a function in one reading transaction, which sees one moment.
func (db *DB) read(ctx context.Context, do func(*sql.Tx) error) (err error) {
	span := tracing.Begin(ctx, "read", tracing.Text("db.system.name", db.on.name()))
	defer func() { span.End(err) }()
	o := &sql.TxOptions{ReadOnly: true}
	if db.on == onPostgres {
		o.Isolation = sql.LevelRepeatableRead
	} else {
		o = nil // every SQLite transaction sees one moment; this connection cannot write
	}
	tx, err := db.reader.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	err = do(tx)
	if back := tx.Rollback(); err == nil && back != nil && !errors.Is(back, sql.ErrTxDone) {
		err = fmt.Errorf("end of reading: %w", back)
	}
	return err
}

// statement is one SQL text with its arguments.
type statement struct {
	table string // that it writes
	text  string
	args  []any
}

// table is rows that go into a table.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

// inserts are the statements that add the rows, so many by each.
func (t table) inserts(each int) []statement {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.columns)), ", ") + ")"
	into := "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES "
	var list []statement
	for rows := range slices.Chunk(t.rows, each) {
		list = append(list, statement{t.name, into + strings.TrimSuffix(strings.Repeat(one+", ", len(rows)), ", "), slices.Concat(rows...)})
	}
	return list
}

// manyRows bounds the rows of one INSERT, far below the arguments either
// database takes.
const manyRows = 200

// rowsPerInsert bounds the rows that an append writes by one statement. SQLite
// keeps the statements ready, one for each number of rows; PostgreSQL keeps those of few
// rows alone (see [keepReady]).
func (d dialect) rowsPerInsert() int {
	if d == onSQLite {
		return 4
	}
	return manyRows
}

// insert adds rows to a table.
func (db *DB) insert(ctx context.Context, tx *sql.Tx, name string, columns []string, rows [][]any) error {
	return db.execAll(ctx, tx, (table{name, columns, rows}).inserts(manyRows))
}

// execAll runs statements in a transaction.
func (db *DB) execAll(ctx context.Context, tx *sql.Tx, list []statement) error {
	for _, s := range list {
		if _, err := tx.ExecContext(ctx, db.on.query(s.text), s.args...); err != nil {
			return fmt.Errorf("write %s: %w", s.table, err)
		}
	}
	return nil
}

// commit runs statements, and something more, in one writing transaction.
func (db *DB) commit(ctx context.Context, list []statement, more func(*sql.Tx) error) error {
	if more == nil {
		return db.atOnce(ctx, list)
	}
	until := ctx
	if db.on == onSQLite {
		// What is under way is not worth stopping, and each statement that could be
		// stopped would start a goroutine that waits for it. The transaction ends with
		// ctx. Over PostgreSQL a statement may wait for another server.
		until = context.WithoutCancel(ctx)
	}
	err := db.write(ctx, func(tx *sql.Tx) error {
		if err := db.execAll(until, tx, list); err != nil {
			return err
		}
		return more(tx)
	})
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// atOnce runs statements in one writing transaction.
func (db *DB) atOnce(ctx context.Context, list []statement) (err error) {
	span := tracing.Begin(ctx, "write", tracing.Text("db.system.name", db.on.name()))
	defer func() { span.End(err) }()
	if db.on == onPostgres {
		return db.atOncePostgres(ctx, list)
	}
	return db.atOnceSQLite(ctx, list)
}

// onWriter runs a function on a connection that writes, as the driver has it.
func (db *DB) onWriter(ctx context.Context, do func(conn any) error) (err error) {
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if back := conn.Close(); err == nil && !errors.Is(back, sql.ErrConnDone) {
			err = back
		}
	}()
	return conn.Raw(do)
}
