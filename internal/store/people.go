package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley/ledger"
)

// people gives names their references during an append.
type people struct {
	db    *DB
	tx    *sql.Tx
	fresh map[string]string // reference → name, of those met in this append
	rows  [][]any           // people to write
}

func (p *people) ref(ctx context.Context, name string) (string, error) {
	for ref, n := range p.fresh {
		if n == name {
			return ref, nil
		}
	}
	if strings.ContainsRune(name, 0) {
		return "", fmt.Errorf("the name %q holds a zero byte", name)
	}
	var ref string
	err := p.tx.QueryRowContext(ctx, p.db.on.query("SELECT ref FROM people WHERE name = ? ORDER BY ref LIMIT 1"), name).Scan(&ref)
	if errors.Is(err, sql.ErrNoRows) {
		salt, err := p.db.salt()
		if err != nil {
			return "", err
		}
		ref = ledger.PersonRef(salt, name)
		p.rows = append(p.rows, []any{ref, salt, name})
	} else if err != nil {
		return "", fmt.Errorf("look up a name: %w", err)
	}
	p.fresh[ref] = name
	return ref, nil
}

// readNames gives every name that is not erased, by reference.
func (db *DB) readNames(ctx context.Context, q querier) (map[string]string, error) {
	rows, err := q.QueryContext(ctx, "SELECT ref, name FROM people WHERE name IS NOT NULL")
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var ref, name string
		if err := rows.Scan(&ref, &name); err != nil {
			return nil, fmt.Errorf("read names: %w", err)
		}
		out[ref] = name
	}
	return out, rows.Err()
}

// Erase takes a person's name out of the ledger for good: name and salt go, the
// reference in the events stays, and so does every hash. That it was done, and
// by whom, is recorded. The account of that name goes, too, with all that stands
// about it beside the record. The name in free texts and in the bytes kept beside
// events is not touched, nor in backups.
func (db *DB) Erase(ctx context.Context, name, because string, actor ledger.Actor) error {
	if actor.ID == name {
		return errors.New("erase: a person cannot be named as the one who erases their own name; let somebody else do it")
	}
	for {
		s, err := db.State(ctx)
		if err != nil {
			return err
		}
		err = db.erase(ctx, s.Size, name, because, actor)
		if err == nil {
			db.forget()
		}
		if !Retryable(err) {
			return err
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// forget drops what was read, which holds the name, so that it is read anew.
func (db *DB) forget() {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.state, db.names = nil, nil
}

func (db *DB) erase(ctx context.Context, size int64, name, because string, actor ledger.Actor) error {
	refs, err := db.refsOf(ctx, name)
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		return fmt.Errorf("erase: nobody in the ledger is named %q", name)
	}
	var drafts []ledger.Draft
	for _, ref := range refs {
		drafts = append(drafts, ledger.Draft{Actor: actor, Body: &ledger.PersonErased{Ref: ref, Because: because}})
	}
	_, err = db.appendWith(ctx, size, time.Time{}, drafts, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, db.on.query("UPDATE people SET name = NULL, salt = NULL WHERE name = ?"), name); err != nil {
			return err
		}
		return (&AccountsTx{db, tx, true}).erase(ctx, strings.ToLower(name))
	})
	return err
}

func (db *DB) refsOf(ctx context.Context, name string) ([]string, error) {
	names, err := db.readNames(ctx, db.reader)
	if err != nil {
		return nil, err
	}
	var refs []string
	for ref, n := range names {
		if n == name {
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	return refs, nil
}
