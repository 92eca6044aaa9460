package storetest

import (
	"bytes"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// testRotateKey: checkpoints and proofs of every key go on to be checked, each only
// of its time, and a key that nobody signed over to is found.
func testRotateKey(t *testing.T, url string) {
	db := Sample(t, url)
	var old []string // secret halves
	secret := func() string {
		var key string
		check(t, Raw(t, url).QueryRowContext(t.Context(), "SELECT value FROM meta WHERE name = 'key'").Scan(&key))
		return key
	}
	var checkpoints [][]byte
	var proofs []*ledger.Proof
	keep := func() {
		text, err := db.Checkpoint(t.Context())
		check(t, err)
		s, err := db.State(t.Context())
		check(t, err)
		p, err := db.ProveDecision(t.Context(), s.Product("shop").Decision("SHOP-D1"), true)
		check(t, err)
		checkpoints, proofs, old = append(checkpoints, text), append(proofs, p), append(old, secret())
	}
	keep()
	var keys ledger.Keys
	for range 2 {
		var err error
		keys, err = db.RotateKey(t.Context(), Actor, "as every year")
		check(t, err)
		keep()
		append1(t, db, threat("leak", "Later"))
	}
	if len(keys) != 3 || old[0] == old[1] || old[1] == old[2] {
		t.Fatalf("%d keys", len(keys))
	}
	if r := verify(t, mustOpen(t, url), checkpoints...); !r.OK() || r.Checkpoints != 3 {
		t.Errorf("%+v", r)
	}
	for i, p := range proofs { // of a time with i + 1 keys
		for j, k := range keys {
			if _, err := p.Check(k.Verifier); (err == nil) != (j <= i) {
				t.Errorf("proof %d with key %d: %v", i, j, err)
			}
		}
		if _, err := p.Check(""); err != nil {
			t.Errorf("proof %d alone: %v", i, err)
		}
	}

	// Whoever took an old key signs nothing of what came after it.
	head, err := db.Head(t.Context())
	check(t, err)
	s, err := db.State(t.Context())
	check(t, err)
	forged, err := ledger.Sign(head, s.Ledger, old[0])
	check(t, err)
	if r := verify(t, db, forged); r.OK() {
		t.Error("a checkpoint by an old key was taken")
	}
	late := *proofs[2]
	late.Checkpoint = string(forged)
	if _, err := late.Check(""); err == nil {
		t.Error("a proof by an old key was taken")
	}

	// The record keeps its keys wherever it goes.
	var text bytes.Buffer
	_, err = db.Export(t.Context(), &text)
	check(t, err)
	again := t.TempDir() + "/again.db"
	got, err := store.Import(t.Context(), again, &text, store.Options{})
	check(t, err)
	if r := verify(t, mustOpen(t, again), checkpoints...); got != head || !r.OK() {
		t.Errorf("%v, want %v: %+v", got, head, r.Findings)
	}
	Run(t, Raw(t, url), url, "UPDATE meta SET value = ? WHERE name = 'key'", old[1])
	if r := verify(t, db); !has(r, ledger.Unsigned, -1) {
		t.Errorf("an old key came back: %+v", r.Findings)
	}
}
