package store

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"time"

	"github.com/parleysec/parley/ledger"
)

// Append adds events to the end of a ledger that has exactly expected events,
// all or none, durably once it returns. Where the ledger has another size by
// now the error is a *[ConflictError] and nothing is written; an event that
// does not fold is refused the same way, with the reason. The events come back
// opened, with names.
func (db *DB) Append(ctx context.Context, expected int64, drafts []ledger.Draft) ([]ledger.Event, error) {
	events, _, err := db.appendWith(ctx, expected, time.Time{}, drafts, nil)
	return events, err
}

// appendWith appends, and does something more in the same transaction. at is
// the time of the events, zero for now. It gives the state after them, too.
//
// All that is to be written is worked out beforehand, from what the ledger is
// known to hold up to there; the transaction itself only claims the place and
// writes. Whoever finds the place taken has written nothing.
func (db *DB) appendWith(ctx context.Context, expected int64, at time.Time, drafts []ledger.Draft, more func(*sql.Tx) error) ([]ledger.Event, *ledger.State, error) {
	db.appending.Lock()
	defer db.appending.Unlock()
	before, err := db.stateOf(ctx, expected)
	if err != nil || len(drafts) == 0 {
		return nil, before, err
	}
	end, err := db.endOf(ctx, expected)
	if err != nil {
		return nil, nil, err
	}
	if at.IsZero() {
		at = db.now(before)
	}
	b := batch{
		db: db, at: at, state: before.Clone(),
		people: people{db: db, fresh: map[string]string{}},
		hashes: end.grow(),
	}
	for _, d := range drafts {
		if err := b.add(ctx, d); err != nil {
			return nil, nil, db.unlessMoved(ctx, expected, err)
		}
	}
	after, err := b.hashes.end(ctx, b.state.Size)
	if err != nil {
		return nil, nil, err
	}
	if err := db.commit(ctx, b.statements(end, after), db.noting(ctx, more)); err != nil {
		return nil, nil, db.unwritten(ctx, err, end)
	}
	db.end = after
	db.learn(ctx, before, &b)
	return b.events, b.state, nil
}

// stateOf is the state of a ledger that has exactly size events, as far as is
// known: whether others wrote meanwhile is asked when the place is claimed.
func (db *DB) stateOf(ctx context.Context, size int64) (*ledger.State, error) {
	if s := db.lately(always); s != nil && s.Size == size {
		return s, nil
	}
	s, err := db.State(ctx)
	if err != nil {
		return nil, err
	}
	if s.Size != size {
		return nil, &ConflictError{Expected: size, Actual: s.Size}
	}
	return s, nil
}

// unlessMoved is why events were refused, or a conflict where that was said
// about a ledger as it is no longer.
func (db *DB) unlessMoved(ctx context.Context, expected int64, refusal error) error {
	if s, err := db.State(ctx); err == nil && s.Size != expected {
		return &ConflictError{Expected: expected, Actual: s.Size}
	}
	return refusal
}

// unwritten turns the error of a transaction that was to follow on an end of the
// ledger into the one callers are promised.
func (db *DB) unwritten(ctx context.Context, err error, end *end) error {
	if !unclaimed(err) {
		return written(err, end.Size)
	}
	db.end = nil
	head, headErr := db.Head(ctx)
	switch {
	case headErr != nil:
		return &ConflictError{Expected: end.Size, Actual: -1}
	case head.Size != end.Size:
		return &ConflictError{Expected: end.Size, Actual: head.Size}
	case head.Root != end.Root:
		db.forget()
		return &BrokenError{Err: fmt.Errorf("the root of the %d events is not the one their hashes give", end.Size)}
	}
	return err
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
	at     time.Time
	state  *ledger.State // with the events so far
	people people
	hashes hashes
	events []ledger.Event
	rows   [][]any // of events
	beside [][]any // of attachments
}

// add turns a draft into an event, folds it, and keeps its rows.
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
	sealed, err := e.Seal(b.people.ref)
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

// claim takes the places of new events behind an end that is still the ledger's:
// of several writers that saw the same one, one gets them. For the others the new
// size is none, which the table refuses, and with it all the statements.
const claim = "UPDATE head SET size = CASE WHEN size = ? AND root = ? THEN CAST(? AS BIGINT) END, root = ? WHERE one = 1"

// statements are what writes the events. The claim comes first.
func (b *batch) statements(before, after *end) []statement {
	list := []statement{{"head", claim, []any{before.Size, before.bytes(), after.Size, after.bytes()}}}
	for _, t := range []table{
		{"people", []string{"ref", "salt", "name"}, b.people.rows},
		{"attachments", []string{"hash", "salt", "bytes"}, b.beside},
		{"events", []string{"seq", "id", "type", "version", "product", "at", "leaf"}, b.rows},
		{"hashes", []string{"idx", "hash"}, b.hashes.rows},
	} {
		list = append(list, t.inserts(b.db.on.rowsPerInsert())...)
	}
	if b.db.on == onPostgres {
		list = append(list, statement{"nothing", notify, []any{channel, b.state.Ledger}})
	}
	return list
}
