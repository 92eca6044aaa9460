package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/parleysec/parley/ledger"
)

// ProveDecision makes a proof of a decision that can be checked without the
// ledger. withBytes puts the brief the decider saw into it, too.
func (db *DB) ProveDecision(ctx context.Context, d *ledger.Decision, withBytes bool) (*ledger.Proof, error) {
	p := &ledger.Proof{Format: ledger.ProofFormat, Decision: d.Short, People: []ledger.ProvenPerson{}}
	err := db.read(ctx, func(tx *sql.Tx) error {
		ids, err := db.proven(ctx, tx, d)
		if err != nil {
			return err
		}
		m := prover{db: db, tx: tx, proof: p, withBytes: withBytes, seen: map[string]bool{}}
		return m.run(ctx, ids)
	})
	if err != nil {
		return nil, fmt.Errorf("prove %s: %w", d.Short, err)
	}
	return p, nil
}

// proven lists the ids of the events of a proof after the first, in order: those
// about the decision, and those that rotated the ledger's key.
func (db *DB) proven(ctx context.Context, tx *sql.Tx, d *ledger.Decision) ([]string, error) {
	ids := d.Events()
	rows, err := tx.QueryContext(ctx, "SELECT id FROM events WHERE type = 'key.rotated'")
	if err != nil {
		return nil, fmt.Errorf("read the ledger's keys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read the ledger's keys: %w", err)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids) // ids grow with time
	return ids, rows.Err()
}

// prover is one proof in the making.
type prover struct {
	db        *DB
	tx        *sql.Tx
	proof     *ledger.Proof
	withBytes bool
	head      ledger.Head
	seen      map[string]bool // references of people
}

func (m *prover) run(ctx context.Context, ids []string) error {
	var err error
	if m.head, err = m.db.head(ctx, m.tx); err != nil {
		return err
	}
	id, key, err := m.db.identity(ctx, m.tx)
	if err != nil {
		return err
	}
	text, err := ledger.Sign(m.head, id, key)
	if err != nil {
		return err
	}
	m.proof.Checkpoint = string(text)
	var first []byte
	if err := m.tx.QueryRowContext(ctx, "SELECT leaf FROM events WHERE seq = 0").Scan(&first); err != nil {
		return fmt.Errorf("read the first event: %w", err)
	}
	if err := m.event(ctx, first); err != nil {
		return err
	}
	for _, id := range ids {
		var leaf []byte
		if err := m.tx.QueryRowContext(ctx, m.db.on.query("SELECT leaf FROM events WHERE id = ?"), id).Scan(&leaf); err != nil {
			return fmt.Errorf("read event %s: %w", id, err)
		}
		if err := m.event(ctx, leaf); err != nil {
			return err
		}
	}
	return nil
}

// event adds an event with all that belongs to it.
func (m *prover) event(ctx context.Context, leaf []byte) error {
	e, err := ledger.ParseEvent(leaf)
	if err != nil {
		return err
	}
	in, err := ledger.ProveInclusion(m.head.Size, e.Seq, (&hashes{db: m.db, tx: m.tx}).reader(ctx))
	if err != nil {
		return err
	}
	pe := ledger.ProvenEvent{Leaf: string(leaf), Path: in.Proof}
	if e.Attached != nil && m.withBytes {
		a := new(ledger.ProvenBytes)
		q := m.db.on.query("SELECT salt, bytes FROM attachments WHERE hash = ?")
		if err := m.tx.QueryRowContext(ctx, q, e.Attached.Hash).Scan(&a.Salt, &a.Bytes); err != nil {
			return fmt.Errorf("read the bytes beside event %d: %w", e.Seq, err)
		}
		pe.Attached = a
	}
	m.proof.Events = append(m.proof.Events, pe)
	if e.Seq == 0 {
		if err := m.key(e); err != nil {
			return err
		}
	}
	refs, err := e.Refs()
	if err != nil {
		return err
	}
	for _, ref := range refs {
		if err := m.person(ctx, ref); err != nil {
			return err
		}
	}
	return nil
}

func (m *prover) key(first ledger.Event) error {
	b, err := ledger.DecodeBody(first)
	if err != nil {
		return err
	}
	f, ok := b.(*ledger.LedgerFounded)
	if !ok {
		return fmt.Errorf("the first event is %s", first.Type)
	}
	m.proof.Key = f.Key
	return nil
}

// person adds a name, unless it was erased.
func (m *prover) person(ctx context.Context, ref string) error {
	if m.seen[ref] || !ledger.IsPersonRef(ref) {
		return nil
	}
	m.seen[ref] = true
	var salt []byte
	var name sql.NullString
	if err := m.tx.QueryRowContext(ctx, m.db.on.query("SELECT salt, name FROM people WHERE ref = ?"), ref).Scan(&salt, &name); err != nil {
		return fmt.Errorf("read the name of %s: %w", ref, err)
	}
	if name.Valid {
		m.proof.People = append(m.proof.People, ledger.ProvenPerson{Ref: ref, Salt: salt, Name: name.String})
	}
	return nil
}
