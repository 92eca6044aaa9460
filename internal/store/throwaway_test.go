package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// TestThrowaway: only a ledger that nobody keeps does not wait for the disk,
// and what is in it is a ledger like any other.
func TestThrowaway(t *testing.T) {
	ctx := context.Background()
	founder := ledger.Actor{ID: "helen@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}
	for _, throwaway := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "l.db")
		db, err := store.Create(ctx, path, founder, store.Options{Throwaway: throwaway})
		if err != nil {
			t.Fatal(err)
		}
		want := 2
		if throwaway {
			want = 0
		}
		if got, err := db.Waits(ctx); err != nil || got != want {
			t.Errorf("throwaway %v: waits %d (%v), want %d", throwaway, got, err, want)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		db, err = store.Open(ctx, path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		state, err := db.State(ctx)
		if err != nil || state.Size == 0 {
			t.Errorf("throwaway %v: %v, %v", throwaway, state, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
