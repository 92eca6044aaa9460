package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"

	"modernc.org/sqlite"
)

// liteConn is what the driver's connections can do.
type liteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// writerConn is the connection to a SQLite file that writes. It keeps the statements
// of appends ready, by text, and closes them with itself. The texts are few: each
// writes a few rows of one table.
type writerConn struct {
	liteConn
	ready map[string]driver.StmtExecContext
}

// Close closes the connection and what it kept ready.
func (c *writerConn) Close() error {
	var errs []error
	for _, s := range c.ready {
		errs = append(errs, s.(driver.Stmt).Close())
	}
	c.ready = nil
	return errors.Join(append(errs, c.liteConn.Close())...)
}

// exec runs a statement, which is kept ready from then on. What is under way is not
// worth stopping, and a statement that could be stopped would start a goroutine that
// waits for it.
func (c *writerConn) exec(text string, args ...any) error {
	ctx := context.Background()
	ready, ok := c.ready[text]
	if !ok {
		p, err := c.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		ready = p.(driver.StmtExecContext)
		c.ready[text] = ready
	}
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(a)
		if err != nil {
			return err
		}
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	_, err := ready.ExecContext(ctx, named)
	return err
}

// inside runs statements in the transaction that was begun, and commits it.
func (c *writerConn) inside(list []statement) error {
	for _, s := range list {
		if err := c.exec(s.text, s.args...); err != nil {
			return fmt.Errorf("write %s: %w", s.table, err)
		}
	}
	if err := c.exec("COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// atOnceSQLite runs statements in one transaction past [sql.Tx], which has BEGIN and
// COMMIT read anew each time and starts a goroutine for each transaction.
func (db *DB) atOnceSQLite(ctx context.Context, list []statement) error {
	return db.onWriter(ctx, func(conn any) error {
		c := conn.(*writerConn)
		if err := db.inTurn(ctx, func() error { return c.exec("BEGIN IMMEDIATE") }); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		err := c.inside(list)
		if err != nil {
			_ = c.exec("ROLLBACK") // after some errors SQLite has done so itself, and says so
		}
		return err
	})
}

// openWriter opens the one connection to a file that writes. wait is how long SQLite
// itself waits for another writer, in milliseconds, once the connection is there.
func openWriter(dsn string, wait int) (*sql.DB, error) {
	base, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(writerConnector{base, wait})
	db.SetMaxOpenConns(1)
	return db, nil
}

// writerConnector makes connections that write.
type writerConnector struct {
	driver.Connector
	wait int
}

// Connect opens a connection, which waits for other writers as long as the reading
// ones do while it sets itself up.
func (w writerConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := w.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c := &writerConn{conn.(liteConn), map[string]driver.StmtExecContext{}}
	if _, err := c.ExecContext(ctx, "PRAGMA busy_timeout = "+strconv.Itoa(w.wait), nil); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}
