package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
)

// TestFits: an event edited past the program no longer hashes to the head, nor
// does a record that lost its end.
func TestFits(t *testing.T) {
	url := filepath.Join(t.TempDir(), "l.db")
	db, err := store.Create(t.Context(), url, storetest.Actor, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	fits := func() bool {
		t.Helper()
		ok, err := db.Fits(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !fits() {
		t.Error("as recorded, it does not fit")
	}
	raw, err := sql.Open("sqlite", url)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for _, edit := range []string{
		"UPDATE events SET leaf = CAST(replace(CAST(leaf AS TEXT), 'no', 'yo') AS BLOB) WHERE seq = 0",
		"DELETE FROM events WHERE seq = 0",
	} {
		if _, err := raw.ExecContext(t.Context(), edit); err != nil {
			t.Fatal(err)
		}
		if fits() {
			t.Errorf("%s: it fits", edit)
		}
	}
}
