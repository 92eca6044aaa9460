package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

func testProofs(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{Now: Clock()})
	append1(t, db, Product("shop", "helen"))
	heads := []ledger.Head{}
	for i := range 12 {
		h, err := db.Head(t.Context())
		check(t, err)
		heads = append(heads, h)
		append1(t, db, threat("leak", fmt.Sprint(i)))
	}
	now, err := db.Head(t.Context())
	check(t, err)
	for _, h := range heads {
		p, err := db.ProveGrowth(t.Context(), h.Size, now.Size)
		check(t, err)
		check(t, ledger.CheckConsistency(p, h, now))
		h.Root[3] ^= 1
		if ledger.CheckConsistency(p, h, now) == nil {
			t.Errorf("another history of %d events passes", h.Size)
		}
	}
	for seq := range now.Size {
		p, err := db.Prove(t.Context(), seq)
		check(t, err)
		check(t, p.Inclusion.Check(p.Head, p.Leaf))
		if p.Inclusion.Check(p.Head, append(bytes.Clone(p.Leaf), ' ')) == nil {
			t.Errorf("another event passes for event %d", seq)
		}
	}
	if _, err := db.Prove(t.Context(), now.Size); err == nil {
		t.Error("an event that is not there was proved")
	}
}

// testChangedByte (D8) changes each column of each row of each table a little.
func testChangedByte(t *testing.T, url string) {
	db := Sample(t, url)
	if r := verify(t, db); !r.OK() || !strings.HasPrefix(r.Says(), "consistent with itself") {
		t.Fatalf("untouched: %s %v", r.Says(), r.Findings)
	}
	conn := Raw(t, url)
	changed := 0
	for _, table := range tables {
		rows, err := conn.QueryContext(t.Context(), "SELECT * FROM "+table.name)
		check(t, err)
		columns, err := rows.Columns()
		check(t, err)
		var all [][]any
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			check(t, rows.Scan(into...))
			for i, v := range values {
				if b, ok := v.([]byte); ok {
					values[i] = bytes.Clone(b)
				}
			}
			all = append(all, values)
		}
		check(t, rows.Close())
		key := slices.Index(columns, table.key)
		for _, values := range all {
			for i, column := range columns {
				for _, other := range changes(values[i]) {
					where, back := values[key], values[key]
					if i == key {
						back = other
					}
					q := fmt.Sprintf("UPDATE %s SET %s = ? WHERE %s = ?", table.name, column, table.key)
					if try(t, conn, url, q, other, where) != nil {
						continue // the database itself refuses it
					}
					changed++
					if !noticed(t, url) {
						t.Errorf("%s.%s of %v changed from %q to %q: not found", table.name, column, values[key], values[i], other)
					}
					Run(t, conn, url, q, values[i], back)
				}
			}
		}
	}
	if r := verify(t, db); !r.OK() {
		t.Fatalf("put back: %v", r.Findings)
	}
	if changed < 100 {
		t.Errorf("only %d changes were tried", changed)
	}
}

// changes are values that differ a little from the given one.
func changes(v any) []any {
	switch v := v.(type) {
	case int64:
		return []any{v + 1, v + 1000}
	case string:
		if v == "" {
			return []any{"x"}
		}
		b := []byte(v)
		b[len(b)/2]++
		return []any{string(b), v + " ", v[:len(v)-1]}
	case []byte:
		b := bytes.Clone(v)
		b[len(b)/2] ^= 1
		return []any{b, append(bytes.Clone(v), 0), v[:len(v)-1]}
	}
	return nil
}

// noticed reports whether opening or verifying finds something.
func noticed(t testing.TB, url string) bool {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		return true
	}
	defer db.Close()
	r, err := db.Verify(t.Context())
	return err != nil || !r.OK()
}

// testChangedInPlace (D8) changes the reason of a decision.
func testChangedInPlace(t *testing.T, url string) {
	db := Sample(t, url)
	conn := Raw(t, url)
	Run(t, conn, url, "UPDATE events SET leaf = ? WHERE seq = 4", bytes.Replace(leafOf(t, url, 4), []byte("small enough"), []byte("huge profits"), 1))
	r := verify(t, db)
	if r.OK() || !has(r, ledger.Changed, 4) {
		t.Errorf("a changed reason: %s %v", r.Says(), r.Findings)
	}
	if len(r.Findings) != 1 && !slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Seq == -1 }) {
		t.Errorf("one change, findings %v", r.Findings)
	}
}

func leafOf(t testing.TB, url string, seq int64) []byte {
	t.Helper()
	var leaf []byte
	check(t, Raw(t, url).QueryRowContext(t.Context(), placeholders(url, "SELECT leaf FROM events WHERE seq = ?"), seq).Scan(&leaf))
	return leaf
}

// testRemoved (D8) takes an event out.
func testRemoved(t *testing.T, url string) {
	db := Sample(t, url)
	Run(t, Raw(t, url), url, "DELETE FROM events WHERE seq = 3")
	if r := verify(t, db); !has(r, ledger.Missing, 3) {
		t.Errorf("a removed event: %v", r.Findings)
	}
	Run(t, Raw(t, url), url, "DELETE FROM events")
	if r := verify(t, db); r.OK() || !has(r, ledger.Cut, 0) {
		t.Errorf("no events at all: %v", r.Findings)
	}
}

