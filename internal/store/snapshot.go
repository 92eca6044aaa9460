package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"maps"
	"time"

	"github.com/parleysec/parley/ledger"
)

const (
	// snapshotEvery is the least number of events between two snapshots where
	// nobody says otherwise: folding as many takes less than a tenth of a second.
	snapshotEvery = 1000
	// snapshotBytes lets large states wait for more events, one for so many
	// bytes, so that writing them costs each event the same.
	snapshotBytes = 4096
	// maxSnapshot bounds the bytes of a snapshot; a larger state has none.
	maxSnapshot = 256 << 20
	// snapshotWait bounds how long an answer waits for the snapshot to be kept.
	snapshotWait = 2 * time.Second
	// longSnapshot is from how many bytes on no answer waits for it: writing as many
	// takes some 20 ms.
	longSnapshot = 128 << 10
	// manyEvents since the last snapshot make a state that may be long, where nobody
	// knows yet how long it is.
	manyEvents = 10_000
	// besideWait bounds how long it may take where no answer waits.
	besideWait = time.Minute
)

// snapshot is the cached state as it is stored.
type snapshot struct {
	fold   int64
	size   int64
	root   []byte
	digest []byte
	state  []byte
}

// due reports whether a state has moved far enough from the last snapshot.
func (db *DB) due(size int64) bool {
	return size-db.snapped >= max(db.opt.SnapshotEvery, db.snapBytes/snapshotBytes)
}

// storedSnapshot reads the snapshot, nil when there is none.
func (db *DB) storedSnapshot(ctx context.Context, q querier) (*snapshot, error) {
	rows, err := q.QueryContext(ctx, "SELECT fold, size, root, digest, state FROM snapshots WHERE one = 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, rows.Err()
	}
	s := new(snapshot)
	return s, rows.Scan(&s.fold, &s.size, &s.root, &s.digest, &s.state)
}

// fromSnapshot is the state of the stored snapshot, nil where there is none that
// fits: made by these rules, whole, of this very history.
func (db *DB) fromSnapshot(ctx context.Context, q querier, names map[string]string) *ledger.State {
	snap, err := db.storedSnapshot(ctx, q)
	if err != nil || snap == nil || !db.fits(ctx, q, snap) {
		return nil // a cache that cannot be read is none
	}
	s, err := ledger.OpenSnapshot(snap.state, nameOf(names))
	if err != nil || s.Size != snap.size {
		return nil
	}
	db.snapped, db.snapBytes = snap.size, int64(len(snap.state))
	return s
}

// fits reports whether a snapshot was made by these rules from the events that
// are here. It asks the Merkle log, not the events: what is in the snapshot is
// trusted as far as the rest of the database, and checked by Verify.
func (db *DB) fits(ctx context.Context, q querier, s *snapshot) bool {
	if s.fold != ledger.FoldVersion || s.size < 1 {
		return false
	}
	if sum := sha256.Sum256(s.state); !bytes.Equal(sum[:], s.digest) {
		return false
	}
	head, err := db.head(ctx, q)
	if err != nil || s.size > head.Size {
		return false
	}
	at, err := ledger.HeadOf(s.size, (&hashes{db: db, tx: q}).reader(ctx))
	return err == nil && bytes.Equal(at.Root[:], s.root)
}

// keep stores a snapshot of a state when it is due. It is a cache: what goes
// wrong leaves the ledger as it was, only slower to open. The caller holds mu.
func (db *DB) keep(ctx context.Context, s *ledger.State) {
	if !db.due(s.Size) {
		return
	}
	refs := maps.Clone(db.refs)
	if db.snapBytes < longSnapshot && s.Size-db.snapped < manyEvents {
		db.snapped = s.Size // also where it fails: it is tried again a thousand events later
		ctx, cancel := context.WithTimeout(ctx, snapshotWait)
		defer cancel()
		if n, _ := db.putSnapshot(ctx, s, refs); n > 0 {
			db.snapBytes = n // also where it could not be written in time
		}
		return
	}
	if db.keeping {
		return
	}
	db.snapped, db.keeping = s.Size, true
	db.beside.Go(func() { db.keepBeside(context.WithoutCancel(ctx), s, refs) })
}

// keepBeside stores a large snapshot while others go on.
func (db *DB) keepBeside(ctx context.Context, s *ledger.State, refs map[string]string) {
	ctx, cancel := context.WithTimeout(ctx, besideWait)
	defer cancel()
	n, _ := db.putSnapshot(ctx, s, refs)
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.keeping = false; n > 0 {
		db.snapBytes = n
	}
}

// putSnapshot stores a snapshot of a state; refs gives the reference of each name.
// It gives its length, also where it could only not be written.
func (db *DB) putSnapshot(ctx context.Context, s *ledger.State, refs map[string]string) (int64, error) {
	text, err := s.Snapshot(func(name string) (string, error) {
		if ref, ok := refs[name]; ok {
			return ref, nil
		}
		if ledger.IsErased(name) {
			return name, nil
		}
		return "", fmt.Errorf("%q has no reference", name)
	})
	if err != nil {
		return 0, err
	}
	n := int64(len(text))
	if n > maxSnapshot {
		return n, fmt.Errorf("the snapshot has %d bytes, at most %d are kept", n, maxSnapshot)
	}
	at, err := ledger.HeadOf(s.Size, (&hashes{db: db, tx: db.reader}).reader(ctx))
	if err != nil {
		return n, err
	}
	sum := sha256.Sum256(text)
	const q = `INSERT INTO snapshots (one, fold, size, root, digest, state) VALUES (1, ?, ?, ?, ?, ?)
		ON CONFLICT (one) DO UPDATE SET fold = excluded.fold, size = excluded.size, root = excluded.root, digest = excluded.digest, state = excluded.state`
	return n, db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, db.on.query(q), ledger.FoldVersion, s.Size, at.Root[:], sum[:], text)
		return err
	})
}

// snapshot compares the stored snapshot with the events: it is a cache that
// answers are made from, so one that says something else is a finding. One of
// other rules is never used.
func (a *audit) snapshot(ctx context.Context) error {
	s, err := a.db.storedSnapshot(ctx, a.tx)
	if err != nil {
		a.v.Note(ledger.Changed, -1, fmt.Sprintf("the snapshot cannot be read: %v", err))
		return nil
	}
	if s != nil && s.fold == ledger.FoldVersion {
		a.cached = s
	}
	return nil
}

// compare checks the snapshot once the events it was made of are folded.
func (a *audit) compare(ctx context.Context) error {
	if a.cached == nil {
		return nil
	}
	if a.folded == nil {
		if a.v.State() != nil {
			a.v.Note(ledger.Inserted, -1, fmt.Sprintf("a snapshot claims %d events, which are not there", a.cached.size))
		}
		return nil // the fold has failed, which is a finding already
	}
	names, err := a.db.readNames(ctx, a.tx)
	if err != nil {
		return err
	}
	if !ledger.SameState(a.folded, a.cached.state, nameOf(names)) {
		a.v.Note(ledger.Changed, -1, fmt.Sprintf("the snapshot of %d events does not say what the events say", a.cached.size))
	}
	return nil
}

func nameOf(names map[string]string) func(string) (string, bool) {
	return func(ref string) (string, bool) {
		name, ok := names[ref]
		return name, ok
	}
}
