package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/ledger"
)

// TestNewerEventIsNoTampering: an event of a newer program asks for that
// program; one that does not fit is still said to have been changed.
func TestNewerEventIsNoTampering(t *testing.T) {
	for _, c := range []struct {
		name, is, put string
		newer, broken bool
	}{
		{"a newer version", `"version":1`, `"version":99`, true, false},
		{"another place", `"seq":0`, `"seq":7`, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "l.db")
			db, err := store.Create(t.Context(), path, storetest.Actor, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			raw, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			if _, err := raw.ExecContext(t.Context(), "UPDATE events SET leaf = CAST(replace(CAST(leaf AS TEXT), ?, ?) AS BLOB) WHERE seq = 0", c.is, c.put); err != nil {
				t.Fatal(err)
			}
			db, err = store.Open(t.Context(), path, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			_, err = db.State(t.Context())
			var newer *ledger.NewerError
			var broken *store.BrokenError
			if errors.As(err, &newer) != c.newer || errors.As(err, &broken) != c.broken || err == nil ||
				strings.Contains(err.Error(), "use the newer program that wrote it") != c.newer {
				t.Errorf("%v", err)
			}
		})
	}
}
