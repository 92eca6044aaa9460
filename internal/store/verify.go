package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/parleysec/parley/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// Verify checks everything the ledger holds: each event against its hash and
// the columns beside it, the hashes against each other, the head, names and
// attachments against the commitments in the events, and that the events mean
// something together. Checkpoints kept elsewhere show whether the whole was
// replaced. An error means that it could not be checked; what is wrong with
// the ledger is in the report.
func (db *DB) Verify(ctx context.Context, checkpoints ...[]byte) (ledger.Report, error) {
	var r ledger.Report
	err := db.read(ctx, func(tx *sql.Tx) error {
		var err error
		r, err = db.audited(ctx, tx, checkpoints...)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("verify ledger %s: %w", db.Address(), err)
	}
	return r, nil
}

// audited verifies what a transaction sees.
func (db *DB) audited(ctx context.Context, tx *sql.Tx, checkpoints ...[]byte) (ledger.Report, error) {
	a := audit{db: db, tx: tx, erased: map[string]bool{}, refs: map[string]int64{}, beside: map[string]ledger.Attachment{}, from: map[string]int64{}}
	return a.run(ctx, checkpoints)
}

// audit is one verification under way.
type audit struct {
	db *DB
	tx *sql.Tx
	v  *ledger.Verifier

	stored int64 // how many hashes there are
	rows   int64 // how many events
	faults int   // of stored hashes that are none
	lookup error // of a search for a hash

	founding *ledger.LedgerFounded
	naming   []ledger.Event               // the events that name the ledger's keys
	erased   map[string]bool              // references of erased people
	refs     map[string]int64             // reference of a person → first event that has it
	beside   map[string]ledger.Attachment // by hash
	from     map[string]int64             // hash of an attachment → its event

	cached *snapshot     // the stored snapshot, nil for none of these rules
	folded *ledger.State // the events it claims to be made of, folded
}

func (a *audit) run(ctx context.Context, checkpoints [][]byte) (ledger.Report, error) {
	if err := a.start(ctx, checkpoints); err != nil {
		return ledger.Report{}, err
	}
	for _, step := range []func(context.Context) error{a.file, a.snapshot, a.events, a.compare, a.people, a.attachments, a.identity} {
		if err := step(ctx); err != nil {
			return ledger.Report{}, err
		}
	}
	head, err := a.db.head(ctx, a.tx)
	if err != nil {
		a.v.Note(ledger.Changed, -1, err.Error())
		head = ledger.Head{}
	}
	var heads []ledger.Head
	for i, text := range checkpoints {
		h, err := a.checkpoint(text)
		if err != nil {
			a.v.Note(ledger.Unsigned, -1, fmt.Sprintf("checkpoint %d: %v", i+1, err))
			continue
		}
		heads = append(heads, h)
	}
	return a.v.Finish(head, a.stored, heads), a.lookup
}

func (a *audit) checkpoint(text []byte) (ledger.Head, error) {
	if a.founding == nil {
		return ledger.Head{}, fmt.Errorf("the ledger's first event, which names its key, cannot be read")
	}
	keys, err := ledger.KeysOf(a.naming)
	if err != nil && len(keys) == 0 {
		return ledger.Head{}, err
	}
	h, _, err := keys.Open(text)
	return h, err
}

// start counts what is stored, and learns of which sizes roots will be asked for.
func (a *audit) start(ctx context.Context, checkpoints [][]byte) error {
	var sizes []int64
	for _, text := range checkpoints {
		if n, ok := ledger.CheckpointSize(text); ok {
			sizes = append(sizes, n)
		}
	}
	a.v = ledger.NewVerifier(func(h tlog.Hash) (int64, bool) { return a.placeOf(ctx, h) }, sizes...)
	var err error
	if a.stored, err = a.count(ctx, "hashes"); err == nil {
		a.rows, err = a.count(ctx, "events")
	}
	return err
}

func (a *audit) count(ctx context.Context, table string) (n int64, err error) {
	return n, a.tx.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n)
}

// file asks SQLite whether the file itself is sound.
func (a *audit) file(ctx context.Context) error {
	if a.db.on != onSQLite {
		return nil
	}
	return a.each(ctx, "PRAGMA integrity_check(5)", 1, func(c []any) {
		if s := textOf(c[0]); s != "ok" {
			a.v.Note(ledger.Changed, -1, "the database file is damaged: "+s)
		}
	})
}

