package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// atOncePostgres runs statements in one transaction and one way there and back. What
// is sent together without BEGIN is a transaction of its own, so that a statement
// that fails leaves nothing of the others:
// https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING.
func (db *DB) atOncePostgres(ctx context.Context, list []statement) error {
	for tries := 1; ; tries++ {
		err := db.onWriter(ctx, func(c any) error { return db.sendAll(ctx, c.(*stdlib.Conn).Conn(), list) })
		if !errors.Is(err, driver.ErrBadConn) || tries == 3 {
			return err // nothing was written over a connection that was not good
		}
	}
}

func (db *DB) sendAll(ctx context.Context, conn *pgx.Conn, list []statement) error {
	var b pgx.Batch
	for _, s := range list {
		b.Queue(db.on.query(s.text), s.args...)
	}
	err := keepReady(ctx, conn, b.QueuedQueries)
	again := conn.IsClosed() // nothing was asked to be written yet
	if err == nil {
		err = conn.SendBatch(ctx, &b).Close()
	}
	switch {
	case err == nil:
		return nil
	case again || pgconn.SafeToRetry(err) || misnamed(err):
		return driver.ErrBadConn
	}
	return fmt.Errorf("write events: %w", err)
}

// session is what is known of a connection to PostgreSQL. It stands in the
// connection's own data under sessionKey.
type session struct {
	appends int
	direct  bool // nothing between here and the server gives the connection to others
}

const (
	sessionKey = "parley"
	// worthReady is from which append of a connection on its statements are kept
	// ready: most commands end before.
	worthReady = 3
	// readyArgs bounds the arguments of a statement that is kept ready, so that they
	// stay few: one that writes many rows takes longer than reading its text.
	readyArgs = 32
)

// keepReady has the server keep statements under names, where the connection is its
// own: pgx runs a statement that is kept by its name. A pooler may give every
// transaction to another connection of the server, which does not know the names.
func keepReady(ctx context.Context, conn *pgx.Conn, list []*pgx.QueuedQuery) error {
	data := conn.PgConn().CustomData()
	s, ok := data[sessionKey].(*session)
	if !ok {
		s = &session{}
		data[sessionKey] = s
	}
	s.appends++
	if s.appends == worthReady && conn.Config().DefaultQueryExecMode == pgx.QueryExecModeExec { // not as who wrote the address wants it
		var err error
		if s.direct, err = direct(ctx, conn); err != nil {
			return err
		}
	}
	if !s.direct {
		return nil
	}
	for _, q := range list {
		if len(q.Arguments) > readyArgs {
			continue
		}
		if _, err := conn.Prepare(ctx, q.SQL, q.SQL); err != nil {
			return err
		}
	}
	return nil
}

// direct reports whether the process of the server that answers is the one that took
// the connection. A pooler answers for itself when it takes one.
func direct(ctx context.Context, conn *pgx.Conn) (bool, error) {
	var pid uint32
	err := conn.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&pid)
	return pid == conn.PgConn().PID(), err
}

// misnamed reports whether an error says that a statement is not kept, or another one
// is, under a name: the connection was not its own after all. Nothing was written, and
// the next connection starts without names.
func misnamed(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "26000" || pg.Code == "42P05") // invalid_sql_statement_name, duplicate_prepared_statement
}
