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

// testLongLog (D8) changes a record that is longer than what is read at once, in
// several places.
func testLongLog(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{Now: Clock()})
	append1(t, db, Product("shop", "helen@example.org"))
	var kept [][]byte
	for n := range 3 {
		var drafts []ledger.Draft
		for i := range 400 {
			drafts = append(drafts, threat("leak", fmt.Sprintf("%d.%d stolen", n, i)))
		}
		append1(t, db, drafts...)
		c, err := db.Checkpoint(t.Context())
		check(t, err)
		kept = append(kept, c)
	}
	if r := verify(t, db, kept...); r.Says() != "unchanged since the checkpoint was made: 1202 events" || r.Checkpoints != len(kept) {
		t.Fatalf("untouched: %s %v", r.Says(), r.Findings)
	}
	conn := Raw(t, url)
	Run(t, conn, url, "DELETE FROM hashes WHERE idx = 2001") // of event 1004
	if r := verify(t, db); !has(r, ledger.Changed, -1) || slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Seq >= 0 && f.Seq != 1004 }) {
		t.Errorf("a hash removed: %v", r.Findings)
	}
	Run(t, conn, url, "UPDATE events SET leaf = ? WHERE seq = 1100", bytes.Replace(leafOf(t, url, 1100), []byte("stolen"), []byte("broken"), 1))
	Run(t, conn, url, "DELETE FROM events WHERE seq IN (499, 500)")
	r := verify(t, db, kept...)
	for seq, f := range map[int64]ledger.Fault{499: ledger.Missing, 500: ledger.Missing, 1100: ledger.Changed} {
		if !has(r, f, seq) {
			t.Errorf("event %d: %v", seq, r.Findings)
		}
	}
	if r.Checkpoints != 1 || !strings.HasPrefix(r.Says(), "does not verify") {
		t.Errorf("%d checkpoints of 402, 802 and 1202 events hold, want the first: %v", r.Checkpoints, r.Findings)
	}
}

// testSecondInPlace (D8) puts a second event in a place, in a table that allows it.
func testSecondInPlace(t *testing.T, url string) {
	db := Sample(t, url)
	conn := Raw(t, url)
	for _, q := range []string{
		"CREATE TABLE copied AS SELECT * FROM events", "DROP TABLE events", "ALTER TABLE copied RENAME TO events",
		"INSERT INTO events SELECT * FROM events WHERE seq = 2",
		"INSERT INTO events SELECT NULL, id, type, version, product, at, leaf FROM events WHERE seq = 3",
	} {
		Run(t, conn, url, q)
	}
	r := verify(t, db)
	if !has(r, ledger.Inserted, 2) || !has(r, ledger.Inserted, -1) {
		t.Errorf("%v", r.Findings)
	}
}

// testHashFarAway (D8) takes a hash to a place that no record has, and puts the event it
// is of in the place of another: it is found, and the search for its place ends.
func testHashFarAway(t *testing.T, url string) {
	db := Sample(t, url)
	conn := Raw(t, url)
	Run(t, conn, url, "UPDATE hashes SET idx = 9223372036854775807 WHERE idx = 4") // of event 3
	Run(t, conn, url, "UPDATE events SET leaf = ? WHERE seq = 2", leafOf(t, url, 3))
	if r := verify(t, db); !has(r, ledger.Changed, 2) || !has(r, ledger.Changed, 3) {
		t.Errorf("%v", r.Findings)
	}
}