// note keeps what an event says about the tables beside it.
func (a *audit) note(e ledger.Event) {
	if e.Attached != nil {
		a.beside[e.Attached.Hash], a.from[e.Attached.Hash] = *e.Attached, e.Seq
	}
	refs, err := e.Refs()
	if err != nil {
		return // the fold has found it already
	}
	for _, r := range refs {
		if _, seen := a.refs[r]; !seen && ledger.IsPersonRef(r) {
			a.refs[r] = e.Seq
		}
	}
	b, err := ledger.DecodeBody(e)
	if err != nil {
		return
	}
	switch b := b.(type) {
	case *ledger.PersonErased:
		a.erased[b.Ref] = true
	case *ledger.LedgerFounded:
		a.founding, a.naming = b, append(a.naming, e)
	case *ledger.KeyRotated:
		a.naming = append(a.naming, e)
	}
}

// people compares names with the references in the events.
func (a *audit) people(ctx context.Context) error {
	left := maps.Clone(a.refs)
	err := a.each(ctx, "SELECT ref, salt, name FROM people ORDER BY ref", 3, func(c []any) {
		ref := textOf(c[0])
		seq, used := a.refs[ref]
		delete(left, ref)
		gone := c[1] == nil && c[2] == nil
		switch {
		case !used:
			a.v.Note(ledger.Inserted, -1, fmt.Sprintf("a name stands under %s, which no event has", ref))
		case gone && !a.erased[ref]:
			a.v.Note(ledger.Missing, seq, fmt.Sprintf("the name of %s is gone, but no event says that it was erased", ref))
		case !gone && (a.erased[ref] || ledger.PersonRef(bytesOf(c[1]), textOf(c[2])) != ref):
			a.v.Note(ledger.Changed, seq, fmt.Sprintf("the name under %s is not the one the events were written with", ref))
		}
	})
	for _, ref := range slices.Sorted(maps.Keys(left)) {
		a.v.Note(ledger.Missing, left[ref], fmt.Sprintf("event %d names %s, which is not among the names", left[ref], ref))
	}
	return err
}

// attachments compares the bytes beside events with the commitments in them.
func (a *audit) attachments(ctx context.Context) error {
	left := maps.Clone(a.from)
	err := a.each(ctx, "SELECT hash, salt, bytes FROM attachments ORDER BY hash", 3, func(c []any) {
		hash := textOf(c[0])
		want, used := a.beside[hash]
		delete(left, hash)
		if !used {
			a.v.Note(ledger.Inserted, -1, fmt.Sprintf("bytes stand under %s, which no event has", hash))
		} else if !want.Matches(bytesOf(c[1]), bytesOf(c[2])) {
			a.v.Note(ledger.Changed, a.from[hash], fmt.Sprintf("the bytes kept beside event %d are not those that were recorded", a.from[hash]))
		}
	})
	for _, hash := range slices.Sorted(maps.Keys(left)) {
		a.v.Note(ledger.Missing, left[hash], fmt.Sprintf("the bytes kept beside event %d are gone", left[hash]))
	}
	return err
}

// identity compares the ledger's id and key with its first event.
func (a *audit) identity(ctx context.Context) error {
	if a.founding == nil {
		return nil // the missing event is a finding already
	}
	n := 0
	if err := a.each(ctx, "SELECT name FROM meta", 1, func([]any) { n++ }); err != nil {
		return err
	}
	id, key, err := a.db.identity(ctx, a.tx)
	if err != nil || n != 2 || id != a.founding.Ledger {
		a.v.Note(ledger.Changed, -1, "the ledger's id and key are not those it was founded with")
		return nil
	}
	keys, err := ledger.KeysOf(a.naming)
	if err != nil {
		a.v.Note(ledger.Unsigned, -1, err.Error())
	}
	signed, err := ledger.Sign(ledger.Head{}, id, key)
	if err == nil {
		_, err = ledger.OpenCheckpoint(signed, keys.Current())
	}
	if err != nil {
		a.v.Note(ledger.Unsigned, -1, "the key in the database is not the one the ledger's events name")
	}
	return nil
}

// each gives every row of a query as whatever the database holds.
func (a *audit) each(ctx context.Context, query string, columns int, do func([]any), args ...any) error {
	rows, err := a.tx.QueryContext(ctx, a.db.on.query(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, into := make([]any, columns), make([]any, columns)
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		do(values)
	}
	return rows.Err()
}

func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}

func bytesOf(v any) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case nil:
		return nil
	}
	return []byte(textOf(v))
}
