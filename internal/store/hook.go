package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Hook is a webhook: who is told what by HTTP.
type Hook struct {
	ID      string
	Kind    string         // "" for a program, else by which body a chat takes messages
	URL     string         // of a chat a secret
	Product string         // id, "" for all of the organisation
	Types   []string       // of events; none for all
	Secret  []byte         // what is sent is signed with it; none of a chat
	Former  []FormerSecret // which sign too, the latest first
	Maker   string         // who added it
	Created time.Time
	Since   int64     // the first event it is told of
	Stopped time.Time // since when nothing is sent; zero: it is
	Why     string    // why nothing is sent
}

// FormerSecret is a secret that was replaced and signs until its end.
type FormerSecret struct {
	Secret []byte
	Until  time.Time
}

// Wants reports whether a webhook is to be told of an event. Events of the
// organisation itself go to webhooks for all products alone.
func (h *Hook) Wants(seq int64, kind, product string) bool {
	if seq < h.Since || !h.Stopped.IsZero() || h.Product != "" && h.Product != product {
		return false
	}
	for _, t := range h.Types {
		if t == kind {
			return true
		}
	}
	return len(h.Types) == 0
}

// OutboxTx is a transaction over what leaves the server, which is no part of the
// record: it is in no export, backup or proof.
type OutboxTx struct {
	db *DB
	tx *sql.Tx
}

// Outbox runs a function in one writing transaction over what leaves the server.
// It is rolled back when the function gives an error. A *[BusyError] or
// *[ConflictError] means that nothing was written and trying again can succeed.
func (db *DB) Outbox(ctx context.Context, do func(*OutboxTx) error) error {
	err := db.write(ctx, db.noting(ctx, func(tx *sql.Tx) error { return do(&OutboxTx{db, tx}) }))
	return written(err, -1)
}

// ReadOutbox runs a function in one reading transaction over what leaves the server.
func (db *DB) ReadOutbox(ctx context.Context, do func(*OutboxTx) error) error {
	return db.read(ctx, func(tx *sql.Tx) error { return do(&OutboxTx{db, tx}) })
}

// exec runs a statement and gives the number of rows it touched.
func (o *OutboxTx) exec(ctx context.Context, q string, args ...any) (int64, error) {
	r, err := o.tx.ExecContext(ctx, o.db.on.query(q), args...)
	if err != nil {
		return 0, fmt.Errorf("write the outbox: %w", err)
	}
	return r.RowsAffected()
}

func (o *OutboxTx) each(ctx context.Context, do func(scan func(...any) error) error, q string, args ...any) error {
	rows, err := o.tx.QueryContext(ctx, o.db.on.query(q), args...)
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return fmt.Errorf("read the outbox: %w", err)
		}
	}
	return rows.Err()
}

const hookColumns = "id, kind, url, product, types, secret, maker, created, since, stopped, why"

// Hooks gives every webhook, oldest first.
func (o *OutboxTx) Hooks(ctx context.Context) ([]Hook, error) { return o.hooks(ctx, "") }

// Hook gives one webhook, nil where there is none.
func (o *OutboxTx) Hook(ctx context.Context, id string) (*Hook, error) {
	list, err := o.hooks(ctx, " WHERE id = ?", id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func (o *OutboxTx) hooks(ctx context.Context, where string, args ...any) ([]Hook, error) {
	var out []Hook
	err := o.each(ctx, func(scan func(...any) error) error {
		var h Hook
		var types string
		var created, stopped int64
		err := scan(&h.ID, &h.Kind, &h.URL, &h.Product, &types, &h.Secret, &h.Maker, &created, &h.Since, &stopped, &h.Why)
		h.Types = strings.Fields(types)
		h.Created, h.Stopped = fromMillis(created), fromMillis(stopped)
		out = append(out, h)
		return err
	}, "SELECT "+hookColumns+" FROM webhooks"+where+" ORDER BY created, id", args...)
	for i := range out {
		err = errors.Join(err, o.each(ctx, func(scan func(...any) error) error {
			var f FormerSecret
			var until int64
			err := scan(&f.Secret, &until)
			f.Until = fromMillis(until)
			out[i].Former = append(out[i].Former, f)
			return err
		}, "SELECT secret, until FROM former_secrets WHERE hook = ? ORDER BY until DESC, secret", out[i].ID))
	}
	return out, err
}

// AddHook adds a webhook that is told of what happens from now on.
func (o *OutboxTx) AddHook(ctx context.Context, h Hook) error {
	if err := o.tx.QueryRowContext(ctx, "SELECT size FROM head WHERE one = 1").Scan(&h.Since); err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	if _, err := o.From(ctx); err != nil { // from now on events are looked through, whenever a server runs
		return err
	}
	_, err := o.exec(ctx, "INSERT INTO webhooks ("+hookColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		h.ID, h.Kind, h.URL, h.Product, strings.Join(h.Types, " "), blob(h.Secret), h.Maker, millis(h.Created), h.Since, millis(h.Stopped), h.Why)
	return errors.Join(err, o.setFormer(ctx, h))
}

// SetHook writes what can change of a webhook: its secrets, and whether and why
// it is stopped.
func (o *OutboxTx) SetHook(ctx context.Context, h Hook) error {
	_, err := o.exec(ctx, "UPDATE webhooks SET secret = ?, stopped = ?, why = ? WHERE id = ?", blob(h.Secret), millis(h.Stopped), h.Why, h.ID)
	return errors.Join(err, o.setFormer(ctx, h))
}

// setFormer writes the former secrets of a webhook, these alone.
func (o *OutboxTx) setFormer(ctx context.Context, h Hook) error {
	_, err := o.exec(ctx, "DELETE FROM former_secrets WHERE hook = ?", h.ID)
	for _, f := range h.Former {
		_, err2 := o.exec(ctx, "INSERT INTO former_secrets (hook, secret, until) VALUES (?, ?, ?)", h.ID, blob(f.Secret), millis(f.Until))
		err = errors.Join(err, err2)
	}
	return err
}

// RemoveHook removes a webhook with its secrets and what was still to be delivered to
// it. It reports whether there was one.
func (o *OutboxTx) RemoveHook(ctx context.Context, id string) (bool, error) {
	for _, q := range []string{"DELETE FROM deliveries WHERE " + toHook, "DELETE FROM former_secrets WHERE hook = ?"} {
		if _, err := o.exec(ctx, q, id); err != nil {
			return false, err
		}
	}
	n, err := o.exec(ctx, "DELETE FROM webhooks WHERE id = ?", id)
	return n > 0, err
}
