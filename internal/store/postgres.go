package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/parleysec/parley/ledger"
)

// poolSize bounds the connections of one program to PostgreSQL.
const poolSize = 8

func connectPostgres(ctx context.Context, address string, o Options) (*DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("open ledger: the PostgreSQL address cannot be read: %w", err)
	}
	config.OnNotice = nil
	if u, err := url.Parse(address); err != nil || !u.Query().Has("default_query_exec_mode") {
		// Nothing is prepared under a name, which a transaction pooler would forget (for
		// appends see [keepReady]); one way there and back for each statement.
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(poolSize)
	pool.SetMaxIdleConns(poolSize)
	db := &DB{url: address, opt: o, on: onPostgres, writer: pool, reader: pool}
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger %s: %w", db.Address(), err), pool.Close())
	}
	return db, nil
}

func createPostgres(ctx context.Context, address string, founder ledger.Actor, o Options) (*DB, error) {
	db, err := connectPostgres(ctx, address, o)
	if err != nil {
		return nil, err
	}
	there, err := db.founded(ctx)
	if err == nil && !there {
		err = db.found(ctx, founder)
		if conflict := (*ConflictError)(nil); errors.As(err, &conflict) {
			err = nil // another program was faster
		}
	} else if err == nil {
		err = db.ready(ctx, released())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create ledger %s: %w", db.Address(), err), db.Close())
	}
	return db, nil
}

// address hides the password of an address.
func address(raw string) string {
	if !IsPostgres(raw) {
		return raw
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "postgres://…"
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

// quoted is an identifier in SQL.
func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// Shown is the address of a ledger fit to be shown: without a password.
func Shown(url string) string { return address(url) }
