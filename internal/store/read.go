package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/parleysec/parley/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// Load gives the events from place from on, in order and opened, to a function
// that may stop by giving an error. They are of one moment: events recorded
// meanwhile are not among them.
func (db *DB) Load(ctx context.Context, from int64, do func(ledger.Event) error) error {
	return db.LoadBefore(ctx, from, math.MaxInt64, do)
}

// LoadBefore is [DB.Load] for the events before a place. Nothing from there on is
// read: a database elsewhere sends all that was asked for, however early the
// function stops.
func (db *DB) LoadBefore(ctx context.Context, from, before int64, do func(ledger.Event) error) error {
	return db.read(ctx, func(tx *sql.Tx) error {
		names, err := db.readNames(ctx, tx)
		if err != nil {
			return err
		}
		return db.load(ctx, tx, from, before, func(sealed ledger.Event) error {
			e, err := open(sealed, names)
			if err != nil {
				return err
			}
			return do(e)
		})
	})
}

func open(sealed ledger.Event, names map[string]string) (ledger.Event, error) {
	return sealed.Open(func(ref string) (string, bool) {
		name, ok := names[ref]
		return name, ok
	})
}

// load gives the sealed events from one place up to another.
func (db *DB) load(ctx context.Context, q querier, from, before int64, do func(ledger.Event) error) error {
	return eachLeaf(ctx, q, func(leaf []byte) error {
		e, err := ledger.DecodeEvent(leaf)
		if err != nil {
			return err
		}
		return do(e)
	}, db.on.query("SELECT leaf FROM events WHERE seq >= ? AND seq < ? ORDER BY seq"), from, before)
}

// eachLeaf gives the leaves that a query selects, one after the other.
func eachLeaf(ctx context.Context, q querier, do func(leaf []byte) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var leaf []byte
		if err := rows.Scan(&leaf); err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		if err := do(leaf); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return nil
}

// Head is the size and root of the ledger as stored.
func (db *DB) Head(ctx context.Context) (ledger.Head, error) { return db.head(ctx, db.reader) }

func (db *DB) head(ctx context.Context, q querier) (ledger.Head, error) {
	var h ledger.Head
	var root []byte
	if err := q.QueryRowContext(ctx, "SELECT size, root FROM head WHERE one = 1").Scan(&h.Size, &root); err != nil {
		return h, fmt.Errorf("read head: %w", err)
	}
	if len(root) != tlog.HashSize {
		return h, fmt.Errorf("read head: the root has %d bytes, want %d", len(root), tlog.HashSize)
	}
	h.Root = tlog.Hash(root)
	return h, nil
}

// Attachment reads the bytes kept beside an event, checked against the
// commitment in the event.
func (db *DB) Attachment(ctx context.Context, a ledger.Attachment) ([]byte, error) {
	var salt, content []byte
	err := db.reader.QueryRowContext(ctx, db.on.query("SELECT salt, bytes FROM attachments WHERE hash = ?"), a.Hash).Scan(&salt, &content)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("the bytes of %s are not there any more", a.Hash)
	}
	if err != nil {
		return nil, fmt.Errorf("read the bytes of %s: %w", a.Hash, err)
	}
	if !a.Matches(salt, content) {
		return nil, fmt.Errorf("the bytes of %s are not those that were recorded", a.Hash)
	}
	return content, nil
}

// Proof is an event with the proof that it stands in the ledger.
type Proof struct {
	Leaf      []byte
	Inclusion ledger.Inclusion
	Head      ledger.Head
}

// Prove proves that event number seq stands in the ledger as it is now.
func (db *DB) Prove(ctx context.Context, seq int64) (Proof, error) {
	var p Proof
	err := db.read(ctx, func(tx *sql.Tx) error {
		var err error
		if p.Head, err = db.head(ctx, tx); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, db.on.query("SELECT leaf FROM events WHERE seq = ?"), seq).Scan(&p.Leaf); err != nil {
			return fmt.Errorf("read event %d: %w", seq, err)
		}
		p.Inclusion, err = ledger.ProveInclusion(p.Head.Size, seq, (&hashes{db: db, tx: tx}).reader(ctx))
		return err
	})
	return p, err
}

// ProveGrowth proves that the ledger, at size newer, begins with what it was at
// size older.
func (db *DB) ProveGrowth(ctx context.Context, older, newer int64) (tlog.TreeProof, error) {
	return ledger.ProveConsistency(older, newer, (&hashes{db: db, tx: db.reader}).reader(ctx))
}

// Checkpoint signs the size and root of the ledger with its key. Kept elsewhere,
// it shows whether anything up to there was changed.
func (db *DB) Checkpoint(ctx context.Context) ([]byte, error) {
	var out []byte
	err := db.read(ctx, func(tx *sql.Tx) error {
		h, err := db.head(ctx, tx)
		if err != nil {
			return err
		}
		id, key, err := db.identity(ctx, tx)
		if err != nil {
			return err
		}
		out, err = ledger.Sign(h, id, key)
		return err
	})
	return out, err
}

// identity is the id of the ledger and the key that signs for it.
func (db *DB) identity(ctx context.Context, q querier) (id, key string, err error) {
	for name, into := range map[string]*string{"ledger": &id, "key": &key} {
		if err := q.QueryRowContext(ctx, db.on.query("SELECT value FROM meta WHERE name = ?"), name).Scan(into); err != nil {
			return "", "", fmt.Errorf("read the ledger's %s: %w", name, err)
		}
	}
	return id, key, nil
}

// Event is the event of an id, nil where there is none.
func (db *DB) Event(ctx context.Context, id string) (found *ledger.Event, err error) {
	var seq int64
	err = db.reader.QueryRowContext(ctx, db.on.query("SELECT seq FROM events WHERE id = ?"), id).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find event %s: %w", id, err)
	}
	err = db.LoadBefore(ctx, seq, seq+1, func(e ledger.Event) error {
		found = &e
		return nil
	})
	return found, err
}
