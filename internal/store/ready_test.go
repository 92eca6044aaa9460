package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/ledger"
)

// appendSome appends one event after the other, and gives how many the ledger has.
func appendSome(t *testing.T, db *store.DB, size int64, n int) int64 {
	t.Helper()
	for range n {
		_, err := db.Append(t.Context(), size, []ledger.Draft{storetest.Product(fmt.Sprint("p", size), "helen")})
		if err != nil {
			t.Fatalf("event %d: %v", size, err)
		}
		size++
	}
	return size
}

func kept(t *testing.T, db *store.DB) int {
	t.Helper()
	n, err := db.Kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// testKept: over a connection of its own PostgreSQL keeps the statements of appends,
// and where it does not know them any more, nothing is lost.
func testKept(t *testing.T, url string) {
	db := storetest.MustCreate(t, url, store.Options{})
	size := appendSome(t, db, 1, 10)
	if n := kept(t, db); n == 0 {
		t.Error("no statement is kept after ten appends")
	}
	if err := db.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	size = appendSome(t, db, size, 10)
	if h, err := db.Head(t.Context()); err != nil || h.Size != size {
		t.Errorf("%d events (%v), want %d", h.Size, err, size)
	}
	if r, err := db.Verify(t.Context()); err != nil || !r.OK() {
		t.Errorf("%v %v", r.Findings, err)
	}
}

// testNoneKept: behind a pooler that keeps no session nothing has a name.
func testNoneKept(t *testing.T, url string) {
	db := storetest.MustCreate(t, url, store.Options{})
	size := int64(1)
	for range 10 {
		size = appendSome(t, db, size, 3)
		if n := kept(t, db); n != 0 {
			t.Fatalf("%d statements are kept after %d events", n, size)
		}
	}
}

// TestWriterComesBack: a connection to a file that was dropped leaves nothing open, and
// the next one writes and waits as it did.
func TestWriterComesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	db, err := store.Create(t.Context(), path, storetest.Actor, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	size, wait := int64(1), -1
	for range 3 {
		size = appendSome(t, db, size, 3)
		if n := kept(t, db); n == 0 {
			t.Error("no statement is kept")
		}
		ms, err := db.WaitsFor(t.Context())
		if err != nil || ms < 1 || wait >= 0 && ms != wait {
			t.Errorf("it waits %d ms (%v), before %d", ms, err, wait)
		}
		wait = ms
		if err := db.DropWriter(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := kept(t, db); n != 0 {
			t.Errorf("a new connection keeps %d statements", n)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(path + "-*"); err != nil || len(left) > 0 {
		t.Errorf("left behind after closing: %v (%v)", left, err)
	}
}
