package store

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"time"

	"github.com/parleysec/parley/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// Append adds events to the end of a ledger that has exactly expected events,
// all or none, durably once it returns. Where the ledger has another size by
// now the error is a *[ConflictError] and nothing is written; an event that
// does not fold is refused the same way, with the reason. The events come back
// opened, with names.
func (db *DB) Append(ctx context.Context, expected int64, drafts []ledger.Draft) ([]ledger.Event, error) {
	return db.appendWith(ctx, expected, time.Time{}, drafts, nil)
}

// appendWith appends, and does something more in the same transaction. at is
// the time of the events, zero for now.
func (db *DB) appendWith(ctx context.Context, expected int64, at time.Time, drafts []ledger.Draft, more func(*sql.Tx) error) ([]ledger.Event, error) {
	db.appending.Lock()
	defer db.appending.Unlock()
	before, err := db.State(ctx)
	if err != nil {
		return nil, err
	}
	if before.Size != expected {
		return nil, &ConflictError{Expected: expected, Actual: before.Size}
	}
	if len(drafts) == 0 {
		return nil, nil
	}
	if at.IsZero() {
		at = db.now(before)
	}
	b := batch{db: db, at: at}
	err = db.write(ctx, func(tx *sql.Tx) error {
		b.reset(tx, before.Clone())
		if err := b.claim(ctx, expected, len(drafts)); err != nil {
			return err
		}
		for _, d := range drafts {
			if err := b.add(ctx, d); err != nil {
				return err
			}
		}
		if more != nil {
			if err := more(tx); err != nil {
				return err
			}
		}
		return b.flush(ctx)
	})
	if err != nil {
		return nil, written(err, expected)
	}
	db.learn(ctx, before, b.state, b.people.fresh)
	return b.events, nil
}

// now is the time of the next events: the clock's, but never before the last one.
func (db *DB) now(s *ledger.State) time.Time {
	at := db.opt.Now().UTC().Truncate(time.Millisecond)
	if at.Before(s.At) {
		return s.At
	}
	return at
}

// batch is the events of one append on their way into the database.
type batch struct {
	db     *DB
	tx     *sql.Tx
	at     time.Time
	state  *ledger.State // with the events so far
	people people
	hashes hashes
	events []ledger.Event
	rows   [][]any // of events
	beside [][]any // of attachments
}

func (b *batch) reset(tx *sql.Tx, state *ledger.State) {
	b.tx, b.state = tx, state
	b.people = people{db: b.db, tx: tx, fresh: map[string]string{}}
	b.hashes = hashes{db: b.db, tx: tx, next: tlog.StoredHashCount(state.Size)}
	b.events, b.rows, b.beside = nil, nil, nil
}

// claim takes the places of the new events: of several writers that saw the
// same size, one gets them.
func (b *batch) claim(ctx context.Context, expected int64, n int) error {
	q := "UPDATE head SET size = ? WHERE one = 1 AND size = ?"
	res, err := b.tx.ExecContext(ctx, b.db.on.query(q), expected+int64(n), expected)
	if err != nil {
		return fmt.Errorf("claim place %d: %w", expected, err)
	}
	if got, err := res.RowsAffected(); err != nil || got != 1 {
		return &ConflictError{Expected: expected, Actual: -1}
	}
	return nil
}

// add turns a draft into an event, folds it, and keeps its rows for flush.
func (b *batch) add(ctx context.Context, d ledger.Draft) error {
	id, err := ledger.NextID(b.state.LastID, b.at, b.db.opt.Entropy)
	if err != nil {
		return err
	}
	place := ledger.Place{ID: id, Seq: b.state.Size, At: b.at, Earlier: b.events}
	if d.Attach != nil {
		if place.Attached, err = b.attach(d); err != nil {
			return err
		}
	}
	e, err := d.Event(place)
	if err != nil {
		return err
	}
	if err := b.state.Apply(e); err != nil {
		return fmt.Errorf("refused: %w", err)
	}
	sealed, err := e.Seal(func(name string) (string, error) { return b.people.ref(ctx, name) })
	if err != nil {
		return err
	}
	row, err := ledger.RowOf(sealed)
	if err != nil {
		return err
	}
	b.events = append(b.events, e)
	b.rows = append(b.rows, []any{row.Seq, row.ID, row.Type, e.Version, row.Product, row.At, row.Leaf})
	return b.hashes.append(ctx, row.Seq, row.Leaf)
}

func (b *batch) attach(d ledger.Draft) (*ledger.Attachment, error) {
	salt, err := b.db.salt()
	if err != nil {
		return nil, err
	}
	a := ledger.NewAttachment(salt, d.Attach, d.Media)
	b.beside = append(b.beside, []any{a.Hash, salt, d.Attach})
	return &a, nil
}

// salt is fresh randomness for a commitment.
func (db *DB) salt() ([]byte, error) {
	salt := make([]byte, ledger.SaltSize)
	if _, err := io.ReadFull(db.opt.Entropy, salt); err != nil {
		return nil, fmt.Errorf("randomness for a commitment: %w", err)
	}
	return salt, nil
}

// flush writes what was kept, and the new root.
func (b *batch) flush(ctx context.Context) error {
	for _, t := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"people", []string{"ref", "salt", "name"}, b.people.rows},
		{"attachments", []string{"hash", "salt", "bytes"}, b.beside},
		{"events", []string{"seq", "id", "type", "version", "product", "at", "leaf"}, b.rows},
		{"hashes", []string{"idx", "hash"}, b.hashes.rows},
	} {
		if err := b.db.insert(ctx, b.tx, t.table, t.columns, t.rows); err != nil {
			return err
		}
	}
	h, err := ledger.HeadOf(b.state.Size, b.hashes.reader(ctx))
	if err != nil {
		return err
	}
	_, err = b.tx.ExecContext(ctx, b.db.on.query("UPDATE head SET root = ? WHERE one = 1 AND size = ?"), h.Root[:], h.Size)
	if err != nil {
		return fmt.Errorf("write the root: %w", err)
	}
	return nil
}