// testReordered (D8) swaps two events.
func testReordered(t *testing.T, url string) {
	db := Sample(t, url)
	conn := Raw(t, url)
	for _, q := range []string{
		"UPDATE events SET seq = 100 WHERE seq = 2",
		"UPDATE events SET seq = 2 WHERE seq = 3",
		"UPDATE events SET seq = 3 WHERE seq = 100",
	} {
		Run(t, conn, url, q)
	}
	if r := verify(t, db); !has(r, ledger.Moved, 2) || !has(r, ledger.Moved, 3) {
		t.Errorf("two events changed places: %v", r.Findings)
	}
}

// testCutTail (D8) removes the end with everything that belongs to it.
func testCutTail(t *testing.T, url string) {
	db := Sample(t, url)
	older, err := db.Head(t.Context())
	check(t, err)
	early, err := db.Checkpoint(t.Context())
	check(t, err)
	append1(t, db, threat("leak", "the end"))
	checkpoint, err := db.Checkpoint(t.Context())
	check(t, err)
	conn := Raw(t, url)
	Run(t, conn, url, "DELETE FROM events WHERE seq >= ?", older.Size)
	if r := verify(t, db); !has(r, ledger.Cut, older.Size) {
		t.Errorf("the last event alone removed: %v", r.Findings)
	}
	var stored ledger.Hashes
	for seq := range older.Size {
		check(t, stored.Append(seq, leafOf(t, url, seq)))
	}
	Run(t, conn, url, "DELETE FROM hashes WHERE idx >= ?", int64(len(stored)))
	Run(t, conn, url, "UPDATE head SET size = ?, root = ?", older.Size, older.Root[:])
	if r := verify(t, db); !r.OK() || !strings.HasPrefix(r.Says(), "consistent with itself") {
		t.Errorf("an older copy without a checkpoint: %s %v", r.Says(), r.Findings)
	}
	if r := verify(t, db, checkpoint); !has(r, ledger.Cut, older.Size) {
		t.Errorf("an older copy with a checkpoint: %s %v", r.Says(), r.Findings)
	}
	if r := verify(t, db, early); !r.OK() || r.Says() != fmt.Sprintf("unchanged since the checkpoint was made: %d events", older.Size) {
		t.Errorf("against the checkpoint of its own size: %s %v", r.Says(), r.Findings)
	}
}

// testRewritten (D8) changes an event and computes every hash anew.
func testRewritten(t *testing.T, url string) {
	db := Sample(t, url)
	checkpoint, err := db.Checkpoint(t.Context())
	check(t, err)
	conn := Raw(t, url)
	leaf := bytes.Replace(leafOf(t, url, 4), []byte("small enough"), []byte("huge profits"), 1)
	Run(t, conn, url, "UPDATE events SET leaf = ? WHERE seq = 4", leaf)
	head, err := db.Head(t.Context())
	check(t, err)
	var stored ledger.Hashes
	for seq := range head.Size {
		check(t, stored.Append(seq, leafOf(t, url, seq)))
	}
	for i, h := range stored {
		Run(t, conn, url, "UPDATE hashes SET hash = ? WHERE idx = ?", h[:], int64(i))
	}
	head, err = ledger.HeadOf(head.Size, stored)
	check(t, err)
	Run(t, conn, url, "UPDATE head SET root = ?", head.Root[:])
	if r := verify(t, db); !r.OK() || strings.Contains(r.Says(), "unchanged") {
		t.Errorf("without a checkpoint a rewritten ledger is %q: %v", r.Says(), r.Findings)
	}
	if r := verify(t, db, checkpoint); !has(r, ledger.Rewritten, -1) {
		t.Errorf("with a checkpoint: %s %v", r.Says(), r.Findings)
	}
}

// testOtherLedger (D8) puts another ledger in place.
func testOtherLedger(t *testing.T, url string) {
	db := Sample(t, url)
	other := "parley-ledger/01KAQ0000000000000000000ZZ"
	signer, _, err := ledger.NewKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), strings.TrimPrefix(other, "parley-ledger/"))
	check(t, err)
	head, err := db.Head(t.Context())
	check(t, err)
	foreign, err := ledger.Sign(head, strings.TrimPrefix(other, "parley-ledger/"), signer)
	check(t, err)
	for name, text := range map[string][]byte{"another key": foreign, "no checkpoint": []byte("hello\n"), "nothing": nil} {
		if r := verify(t, db, text); !has(r, ledger.Unsigned, -1) || r.Checkpoints != 0 {
			t.Errorf("%s: %s %v", name, r.Says(), r.Findings)
		}
	}
	Run(t, Raw(t, url), url, "UPDATE meta SET value = ? WHERE name = 'key'", signer)
	if r := verify(t, db); !has(r, ledger.Unsigned, -1) {
		t.Errorf("another key in the database: %v", r.Findings)
	}
}
