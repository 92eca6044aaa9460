package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// write runs a function in one writing transaction. The transaction is rolled
// back when it gives an error.
func (db *DB) write(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := db.writer.BeginTx(ctx, nil)
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
func (db *DB) read(ctx context.Context, do func(*sql.Tx) error) error {
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

// rowsPerInsert bounds the rows of one INSERT, far below the arguments either
// database takes.
const rowsPerInsert = 200

// insert adds rows to a table.
func (db *DB) insert(ctx context.Context, tx *sql.Tx, table string, columns []string, rows [][]any) error {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	for len(rows) > 0 {
		n := min(len(rows), rowsPerInsert)
		q := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " +
			strings.TrimSuffix(strings.Repeat(one+", ", n), ", ")
		args := make([]any, 0, n*len(columns))
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if _, err := tx.ExecContext(ctx, db.on.query(q), args...); err != nil {
			return fmt.Errorf("write %s: %w", table, err)
		}
		rows = rows[n:]
	}
	return nil
}
