package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// people gives names their references during an append.
type people struct {
	db    *DB
	fresh map[string]string // name → reference, of those that had none
	rows  [][]any           // people to write
}

func (p *people) ref(name string) (string, error) {
	if ref, ok := p.db.refOf(name); ok {
		return ref, nil
	}
	if ref, ok := p.fresh[name]; ok {
		return ref, nil
	}
	if strings.ContainsRune(name, 0) {
		return "", fmt.Errorf("the name %q holds a zero byte", name)
	}
	salt, err := p.db.salt()
	if err != nil {
		return "", err
	}
	ref := ledger.PersonRef(salt, name)
	p.rows = append(p.rows, []any{ref, salt, name})
	p.fresh[name] = ref
	return ref, nil
}

// refOf is the reference of a name that was read. Every name the ledger has is
// among those, since nobody gets or loses one without an event.
func (db *DB) refOf(name string) (ref string, ok bool) {
	db.mu.Lock()
	defer db.mu.Unlock()
	ref, ok = db.refs[name]
	return ref, ok
}

// byName gives the reference of each name, the first one where there are several.
func byName(names map[string]string) map[string]string {
	refs := make(map[string]string, len(names))
	for ref, name := range names {
		if first, ok := refs[name]; !ok || ref < first {
			refs[name] = ref
		}
	}
	return refs
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
		return parley.Errorf(parley.Refused, "erase", "a person cannot be named as the one who erases their own name").WithHint("let somebody else do it")
	}
	for {
		s, err := db.State(ctx)
		if err != nil {
			return err
		}
		err = db.thoroughly(ctx, func() error { return db.erase(ctx, s.Size, name, because, actor) })
		if !Retryable(err) {
			return err
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// namingTables are those in which an erased name stood. What is removed from a table of
// PostgreSQL without FULL may leave its bytes in the page.
var namingTables = []string{"people", "accounts", "sessions", "tokens", "passkeys", "identities", "links", "access_log", "deliveries", "webhooks", "views", "answers"}

// thoroughly does something that takes rows or texts away, so that they do not stay
// behind in free space: SQLite overwrites them, and what its side file still holds is
// brought into the file; PostgreSQL writes the tables anew, but for those that somebody
// holds at this moment, and keeps what somebody still reads. That last step is tried once.
func (db *DB) thoroughly(ctx context.Context, do func() error) error {
	if db.on == onPostgres {
		if err := do(); err != nil {
			return err
		}
		_, _ = db.writer.ExecContext(ctx, "VACUUM (FULL, SKIP_LOCKED) "+strings.Join(namingTables, ", ")) // whoever may not leaves it
		return nil
	}
	if _, err := db.writer.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	err := do()
	if _, off := db.writer.ExecContext(context.WithoutCancel(ctx), "PRAGMA secure_delete = OFF"); err == nil {
		err = off
	}
	if err == nil {
		_ = db.inOneFile(ctx) // somebody reads: it is done when the last one closes
	}
	return err
}

// forget drops what was read, which holds the name, so that it is read anew.
func (db *DB) forget() {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.state, db.refs = nil, nil
}

func (db *DB) erase(ctx context.Context, size int64, name, because string, actor ledger.Actor) error {
	names, err := db.readNames(ctx, db.reader)
	if err != nil {
		return err
	}
	refs := refsOf(names, name)
	if len(refs) == 0 {
		return parley.Errorf(parley.NotFound, "erase", "nobody in the ledger is named %q", name).
			WithHint(parley.Suggest(name, slices.Sorted(maps.Values(names))))
	}
	var drafts []ledger.Draft
	for _, ref := range refs {
		drafts = append(drafts, ledger.Draft{Actor: actor, Body: &ledger.PersonErased{Ref: ref, Because: because}})
	}
	_, _, err = db.appendWith(ctx, size, time.Time{}, drafts, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, db.on.query("UPDATE people SET name = NULL, salt = NULL WHERE name = ?"), name); err != nil {
			return err
		}
		return (&AccountsTx{db, tx, true}).erase(ctx, strings.ToLower(name))
	})
	return err
}

// refsOf are the references that a name has among those of a ledger.
func refsOf(names map[string]string, name string) []string {
	var refs []string
	for ref, n := range names {
		if n == name {
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	return refs
}
