package storetest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// long is a ledger with so many events that a snapshot of it is kept.
func long(t testing.TB, url string) *store.DB {
	t.Helper()
	db := Sample(t, url)
	hundreds(t, db, 11)
	return db
}

// soon keeps a snapshot after a tenth of the events that it otherwise takes.
var soon = store.Options{SnapshotEvery: 100}

// short is a ledger that keeps snapshots soon, and has one.
func short(t testing.TB, url string) *store.DB {
	t.Helper()
	db := sampleWith(t, url, soon)
	hundreds(t, db, 2)
	return db
}

// hundreds appends so many times a hundred events.
func hundreds(t testing.TB, db *store.DB, n int) {
	t.Helper()
	for range n {
		var drafts []ledger.Draft
		for i := range 100 {
			drafts = append(drafts, threat(fmt.Sprintf("t%d", i%20), fmt.Sprint("Title ", i)))
		}
		append1(t, db, drafts...)
	}
}

func snapshots(t testing.TB, url string) (size int64, state []byte) {
	t.Helper()
	err := Raw(t, url).QueryRowContext(t.Context(), "SELECT size, state FROM snapshots").Scan(&size, &state)
	check(t, err)
	return size, state
}

func titleOf(t testing.TB, db *store.DB, threat string) string {
	t.Helper()
	s, err := db.State(t.Context())
	check(t, err)
	return s.Product("shop").Item(ledger.KindThreat, threat).Title()
}

func testSnapshot(t *testing.T, url string) {
	db := long(t, url)
	size, state := snapshots(t, url)
	if size < 1000 || bytes.Contains(state, []byte("@example.org")) {
		t.Errorf("a snapshot of %d events, which holds names: %v", size, bytes.Contains(state, []byte("@example.org")))
	}
	if r := verify(t, db); !r.OK() {
		t.Error(r.Findings)
	}
	folded, err := db.StateAt(t.Context(), 1+3+1+1+1100)
	check(t, err)
	opened, err := mustOpen(t, url).State(t.Context())
	check(t, err)
	itself := func(s string) (string, error) { return s, nil }
	a, err := folded.Snapshot(itself)
	check(t, err)
	b, err := opened.Snapshot(itself)
	check(t, err)
	if !bytes.Equal(a, b) {
		t.Error("the state from the snapshot is not that of the events")
	}
}

// testSnapshotIsNoSource: what does not fit is not used, and what fits but says
// something else is found by Verify.
func testSnapshotIsNoSource(t *testing.T, url string) {
	db := short(t, url)
	past := Raw(t, url)
	_, state := snapshots(t, url)
	lie := bytes.Replace(state, []byte("All records stolen"), []byte("No records stolen!"), 1)
	if bytes.Equal(lie, state) {
		t.Fatal("the snapshot does not hold what is changed")
	}
	sum := sha256.Sum256(lie)
	for name, c := range map[string]struct {
		change string
		args   []any
		used   bool
		found  bool
	}{
		"flipped byte":  {"UPDATE snapshots SET state = ?", []any{lie}, false, true},
		"other rules":   {"UPDATE snapshots SET fold = fold + 1", nil, false, false},
		"other history": {"UPDATE snapshots SET root = ?", []any{sum[:]}, false, false},
		"too many":      {"UPDATE snapshots SET size = size + 100000", nil, false, true},
		"another size":  {"UPDATE snapshots SET size = size - 1", nil, false, true},
		"no snapshot":   {"UPDATE snapshots SET state = ?, digest = ?", []any{[]byte("{}"), sum[:]}, false, true},
		"forged":        {"UPDATE snapshots SET state = ?, digest = ?", []any{lie, sum[:]}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			var was [4]any
			check(t, past.QueryRowContext(t.Context(), "SELECT fold, size, root, digest FROM snapshots").Scan(&was[0], &was[1], &was[2], &was[3]))
			Run(t, past, url, c.change, c.args...)
			r := verify(t, db)
			if r.OK() == c.found {
				t.Errorf("verify: %v", r.Findings)
			}
			if used := titleOf(t, openWith(t, url, soon), "leak") == "No records stolen!"; used != c.used {
				t.Errorf("used: %v, want %v", used, c.used)
			}
			Run(t, past, url, "UPDATE snapshots SET fold = ?, size = ?, root = ?, digest = ?, state = ?", was[0], was[1], was[2], was[3], state)
		})
	}
	Run(t, past, url, "DELETE FROM snapshots")
	if titleOf(t, openWith(t, url, soon), "leak") != "All records stolen" {
		t.Error("without a snapshot the state is another one")
	}
	if size, _ := snapshots(t, url); size < 100 {
		t.Error("it was not made again")
	}
}

func testSnapshotForgetsNames(t *testing.T, url string) {
	db := short(t, url)
	check(t, db.Erase(t.Context(), "tom@example.org", "on request", Actor))
	other := openWith(t, url, soon)
	for _, db := range []*store.DB{db, other} {
		s, err := db.State(t.Context())
		check(t, err)
		if text := string(s.Product("shop").Item(ledger.KindThreat, "t1").JSON); bytes.Contains([]byte(text), []byte("tom@")) || !bytes.Contains([]byte(text), []byte("erased person")) {
			t.Errorf("after erasing: %s", text)
		}
	}
	if r := verify(t, other); !r.OK() {
		t.Error(r.Findings)
	}
}

// testSnapshotBeside: a long snapshot is stored beside what goes on, and is there
// once the ledger is closed.
func testSnapshotBeside(t *testing.T, url string) {
	db, err := store.Create(t.Context(), url, Actor, store.Options{SnapshotEvery: 1})
	check(t, err)
	append1(t, db, Product("shop", "helen@example.org"), threat("long", strings.Repeat("a long story ", 10_000)))
	was, state := snapshots(t, url)
	if len(state) < 128<<10 {
		t.Fatalf("a snapshot of %d bytes is stored at once", len(state))
	}
	for range 2 { // the first is due then, the second not yet
		var drafts []ledger.Draft
		for i := range 60 {
			drafts = append(drafts, ledger.Draft{Actor: Actor, Body: &ledger.SettingChanged{Name: "a", Value: fmt.Sprint(i)}})
		}
		append1(t, db, drafts...)
	}
	check(t, db.Close())
	if size, _ := snapshots(t, url); size < was+60 {
		t.Errorf("a snapshot of %d events, was %d", size, was)
	}
	if r := verify(t, mustOpen(t, url)); !r.OK() {
		t.Error(r.Findings)
	}
}
