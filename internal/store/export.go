package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"

	"github.com/parleysec/parley/ledger"
)

// exportFormat names the form of an exported ledger.
const exportFormat = "parley.ledger/1"

// exportLine is one line of an exported ledger: a header, then people, then
// events in order, each followed by the bytes kept beside it. A line has one of
// the fields.
type exportLine struct {
	Header   *exportHeader   `json:"header,omitempty"`
	Person   *exportPerson   `json:"person,omitempty"`
	Event    string          `json:"event,omitempty"` // the leaf, as it was hashed
	Attached *exportAttached `json:"attached,omitempty"`
}

// exportHeader says what is in the file.
type exportHeader struct {
	Format     string `json:"format"`
	Ledger     string `json:"ledger"`
	Key        string `json:"key"` // the ledger's key, secret half
	Events     int64  `json:"events"`
	Root       []byte `json:"root"`
	Checkpoint string `json:"checkpoint"`
}

type exportPerson struct {
	Ref  string  `json:"ref"`
	Salt []byte  `json:"salt"` // null once erased
	Name *string `json:"name"` // null once erased
}

type exportAttached struct {
	Hash  string `json:"hash"`
	Salt  []byte `json:"salt"`
	Bytes []byte `json:"bytes"`
}

// Export writes the whole ledger as of one moment, its key and the names of
// people included, as lines of JSON from which [Import] makes it again.
func (db *DB) Export(ctx context.Context, w io.Writer) (ledger.Head, error) {
	out := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	var head ledger.Head
	err := db.read(ctx, func(tx *sql.Tx) error {
		var err error
		if head, err = db.head(ctx, tx); err != nil {
			return err
		}
		if err := db.exportHeader(ctx, tx, head, enc); err != nil {
			return err
		}
		if err := db.exportPeople(ctx, tx, enc); err != nil {
			return err
		}
		return db.exportEvents(ctx, tx, enc)
	})
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return head, fmt.Errorf("export ledger %s: %w", db.Address(), err)
	}
	return head, nil
}

func (db *DB) exportHeader(ctx context.Context, tx *sql.Tx, head ledger.Head, enc *json.Encoder) error {
	id, key, err := db.identity(ctx, tx)
	if err != nil {
		return err
	}
	signed, err := ledger.Sign(head, id, key)
	if err != nil {
		return err
	}
	return enc.Encode(exportLine{Header: &exportHeader{
		Format: exportFormat, Ledger: id, Key: key, Events: head.Size, Root: head.Root[:], Checkpoint: string(signed),
	}})
}

func (db *DB) exportPeople(ctx context.Context, tx *sql.Tx, enc *json.Encoder) error {
	rows, err := tx.QueryContext(ctx, "SELECT ref, salt, name FROM people ORDER BY ref")
	if err != nil {
		return fmt.Errorf("read names: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p exportPerson
		if err := rows.Scan(&p.Ref, &p.Salt, &p.Name); err != nil {
			return fmt.Errorf("read names: %w", err)
		}
		if err := enc.Encode(exportLine{Person: &p}); err != nil {
			return err
		}
	}
	return rows.Err()
}

// exportStep bounds the events read at a time.
const exportStep = 500

func (db *DB) exportEvents(ctx context.Context, tx *sql.Tx, enc *json.Encoder) error {
	for from := int64(0); ; {
		leaves, err := db.leaves(ctx, tx, from, exportStep)
		if err != nil || len(leaves) == 0 {
			return err
		}
		for _, leaf := range leaves {
			if err := db.exportEvent(ctx, tx, leaf, enc); err != nil {
				return err
			}
		}
		from += int64(len(leaves))
	}
}

// leaves reads some leaves from a place on. The rows are closed before the next
// question is asked: a PostgreSQL transaction has one connection.
func (db *DB) leaves(ctx context.Context, tx *sql.Tx, from int64, n int) ([][]byte, error) {
	var out [][]byte
	err := eachLeaf(ctx, tx, func(leaf []byte) error {
		out = append(out, leaf)
		return nil
	}, db.on.query("SELECT leaf FROM events WHERE seq >= ? ORDER BY seq LIMIT ?"), from, n)
	return out, err
}

func (db *DB) exportEvent(ctx context.Context, tx *sql.Tx, leaf []byte, enc *json.Encoder) error {
	e, err := ledger.DecodeEvent(leaf)
	if err != nil {
		return err
	}
	if err := enc.Encode(exportLine{Event: string(leaf)}); err != nil || e.Attached == nil {
		return err
	}
	a := exportAttached{Hash: e.Attached.Hash}
	q := db.on.query("SELECT salt, bytes FROM attachments WHERE hash = ?")
	if err := tx.QueryRowContext(ctx, q, a.Hash).Scan(&a.Salt, &a.Bytes); err != nil {
		return fmt.Errorf("read the bytes beside event %d: %w", e.Seq, err)
	}
	return enc.Encode(exportLine{Attached: &a})
}
